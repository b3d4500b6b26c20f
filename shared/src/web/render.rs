//! From an answer that waits for its form to bytes. Only the door calls this.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Problem, ProblemKind, frame::Frame, headers, negotiate::Form};
use crate::runtime::BoxError;

/// An answer whose form is not chosen yet, carried in the response's extensions.
#[derive(Clone)]
pub(super) enum Deferred {
    Page { body: Arc<dyn Render>, problem: Option<Problem> },
    Problem(Problem),
}

/// What can be shown in both forms.
pub(super) trait Render: Send + Sync {
    fn html(&self) -> Result<String, BoxError>;
    fn json(&self) -> Result<String, BoxError>;
}

impl<T: Template + Serialize + Send + Sync> Render for T {
    fn html(&self) -> Result<String, BoxError> {
        Ok(self.render()?)
    }

    fn json(&self) -> Result<String, BoxError> {
        Ok(serde_json::to_string(self)?)
    }
}

/// What was answered, for the log.
pub(super) struct Outcome {
    pub(super) problem: Option<ProblemKind>,
    pub(super) because: Option<&'static str>,
}

impl Outcome {
    fn of(problem: Option<&Problem>) -> Self {
        Self { problem: problem.map(Problem::kind), because: problem.and_then(Problem::reason) }
    }
}

impl Deferred {
    pub(super) fn page(body: Arc<dyn Render>, problem: Option<Problem>) -> Self {
        Self::Page { body, problem }
    }
}

/// Gives a response its body in the wanted form. A refusal of axum's own (no such route, a path that
/// does not fit) becomes the problem of its status, in the `frame` of the path that was asked for.
pub(super) fn finish(mut response: Response, form: Form, frame: Frame) -> (Response, Outcome) {
    let deferred = match response.extensions_mut().remove::<Deferred>() {
        None if is_bare_refusal(&response) => Some(Deferred::Problem(Problem::of(response.status()))),
        deferred => deferred,
    };
    match deferred {
        None => (response, Outcome::of(None)),
        Some(Deferred::Page { body, problem }) => {
            let outcome = Outcome::of(problem.as_ref());
            let response = match problem {
                Some(problem) if form == Form::Json => with_problem(response, &problem, form, frame),
                Some(_) | None => with_body(response, &*body, form),
            };
            (response, outcome)
        }
        Some(Deferred::Problem(problem)) => {
            let outcome = Outcome::of(Some(&problem));
            (with_problem(response, &problem, form, frame), outcome)
        }
    }
}

fn is_bare_refusal(response: &Response) -> bool {
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let own_words = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    refused && own_words.is_none_or(|kind| kind.starts_with("text/plain"))
}

fn with_body(response: Response, body: &dyn Render, form: Form) -> Response {
    let (content, kind) = match form {
        Form::Html => (body.html(), "text/html; charset=utf-8"),
        Form::Json => (body.json(), "application/json"),
    };
    filled(response, content, kind)
}

fn with_problem(mut response: Response, problem: &Problem, form: Form, frame: Frame) -> Response {
    *response.status_mut() = problem.kind().status();
    match form {
        Form::Json => filled(response, problem.json(), "application/problem+json"),
        Form::Html => match problem.sign_in_path() {
            Some(path) => {
                *response.status_mut() = StatusCode::SEE_OTHER;
                response.headers_mut().insert(header::LOCATION, path);
                headers::vary_by_accept(response.headers_mut());
                response
            }
            None => filled(response, problem.html(frame), "text/html; charset=utf-8"),
        },
    }
}

fn filled(mut response: Response, content: Result<String, BoxError>, kind: &'static str) -> Response {
    let content = match content {
        Ok(content) => content,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            return (StatusCode::INTERNAL_SERVER_ERROR, ProblemKind::Internal.title()).into_response();
        }
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    headers::vary_by_accept(response.headers_mut());
    *response.body_mut() = Body::from(content);
    response
}
