//! One line a request. It holds nothing that a person typed: the route's pattern instead of the path,
//! no query, no address, no cookie.

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
};
use lambda_http::RequestExt as _;

use super::render::Outcome;

/// What is known of a request before it is handled.
pub(super) struct RequestLine {
    method: Method,
    route: Option<MatchedPath>,
    request_id: String,
}

impl RequestLine {
    pub(super) fn of(request: &Request) -> Self {
        let context = request.lambda_context_ref();
        Self {
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            request_id: context.map(|context| context.request_id.clone()).unwrap_or_default(),
        }
    }

    /// Refused access is a warning, a failure an error, so that both can be counted.
    pub(super) fn log(&self, function: &str, status: StatusCode, outcome: &Outcome) {
        let method = self.method.as_str();
        let route = self.route.as_ref().map_or("unmatched", MatchedPath::as_str);
        let request_id = self.request_id.as_str();
        let problem = outcome.problem.map_or("", |kind| kind.slug());
        let because = outcome.because.unwrap_or_default();
        let status = status.as_u16();
        match status {
            500.. => {
                tracing::error!(function, request_id, method, route, status, problem, because, "request");
            }
            401 | 403 | 404 | 429 => {
                tracing::warn!(function, request_id, method, route, status, problem, because, "refused");
            }
            _ => tracing::info!(function, request_id, method, route, status, problem, because, "request"),
        }
    }
}
