//! What needs no table: the pages, what is typed, and who is sent where without a session.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use jiff::civil::date;
use shared::{
    domain::{
        account::{
            Account, Right, Role,
            samples::{account, staff},
        },
        form::FieldErrors,
    },
    runtime::Config,
    web::SignedInStaff,
};
use tower::ServiceExt;

use super::*;
use crate::{
    menu::{Menu, ReportingState, RightPage},
    second_factor::SecondFactorPage,
    sign_in::SignInPage,
    staff_home::StaffHome,
    staff_sign_in::StaffSignInPage,
};

const ORIGIN: &str = "https://register.example.jp";

/// The function over tables that nobody answers for: a page that asks one fails.
fn router() -> Router {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let settings = [
        ("ORIGIN", ORIGIN),
        ("PEPPER", key),
        ("LINK_KEY", key),
        ("REPORTING_OPENS_ON", "2027-01-05"),
        ("AWS_REGION", "ap-northeast-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let settings: BTreeMap<_, _> =
        settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
    let environment = Environment::new(Config::new(settings), clock, Entropy::seeded(1));
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
async fn without_a_session_every_private_page_leads_to_its_sign_in() {
    for (path, target) in [
        ("/menu", "/sign-in"),
        ("/menu/medical-information", "/sign-in"),
        ("/menu/nonsense", "/sign-in"),
        ("/staff/second-factor", "/staff/sign-in"),
        ("/staff/home", "/staff/sign-in"),
    ] {
        let answer = visit(path).await;
        assert_eq!(
            (answer.status, &answer.headers["location"]),
            (StatusCode::SEE_OTHER, &target.parse().unwrap())
        );
    }
    let answer = post("/staff/second-factor", "code=123456").await;
    assert_eq!(answer.headers["location"], "/staff/sign-in");
}

#[tokio::test]
async fn signing_out_without_a_session_takes_the_cookie_away_too() {
    let user = post("/sign-out", "").await;
    assert_eq!(
        (user.status, &user.headers["location"]),
        (StatusCode::SEE_OTHER, &"/sign-in".parse().unwrap())
    );
    assert_eq!(user.headers["set-cookie"], "__Host-user=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    let staff = post("/staff/sign-out", "").await;
    assert_eq!(staff.headers["location"], "/staff/sign-in");
    assert_eq!(
        staff.headers["set-cookie"],
        "__Host-staff=; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=0"
    );
}

#[tokio::test]
async fn the_forms_are_there_and_say_what_is_missing() {
    for (path, field) in [("/sign-in", "login_id"), ("/staff/sign-in", "staff_id")] {
        let page = visit(path).await;
        assert_eq!((page.status, page.text.contains("エラー：")), (StatusCode::OK, false), "{path}");
        let page = post(path, &format!("{field}=%3Cb%3E&password=")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.text.contains("<title>エラー："), "{path}");
        assert!(page.text.contains("＊パスワードを入力してください"), "{path}");
        assert!(
            page.text.contains("&#60;b&#62;") && !page.text.contains("<b>"),
            "{path}: typed text is escaped"
        );
    }
}

#[test]
fn the_menu_has_a_button_for_each_right() {
    let labels = |buttons: &[menu::Button]| buttons.iter().map(|button| button.label).collect::<Vec<_>>();
    let menu = Menu::of(&account());
    assert_eq!(labels(&menu.rights), ["医療機能情報提供制度"]);
    assert_eq!(labels(&menu.missing), ["薬局機能情報提供制度"]);
    let html = menu.render().unwrap();
    assert!(html.contains(r#"<a class="button" href="/menu/medical-information">"#));
    assert!(html.contains("若草山病院"));
    let none = Account { rights: [].into(), ..account() };
    assert!(Menu::of(&none).render().unwrap().contains("報告できる制度はありません"));
}

#[test]
fn behind_a_button_stands_what_the_day_says() {
    let opens_on = date(2027, 1, 5);
    let state = |right, at: &str| ReportingState::of(&account(), right, opens_on, at.parse().unwrap());
    let before = state(Right::MedicalInformation, "2027-01-04T23:59:59+09:00");
    let text = "令和9年（2027年）1月5日（火曜日）".to_owned();
    assert_eq!(before, ReportingState::OpensOn { date: "2027-01-05".into(), text: text.clone() });
    assert_eq!(state(Right::MedicalInformation, "2027-01-05T00:00:00+09:00"), ReportingState::Open);
    assert_eq!(state(Right::PharmacyInformation, "2027-01-05T00:00:00+09:00"), ReportingState::NoRight);

    let html = |state| {
        let right = Right::PharmacyInformation.label();
        RightPage { institution_name: "若草山病院".into(), right, state }.render().unwrap()
    };
    assert!(html(before).contains(&format!(r#"<time datetime="2027-01-05">{text}</time>"#)));
    let refused = html(ReportingState::NoRight);
    assert!(refused.contains("「薬局機能情報提供制度」の報告の権限が存在しません"));
    assert!(refused.contains(r#"href="/user-Registration-Form""#));
    assert!(html(ReportingState::Open).contains("これで完了です"));
}

#[test]
fn staff_see_only_what_they_can_do() {
    let home = |role| {
        let staff = staff();
        StaffHome::of(SignedInStaff { id: staff.id, name: staff.name, role }).render().unwrap()
    };
    let officer = home(staff().role);
    assert!(officer.contains("奈良県 医療担当") && officer.contains("申請一覧を開く"));
    let secretariat = home(Role::Secretariat);
    assert!(secretariat.contains("厚生労働省G-MIS事務局") && !secretariat.contains("申請一覧"));
}

#[test]
fn passwords_and_codes_never_come_back_in_a_page() {
    let pages = [
        SignInPage { login_id: "nara1234".into(), errors: FieldErrors::new() }.render().unwrap(),
        StaffSignInPage { staff_id: "nara-iryo".into(), errors: FieldErrors::new() }.render().unwrap(),
        SecondFactorPage { errors: FieldErrors::of("code", "＊") }.render().unwrap(),
    ];
    for html in &pages {
        let secret =
            html.lines().find(|line| line.contains(r#"type="password""#) || line.contains(r#"id="code""#));
        let secret = secret.unwrap();
        assert!(!secret.contains("value=") || secret.contains(r#"value="""#), "{secret}");
    }
    assert!(pages[0].contains(r#"value="nara1234""#) && pages[0].contains(r#"autocomplete="username""#));
    assert!(pages[2].contains(r#"autocomplete="one-time-code""#));
}
