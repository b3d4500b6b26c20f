//! GET /review/search — one box for every question on the phone: an application number, a part of a name, a code, an
//! address, a telephone number, a login ID. Of the own desk, whatever state it is in.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::DeskViewer, application::Application, desk::SearchQuery, ids::ApplicationNumber,
        registry::LookUp,
    },
    look_up::KnownInstitution,
    web::{AtTheDoor, Cookies, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    officer::{Staff, Viewer},
    row::Row,
};

/// Keys that one page follows.
const PAGE: i32 = 50;

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct FindQuery {
    q: String,
    after: String,
    /// Whether the lists are asked although an application was found.
    lists: bool,
}

#[derive(Template, Serialize)]
#[template(path = "search.html")]
pub(crate) struct FoundView {
    staff: Staff,
    q: String,
    applications: Vec<Row>,
    /// What the lists and the accounts know, of institutions that never applied as well.
    institutions: Vec<KnownInstitution>,
    next: Option<String>,
    /// Where the lists are asked the same.
    in_lists: Option<String>,
}

pub(crate) async fn find(
    State(app): State<App>,
    cookies: Cookies,
    Query(query): Query<FindQuery>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let door = app.sessions.at_the_door(&cookies, now).await?;
    let Some(wanted) = SearchQuery::parse(&query.q) else {
        let (seat, _) = app.sessions.admit(door, &[], now).await?;
        let page = FoundView::of(&Viewer { seat, now }, query.q, &[], Vec::new(), None);
        return Ok(Page::ok(page).into_response());
    };
    let (viewer, applications, next) = app.found(&wanted, &query.after, door, now).await?;
    let by_number = wanted.number().filter(|_| query.after.is_empty());
    if let (Some(number), [only]) = (by_number, applications.as_slice())
        && only.number == number
    {
        return Ok(SeeOther::to(format!("/review/{number}")).into_response());
    }
    // An application tells codes and login ID itself; the lists know who never applied.
    let asks_lists = query.lists || (applications.is_empty() && query.after.is_empty());
    let institutions = match LookUp::parse(&query.q).filter(|_| asks_lists) {
        Some(look_up) => app.store.list_known_institutions(&look_up, Some(viewer.seat.desk)).await?,
        None => Vec::new(),
    };
    let next = next.map(|after| path_of(&query.q, ("after", &after))).transpose()?;
    let in_lists = if asks_lists { None } else { Some(path_of(&query.q, ("lists", "true"))?) };
    Ok(Page::ok(FoundView { in_lists, ..FoundView::of(&viewer, query.q, &applications, institutions, next) })
        .into_response())
}

impl App {
    /// Those of the viewer's desk that have, as they stand, what was searched; and where the search goes on.
    async fn found(
        &self,
        wanted: &SearchQuery,
        after: &str,
        door: AtTheDoor<DeskViewer>,
        now: Timestamp,
    ) -> Result<(Viewer, Vec<Application>, Option<String>), Problem> {
        let prefix = wanted.prefix();
        let named = wanted.number().filter(|_| after.is_empty());
        let (mut numbers, next) = if wanted.is_exact() {
            (Vec::new(), None)
        } else {
            let after = Some(after).filter(|after| after.starts_with(&prefix));
            let page = self.store.list_found(door.desk(), &prefix, after, PAGE).await?;
            (page.numbers, page.next)
        };
        if let Some(named) = named {
            numbers.retain(|number| *number != named);
            numbers.insert(0, named);
        }
        let (seat, mut applications) = self.sessions.admit(door, &numbers, now).await?;
        let is_named = |number: ApplicationNumber| named == Some(number);
        applications.retain(|application| {
            application.is_visible_to(seat.desk)
                && (is_named(application.number) || wanted.matches(application))
        });
        Ok((Viewer { seat, now }, applications, next))
    }
}

impl FoundView {
    fn of(
        viewer: &Viewer,
        q: String,
        applications: &[Application],
        institutions: Vec<KnownInstitution>,
        next: Option<String>,
    ) -> Self {
        let applications = applications.iter().map(|one| Row::of(one, viewer.now)).collect();
        Self { staff: viewer.staff(), q, applications, institutions, next, in_lists: None }
    }
}

fn path_of(q: &str, more: (&str, &str)) -> Result<String, Problem> {
    let query = serde_html_form::to_string([("q", q), more]).map_err(Problem::internal)?;
    Ok(format!("/review/search?{query}"))
}
