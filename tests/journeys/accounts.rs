//! Signing in, locks, links and second factors, tried from outside as an attacker and as a busy person would.

use std::net::IpAddr;

use jiff::SignedDuration;
use local::demo;
use serde_json::json;
use shared::domain::{account::StaffAccount, ids::StaffId};
use tests::{Answer, Mailbox, Visitor, World};
use tokio::task::JoinSet;

const LOGIN_ID: &str = "osaka001";
const EMAIL: &str = "jimu@aoi.example.jp";
const NEW: &str = "correct horse battery staple";

#[tokio::test]
async fn parallel_tries_never_exceed_the_limit_and_nobody_is_locked_like_anybody() {
    let world = World::start("sign-in limit", 41).await;
    for login_id in [LOGIN_ID, "nobody99"] {
        let mut tries = JoinSet::new();
        for _ in 0..12 {
            let visitor = world.visitor();
            tries.spawn(async move { try_sign_in(&visitor, login_id, "wrong wrong wrong").await });
        }
        let answers = tries.join_all().await;
        let wrong = answers.iter().filter(|answer| answer.text.contains("正しくありません")).count();
        let locked = answers.iter().filter(|answer| answer.text.contains("ログインを止めています")).count();
        assert_eq!((wrong, locked), (5, 7), "{login_id}: five comparisons were shown, and no more");
        let right = try_sign_in(&world.visitor(), login_id, demo::PASSWORD).await;
        assert!(right.text.contains("ログインを止めています"), "{login_id}: {}", right.text);
    }
    world.pass(SignedDuration::from_mins(15)).await;
    let right = try_sign_in(&world.visitor(), LOGIN_ID, demo::PASSWORD).await;
    assert_eq!(right.leads_to(), "/menu");
    assert_eq!(try_sign_in(&world.visitor(), "nobody99", demo::PASSWORD).await.status, 422);
    world.end().await;
}

#[tokio::test]
async fn who_tries_many_names_from_one_network_is_stopped_and_others_are_not() {
    let world = World::start("sign-in network", 49).await;
    let from = |host| Visitor::at(world.stack.origin(), IpAddr::from([127, 0, 0, host]));
    let (attacker, neighbour) = (from(7), from(8));
    for n in 0..15 {
        let tried = try_sign_in(&attacker, &format!("name{n:04}"), "wrong wrong wrong").await;
        assert!(tried.text.contains("正しくありません"), "{n}: {}", tried.text);
        let staff = json!({ "staff_id": format!("staff-{n}"), "password": "wrong wrong wrong" });
        let tried = attacker.act("/staff/sign-in", &staff).await;
        assert_eq!(tried.wrong_fields(), ["password"], "{n}");
    }
    let right = try_sign_in(&attacker, LOGIN_ID, demo::PASSWORD).await;
    assert_eq!(right.status, 429, "no answer about a password any more");
    assert!(right.text.contains("ネットワーク"), "{}", right.text);
    assert_eq!(try_sign_in(&neighbour, LOGIN_ID, demo::PASSWORD).await.leads_to(), "/menu");
    world.pass(SignedDuration::from_mins(15)).await;
    assert_eq!(try_sign_in(&attacker, LOGIN_ID, demo::PASSWORD).await.leads_to(), "/menu");
    world.end().await;
}

