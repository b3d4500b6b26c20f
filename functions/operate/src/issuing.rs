//! GET /operate — what the next run issues and why, and what it does not and why not: a tab a queue.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{Application, Queue},
        ids::ApplicationNumber,
        settings::{FreezeWindows, Settings},
    },
    store::StoreError,
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App,
    operator::{Staff, Viewer},
    plan::Plan,
};

const PAGE: i32 = 50;
/// Beyond this a tab says 「1000件以上」.
const MOST_COUNTED: u16 = 1000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct IssuingQuery {
    queue: String,
    after: String,
}

#[derive(Template, Serialize)]
#[template(path = "issuing.html")]
pub(crate) struct IssuingPage {
    staff: Staff,
    freeze: Option<Freeze>,
    tabs: Vec<Tab>,
    queue: &'static str,
    queue_label: &'static str,
    #[serde(skip)]
    about: &'static str,
    can_run: bool,
    applications: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
}

/// The freeze that holds now.
#[derive(Serialize)]
struct Freeze {
    text: String,
    until: Moment,
}

#[derive(Serialize)]
struct Tab {
    queue: &'static str,
    label: &'static str,
    path: String,
    count: usize,
    is_current: bool,
}

#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) number: String,
    pub(crate) institution_name: String,
    pub(crate) desk: String,
    pub(crate) plan: Plan,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<IssuingQuery>,
) -> Result<Page<IssuingPage>, Problem> {
    let unreadable =
        || Problem::bad_request("一覧のURLが正しくありません。").with_next("/operate", "発行の状況へ");
    let queue = match query.queue.as_str() {
        "" => Queue::Issue,
        word => Queue::parse(word).ok_or_else(unreadable)?,
    };
    let after = match query.after.as_str() {
        "" => None,
        text => Some(place_of(text).ok_or_else(unreadable)?),
    };
    Ok(Page::ok(app.issuing_page(&viewer, queue, after).await?))
}

impl App {
    async fn issuing_page(
        &self,
        viewer: &Viewer,
        queue: Queue,
        after: Option<(ApplicationNumber, Timestamp)>,
    ) -> Result<IssuingPage, Problem> {
        let settings = self.store.load_settings().await?;
        let page = self.store.list_waiting(queue, after, PAGE).await?;
        let applications = self.store.load_applications(&page.numbers).await?;
        let next = page
            .next
            .map(|(number, due)| format!("{}&after={number}_{}", path_of(queue), due.as_millisecond()));
        Ok(IssuingPage {
            staff: viewer.staff(),
            freeze: Freeze::of(&settings, viewer.now),
            tabs: self.tabs(queue).await?,
            queue: queue.as_str(),
            queue_label: label(queue),
            about: about(queue),
            can_run: viewer.seat.role.may_act()
                && is_run(queue)
                && settings.freezes.issuing_may_happen_at(viewer.now),
            applications: rows(&applications, &settings.freezes, viewer.now)?,
            next,
            first: after.map(|_| path_of(queue)),
        })
    }

    async fn tabs(&self, shown: Queue) -> Result<Vec<Tab>, StoreError> {
        let mut tabs = Vec::new();
        for queue in Queue::ALL {
            let count = self.store.count_waiting(queue, MOST_COUNTED).await?;
            let (path, is_current) = (path_of(queue), queue == shown);
            tabs.push(Tab { queue: queue.as_str(), label: label(queue), path, count, is_current });
        }
        Ok(tabs)
    }
}

impl IssuingPage {
    fn part() -> &'static str {
        "issuing"
    }
}

impl Freeze {
    fn of(settings: &Settings, now: Timestamp) -> Option<Self> {
        let window = settings.freezes.at(now)?;
        let until = settings.freezes.open_from(now).into();
        Some(Self { text: window.text.as_str().to_owned(), until })
    }
}

impl Tab {
    fn count_text(&self) -> String {
        let more = if self.count >= usize::from(MOST_COUNTED) { "以上" } else { "" };
        format!("{}件{more}", self.count)
    }
}

/// A row for each case on which something is still to be done: the index may be a moment late.
pub(crate) fn rows(
    applications: &[Application],
    freezes: &FreezeWindows,
    now: Timestamp,
) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::with_capacity(applications.len());
    for application in applications {
        let plan = Plan::of(application, freezes, now).map_err(Problem::internal)?;
        rows.extend(plan.map(|plan| Row::of(application, plan)));
    }
    Ok(rows)
}

impl Row {
    fn of(application: &Application, plan: Plan) -> Self {
        let desk = application.desk();
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            desk: format!("{} {}", desk.prefecture.name(), desk.desk.label()),
            plan,
        }
    }
}

/// Whether a run takes what waits in it.
pub(crate) fn is_run(queue: Queue) -> bool {
    match queue {
        Queue::Issue | Queue::Announce => true,
        Queue::Awaited | Queue::Undeliverable | Queue::Held => false,
    }
}

fn label(queue: Queue) -> &'static str {
    match queue {
        Queue::Issue => "①・③の対象",
        Queue::Announce => "②の対象",
        Queue::Awaited => "①の結果待ち",
        Queue::Undeliverable => "①が不達",
        Queue::Held => "保留中",
    }
}

fn about(queue: Queue) -> &'static str {
    match queue {
        Queue::Issue => {
            "都道府県が承認した申請です。承認の直後と15分ごとに、①の送信又は既存アカウントへの権限の追加（③）を自動で行います。"
        }
        Queue::Announce => {
            "①が送信完了となった申請です。営業日の午前9時に、翌営業日を迎えたものへ②を自動で送信します。"
        }
        Queue::Awaited => "①を送信し、結果を待っている申請です。結果が分かると自動で移ります。",
        Queue::Undeliverable => {
            "①が届かなかった申請です。②は送信しません。都道府県の担当者から申請者に連絡します。"
        }
        Queue::Held => "事務局が保留している申請です。保留を解除するまで、自動の処理の対象になりません。",
    }
}

fn path_of(queue: Queue) -> String {
    format!("/operate?queue={}", queue.as_str())
}

fn place_of(text: &str) -> Option<(ApplicationNumber, Timestamp)> {
    let (number, due) = text.split_once('_')?;
    Some((ApplicationNumber::parse(number)?, Timestamp::from_millisecond(due.parse().ok()?).ok()?))
}
