//! GET /operate/attention — what a person has to look at: mails that are 要確認, and messages that failed five times.

use askama::Template;
use axum::extract::State;
use jiff::SignedDuration;
use serde::Serialize;
use shared::{
    dead_letters::{DeadLetterQueue, Lying},
    domain::{mail::Mail, outbox::Outbox},
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App,
    operator::{Staff, Viewer},
};

/// Mails that are shown; older ones are a matter of their case.
const MOST_MAILS: i32 = 100;
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct AttentionQuery {
    redriven: String,
}

#[derive(Template, Serialize)]
#[template(path = "attention.html")]
pub(crate) struct AttentionPage {
    staff: Staff,
    redriven: Option<&'static str>,
    mails: Vec<MailRow>,
    queues: Vec<QueueRow>,
}

#[derive(Serialize)]
struct MailRow {
    kind: &'static str,
    number: Option<String>,
    since: Moment,
    reason: String,
}

#[derive(Serialize)]
struct QueueRow {
    queue: &'static str,
    label: &'static str,
    count: u64,
    oldest: Option<Moment>,
    can_be_redriven: bool,
    advice: &'static str,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<AttentionQuery>,
) -> Result<Page<AttentionPage>, Problem> {
    let times = (viewer.now - SHOWN_FOR, viewer.now);
    let mails = app.store.list_mails_for_attention(times, MOST_MAILS).await?;
    let mut queues = Vec::new();
    for queue in DeadLetterQueue::ALL {
        queues.push(QueueRow::of(queue, app.dead_letters.look(queue).await.map_err(Problem::unavailable)?));
    }
    Ok(Page::ok(AttentionPage {
        staff: viewer.staff(),
        redriven: DeadLetterQueue::parse(&query.redriven).map(label),
        mails: mails.iter().filter_map(MailRow::of).collect(),
        queues,
    }))
}

impl AttentionPage {
    fn part() -> &'static str {
        "attention"
    }
}

impl MailRow {
    fn of(mail: &Mail) -> Option<Self> {
        let reason = match &mail.outbox {
            Outbox::Failed { reason, .. } => format!("送信できませんでした（{reason}）"),
            Outbox::Sent { .. } => "送信から24時間を過ぎても、結果の報告がありません".to_owned(),
            Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => {
                "作成から24時間を過ぎても、送信できていません".to_owned()
            }
            Outbox::Cancelled { .. } => return None,
        };
        Some(Self {
            kind: mail.kind().label(),
            number: mail.application.map(|number| number.to_string()),
            since: mail.attention_at()?.into(),
            reason,
        })
    }
}

impl QueueRow {
    fn of(queue: DeadLetterQueue, lying: Lying) -> Self {
        Self {
            queue: queue.as_str(),
            label: label(queue),
            count: lying.count,
            oldest: lying.oldest.map(Moment::from),
            can_be_redriven: queue.can_be_redriven() && lying.count > 0,
            advice: advice(queue),
        }
    }
}

fn label(queue: DeadLetterQueue) -> &'static str {
    match queue {
        DeadLetterQueue::Mail => "メールの送信",
        DeadLetterQueue::Issue => "①・③の処理",
        DeadLetterQueue::Announce => "②の処理",
        DeadLetterQueue::Import => "名簿の取込み",
        DeadLetterQueue::Delivery => "送信結果の記録",
        DeadLetterQueue::Subscription => "送信結果の受け渡し",
        DeadLetterQueue::Schedule => "定時の処理",
    }
}

fn advice(queue: DeadLetterQueue) -> &'static str {
    match queue {
        DeadLetterQueue::Mail => "メールは失われていません。送信は毎分、自動で試されます。",
        DeadLetterQueue::Issue | DeadLetterQueue::Announce => {
            "申請は失われていません。定時の処理でも試されます。"
        }
        DeadLetterQueue::Import => "今の名簿はそのまま使われています。取込みは定時の処理でも続けられます。",
        DeadLetterQueue::Delivery => "原因を取り除いてから戻すと、送信結果が正しく表示されます。",
        DeadLetterQueue::Subscription | DeadLetterQueue::Schedule => {
            "この画面からは戻せません。システムの運用担当に連絡してください。"
        }
    }
}