#[tokio::test]
async fn the_menu_leads_as_far_as_the_rights_and_signing_out_ends_it_everywhere() {
    let world = World::start("menu", 42).await;
    let user = world.visitor();
    try_sign_in(&user, " ＯＳＡＫＡ001 ", demo::PASSWORD).await.leads_to();
    let menu = user.see("/menu").await.page();
    assert_eq!(menu["institution_name"], "難波あおい病院");
    let state =
        async |right: &str| user.see(&format!("/menu/{right}")).await.page()["state"]["state"].clone();
    assert_eq!(state("medical-information").await, "open");
    assert_eq!(state("pharmacy-information").await, "no-right");
    assert_eq!(user.see("/menu/nonsense").await.status, 404);
    assert_eq!(user.see("/sign-in").await.leads_to(), "/menu", "who is in needs no form");

    let other_tab = user.clone();
    assert_eq!(user.act("/sign-out", &json!({})).await.leads_to(), "/sign-in");
    for tab in [user, other_tab] {
        assert_eq!(tab.see("/menu").await.status, 401);
        assert_eq!(tab.see_html("/menu").await.leads_to(), "/sign-in");
    }
    world.end().await;
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_the_newest_link_only() {
    let world = World::start("forgotten password", 43).await;
    let before = world.visitor();
    try_sign_in(&before, LOGIN_ID, demo::PASSWORD).await.leads_to();
    let (known, unknown) = (ask(&world, LOGIN_ID).await, ask(&world, "nobody99").await);
    assert_eq!((known.leads_to(), &known.text), (unknown.leads_to(), &unknown.text), "answered alike");
    let first = newest_link(&world).await;
    ask(&world, LOGIN_ID).await.leads_to();
    let second = newest_link(&world).await;
    ask(&world, LOGIN_ID).await.leads_to();
    assert_eq!(
        ask(&world, LOGIN_ID).await.leads_to(),
        known.leads_to(),
        "the fourth is answered like the others"
    );
    world.stack.settle().await;
    assert_eq!(world.mails("password-reset", EMAIL).len(), 3, "three mails an hour");

    let person = world.visitor();
    for _ in 0..2 {
        assert_eq!(person.see(&second).await.page()["login_id"], LOGIN_ID, "looking uses nothing up");
    }
    for weak in ["", "short", "aaaaaaaaaaaaaaaa", "osaka001osaka001"] {
        assert_eq!(set(&person, &second, weak).await.wrong_fields(), ["password"], "{weak}");
    }
    assert_eq!(set(&person, &second, NEW).await.leads_to(), "/menu");
    person.see("/menu").await.page();

    assert_eq!(before.see("/menu").await.status, 401, "sessions of before are over");
    for (link, words) in [(&second, "既にパスワードが設定されています"), (&first, "別のURLで")]
    {
        let answer = set(&world.visitor(), link, "another password entirely").await;
        assert_eq!((answer.status, answer.text.contains(words)), (410, true), "{}", answer.text);
    }
    assert_eq!(try_sign_in(&world.visitor(), LOGIN_ID, demo::PASSWORD).await.status, 422);
    assert_eq!(try_sign_in(&world.visitor(), LOGIN_ID, NEW).await.leads_to(), "/menu");
    world.end().await;
}

#[tokio::test]
async fn a_link_works_once_in_time_and_for_one_of_two() {
    let world = World::start("password links", 44).await;
    ask(&world, LOGIN_ID).await.leads_to();
    let expired = newest_link(&world).await;
    world.pass(SignedDuration::from_hours(1)).await;
    let late = set(&world.visitor(), &expired, NEW).await;
    assert_eq!((late.status, late.text.contains("有効期限が過ぎたため")), (410, true), "{}", late.text);
    let again = world.visitor().act(&format!("{expired}/resend"), &json!({})).await;
    assert_eq!(again.leads_to(), "/forgot-password?sent=yes");

    let link = newest_link(&world).await;
    assert_ne!(link, expired);
    let mut both = JoinSet::new();
    for _ in 0..2 {
        let (visitor, link) = (world.visitor(), link.clone());
        both.spawn(async move { set(&visitor, &link, NEW).await.status });
    }
    let mut statuses = both.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);

    let unknown = format!("/set-password/{}", "A".repeat(43));
    assert_eq!(world.visitor().see(&unknown).await.status, 404);
    assert_eq!(set(&world.visitor(), &unknown, NEW).await.status, 404);
    assert_eq!(world.visitor().act(&format!("{unknown}/resend"), &json!({})).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn a_garbled_password_is_an_error_of_its_field_and_uses_no_link_up() {
    let world = World::start("garbled password", 49).await;
    ask(&world, LOGIN_ID).await.leads_to();
    let link = newest_link(&world).await;
    // The same words in Shift_JIS.
    let bytes = b"password=%82%B3%82%F1%82%DB%82%DD%82%BF%82%CC%92%A9%82%CD%82%A2%82%C2%82%E0".to_vec();
    let garbled = world.visitor().send_bytes(&link, "application/x-www-form-urlencoded", bytes).await;
    assert_eq!(garbled.wrong_fields(), ["password"], "{}", garbled.text);
    assert!(garbled.text.contains("文字化けした文字"), "{}", garbled.text);
    assert_eq!(set(&world.visitor(), &link, NEW).await.status, 303, "the link still works");
    let sign_in = b"login_id=0a1b2c3d&password=%82%B3".to_vec();
    let wrong = world.visitor().send_bytes("/sign-in", "application/x-www-form-urlencoded", sign_in).await;
    assert_eq!(wrong.wrong_fields(), ["password"], "{}", wrong.text);
    world.end().await;
}

#[tokio::test]
async fn staff_need_both_factors_and_no_code_works_twice() {
    let world = World::start("second factor", 45).await;
    let first_only = world.visitor();
    first_factor(&first_only).await;
    for page in ["/staff/home", "/review"] {
        assert_eq!(first_only.see(page).await.status, 401, "{page}");
    }
    let code = world.totp("nara-medical").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(second_factor(&first_only, wrong).await.wrong_fields(), ["code"]);
    let cookie_of_before = first_only.clone();
    assert_eq!(second_factor(&first_only, &code).await.leads_to(), "/review");
    assert_eq!(first_only.see("/staff/home").await.page()["console"], "/review");
    assert_eq!(
        second_factor(&cookie_of_before, &code).await.status,
        401,
        "the first factor's session is over"
    );

    let replaying = world.visitor();
    first_factor(&replaying).await;
    assert_eq!(second_factor(&replaying, &code).await.wrong_fields(), ["code"], "the code was used");

    let secretariat = world.officer("secretariat").await;
    assert_eq!(secretariat.see("/staff/home").await.page()["console"], "/operate");
    assert_eq!(secretariat.see("/review").await.status, 404, "the desks' pages do not exist for them");
    world.end().await;
}

#[tokio::test]
async fn disabling_staff_ends_their_session_and_their_sign_in() {
    let world = World::start("disabled staff", 46).await;
    let officer = world.officer("osaka-medical").await;
    officer.see("/staff/home").await.page();
    let id = StaffId::parse("osaka-medical").expect("a staff id");
    let staff = world.store().load_staff(&id).await.expect("readable").expect("there");
    let (epoch, version) = (staff.epoch + 1, staff.version + 1);
    let disabled = StaffAccount { disabled: true, epoch, version, ..staff };
    world.store().commit_staff(&disabled, None).await.expect("nobody was faster");
    assert_eq!(officer.see("/staff/home").await.status, 401);
    let body = json!({ "staff_id": "osaka-medical", "password": demo::PASSWORD });
    assert_eq!(world.visitor().act("/staff/sign-in", &body).await.wrong_fields(), ["password"]);
    world.end().await;
}

async fn try_sign_in(visitor: &Visitor, login_id: &str, password: &str) -> Answer {
    visitor.act("/sign-in", &json!({ "login_id": login_id, "password": password })).await
}

async fn ask(world: &World, login_id: &str) -> Answer {
    // A minute apart: the limit of the network is not what is tried here.
    world.pass(SignedDuration::from_mins(1)).await;
    world.visitor().act("/forgot-password", &json!({ "login_id": login_id })).await
}

async fn set(visitor: &Visitor, link: &str, password: &str) -> Answer {
    visitor.act(link, &json!({ "password": password })).await
}

async fn newest_link(world: &World) -> String {
    let mail = world.newest_mail("password-reset", EMAIL).await;
    let link = mail.links.iter().find(|link| link.contains("/set-password/")).expect("a link");
    link.strip_prefix(world.stack.origin()).expect("it leads to this site").to_owned()
}

async fn first_factor(visitor: &Visitor) {
    let body = json!({ "staff_id": "nara-medical", "password": demo::PASSWORD });
    assert_eq!(visitor.act("/staff/sign-in", &body).await.leads_to(), "/staff/second-factor");
}

async fn second_factor(visitor: &Visitor, code: &str) -> Answer {
    visitor.act("/staff/second-factor", &json!({ "code": code })).await
}
