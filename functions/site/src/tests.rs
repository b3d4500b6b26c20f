//! Every page of the site through its router, as a browser and as a script.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use jiff::Timestamp;
use serde_json::Value;
use shared::runtime::{Clock, Config, Entropy};
use tower::ServiceExt;

use super::*;
use crate::topics::TOPICS;

const ORIGIN: &str = "https://register.example.jp";
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

fn site() -> Router {
    // Without the name of the settings' table: every page must be there without notices, too.
    let set = [
        ("ORIGIN", ORIGIN),
        ("AWS_REGION", "ap-northeast-1"),
        ("AWS_ACCESS_KEY_ID", "site"),
        ("AWS_SECRET_ACCESS_KEY", "none"),
    ];
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::new(BTreeMap::from(set));
    let environment = Environment::new(config, Clock::fixed(Timestamp::UNIX_EPOCH), Entropy::seeded(1));
    match lambda(&environment).unwrap() {
        Lambda::Http(router) => router,
        Lambda::Events(_) => panic!("the site answers requests"),
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

async fn visit_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = site().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, text }
}

async fn visit(path: &str, accept: &str) -> Answer {
    visit_with(path, &[("accept", accept)]).await
}

fn pages() -> Vec<String> {
    let topics = TOPICS.iter().map(|topic| format!("/help/{}", topic.slug));
    ["/", "/help", "/self-check", "/self-check/mail.recent", "/leaflet", "/maintenance", "/terms", "/privacy"]
        .map(str::to_owned)
        .into_iter()
        .chain(topics)
        .collect()
}

#[tokio::test]
async fn every_page_is_there_in_both_forms() {
    for path in pages() {
        let html = visit(&path, HTML).await;
        assert_eq!(
            (html.status, html.header("content-type")),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(html.text.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">"), "{path}: {}", &html.text[..60]);
        assert_eq!(html.text.matches("<h1").count(), 1, "{path}");
        assert!(!html.text.contains("style=") && !html.text.contains("<script>"), "{path}: inline code");
        assert!(html.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        let json = visit(&path, JSON).await;
        assert_eq!(
            (json.status, json.header("content-type")),
            (StatusCode::OK, "application/json"),
            "{path}"
        );
        assert!(serde_json::from_str::<Value>(&json.text).unwrap().is_object(), "{path}");
    }
}

/// The paths of the other functions that the pages lead to.
const ELSEWHERE: [&str; 7] = [
    "/user-Registration-Form",
    "/user-Registration-Form/verify",
    "/track",
    "/sign-in",
    "/forgot-password",
    "/login-id",
    "/change-address",
];

#[tokio::test]
async fn every_link_leads_somewhere() {
    for page in pages() {
        let text = visit(&page, HTML).await.text;
        for target in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            if target.starts_with('#') || ELSEWHERE.contains(&target) {
                continue;
            }
            let (path, place) = target.split_once('#').unwrap_or((target, ""));
            let found = visit(path, HTML).await;
            assert_eq!(found.status, StatusCode::OK, "{page} leads to {target}");
            assert!(place.is_empty() || found.text.contains(&format!("id=\"{place}\"")), "{page}: {target}");
        }
    }
}

#[tokio::test]
async fn what_people_must_read_is_said() {
    let front = visit("/", HTML).await.text;
    assert!(front.contains("機関コード（お持ちの場合）") && front.contains("申請が必要でない機関"));
    let terms: Value = serde_json::from_str(&visit("/terms", JSON).await.text).unwrap();
    assert_eq!(terms["version"], shared::domain::terms::TERMS_VERSION);
    assert!(visit("/help/url-does-not-open", HTML).await.text.contains(ORIGIN));
    assert!(visit("/help/errors", HTML).await.text.contains("id=\"not-found\""));
}

#[tokio::test]
async fn the_code_of_the_entry_page_comes_as_two_images() {
    for (path, kind) in [("/leaflet/qr.svg", "image/svg+xml"), ("/leaflet/qr.png", "image/png")] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = site().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], kind);
        assert_eq!(response.headers()["cache-control"], "public, max-age=3600");
    }
    let leaflet = visit("/leaflet", HTML).await.text;
    assert!(leaflet.contains("https://register.example.jp/user-Registration-Form"));
}

#[tokio::test]
async fn an_unknown_topic_is_not_found_in_both_forms() {
    for path in [
        "/help/nothing",
        "/help/%E5%A5%88",
        "/help/",
        "/terms/x",
        "/nowhere",
        "/self-check/x",
        "/leaflet/qr.gif",
    ] {
        let html = visit(path, HTML).await;
        assert_eq!(html.status, StatusCode::NOT_FOUND, "{path}");
        assert!(html.text.contains("<title>エラー：ページが見つかりません"), "{path}");
        let json = visit(path, JSON).await;
        assert_eq!(json.header("content-type"), "application/problem+json", "{path}");
        assert_eq!(serde_json::from_str::<Value>(&json.text).unwrap()["status"], 404, "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_as_long_as_their_address_names_them() {
    for (name, kind) in [
        ("site.css", "text/css; charset=utf-8"),
        ("form.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let current = visit(&web::asset(name), "*/*").await;
        assert_eq!((current.status, current.header("content-type")), (StatusCode::OK, kind));
        assert_eq!(current.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(current.header("x-content-type-options"), "nosniff");
        let plain = visit(&format!("/assets/{name}"), "*/*").await;
        assert_eq!((plain.header("cache-control"), &plain.text), ("no-cache", &current.text));
        let again = visit_with(&format!("/assets/{name}"), &[("if-none-match", plain.header("etag"))]).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }
    for unknown in ["/assets/tokens.css", "/assets/..%2FCargo.toml", "/assets/", "/assets/site.css/x"] {
        assert_eq!(visit(unknown, "*/*").await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn nothing_here_can_be_changed() {
    for origin in [ORIGIN, "https://evil.example"] {
        let request = Request::post("/terms").header("origin", origin).body(Body::empty()).unwrap();
        let response = site().oneshot(request).await.unwrap();
        let expected = if origin == ORIGIN { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::FORBIDDEN };
        assert_eq!(response.status(), expected, "{origin}");
    }
}
