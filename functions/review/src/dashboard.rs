//! GET /review/dashboard — how the desk's work goes: open by state, days per stage, the oldest cases, 不達, arrivals.
//!
//! Invariant: the numbers are sums that grow as applications move; no application is read but the oldest five.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::desk::Tab,
    store::DeskList,
    web::{Page, Problem, figures::Figures},
};

use crate::{
    App,
    officer::{Staff, Viewer},
    row::Row,
};

/// Cases that are shown by name.
const OLDEST: i32 = 5;

#[derive(Template, Serialize)]
#[template(path = "dashboard.html")]
pub(crate) struct DashboardPage {
    staff: Staff,
    figures: Figures,
    /// Those that wait for the desk's decision, the one that waits longest first.
    oldest: Vec<Row>,
}

pub(crate) async fn show(State(app): State<App>, viewer: Viewer) -> Result<Page<DashboardPage>, Problem> {
    let (desk, now) = (viewer.seat.desk, viewer.now);
    let waiting = DeskList::of(desk, Tab::Submitted);
    let ((counts, figures), oldest) = tokio::try_join!(
        app.store.load_desk_figures(desk, now),
        app.store.list_desk(&waiting, None, OLDEST),
    )?;
    Ok(Page::ok(DashboardPage {
        staff: viewer.staff(),
        figures: Figures::of([&counts], &figures, now),
        oldest: oldest.applications.iter().map(|one| Row::of(one, now)).collect(),
    }))
}
