//! A mail as staff see it: to whom, what became of it, every report on it, and what to do now.
//!
//! Invariant: nothing of what the mail says is in it, so no code, no link and no login ID.

use jiff::Timestamp;
use serde::Serialize;

use super::Moment;
use crate::domain::{
    delivery::{BouncedRecipient, DeliveryState, EventKind, ServerWords, UndeliverableReason},
    mail::{Fate, Mail},
    outbox::Outbox,
};

#[derive(Debug, Serialize)]
pub struct Letter {
    pub kind: &'static str,
    pub to: String,
    pub state: &'static str,
    pub state_label: String,
    #[serde(skip)]
    pub tone: &'static str,
    /// What the recipient's server said when it refused.
    pub remote: Option<String>,
    pub advice: Option<&'static str>,
    pub reports: Vec<Report>,
}

/// One step of a mail on its way.
#[derive(Debug, Serialize)]
pub struct Report {
    pub at: Moment,
    pub label: &'static str,
    /// The remote server's words.
    pub words: Option<String>,
}

/// Who reads it, and so what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterReader {
    Desk,
    Secretariat,
}

impl Letter {
    pub fn of(mail: &Mail, reader: LetterReader, now: Timestamp) -> Self {
        let fate = mail.fate(now);
        let (state, state_label, tone) = shown(&fate);
        Self {
            kind: mail.kind().as_str(),
            to: mail.to.as_str().to_owned(),
            state,
            state_label,
            tone,
            remote: remote(&fate),
            advice: advice(&fate, reader),
            reports: reports_of(mail),
        }
    }
}

/// The stable word, what people read, and the tone of the chip.
fn shown(fate: &Fate) -> (&'static str, String, &'static str) {
    match fate {
        Fate::Sending => state_shown(&DeliveryState::Sending),
        Fate::NeedsAttention => state_shown(&DeliveryState::NeedsAttention),
        Fate::Known(state) => state_shown(state),
        Fate::Cancelled => ("cancelled", "送信取りやめ".to_owned(), "neutral"),
    }
}

fn state_shown(state: &DeliveryState) -> (&'static str, String, &'static str) {
    let (label, tone) = match state {
        DeliveryState::Sending => (state.label().to_owned(), "info"),
        DeliveryState::NeedsAttention => (state.label().to_owned(), "warning"),
        DeliveryState::Delivered { .. } => (state.label().to_owned(), "success"),
        DeliveryState::Undeliverable { reason, .. } => {
            (format!("{}（{}）", state.label(), reason.label()), "error")
        }
    };
    (state.as_str(), label, tone)
}

fn remote(fate: &Fate) -> Option<String> {
    match fate {
        Fate::Known(DeliveryState::Undeliverable { remote, .. }) => remote.clone(),
        Fate::Known(
            DeliveryState::Sending | DeliveryState::NeedsAttention | DeliveryState::Delivered { .. },
        )
        | Fate::Sending
        | Fate::NeedsAttention
        | Fate::Cancelled => None,
    }
}

/// What the reader can do now.
fn advice(fate: &Fate, reader: LetterReader) -> Option<&'static str> {
    Some(match fate {
        Fate::Sending | Fate::Known(DeliveryState::Sending) | Fate::Cancelled => return None,
        Fate::NeedsAttention | Fate::Known(DeliveryState::NeedsAttention) => match reader {
            LetterReader::Desk => {
                "24時間以上、送信の結果が確認できていません。G-MIS事務局に調査を依頼してください。"
            }
            LetterReader::Secretariat => {
                "24時間以上、送信の結果が確認できていません。「要確認」の画面で、失敗した処理がないか確認してください。"
            }
        },
        Fate::Known(DeliveryState::Delivered { auto_reply: false, .. }) => {
            "相手先のメールサーバーが受け取りました。本人が読んだことを示すものではありません。"
        }
        Fate::Known(DeliveryState::Delivered { auto_reply: true, .. }) => {
            "相手先のメールサーバーが受け取りました。自動応答（不在通知など）が返っているため、担当者が不在の可能性があります。"
        }
        Fate::Known(DeliveryState::Undeliverable { reason, .. }) => match reader {
            LetterReader::Desk => advice_to_desk(*reason),
            LetterReader::Secretariat => advice_to_secretariat(*reason),
        },
    })
}

