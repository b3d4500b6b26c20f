//! `/_local/queues`: how much waits where, what nobody could process, and how that comes back into its queue.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect},
};
use serde::Serialize;
use serde_json::json;

use super::{Page, Problem, answer, wants_json};
use crate::machine::Machine;

const SHOWN: usize = 100;

#[derive(Template, Serialize)]
#[template(path = "queues.html")]
struct Queues {
    queues: Vec<QueueRow>,
}

#[derive(Serialize)]
struct QueueRow {
    name: String,
    dead_letter: bool,
    /// Whether its messages can be sent back to where they came from.
    redrivable: bool,
    visible: u64,
    in_flight: u64,
    delayed: u64,
    held: u64,
    /// The first hundred.
    bodies: Vec<String>,
}

pub(super) async fn show(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    let mut queues = Vec::new();
    for queue in &machine.blueprint.queues {
        let pending = machine.ledger.pending(&queue.name)?;
        queues.push(QueueRow {
            name: queue.name.clone(),
            dead_letter: machine.blueprint.is_dead_letter_queue(&queue.name),
            redrivable: machine.blueprint.gives_up_to(&queue.name).count() == 1,
            visible: pending.visible,
            in_flight: pending.in_flight,
            delayed: pending.delayed,
            held: pending.held,
            bodies: machine.ledger.peek(&queue.name, SHOWN)?,
        });
    }
    answer(&headers, &Queues { queues })
}

/// What lies in a dead-letter queue goes back to the queue that it came from, as SQS has it: without a word
/// about which messages. Mend the cause first.
pub(super) async fn redrive(
    State(machine): State<Arc<Machine>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Page {
    if machine.blueprint.queue(&name).is_none() {
        return Err(Problem::not_found("キュー"));
    }
    let Some(moved) = machine.ledger.redrive(&name)? else {
        let sentence = "どのキューの戻し先でもないため、戻せません / no queue gives up to this one";
        return Err(Problem::new(StatusCode::CONFLICT, sentence));
    };
    if wants_json(&headers) {
        return Ok(Json(json!({ "moved": moved })).into_response());
    }
    Ok(Redirect::to("/_local/queues").into_response())
}
