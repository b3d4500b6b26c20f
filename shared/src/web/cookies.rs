//! Cookies: read what came, and set only `__Host-` cookies (Secure, `HttpOnly`, Path=/, no Domain).

use std::{convert::Infallible, fmt};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use cookie::{Cookie, SameSite, time};
use jiff::SignedDuration;

/// The cookies of a request. An extractor that never refuses.
pub struct Cookies(Vec<Cookie<'static>>);

impl Cookies {
    /// The value of a cookie; nothing for one that is empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|cookie| cookie.name() == name)
            .map(Cookie::value)
            .filter(|value| !value.is_empty())
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let sent = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let cookies = sent.flat_map(|line| Cookie::split_parse(line.to_owned())).flatten();
        Ok(Self(cookies.collect()))
    }
}

/// A cookie to set: with [`super::Page::with_cookie`] or [`super::SeeOther::with_cookie`].
#[derive(Clone)]
pub struct SetCookie(Cookie<'static>);

impl SetCookie {
    /// A cookie of this host only, sent along when a link leads here (`SameSite=Lax`), gone after
    /// `max_age`. `name` begins with `__Host-`; `token` is base64url or hex.
    pub fn host(name: &'static str, token: impl Into<String>, max_age: SignedDuration) -> Self {
        let cookie = Cookie::build((name, token.into()))
            .path("/")
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::seconds(max_age.as_secs()));
        Self(cookie.build())
    }

    /// `SameSite=Strict`: for staff, who never come by a link from elsewhere.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.0.set_same_site(SameSite::Strict);
        self
    }

    /// Takes a cookie away.
    pub fn removed(name: &'static str) -> Self {
        Self::host(name, "", SignedDuration::ZERO)
    }
}

impl fmt::Display for SetCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn a_cookie_is_of_this_host_only() {
        let cookie = SetCookie::host("__Host-staff", "abc", SignedDuration::from_hours(8)).strict();
        assert_eq!(
            cookie.to_string(),
            "__Host-staff=abc; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=28800"
        );
        assert_eq!(
            SetCookie::removed("__Host-user").to_string(),
            "__Host-user=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[tokio::test]
    async fn cookies_are_read_from_one_line_or_several() {
        let request = Request::builder()
            .header("cookie", "__Host-user=u1; other=x")
            .header("cookie", "__Host-track=t1; empty=")
            .body(())
            .unwrap();
        let cookies = Cookies::from_request_parts(&mut request.into_parts().0, &()).await.unwrap();
        assert_eq!(cookies.value("__Host-user"), Some("u1"));
        assert_eq!(cookies.value("__Host-track"), Some("t1"));
        assert_eq!(cookies.value("empty"), None);
        assert_eq!(cookies.value("__Host-staff"), None);
    }
}
