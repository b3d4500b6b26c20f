//! GET /review — the applications of the own desk, a tab a state, the one that waits longest first.

use askama::Template;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{Application, StatusKind},
        calendar::japan_date,
        prefecture::PrefectureDesk,
    },
    mail::japan_date_text,
    store::{QueuePage, StoreError},
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App,
    cursor::Cursor,
    decision::Done,
    flags::{Flag, flags_of, is_undeliverable},
    officer::{Officer, Staff},
    waiting::waiting_words,
};

const PAGE: u8 = 50;
/// Counting reads the index: beyond this the tab says 「300件以上」.
const MOST_COUNTED: u16 = 300;

#[derive(Deserialize)]
pub(crate) struct QueueQuery {
    status: Option<String>,
    after: Option<String>,
    #[serde(default)]
    done: String,
}

#[derive(Template, Serialize)]
#[template(path = "queue.html")]
pub(crate) struct QueueView {
    staff: Staff,
    done: Option<Done>,
    status: &'static str,
    status_label: &'static str,
    /// Whether applications in this state wait for something.
    #[serde(skip)]
    is_open: bool,
    tabs: Vec<Tab>,
    applications: Vec<Row>,
    /// The path of the next page.
    next: Option<String>,
    /// The path of the first page, on any other.
    first: Option<String>,
}

#[derive(Serialize)]
struct Tab {
    status: &'static str,
    label: &'static str,
    path: String,
    count: usize,
    /// Whether there may be more than `count`.
    is_capped: bool,
    is_current: bool,
}

#[derive(Serialize)]
struct Row {
    number: String,
    institution_name: String,
    institution_kind: &'static str,
    submitted_at: Moment,
    #[serde(skip)]
    submitted_on: String,
    entered_at: Moment,
    #[serde(skip)]
    entered_on: String,
    waiting: String,
    flags: Vec<Flag>,
    is_undeliverable: bool,
}

/// What the address asks for.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    status: StatusKind,
    after: Option<Cursor>,
}

pub(crate) async fn show(
    State(app): State<App>,
    officer: Officer,
    Query(query): Query<QueueQuery>,
) -> Result<Page<QueueView>, Problem> {
    let wanted = query.wanted()?;
    let desk = officer.reviewer.desk;
    let (earlier, later) = StatusKind::ALL.split_at(4);
    let (page, mut tabs, more_tabs, done) = tokio::try_join!(
        async { app.page_of(desk, wanted).await.map_err(Problem::from) },
        async { app.tabs_of(desk, earlier, wanted.status).await.map_err(Problem::from) },
        async { app.tabs_of(desk, later, wanted.status).await.map_err(Problem::from) },
        app.done_by(&officer, &query.done),
    )?;
    tabs.extend(more_tabs);
    Ok(Page::ok(QueueView::of(&officer, wanted, &page, tabs, done)))
}

impl QueueQuery {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let unreadable =
            || Problem::bad_request("一覧のURLが正しくありません。").with_next("/review", "申請一覧へ");
        let status = match self.status.as_deref() {
            None | Some("") => StatusKind::Submitted,
            Some(word) => StatusKind::parse(word).ok_or_else(unreadable)?,
        };
        let after = match self.after.as_deref() {
            None | Some("") => None,
            Some(text) => Some(Cursor::parse(text).ok_or_else(unreadable)?),
        };
        Ok(Wanted { status, after })
    }
}

impl App {
    async fn page_of(&self, desk: PrefectureDesk, wanted: Wanted) -> Result<QueuePage, StoreError> {
        let after = wanted.after.map(|cursor| (cursor.number, cursor.entered_at));
        self.store.list_desk_queue(desk, wanted.status, after, PAGE.into()).await
    }

    /// One after the other: each call at a time is a connection of its own.
    async fn tabs_of(
        &self,
        desk: PrefectureDesk,
        statuses: &[StatusKind],
        shown: StatusKind,
    ) -> Result<Vec<Tab>, StoreError> {
        let mut tabs = Vec::with_capacity(statuses.len());
        for status in statuses {
            let count = self.store.count_desk_queue(desk, *status, MOST_COUNTED).await?;
            tabs.push(Tab::of(*status, count, shown));
        }
        Ok(tabs)
    }
}

impl QueueView {
    fn of(officer: &Officer, wanted: Wanted, page: &QueuePage, tabs: Vec<Tab>, done: Option<Done>) -> Self {
        let status = wanted.status;
        let next = page.next.map(|last| format!("{}&after={}", path_of(status), Cursor::from(last)));
        Self {
            staff: officer.staff(),
            done,
            status: status.as_str(),
            status_label: status.label(),
            is_open: status.is_open(),
            tabs,
            applications: page.applications.iter().map(|one| Row::of(one, officer)).collect(),
            next,
            first: wanted.after.map(|_| path_of(status)),
        }
    }

