//! Answers of a handler: a page (HTML or JSON of the same struct) or the way to another page.

use std::sync::Arc;

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Problem, SetCookie, render::Deferred};
use crate::domain::form::FieldErrors;

/// One page. What the browser sees and what a script reads is the same struct.
pub struct Page<T> {
    body: T,
    status: StatusCode,
    problem: Option<Problem>,
    cookies: Vec<SetCookie>,
}

impl<T> Page<T> {
    pub fn ok(body: T) -> Self {
        Self { body, status: StatusCode::OK, problem: None, cookies: Vec::new() }
    }

    /// 422: a browser gets the page again, with the errors that `body` shows; a script gets `errors` as
    /// `application/problem+json`.
    pub fn invalid(body: T, errors: FieldErrors) -> Self {
        Self::refused(body, Problem::unprocessable(errors))
    }

    /// The status of `problem`: a browser gets a page of its own for it, a script gets the problem.
    pub fn refused(body: T, problem: Problem) -> Self {
        Self { body, status: problem.kind().status(), problem: Some(problem), cookies: Vec::new() }
    }

    #[must_use]
    pub fn with_cookie(mut self, cookie: SetCookie) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl<T: Template + Serialize + Send + Sync + 'static> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        set_cookies(response.headers_mut(), &self.cookies);
        if let Some(problem) = &self.problem {
            problem.tell_wait(response.headers_mut());
        }
        response.extensions_mut().insert(Deferred::page(Arc::new(self.body), self.problem));
        response
    }
}

/// 303: what was asked is done; here is the page to look at, which can be loaded again without harm.
pub struct SeeOther {
    path: String,
    cookies: Vec<SetCookie>,
}

impl SeeOther {
    /// `path` is a path of this site, with its query: another site is never a target.
    pub fn to(path: impl Into<String>) -> Self {
        Self { path: path.into(), cookies: Vec::new() }
    }

    #[must_use]
    pub fn with_cookie(mut self, cookie: SetCookie) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for SeeOther {
    fn into_response(self) -> Response {
        let Some(location) = own_path(&self.path) else {
            return Problem::internal("the target of a redirect is no path of this site").into_response();
        };
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, location);
        set_cookies(response.headers_mut(), &self.cookies);
        response
    }
}

/// `//elsewhere` and `/\elsewhere` are other sites in a browser's eyes.
pub(super) fn own_path(path: &str) -> Option<HeaderValue> {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    own.then(|| HeaderValue::from_str(path).ok()).flatten()
}

fn set_cookies(headers: &mut HeaderMap, cookies: &[SetCookie]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_redirect_targets() {
        assert!(own_path("/application/form?edit=phone").is_some());
        for elsewhere in ["https://example.com/", "//example.com/", "/\\example.com", "track", "", "/a\r\nb"]
        {
            assert!(own_path(elsewhere).is_none(), "{elsewhere:?}");
        }
    }
}
