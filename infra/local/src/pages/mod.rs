//! The pages under `/_local/`: mailbox, clock, queues, tables, accounts, counts. HTML, or JSON by `Accept`.
//!
//! Architecture invariant: these routes exist in the local stack only; no function and no template knows
//! them, and a page of another site cannot press their buttons.

mod clock;
mod counts;
mod mails;
mod queues;
mod staff;
mod tables;

use std::sync::Arc;

use askama::Template;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::{Timestamp, tz};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{ledger::LedgerError, machine::Machine};

type Page = Result<Response, Problem>;

/// All local pages.
pub(crate) fn router(machine: Arc<Machine>) -> Router {
    Router::new()
        .route("/_local", get(|| async { Redirect::permanent("/_local/") }))
        .route("/_local/", get(index))
        .route("/_local/mails", get(mails::list))
        .route("/_local/mails/{id}", get(mails::show))
        .route("/_local/mails/{id}/raw", get(mails::raw))
        .route("/_local/mails/{id}/events", post(mails::report))
        .route("/_local/clock", get(clock::show).post(clock::travel))
        .route("/_local/queues", get(queues::show))
        .route("/_local/queues/{name}/redrive", post(queues::redrive))
        .route("/_local/tables", get(tables::list))
        .route("/_local/tables/{name}", get(tables::show))
        .route("/_local/staff", get(staff::show))
        .route("/_local/counts", get(counts::show))
        .route("/_local/settle", post(settle))
        .layer(middleware::from_fn(refuse_other_sites))
        .with_state(machine)
}

#[derive(Template, Serialize)]
#[template(path = "index.html")]
struct Index {
    now: Timestamp,
    japan: String,
}

async fn index(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    let now = machine.clock.now();
    answer(&headers, &Index { now, japan: in_japan(now) })
}

async fn settle(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    machine.settle().await;
    if wants_json(&headers) {
        return Ok(Json(json!({ "settled": true, "now": machine.clock.now() })).into_response());
    }
    Ok(Redirect::to("/_local/").into_response())
}

/// A page as HTML, or the same values as JSON.
fn answer<T: Template + Serialize>(headers: &HeaderMap, page: &T) -> Page {
    if wants_json(headers) {
        return Ok(Json(page).into_response());
    }
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response())
}

/// Whether JSON is asked for before HTML.
fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    match (accept.find("application/json"), accept.find("text/html")) {
        (Some(json), Some(html)) => json < html,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The instant as a clock in Japan shows it.
fn in_japan(at: Timestamp) -> String {
    let at = tz::offset(9).to_datetime(at);
    let weekday = ["日", "月", "火", "水", "木", "金", "土"]
        .get(usize::from(at.weekday().to_sunday_zero_offset().unsigned_abs()))
        .unwrap_or(&"");
    format!("{}（{weekday}）{}", at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S"))
}

/// What a local page refuses, as a sentence.
#[derive(Debug)]
struct Problem {
    status: StatusCode,
    sentence: String,
}

impl Problem {
    fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into() }
    }

    fn invalid(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence)
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what}は見つかりません / not found"))
    }

    fn internal(error: &dyn std::error::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "title": self.sentence, "status": self.status.as_u16() });
        let mut response = (self.status, Json(body)).into_response();
        let problem = header::HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem);
        response
    }
}

/// A body as JSON or as a form, whose empty fields count as absent.
struct Input<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let body = Bytes::from_request(request, state).await.map_err(|error| Problem::internal(&error))?;
        let is_form = content_type
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let value = if is_form { form(&body) } else { serde_json::from_slice(&body) };
        let input =
            value.and_then(serde_json::from_value).map_err(|error| Problem::invalid(error.to_string()))?;
        Ok(Self(input))
    }
}

fn form(body: &[u8]) -> serde_json::Result<Value> {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(body).map_err(<serde_json::Error as serde::de::Error>::custom)?;
    let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(Value::Object(filled.map(|(name, value)| (name, Value::String(value))).collect::<Map<_, _>>()))
}

/// A browser says which site a request comes from; what is no browser says nothing.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").map(|site| site.as_bytes().to_owned());
    let from_here = site.is_none_or(|site| site == b"same-origin" || site == b"none");
    if request.method().is_safe() || from_here {
        next.run(request).await
    } else {
        Problem::new(StatusCode::FORBIDDEN, "ほかのサイトからは操作できません / not from another site")
            .into_response()
    }
}
