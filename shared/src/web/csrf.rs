//! Changes are accepted only from our own pages, or from programs that no page can make speak.
//!
//! Our pages are `no-referrer`, and with that policy browsers send `Origin: null` on the POST of a form
//! (Fetch §3.2, "append a request `Origin` header"). So `Sec-Fetch-Site` is asked first, and `Origin`
//! only where that header is missing. Without both, only JSON passes: a page cannot send
//! `application/json` to another site without a preflight, which nothing here answers.

use axum::http::{HeaderMap, Method, header};

/// May this request change something?
pub(super) fn is_own(method: &Method, headers: &HeaderMap, origin: &str) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return true;
    }
    match (text(headers, "sec-fetch-site"), text(headers, header::ORIGIN.as_str())) {
        // `none`: the user's own doing (loading the page again), which no page can bring about.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(sent)) => sent == origin,
        (None, None) => is_json(headers),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// A header that is there but unreadable counts as there, and matches nothing.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    const ORIGIN: &str = "https://register.example.jp";
    const FORM: &str = "application/x-www-form-urlencoded";

    fn post(site: Option<&str>, origin: Option<&str>, kind: &str) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [("sec-fetch-site", site), ("origin", origin), ("content-type", Some(kind))] {
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
        }
        is_own(&Method::POST, &headers, ORIGIN)
    }

    #[test]
    fn who_may_change_something() {
        assert!(post(Some("same-origin"), Some(ORIGIN), FORM));
        assert!(post(Some("same-origin"), Some("null"), FORM), "our own form under no-referrer");
        assert!(post(Some("none"), None, FORM));
        assert!(!post(Some("same-site"), Some(ORIGIN), FORM), "a neighbour's subdomain");
        assert!(!post(Some("cross-site"), Some("https://evil.example"), FORM));
        assert!(!post(Some("cross-site"), Some("null"), "application/json"));
        assert!(post(None, Some(ORIGIN), FORM));
        assert!(!post(None, Some("null"), FORM));
        assert!(!post(None, Some("https://register.example.jp.evil.example"), FORM));
        assert!(!post(None, Some("https://evil.example"), "application/json"));
        assert!(!post(None, None, FORM));
        assert!(!post(None, None, "text/plain"));
        assert!(!post(None, None, "text/plain; application/json"));
        assert!(post(None, None, "application/json; charset=utf-8"));
    }

    #[test]
    fn reading_is_free_and_every_other_method_is_not() {
        assert!(is_own(&Method::GET, &HeaderMap::new(), ORIGIN));
        assert!(is_own(&Method::HEAD, &HeaderMap::new(), ORIGIN));
        assert!(!is_own(&Method::DELETE, &HeaderMap::new(), ORIGIN));
        assert!(!is_own(&Method::PUT, &HeaderMap::new(), ORIGIN));
    }
}
