//! `/_local/counts`: what was sent, disturbed and called so far.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap};
use serde::Serialize;

use super::{Page, answer};
use crate::{machine::Machine, stack::Counts};

#[derive(Template, Serialize)]
#[template(path = "counts.html")]
#[serde(transparent)]
struct CountsPage {
    counts: Counts,
}

pub(super) async fn show(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    answer(&headers, &CountsPage { counts: machine.counts()? })
}
