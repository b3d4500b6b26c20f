//! GET /operate/dashboard — how the work goes in the whole country: open by state, days per stage, 不達, arrivals, and
//! what waits longest for its issuing.
//!
//! Invariant: the numbers are sums that grow as applications move; no application is read but the oldest five.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::{application::Queue, desk::Tab, prefecture::Prefecture},
    store::DeskCounts,
    web::{Moment, Page, Problem, figures::Figures},
};

use crate::{
    App,
    operator::{Staff, Viewer},
};

/// Cases that are shown by name.
const OLDEST: i32 = 5;

#[derive(Template, Serialize)]
#[template(path = "dashboard.html")]
pub(crate) struct DashboardPage {
    staff: Staff,
    figures: Figures,
    prefectures: Vec<PrefectureRow>,
    /// Approved ones that wait for their issuing, the one that waits longest first.
    oldest: Vec<Waiting>,
}

#[derive(Serialize)]
struct PrefectureRow {
    name: &'static str,
    submitted: u64,
    in_issuing: u64,
    stuck: u64,
    undeliverable: u64,
}

#[derive(Serialize)]
struct Waiting {
    number: String,
    institution_name: String,
    desk: String,
    since: Moment,
}

pub(crate) async fn show(State(app): State<App>, viewer: Viewer) -> Result<Page<DashboardPage>, Problem> {
    let now = viewer.now;
    let ((counts, figures), oldest) = tokio::try_join!(
        app.store.load_national_figures(now),
        app.store.list_work(Queue::Issue, now, OLDEST),
    )?;
    let oldest = app.store.load_applications(&oldest).await?;
    let of_prefecture = |prefecture: &Prefecture| {
        let own = counts.iter().filter(|(desk, _)| desk.prefecture == *prefecture);
        PrefectureRow::of(*prefecture, &own.map(|(_, counts)| counts).collect::<Vec<_>>())
    };
    Ok(Page::ok(DashboardPage {
        staff: viewer.staff(),
        prefectures: Prefecture::all().iter().map(of_prefecture).collect(),
        figures: Figures::of(counts.values(), &figures, now),
        oldest: oldest
            .iter()
            .map(|one| Waiting {
                number: one.number.to_string(),
                institution_name: one.form.institution_name.as_str().to_owned(),
                desk: format!("{} {}", one.desk().prefecture.name(), one.desk().desk.label()),
                since: one.entered_at.into(),
            })
            .collect(),
    }))
}

impl DashboardPage {
    fn part() -> &'static str {
        "dashboard"
    }
}

impl PrefectureRow {
    /// Of its two desks.
    fn of(prefecture: Prefecture, counts: &[&DeskCounts]) -> Self {
        let count = |tab| counts.iter().map(|counts| counts.count(tab, None)).sum::<u64>();
        Self {
            name: prefecture.name(),
            submitted: count(Tab::Submitted),
            in_issuing: count(Tab::Approved) + count(Tab::Issuing),
            stuck: count(Tab::Stuck),
            undeliverable: count(Tab::Undeliverable),
        }
    }
}
