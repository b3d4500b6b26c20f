//! GET /review — the applications of the own desk: a tab, narrowed by a filter, the one that waits longest first.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{desk::Tab as DeskTab, form::FieldErrors},
    store::{DeskCounts, DeskPage},
    web::{Choice, Page, Problem, Query},
};

use crate::{
    App,
    cursor::Cursor,
    decision::Done,
    filter::{Filter, FilterInput, FilterQuery, Tag, due_choices, has_deadline, kind_choices},
    officer::{AtDesk, Staff, Viewer},
    row::Row,
    tabs::{Tab, tabs_of},
};

pub(crate) const PAGE: u8 = 50;

#[derive(Deserialize)]
pub(crate) struct QueueQuery {
    #[serde(flatten)]
    filter: FilterQuery,
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
    tabs: Vec<Tab>,
    filter: FilterInput,
    tags: Vec<Tag>,
    applications: Vec<Row>,
    /// The path of the next page.
    next: Option<String>,
    /// The path of the first page, on any other.
    first: Option<String>,
    /// The path of the list as a file; its format is still to be added.
    export: String,
    #[serde(skip)]
    tab: DeskTab,
    #[serde(skip)]
    kinds: Vec<Choice>,
    #[serde(skip)]
    errors: FieldErrors,
}

pub(crate) async fn show(
    State(app): State<App>,
    AtDesk { viewer, counts }: AtDesk,
    Query(query): Query<QueueQuery>,
) -> Result<Response, Problem> {
    let (filter, errors) = query.filter.parse()?;
    let desk = viewer.seat.desk;
    let list = filter.list(desk, viewer.now).map_err(Problem::internal)?;
    let after = filter.after.map(|cursor| (cursor.number, cursor.entered_at));
    let (page, done) = tokio::try_join!(
        async { app.store.list_desk(&list, after, PAGE.into()).await.map_err(Problem::from) },
        app.done_by(&viewer, &query.done),
    )?;
    let view = QueueView::of(&viewer, filter, &page, &counts, query.filter.input());
    let view = QueueView { done, errors: errors.clone(), ..view };
    Ok(if errors.is_empty() { Page::ok(view) } else { Page::invalid(view, errors) }.into_response())
}

impl QueueView {
    fn of(viewer: &Viewer, filter: Filter, page: &DeskPage, counts: &DeskCounts, input: FilterInput) -> Self {
        let next = page.next.map(|last| Filter { after: Some(Cursor::from(last)), ..filter }.path("/review"));
        let is_all = next.is_none() && filter.after.is_none() && !filter.is_by_time();
        Self {
            staff: viewer.staff(),
            done: None,
            status: filter.tab.as_str(),
            status_label: filter.tab.label(),
            tabs: tabs_of(counts, filter, is_all.then_some(page.applications.len())),
            filter: input,
            tags: filter.tags(),
            applications: page.applications.iter().map(|one| Row::of(one, viewer.now)).collect(),
            next,
            export: filter.first_page().path("/review/export"),
            first: filter.after.map(|_| filter.first_page().path("/review")),
            tab: filter.tab,
            kinds: kind_choices(viewer.seat.desk.desk),
            errors: FieldErrors::new(),
        }
    }

    /// The column of what is left; of what is over, when it was.
    fn has_deadline(&self) -> bool {
        self.tab.is_open()
    }

    /// Whether several can be decided on at once.
    fn is_selectable(&self) -> bool {
        self.staff.may_act && self.tab == DeskTab::Submitted && !self.applications.is_empty()
    }

    /// Whether its applications are in states that the tab does not tell.
    fn shows_status(&self) -> bool {
        matches!(self.tab, DeskTab::Done | DeskTab::Stuck | DeskTab::Undeliverable)
    }

    fn due_choices(&self) -> Vec<Choice> {
        if has_deadline(self.tab) { due_choices() } else { Vec::new() }
    }

