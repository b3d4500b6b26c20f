//! What needs no table: the pages in every state of a link, and what is answered without one.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use shared::{
    domain::{
        account::{
            LinkPurpose, LinkRefused, PasswordLink,
            samples::{account, at, link},
        },
        form::FieldErrors,
    },
    mail::LinkToken,
    runtime::Config,
};
use tower::ServiceExt;

use super::*;
use crate::link::{Found, LinkOver, OverBecause, SetPasswordPage, over};

const ORIGIN: &str = "https://register.example.jp";
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The function over tables that nobody answers for: a page that asks one fails.
fn router() -> Router {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let settings = [
        ("ORIGIN", ORIGIN),
        ("PEPPER", key),
        ("LINK_KEY", key),
        ("ROBOT_CHECK_KEY", key),
        ("ROBOT_CHECK_COST", "1000"),
        ("MAIL_QUEUE_URL", "http://127.0.0.1:9/mail"),
        ("AWS_REGION", "ap-northeast-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let settings: BTreeMap<_, _> =
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let environment = Environment::new(Config::new(settings), Clock::fixed(at(0)), Entropy::seeded(1));
    match lambda(&environment).unwrap() {
        Lambda::Http(router) => router,
        Lambda::Events(_) => panic!("it answers requests"),
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn answer(request: Request<Body>) -> Answer {
    let (parts, body) = router().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.into()).unwrap() }
}

async fn visit(path: &str) -> Answer {
    answer(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(path: &str, form: &str) -> Answer {
    let request = Request::post(path)
        .header("origin", ORIGIN)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()));
    answer(request.unwrap()).await
}

#[tokio::test]
async fn what_is_no_token_is_told_what_to_do() {
    let answers = [
        visit("/set-password/short").await,
        post("/set-password/short", "password=correct+horse+battery+staple").await,
        post("/set-password/short/resend", "").await,
    ];
    for answer in answers {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text.contains("URLの全体を") && answer.text.contains(r#"href="/forgot-password""#));
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_script_reads_the_problem_of_a_link() {
    let request = Request::get("/set-password/short").header("accept", "application/json");
    let answer = answer(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert!(answer.text.contains(r#""status":404"#));
}

#[tokio::test]
async fn a_login_id_that_cannot_be_one_is_refused_and_kept() {
    let answer = post("/forgot-password", "login_id=a%22b").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("<title>エラー：パスワードをお忘れの方"));
    assert!(answer.text.contains("＊ログインIDは半角英数字7～8文字で入力してください"));
    assert!(answer.text.contains(r#"value="a&#34;b""#));
}

#[tokio::test]
async fn the_answer_to_a_request_says_nothing_about_the_account() {
    let form = visit("/forgot-password").await;
    assert!(form.text.contains(r#"name="login_id""#));
    let answer = visit("/forgot-password?sent=yes").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("該当するアカウントがある場合は") && answer.text.contains("1時間に3通まで"));
}

fn found(purpose: LinkPurpose) -> Found {
    Found { link: PasswordLink { purpose, ..link() }, account: account() }
}

#[test]
fn the_form_helps_password_managers_and_holds_no_token() {
    let html = SetPasswordPage::of(&found(LinkPurpose::First), FieldErrors::new()).render().unwrap();
    assert!(html.contains("<h1>パスワードの設定</h1>") && html.contains("15文字以上128文字以内"));
    assert!(html.contains(r#"value="nara1234" autocomplete="username" readonly"#));
    assert!(html.contains(r#"type="password" autocomplete="new-password""#) && html.contains("data-reveal"));
    assert!(html.contains(r#"<form method="post" novalidate>"#), "it posts to its own address");
    assert_eq!(html.matches(r#"type="password""#).count(), 1, "no second field");

    let errors = FieldErrors::of("password", "＊短い");
    let html = SetPasswordPage::of(&found(LinkPurpose::Reset), errors).render().unwrap();
    assert!(
        html.contains("<title>エラー：パスワードの再設定")
            && html.contains("これまでのパスワードは使えなくなり")
    );
}

#[test]
fn a_link_that_is_over_offers_a_new_mail() {
    for (state, heading, signs_in) in [
        (OverBecause::Used, "パスワードは設定済みです", true),
        (OverBecause::Expired, "URLの有効期限が過ぎています", false),
        (OverBecause::Superseded, "このURLは使えなくなりました", true),
        (OverBecause::AddressChanged, "このURLは使えなくなりました", false),
    ] {
        let html = LinkOver { state, token: TOKEN.into() }.render().unwrap();
        assert!(html.contains(&format!("<h1>{heading}</h1>")));
        assert!(html.contains(&format!(r#"action="/set-password/{TOKEN}/resend""#)));
        assert_eq!(html.contains(r#"<a class="button" href="/sign-in">"#), signs_in, "{heading}");
    }
}

#[test]
fn every_refusal_has_its_status() {
    let token = LinkToken::parse(TOKEN).unwrap();
    let status = |refused| over(refused, &token).status();
    assert_eq!(status(LinkRefused::Used { at: at(0) }), StatusCode::GONE);
    assert_eq!(status(LinkRefused::Expired { at: at(0) }), StatusCode::GONE);
    assert_eq!(status(LinkRefused::Superseded), StatusCode::GONE);
    assert_eq!(status(LinkRefused::OfAnotherAccount), StatusCode::NOT_FOUND);
}
