//! GET /operate/runs/{id} — how far a run has come: each of its cases as it stands now.

use askama::Template;
use axum::extract::{Path, State};
use serde::Serialize;
use shared::{
    domain::{application::Application, ids::RunId, settings::FreezeWindows},
    web::{Moment, Page, Problem},
};

use crate::{
    App,
    operator::{Staff, Viewer},
    plan::Plan,
};

#[derive(Template, Serialize)]
#[template(path = "run.html")]
pub(crate) struct RunPage {
    staff: Staff,
    by: String,
    at: Moment,
    /// Cases on which something has been done since.
    done: usize,
    cases: Vec<RunCase>,
}

#[derive(Serialize)]
struct RunCase {
    number: String,
    institution_name: String,
    is_done: bool,
    status_label: &'static str,
    /// What has been done since, or why nothing was.
    words: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Page<RunPage>, Problem> {
    let missing = || Problem::not_found().with_next("/operate", "発行の状況へ");
    let id = RunId::parse(&id).ok_or_else(missing)?;
    let run = app.store.load_run(&id).await?.ok_or_else(missing)?;
    let freezes = app.store.load_settings().await?.freezes;
    let applications = app.store.load_applications(&run.numbers).await?;
    let cases = applications
        .iter()
        .map(|application| RunCase::of(application, &freezes, &viewer, run.at))
        .collect::<Result<Vec<_>, _>>()?;
    let done = cases.iter().filter(|case| case.is_done).count();
    Ok(Page::ok(RunPage { staff: viewer.staff(), by: run.by_name, at: run.at.into(), done, cases }))
}

impl RunPage {
    fn part() -> &'static str {
        "issuing"
    }
}

impl RunCase {
    fn of(
        application: &Application,
        freezes: &FreezeWindows,
        viewer: &Viewer,
        run_at: jiff::Timestamp,
    ) -> Result<Self, Problem> {
        let since = application.history.iter().rev().find(|entry| entry.at >= run_at);
        let words = match since {
            Some(entry) => entry.event.label().to_owned(),
            None => Plan::of(application, freezes, viewer.now)
                .map_err(Problem::internal)?
                .map_or_else(String::new, |plan| plan.words),
        };
        Ok(Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            is_done: since.is_some(),
            status_label: application.status.kind().label(),
            words,
        })
    }
}
