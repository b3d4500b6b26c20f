//! `/_local/queues`: how much waits where, and what nobody could process.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap};
use serde::Serialize;

use super::{Page, answer};
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
            visible: pending.visible,
            in_flight: pending.in_flight,
            delayed: pending.delayed,
            held: pending.held,
            bodies: machine.ledger.peek(&queue.name, SHOWN)?,
        });
    }
    answer(&headers, &Queues { queues })
}