fn advice_to_desk(reason: UndeliverableReason) -> &'static str {
    match reason {
        UndeliverableReason::NoSuchAddress => {
            "メールアドレスが誤っているか、廃止されています。担当部署に電話で確認し、正しいメールアドレスで改めて申請するようご案内ください。"
        }
        UndeliverableReason::MailboxFull => {
            "受信箱の容量が不足しています。担当部署に電話で連絡し、不要なメールの削除をご案内ください。"
        }
        UndeliverableReason::SuppressionList => {
            "以前に届かなかったことなどにより、送信が止められている宛先です。担当部署にメールアドレスを確認し、正しい場合はG-MIS事務局に停止の解除を依頼してください。"
        }
        UndeliverableReason::ContentRefused => {
            "相手先のメールサーバーが受け取りを拒否しました。担当部署に電話で連絡し、info@g-mis.netからのメールを受信できる設定をご案内ください。"
        }
        UndeliverableReason::TooLarge | UndeliverableReason::Unknown => {
            "担当部署に電話で連絡し、メールアドレスと受信の設定を確認してください。原因が分からない場合は、G-MIS事務局にお問い合わせください。"
        }
    }
}

fn advice_to_secretariat(reason: UndeliverableReason) -> &'static str {
    match reason {
        UndeliverableReason::NoSuchAddress => {
            "メールアドレスが誤っているか、廃止されています。正しいメールアドレスを確かめるようご案内ください。"
        }
        UndeliverableReason::MailboxFull => {
            "受信箱の容量が不足しています。不要なメールを削除するようご案内ください。"
        }
        UndeliverableReason::SuppressionList => {
            "以前に届かなかったことなどにより、送信が止められている宛先です。宛先の不具合が直ったことを確かめてから、配信停止リストの解除を依頼してください。"
        }
        UndeliverableReason::ContentRefused => {
            "相手先のメールサーバーが受け取りを拒否しました。info@g-mis.netからのメールを受信できる設定をご案内ください。"
        }
        UndeliverableReason::TooLarge | UndeliverableReason::Unknown => {
            "原因が分かりません。メールアドレスと受信の設定を確かめるようご案内ください。"
        }
    }
}

/// 作成 → 送信受付 → 送信完了 / 遅延 / 返送, oldest first; at the same moment in this order.
fn reports_of(mail: &Mail) -> Vec<Report> {
    let mut reports = vec![Report { at: mail.created_at.into(), label: "作成", words: None }];
    let mut events = mail.events.by_time();
    events.sort_by_key(|event| (event.at, event.kind != EventKind::Send));
    let own = match &mail.outbox {
        Outbox::Sent { at, .. } => {
            let is_reported = events.iter().any(|event| event.kind == EventKind::Send);
            (!is_reported).then_some((*at, EventKind::Send.label()))
        }
        Outbox::Failed { at, .. } => Some((*at, "送信失敗")),
        Outbox::Cancelled { at, .. } => Some((*at, "送信取りやめ")),
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => None,
    };
    reports.extend(own.map(|(at, label)| Report { at: at.into(), label, words: None }));
    reports.extend(events.iter().map(|event| Report {
        at: event.at.into(),
        label: event.kind.label(),
        words: words_of(&event.kind),
    }));
    // Stable: what comes first here stays first at the same moment.
    reports.sort_by_key(|report| report.at);
    reports
}

