//! GET /review/address-changes and /operate/address-changes — what waits, the oldest first; the desk also sees what it
//! has decided on.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{address_change::AddressChange, ids::ChangeId},
    store::{ChangeList, ChangePage},
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App, OF_DESK, OF_OFFICE,
    viewer::{AtDesk, AtOffice, Staff},
};

const PAGE: i32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ListQuery {
    /// 「処理済み」: anything.
    done: String,
    /// The place of the last one of the page before: its time and its id.
    after: String,
}

#[derive(Template, Serialize)]
#[template(path = "list.html")]
pub(crate) struct DeskPage {
    #[serde(skip)]
    staff: Staff,
    is_done: bool,
    changes: Vec<Row>,
    next: Option<String>,
}

#[derive(Template, Serialize)]
#[template(path = "office-list.html")]
pub(crate) struct OfficeListPage {
    #[serde(skip)]
    staff: Staff,
    changes: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Row {
    id: String,
    institution_name: String,
    institution_code: String,
    desk: String,
    old_email: String,
    new_email: String,
    status_label: &'static str,
    created_at: Moment,
    entered_at: Moment,
}

pub(crate) async fn at_desk(
    State(app): State<App>,
    viewer: AtDesk,
    Query(query): Query<ListQuery>,
) -> Result<Page<DeskPage>, Problem> {
    let is_done = !query.done.is_empty();
    let desk = viewer.seat.desk;
    let list = if is_done { ChangeList::DeskDone(desk) } else { ChangeList::Desk(desk) };
    let page = app.store.list_address_changes(list, place_of(&query.after), PAGE).await?;
    let path = if is_done { format!("{OF_DESK}?done=yes&") } else { format!("{OF_DESK}?") };
    let (changes, next) = rows(&page, &path);
    Ok(Page::ok(DeskPage { staff: viewer.staff(), is_done, changes, next }))
}

pub(crate) async fn at_office(
    State(app): State<App>,
    viewer: AtOffice,
    Query(query): Query<ListQuery>,
) -> Result<Page<OfficeListPage>, Problem> {
    let list = ChangeList::Secretariat;
    let page = app.store.list_address_changes(list, place_of(&query.after), PAGE).await?;
    let (changes, next) = rows(&page, &format!("{OF_OFFICE}?"));
    Ok(Page::ok(OfficeListPage { staff: viewer.staff(), changes, next }))
}

impl OfficeListPage {
    /// The part of the secretariat's console that it is.
    fn part() -> &'static str {
        "address-changes"
    }
}

fn rows(page: &ChangePage, path: &str) -> (Vec<Row>, Option<String>) {
    let next = page.next.map(|(at, id)| format!("{path}after={at}_{id}"));
    (page.changes.iter().map(Row::of).collect(), next)
}

/// A place that nobody could be at begins the list anew.
fn place_of(after: &str) -> Option<(Timestamp, ChangeId)> {
    let (at, id) = after.split_once('_')?;
    Some((at.parse().ok()?, ChangeId::parse(id)?))
}

impl Row {
    fn of(change: &AddressChange) -> Self {
        let items = &change.items;
        let code = items.institution_code.as_ref().map(|code| code.as_str().to_owned());
        Self {
            id: change.id.to_string(),
            institution_name: items.institution_name.as_str().to_owned(),
            institution_code: code.unwrap_or_default(),
            desk: change.desk().label(),
            old_email: items.old_email.as_str().to_owned(),
            new_email: items.new_email.as_str().to_owned(),
            status_label: change.status.label(),
            created_at: change.created_at.into(),
            entered_at: change.entered_at.into(),
        }
    }
}