    fn order(&self) -> &'static str {
        if self.tab.is_open() {
            "古いものから順に表示しています"
        } else {
            "新しいものから順に表示しています"
        }
    }

    /// What an empty page says.
    fn nothing(&self) -> &'static str {
        if self.first.is_some() {
            return "この先に申請はありません。";
        }
        if !self.tags.is_empty() {
            return "条件に合う申請はありません。条件を外してお試しください。";
        }
        match self.tab {
            DeskTab::Submitted => "確認をお待ちの申請はありません。新しい申請が届くと、ここに表示されます。",
            DeskTab::Approved => "発行の手続を待っている申請はありません。",
            DeskTab::Issuing => "発行の手続中の申請はありません。",
            DeskTab::Done => "発行が済んだ申請は、まだありません。",
            DeskTab::Rejected => "却下した申請はありません。",
            DeskTab::Returned => "差し戻した申請はありません。",
            DeskTab::Withdrawn => "取り下げられた申請はありません。",
            DeskTab::Stuck => "3週間を超過した申請はありません。",
            DeskTab::Undeliverable => "メールが不達となった申請はありません。",
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::{
        account::Role,
        application::{
            Application,
            samples::{NOON, in_every_status, submitted},
        },
    };

    use super::*;
    use crate::officer::samples::viewer;

    fn view(applications: Vec<Application>, filter: Filter, more: bool) -> QueueView {
        view_of(Role::Officer, applications, filter, more)
    }

    fn view_of(
        role: fn(shared::domain::prefecture::PrefectureDesk) -> Role,
        applications: Vec<Application>,
        filter: Filter,
        more: bool,
    ) -> QueueView {
        let viewer = viewer(role);
        let next = applications.last().filter(|_| more).map(|last| (last.number, last.entered_at));
        let page = DeskPage { applications, next };
        QueueView::of(&viewer, filter, &page, &DeskCounts::default(), FilterInput::default())
    }

    #[test]
    fn a_row_says_what_and_how_long() {
        let mut application = submitted();
        application.flags.since_submission = Some(*NOON);
        let page = view(vec![application], Filter::of(DeskTab::Submitted), true);
        let html = page.render().unwrap();
        for expected in [
            "href=\"/review/API-00001750\"",
            "医療法人社団 大和会 若草山病院",
            "<time datetime=\"2027-01-22T03:00:00Z\">1月22日（金）</time>",
            "期限まで10営業日",
            "3週間超過（申請から）",
            "奈良県 医療担当",
            "href=\"/review?status=submitted&#38;after=API-00001750_1800586800000\"",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert_eq!(html.matches("aria-current=\"page\"").count(), 2, "the part and the tab");
        assert!(!html.contains("chip--error"));
    }

    #[test]
    fn who_only_views_selects_nothing() {
        let tick = "class=\"tick\"";
        let officer = view(vec![submitted()], Filter::of(DeskTab::Submitted), false).render().unwrap();
        let viewer = view_of(Role::DeskViewer, vec![submitted()], Filter::of(DeskTab::Submitted), false);
        let viewer = viewer.render().unwrap();
        assert_eq!((officer.matches(tick).count(), viewer.matches(tick).count()), (1, 0));
        assert!(viewer.contains("若草山病院") && !viewer.contains("まとめて"), "{viewer}");
    }

    #[test]
    fn every_empty_tab_has_its_sentence() {
        let sentences: std::collections::BTreeSet<_> = DeskTab::ALL
            .into_iter()
            .map(|tab| {
                let page = view(Vec::new(), Filter::of(tab), false);
                assert!(page.render().unwrap().contains(page.nothing()));
                page.nothing()
            })
            .collect();
        assert_eq!(sentences.len(), DeskTab::ALL.len());
    }

    #[test]
    fn a_row_in_json() {
        let issuing = in_every_status().remove(2);
        let json = serde_json::to_value(view(vec![issuing], Filter::of(DeskTab::Issuing), false)).unwrap();
        insta::assert_snapshot!(json["applications"][0]);
        insta::assert_snapshot!(json["tabs"][2]);
    }
}