fn words_of(kind: &EventKind) -> Option<String> {
    let words = match kind {
        EventKind::Delivery { smtp_response } => smtp_response.as_ref(),
        EventKind::Reject { reason } => reason.as_ref(),
        EventKind::Bounce { recipients, .. } => recipients.iter().find_map(said),
        EventKind::Send
        | EventKind::Complaint { .. }
        | EventKind::DeliveryDelay { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => None,
    };
    words.map(ServerWords::to_string)
}

fn said(recipient: &BouncedRecipient) -> Option<&ServerWords> {
    recipient.diagnostic.as_ref().or(recipient.status.as_ref())
}

#[cfg(any(test, feature = "testing"))]
#[expect(clippy::expect_used, reason = "samples are right, or the tests that use them fail")]
pub mod samples {
    use jiff::SignedDuration;

    use super::{BouncedRecipient, EventKind, Mail, Outbox, ServerWords};
    use crate::domain::{
        application::samples::{NOON, mail_id, submitted},
        delivery::{BounceSubType, BounceType, DeliveryEvent},
        mail::{MailContent, NewMail},
    };

    /// ① of the sample application, sent at noon.
    pub fn advance_notice(events: Vec<EventKind>) -> Mail {
        let application = submitted();
        let content = MailContent::AdvanceNotice {
            institution_name: application.form.institution_name.as_str().into(),
            contact_name: application.form.contact_name(),
        };
        let new = NewMail {
            id: mail_id(1),
            application: Some(application.number),
            to: application.form.email,
            content,
        };
        let sent = Outbox::Sent { tries: 1, message_id: Some("ses".into()), at: *NOON };
        let mut mail = new.pending(*NOON).with_outbox(sent);
        for (minute, kind) in (1_i64..).zip(events) {
            let at = *NOON + SignedDuration::from_mins(minute);
            mail = mail.learn(DeliveryEvent::new(kind, at, Some(1), "ses".into())).expect("an event");
        }
        mail
    }

    pub fn no_such_user() -> EventKind {
        EventKind::Bounce {
            bounce_type: BounceType::Permanent,
            sub_type: BounceSubType::NoEmail,
            recipients: vec![BouncedRecipient {
                diagnostic: ServerWords::new("smtp; 550 5.1.1 user unknown"),
                ..BouncedRecipient::default()
            }],
            feedback_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{
        samples::{advance_notice, no_such_user},
        *,
    };
    use crate::domain::application::samples::NOON;

    fn line(letter: &Letter) -> String {
        let reports: Vec<_> = letter
            .reports
            .iter()
            .map(|report| {
                format!(
                    "{}{}",
                    report.label,
                    report.words.as_deref().map(|words| format!("「{words}」")).unwrap_or_default()
                )
            })
            .collect();
        format!("{} {} {} | {}", letter.state, letter.state_label, letter.tone, reports.join(" → "))
    }

    #[test]
    fn a_mail_from_its_writing_to_its_fate() {
        let delivery = EventKind::Delivery { smtp_response: ServerWords::new("250 ok") };
        let now = *NOON + SignedDuration::from_hours(1);
        let lines: Vec<String> = [
            vec![],
            vec![EventKind::Send],
            vec![
                EventKind::Send,
                EventKind::DeliveryDelay { delay_type: "MailboxFull".into() },
                delivery.clone(),
            ],
            vec![EventKind::Send, delivery, no_such_user()],
        ]
        .into_iter()
        .map(|events| line(&Letter::of(&advance_notice(events), LetterReader::Desk, now)))
        .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        sending 送信中 info | 作成 → 送信受付
        sending 送信中 info | 作成 → 送信受付
        delivered 送信完了 success | 作成 → 送信受付 → 遅延 → 送信完了「250 ok」
        undeliverable 不達（宛先なし） error | 作成 → 送信受付 → 送信完了「250 ok」 → 返送「smtp; 550 5.1.1 user unknown」
        ");
    }

    #[test]
    fn silence_wants_attention_after_a_day() {
        let day = *NOON + SignedDuration::from_hours(24);
        let letter = |reader| Letter::of(&advance_notice(vec![EventKind::Send]), reader, day);
        let desk = letter(LetterReader::Desk);
        assert_eq!((desk.state, desk.tone), ("needs-attention", "warning"));
        assert!(desk.advice.is_some_and(|advice| advice.contains("事務局に調査を依頼")));
        let secretariat = letter(LetterReader::Secretariat);
        assert!(secretariat.advice.is_some_and(|advice| advice.contains("「要確認」の画面")));
    }
}
