//! The door: what each request passes before its handler, and each answer after it.

use std::sync::Arc;

use axum::{
    Router,
    body::HttpBody,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};

use super::{Problem, body, csrf, frame::Frame, headers, negotiate::Form, render, request_log::RequestLine};
use crate::runtime::{Config, ConfigError};

/// Puts the door before `router` (call it last, after `with_state`). Reads `ORIGIN`, and
/// `AWS_LAMBDA_FUNCTION_NAME` for the log.
pub fn routes(router: Router, config: &Config) -> Result<Router, ConfigError> {
    let door = Door {
        origin: config.text("ORIGIN")?.to_owned(),
        function: config.optional("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default().to_owned(),
    };
    Ok(router.layer(from_fn_with_state(Arc::new(door), pass)))
}

struct Door {
    origin: String,
    function: String,
}

async fn pass(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let form = Form::accepted(request.headers());
    let frame = Frame::of(request.uri().path());
    let line = RequestLine::of(&request);
    let answer = match door.admit(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let (mut response, outcome) = render::finish(answer, form, frame);
    headers::secure(response.headers_mut());
    line.log(&door.function, response.status(), &outcome);
    response
}

impl Door {
    fn admit(&self, request: &Request) -> Result<(), Problem> {
        if is_crooked(request.uri().path()) {
            return Err(Problem::not_found().because("crooked-path"));
        }
        if !csrf::is_own(request.method(), request.headers(), &self.origin) {
            return Err(Problem::forbidden().because("foreign-origin"));
        }
        if request.body().size_hint().lower() > body::limit_of(request.headers()) as u64 {
            return Err(Problem::too_large());
        }
        Ok(())
    }
}

/// A path that some reader on the way could take for another one.
fn is_crooked(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["//", "\\", "%2e", "%2f", "%5c", "%00", "%25"].iter().any(|part| lower.contains(part))
        || lower.split('/').any(|segment| segment == "." || segment == "..")
}

#[cfg(test)]
mod tests;
