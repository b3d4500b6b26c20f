//! The room as a whole, through a small router: what every function gets by calling `routes`.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    body::{Body as HttpBody, to_bytes},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::{
    domain::form::FieldErrors,
    web::{Body, Page, SeeOther, SetCookie},
};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Template, Serialize)]
#[template(
    source = "<h1>{{ name }}</h1>{% for e in errors.iter() %}<p>{{ e.message }}</p>{% endfor %}",
    ext = "html"
)]
struct Greeting {
    name: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

fn greeting(name: &str) -> Greeting {
    Greeting { name: name.into(), errors: FieldErrors::default() }
}

async fn rename(Body(Name { name }): Body<Name>) -> Result<Page<Greeting>, Problem> {
    let mut errors = FieldErrors::default();
    if name.is_empty() {
        errors.push("name", "＊名前を入力してください");
        return Ok(Page::invalid(Greeting { name, errors: errors.clone() }, errors));
    }
    let cookie = SetCookie::host("__Host-user", "t", SignedDuration::from_hours(1));
    Ok(Page::ok(Greeting { name, errors }).with_cookie(cookie))
}

fn site() -> Router {
    let router = Router::new()
        .route("/greeting", get(|| async { Page::ok(greeting("<奈良>")) }).post(rename))
        .route(
            "/items/{id}",
            get(|| async { Err::<(), _>(Problem::not_found().because("other-prefecture")) }),
        )
        .route("/numbers/{id}", get(|axum::extract::Path(_): axum::extract::Path<u8>| async {}))
        .route("/private", get(|| async { Err::<(), _>(Problem::sign_in_first("/sign-in")) }))
        .route("/lost", post(|| async { Err::<(), _>(Problem::conflict("先に承認されました。")) }))
        .route(
            "/busy",
            post(|| async { Err::<(), _>(Problem::too_many("待って", SignedDuration::from_mins(5))) }),
        )
        .route("/broken", get(|| async { Err::<(), _>(Problem::internal("key=K attribute=status")) }))
        .route("/moved", post(|| async { SeeOther::to("/greeting?done=1") }))
        .route("/astray", post(|| async { SeeOther::to("//evil.example") }));
    let config = BTreeMap::from([("ORIGIN".to_owned(), "https://register.example.jp".to_owned())]);
    routes(router, &Config::new(config)).unwrap()
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

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

async fn ask(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<HttpBody>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = site().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
}

async fn visit(path: &str, accept: &str) -> Answer {
    ask("GET", path, &[("accept", accept)], "").await
}

async fn send(path: &str, accept: &str, kind: &str, body: &str) -> Answer {
    let headers = [("accept", accept), ("content-type", kind), ("sec-fetch-site", "same-origin")];
    ask("POST", path, &headers, body.to_owned()).await
}

#[tokio::test]
async fn one_struct_is_page_and_json() {
    let html = visit("/greeting", HTML).await;
    assert_eq!((html.status, html.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!(html.text, "<h1>&#60;奈良&#62;</h1>");
    assert_eq!(html.header("vary"), "Accept");
    let json = visit("/greeting", JSON).await;
    assert_eq!((json.status, json.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(json.json(), json!({ "name": "<奈良>" }));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let answer = ask("HEAD", "/greeting", &[("accept", HTML)], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn errors_of_a_form_are_the_page_or_a_problem() {
    let html = send("/greeting", HTML, FORM, "name=").await;
    assert_eq!(html.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(html.text, "<h1></h1><p>＊名前を入力してください</p>");
    let json = send("/greeting", JSON, JSON, r#"{"name":""}"#).await;
    assert_eq!(json.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json.header("content-type"), "application/problem+json");
    insta::assert_snapshot!(json.text, @r#"{"type":"/help/errors#unprocessable","title":"入力内容に誤りがあります","status":422,"detail":"入力内容に誤りがあるため、処理できませんでした。","errors":[{"field":"name","message":"＊名前を入力してください"}]}"#);
}

#[tokio::test]
async fn cookies_and_redirects_go_out() {
    let answer = send("/greeting", HTML, FORM, "name=a").await;
    assert_eq!(
        answer.header("set-cookie"),
        "__Host-user=t; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600"
    );
    let moved = send("/moved", HTML, FORM, "").await;
    assert_eq!((moved.status, moved.header("location")), (StatusCode::SEE_OTHER, "/greeting?done=1"));
    let astray = send("/astray", HTML, FORM, "").await;
    assert_eq!((astray.status, astray.header("location")), (StatusCode::INTERNAL_SERVER_ERROR, ""));
}

#[tokio::test]
async fn problems_speak_both_forms() {
    let html = visit("/items/1", HTML).await;
    assert_eq!(html.status, StatusCode::NOT_FOUND);
    assert!(html.text.contains("<title>エラー：ページが見つかりません｜"), "{}", html.text);
    assert!(!html.text.contains("other-prefecture"));
    let json = visit("/items/1", JSON).await;
    assert_eq!(json.json()["type"], "/help/errors#not-found");
    assert_eq!(json.json()["errors"], Value::Null);
    let lost = send("/lost", JSON, JSON, "{}").await;
    assert_eq!((lost.status, &lost.json()["detail"]), (StatusCode::CONFLICT, &json!("先に承認されました。")));
    let busy = send("/busy", HTML, FORM, "").await;
    assert_eq!((busy.status, busy.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "300"));
}

#[tokio::test]
async fn a_refusal_stands_in_the_frame_of_its_reader() {
    let staff = visit("/review/nowhere", HTML).await;
    assert_eq!(staff.status, StatusCode::NOT_FOUND);
    assert!(staff.text.contains("｜G-MIS 新規ユーザ登録申請 担当者用</title>"), "{}", staff.text);
    assert!(staff.text.contains("href=\"/staff/home\">担当者用ホームへ</a>"));
    assert!(!staff.text.contains("/track") && !staff.text.contains("/staff/sign-out"));
    let public = visit("/nowhere", HTML).await;
    assert!(public.text.contains("href=\"/\">トップページへ</a>") && !public.text.contains("/staff/"));
}

#[tokio::test]
async fn inside_texts_stay_inside() {
    for accept in [HTML, JSON] {
        let answer = visit("/broken", accept).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.text.contains("key=K") && answer.text.contains("システムでエラーが発生しました"));
    }
}

#[tokio::test]
async fn without_a_session_browsers_go_to_sign_in_and_scripts_are_told() {
    let html = visit("/private", HTML).await;
    assert_eq!((html.status, html.header("location")), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(visit("/private", JSON).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn unknown_crooked_and_wrongly_asked_paths() {
    for path in [
        "/nowhere",
        "/greeting/",
        "//greeting",
        "/a//b",
        "/%2e%2e/greeting",
        "/items/%2e",
        "/items/%2F1",
        "/items/a%00",
    ] {
        assert_eq!(visit(path, HTML).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(visit(path, JSON).await.json()["status"], 404, "{path}");
    }
    assert_eq!(visit("/numbers/x", JSON).await.json()["status"], 400, "a refusal of the router's own");
    let answer = send("/private", JSON, FORM, "").await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
    assert_eq!(answer.json()["type"], "/help/errors#method-not-allowed");
}

#[tokio::test]
async fn a_method_is_never_overridden() {
    let headers = [("x-http-method-override", "POST"), ("x-method-override", "POST"), ("accept", JSON)];
    let answer = ask("GET", "/lost?_method=POST", &headers, "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/greeting", "/nowhere", "/private", "/broken"] {
        let answer = visit(path, HTML).await;
        assert_eq!(answer.header("content-security-policy"), headers::CONTENT_SECURITY_POLICY, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_foreign_page_changes_nothing() {
    let foreign = [("sec-fetch-site", "cross-site"), ("content-type", FORM), ("accept", HTML)];
    let answer = ask("POST", "/moved", &foreign, "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("この操作は受け付けられませんでした"));
    let own = [("origin", "https://register.example.jp"), ("content-type", FORM)];
    assert_eq!(ask("POST", "/moved", &own, "").await.status, StatusCode::SEE_OTHER);
    let script = [("content-type", JSON)];
    assert_eq!(ask("POST", "/moved", &script, "{}").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused() {
    assert_eq!(send("/greeting", JSON, "text/plain", "name=a").await.json()["status"], 415);
    assert_eq!(send("/greeting", JSON, FORM, "name=%00").await.json()["status"], 400);
    assert_eq!(send("/greeting", JSON, JSON, "{").await.json()["status"], 400);
    assert_eq!(send("/greeting", JSON, FORM, &"a".repeat(300_000)).await.json()["status"], 413);
    assert_eq!(send("/moved", JSON, FORM, &"a".repeat(300_000)).await.json()["status"], 413);
}

#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn one_line_a_request_without_anything_personal() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_target(false)
        .with_writer(move || writer.clone());
    let logging = tracing::subscriber::set_default(subscriber.finish());
    let headers =
        [("cookie", "__Host-user=secret"), ("content-type", FORM), ("origin", "https://evil.example")];
    ask("GET", "/items/taro%40example.jp?email=taro@example.jp", &headers, "").await;
    ask("GET", "/taro@example.jp", &headers, "").await;
    ask("POST", "/greeting", &headers, "name=taro").await;
    visit("/greeting", HTML).await;
    drop(logging);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    insta::assert_snapshot!(text);
    assert!(!text.contains("taro") && !text.contains("secret"));
}

#[test]
fn the_origin_must_be_known() {
    let config = Config::new(BTreeMap::new());
    assert_eq!(routes(Router::new(), &config).err(), Some(ConfigError::Missing("ORIGIN")));
}