    /// The head of the column of days.
    fn since_label(&self) -> &'static str {
        if self.is_open { "経過" } else { "この状態になった日" }
    }

    /// What an empty page says.
    fn nothing(&self) -> &'static str {
        if self.first.is_some() {
            return "この先に申請はありません。";
        }
        match StatusKind::parse(self.status) {
            Some(StatusKind::Submitted) | None => {
                "確認をお待ちの申請はありません。新しい申請が届くと、ここに表示されます。"
            }
            Some(StatusKind::Approved) => "発行の手続を待っている申請はありません。",
            Some(StatusKind::Issuing) => "発行の手続中の申請はありません。",
            Some(StatusKind::Issued) => "発行が済んだ申請は、まだありません。",
            Some(StatusKind::AlreadyEntitled) => "発行が不要だった申請はありません。",
            Some(StatusKind::Rejected) => "却下した申請はありません。",
            Some(StatusKind::Returned) => "差し戻した申請はありません。",
            Some(StatusKind::Withdrawn) => "取り下げられた申請はありません。",
        }
    }
}

impl Tab {
    fn of(status: StatusKind, count: usize, shown: StatusKind) -> Self {
        Self {
            status: status.as_str(),
            label: status.label(),
            path: path_of(status),
            count,
            is_capped: count >= usize::from(MOST_COUNTED),
            is_current: status == shown,
        }
    }

    fn count_text(&self) -> String {
        format!("{}件{}", self.count, if self.is_capped { "以上" } else { "" })
    }
}

impl Row {
    fn of(application: &Application, officer: &Officer) -> Self {
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            institution_kind: application.form.institution_kind.label(),
            submitted_at: application.submitted_at.into(),
            submitted_on: japan_date_text(japan_date(application.submitted_at)),
            entered_at: application.entered_at.into(),
            entered_on: japan_date_text(japan_date(application.entered_at)),
            waiting: waiting_words(application.entered_at, officer.now),
            flags: flags_of(application),
            is_undeliverable: is_undeliverable(application),
        }
    }
}

fn path_of(status: StatusKind) -> String {
    format!("/review?status={}", status.as_str())
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::application::samples::{NOON, in_every_status, nara_medical, submitted},
        web::ProblemKind,
    };

    use super::*;

    fn query(status: &str, after: &str) -> QueueQuery {
        QueueQuery { status: Some(status.into()), after: Some(after.into()), done: String::new() }
    }

    fn view(applications: Vec<Application>, status: StatusKind, more: bool) -> QueueView {
        let officer = Officer { reviewer: nara_medical(), now: *NOON };
        let next = applications.last().filter(|_| more).map(|last| (last.number, last.entered_at));
        let tabs = StatusKind::ALL.into_iter().zip([300, 299, 0, 1, 2, 3, 4, 5]);
        let tabs = tabs.map(|(one, count)| Tab::of(one, count, status)).collect();
        QueueView::of(&officer, Wanted { status, after: None }, &QueuePage { applications, next }, tabs, None)
    }

    #[test]
    fn what_is_no_tab_or_no_cursor_is_refused() {
        assert!(query("", "").wanted().is_ok());
        assert!(query("already-entitled", "API-00001750_1800586800123").wanted().is_ok());
        for (status, after) in [("Submitted", ""), ("27#medical", ""), ("issued", "27#medical#issued")] {
            let refused = query(status, after).wanted().unwrap_err();
            assert_eq!(refused.kind(), ProblemKind::BadRequest, "{status} {after}");
        }
    }

    #[test]
    fn a_row_says_what_and_how_long() {
        let mut application = submitted();
        application.flags.since_submission = Some(*NOON);
        let page = view(vec![application], StatusKind::Submitted, true);
        let html = page.render().unwrap();
        for expected in [
            "href=\"/review/API-00001750\"",
            "医療法人社団 大和会 若草山病院",
            "<time datetime=\"2027-01-22T03:00:00Z\">令和9年（2027年）1月22日（金曜日）</time>",
            "当日",
            "3週間超過（申請から）",
            "300件以上",
            "299件<",
            "奈良県 医療担当",
            "href=\"/review?status=submitted&#38;after=API-00001750_1800586800000\"",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert_eq!(html.matches("aria-current=\"page\"").count(), 2, "the part and the tab");
        assert!(!html.contains("不達"));
    }

    #[test]
    fn every_empty_tab_has_its_sentence() {
        let sentences: std::collections::BTreeSet<_> = StatusKind::ALL
            .into_iter()
            .map(|status| {
                let page = view(Vec::new(), status, false);
                assert!(page.render().unwrap().contains(page.nothing()));
                page.nothing()
            })
            .collect();
        assert_eq!(sentences.len(), 8);
    }

    #[test]
    fn a_row_in_json() {
        let issuing = in_every_status().remove(2);
        let json = serde_json::to_value(view(vec![issuing], StatusKind::Issuing, false)).unwrap();
        insta::assert_snapshot!(json["applications"][0], @r#"{"entered_at":"2027-01-22T03:00:00Z","flags":[],"institution_kind":"病院","institution_name":"医療法人社団 大和会 若草山病院","is_undeliverable":false,"number":"API-00001750","submitted_at":"2027-01-22T03:00:00Z","waiting":"当日"}"#);
        insta::assert_snapshot!(json["tabs"][0], @r#"{"count":300,"is_capped":true,"is_current":false,"label":"申請中","path":"/review?status=submitted","status":"submitted"}"#);
    }
}
