//! POST /operate/run — the secretariat has a queue worked off now instead of at the next schedule.
//!
//! Invariant: a run only wakes the functions that the schedule wakes. They decide by the same rules, so a
//! run pressed twice issues nothing twice.

use axum::extract::State;
use serde::Deserialize;
use shared::{
    domain::{
        application::Queue,
        ids::RunId,
        issuing_run::{IssuingRun, MOST_A_RUN},
    },
    store::{CommitError, StoreError},
    web::{Body, Problem, SeeOther},
};

use crate::{App, operator::Operator};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct RunForm {
    queue: String,
}

pub(crate) async fn run(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<RunForm>,
) -> Result<SeeOther, Problem> {
    let (queue, doorbell) = match Queue::parse(&form.queue) {
        Some(queue @ Queue::Issue) => (queue, &app.issuing),
        Some(queue @ Queue::Announce) => (queue, &app.announcing),
        Some(Queue::Awaited | Queue::Undeliverable | Queue::Held) | None => {
            return Err(
                Problem::bad_request("処理の対象を選択してください。").with_next("/operate", "発行の状況へ")
            );
        }
    };
    let numbers = app.store.list_work(queue, operator.now, MOST_A_RUN).await?;
    let run = IssuingRun {
        id: RunId::from_parts(operator.now, app.entropy.bytes::<10>()),
        by: operator.secretary.id,
        by_name: operator.secretary.name,
        at: operator.now,
        numbers,
    };
    app.store.commit_run(&run).await.map_err(|error| match error {
        CommitError::Store(error) => Problem::from(error),
        CommitError::Lost(_) => Problem::from(StoreError::Contended),
    })?;
    tracing::info!(
        event = "run_asked",
        by = run.by.as_str(),
        queue = queue.as_str(),
        cases = run.numbers.len(),
        "a run was asked for"
    );
    for number in &run.numbers {
        doorbell.ring_application(*number).await;
    }
    Ok(SeeOther::to(format!("/operate/runs/{}", run.id.as_str())))
}
