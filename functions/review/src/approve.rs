//! POST /review/{number}/approve — the desk accepts an application, and the next case opens.

use axum::extract::State;
use serde::Deserialize;
use shared::{
    domain::application::Approve,
    web::{Body, Problem, SeeOther},
};

use crate::{
    App,
    cursor::Cursor,
    decision::refusal,
    officer::{Asked, Officer},
};

#[derive(Deserialize)]
pub(crate) struct ApproveForm {
    /// The version that the officer saw.
    version: Option<u64>,
}

pub(crate) async fn approve(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(form): Body<ApproveForm>,
) -> Result<SeeOther, Problem> {
    let reviewer = &officer.reviewer;
    let mut race = app.store.race();
    loop {
        let application = app.case_to_decide(asked, &officer, form.version).await?;
        let place = Cursor { number: application.number, entered_at: application.entered_at };
        let decided = application
            .approve(Approve, reviewer, officer.now)
            .map_err(|refused| refusal(&refused, place.number, reviewer))?;
        if race.settle(app.store.commit(decided).await).await?.is_some() {
            app.issuing.ring_application(place.number).await;
            return Ok(app.go_on(place, reviewer.desk).await);
        }
    }
}
