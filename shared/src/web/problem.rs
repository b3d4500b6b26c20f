//! A refusal or a failure: an HTML page that says what to do next, or `application/problem+json`
//! (RFC 9457).

use std::fmt::Display;

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde::Serialize;

use super::{ProblemKind, frame::Frame, page::own_path, render::Deferred};
use crate::{
    domain::form::{FieldError, FieldErrors},
    runtime::BoxError,
    store::StoreError,
};

/// Why a request was not done. The outside reads its sentence; the inside text stands in the log only.
#[derive(Debug, Clone)]
pub struct Problem(Box<Facts>);

#[derive(Debug, Clone)]
struct Facts {
    kind: ProblemKind,
    sentence: Option<String>,
    errors: FieldErrors,
    sign_in: Option<String>,
    retry_after: Option<SignedDuration>,
    next: Option<(String, &'static str)>,
    advice: Option<&'static str>,
    because: Option<&'static str>,
}

impl Problem {
    /// 400, with a sentence that says what is wrong.
    pub fn bad_request(sentence: impl Into<String>) -> Self {
        Self::new(ProblemKind::BadRequest).saying(sentence)
    }

    /// No session. A browser goes to `path`, where one begins (303); a script gets 401.
    pub fn sign_in_first(path: impl Into<String>) -> Self {
        let mut problem = Self::new(ProblemKind::SignInFirst);
        problem.0.sign_in = Some(path.into());
        problem
    }

    /// 401 with a page of its own in both forms: the session that this page needs is over, and the sentence says
    /// where to begin again.
    pub fn session_over(sentence: impl Into<String>) -> Self {
        Self::new(ProblemKind::SignInFirst).saying(sentence)
    }

    /// 403. For what exists but is not theirs use [`Problem::not_found`] with [`Problem::because`].
    pub fn forbidden() -> Self {
        Self::new(ProblemKind::Forbidden)
    }

    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound)
    }

    /// 409, a lost race: the sentence says who did what, and when.
    pub fn conflict(sentence: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict).saying(sentence)
    }

    /// 410: a code, link or session that is over or used.
    pub fn gone(sentence: impl Into<String>) -> Self {
        Self::new(ProblemKind::Gone).saying(sentence)
    }

    /// 413
    pub fn too_large() -> Self {
        Self::new(ProblemKind::TooLarge)
    }

    /// 415
    pub fn unsupported_media() -> Self {
        Self::new(ProblemKind::UnsupportedMedia)
    }

    /// 422 where there is no page to show the errors on; otherwise use `Page::invalid`.
    pub fn unprocessable(errors: FieldErrors) -> Self {
        let mut problem = Self::new(ProblemKind::Unprocessable);
        problem.0.errors = errors;
        problem
    }

    /// 429, with `Retry-After`.
    pub fn too_many(sentence: impl Into<String>, retry_after: SignedDuration) -> Self {
        let mut problem = Self::new(ProblemKind::TooMany).saying(sentence);
        problem.0.retry_after = Some(retry_after);
        problem
    }

    /// 500. Logs the inside text (errors of ours name keys and attributes, never a person's words).
    pub fn internal(error: impl Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(ProblemKind::Internal)
    }

    /// 503: worth another try in a moment. Logs the inside text.
    pub fn unavailable(error: impl Display) -> Self {
        tracing::warn!(%error, "a request met an outage");
        let mut problem = Self::new(ProblemKind::Unavailable);
        problem.0.retry_after = Some(SignedDuration::from_secs(60));
        problem
    }

    /// 503 while the operator works on the system: nothing failed, and the sentence says when it returns.
    pub fn in_maintenance(sentence: impl Into<String>, returns_in: SignedDuration) -> Self {
        let mut problem = Self::new(ProblemKind::Unavailable).saying(sentence).because("maintenance");
        problem.0.retry_after = Some(returns_in);
        problem
    }

    /// The reason, for the log only; a fixed word such as `other-prefecture`.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.0.because = Some(reason);
        self
    }

    /// The button on the problem's page: where to go on.
    #[must_use]
    pub fn with_next(mut self, path: impl Into<String>, label: &'static str) -> Self {
        self.0.next = Some((path.into(), label));
        self
    }

    /// What to do now, where that of its kind does not fit.
    pub(super) fn advising(mut self, advice: &'static str) -> Self {
        self.0.advice = Some(advice);
        self
    }

    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    pub(super) fn of(status: StatusCode) -> Self {
        Self::new(ProblemKind::of(status))
    }

    pub(super) fn reason(&self) -> Option<&'static str> {
        self.0.because
    }

    pub(super) fn sign_in_path(&self) -> Option<HeaderValue> {
        self.0.sign_in.as_deref().and_then(own_path)
    }

    /// `Retry-After`, where waiting helps.
    pub(super) fn tell_wait(&self, headers: &mut HeaderMap) {
        if let Some(wait) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
    }

    pub(super) fn json(&self) -> Result<String, BoxError> {
        let kind = self.0.kind;
        Ok(serde_json::to_string(&Document {
            kind: format!("/help/errors#{}", kind.slug()),
            title: kind.title(),
            status: kind.status().as_u16(),
            detail: self.sentence(),
            errors: self.0.errors.iter().map(DocumentError::of).collect(),
        })?)
    }

    pub(super) fn html(&self, frame: Frame) -> Result<String, BoxError> {
        let kind = self.0.kind;
        let (advice, home) = match frame {
            Frame::Public => (kind.advice(), ("/", "トップページへ")),
            Frame::Staff => (kind.advice_to_staff(), ("/staff/home", "担当者用ホームへ")),
        };
        let (next_path, next_label) = match &self.0.next {
            Some((path, label)) => (path.as_str(), *label),
            None => home,
        };
        let words = Words {
            title: kind.title(),
            sentence: self.sentence(),
            errors: self.0.errors.iter().map(|error| error.message.as_str()).collect(),
            advice: self.0.advice.unwrap_or(advice),
            next_path,
            next_label,
        };
        Ok(match frame {
            Frame::Public => ProblemPage { words }.render()?,
            Frame::Staff => StaffProblemPage { words }.render()?,
        })
    }

    fn new(kind: ProblemKind) -> Self {
        Self(Box::new(Facts {
            kind,
            sentence: None,
            errors: FieldErrors::default(),
            sign_in: None,
            retry_after: None,
            next: None,
            advice: None,
            because: None,
        }))
    }

    pub(super) fn saying(mut self, sentence: impl Into<String>) -> Self {
        self.0.sentence = Some(sentence.into());
        self
    }

    fn sentence(&self) -> &str {
        self.0.sentence.as_deref().unwrap_or_else(|| self.0.kind.detail())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Call(_) | StoreError::Contended => Self::unavailable(error),
            StoreError::Inconsistent(_) | StoreError::NotOfThisFunction(_) => Self::internal(error),
        }
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::unprocessable(errors)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.kind.status().into_response();
        self.tell_wait(response.headers_mut());
        response.extensions_mut().insert(Deferred::Problem(self));
        response
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    words: Words<'a>,
}

#[derive(Template)]
#[template(path = "staff-problem.html")]
struct StaffProblemPage<'a> {
    words: Words<'a>,
}

struct Words<'a> {
    title: &'a str,
    sentence: &'a str,
    errors: Vec<&'a str>,
    advice: &'a str,
    next_path: &'a str,
    next_label: &'a str,
}

/// The members of RFC 9457, and the errors by field.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<DocumentError<'a>>,
}

#[derive(Serialize)]
struct DocumentError<'a> {
    field: &'a str,
    message: &'a str,
}

impl<'a> DocumentError<'a> {
    fn of(error: &'a FieldError) -> Self {
        Self { field: error.field, message: &error.message }
    }
}
