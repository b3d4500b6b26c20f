//! ②の再送: the newest one counts for the state; pressed twice it leaves once; there is a limit.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::application::Status;
use tests::{Institution, Mailbox, World};

async fn issued(world: &World, hospital: &Institution) -> String {
    let number = hospital.apply(world, &world.visitor()).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    world.newest_mail("login-notice", &hospital.email).await;
    number
}

#[tokio::test]
async fn the_newest_notice_counts_and_a_second_press_sends_nothing() {
    let world = World::start("resend ②", 251).await;
    let hospital = Institution::nara_hospital();
    let number = issued(&world, &hospital).await;
    let state = hospital.open_state(&world, &number).await;
    let seen = state.see("/track/resend").await.page()["seen"].clone();
    for _ in 0..3 {
        let pressed = state.act("/track/resend", &json!({ "seen": seen })).await;
        assert_eq!(pressed.leads_to(), "/track/status", "{}", pressed.text);
    }
    world.stack.settle().await;
    let mails = world.mails("login-notice", &hospital.email);
    assert_eq!(mails.len(), 2);
    let Status::Issued { notice, delivered_at, .. } = world.application(&number).await.status else {
        panic!("issued")
    };
    assert_eq!(mails[1].mail_id.as_deref(), Some(notice.as_str()), "the state follows the newest");
    assert!(delivered_at.is_some(), "and hears of its delivery");
    world.end().await;
}

#[tokio::test]
async fn a_link_that_is_over_brings_a_notice_that_counts_too() {
    let world = World::start("② again by its link", 252).await;
    let hospital = Institution::nara_hospital();
    let number = issued(&world, &hospital).await;
    let link = world.newest_password_link(&hospital.email).await;
    world.travel_to("2027-01-30T10:00:00+09:00").await;
    let person = world.visitor();
    assert_eq!(person.see(&link).await.status, 410);
    person.act(&format!("{link}/resend"), &json!({})).await.leads_to();
    world.stack.settle().await;
    let mails = world.mails("login-notice", &hospital.email);
    assert_eq!(mails.len(), 2);
    let Status::Issued { notice, .. } = world.application(&number).await.status else { panic!("issued") };
    assert_eq!(mails[1].mail_id.as_deref(), Some(notice.as_str()));
    world.end().await;
}

#[tokio::test]
async fn three_an_hour_and_none_after_the_password() {
    let world = World::start("resend limits", 253).await;
    let hospital = Institution::nara_hospital();
    let number = issued(&world, &hospital).await;
    let state = hospital.open_state(&world, &number).await;
    for _ in 0..3 {
        assert_eq!(state.act("/track/resend", &json!({})).await.status, 303);
    }
    let fourth = state.act("/track/resend", &json!({})).await;
    assert_eq!(fourth.status, 429, "{}", fourth.text);
    assert!(fourth.text.contains("1時間に3回まで"), "{}", fourth.text);
    world.pass(SignedDuration::from_mins(50)).await;
    let link = world.newest_password_link(&hospital.email).await;
    let set = world.visitor().act(&link, &json!({ "password": "さんぽみちの朝はいつもパンの匂い" })).await;
    assert_eq!(set.leads_to(), "/menu", "{}", set.text);
    let late = state.act("/track/resend", &json!({})).await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(late.text.contains("パスワードの設定が完了している"), "{}", late.text);
    world.end().await;
}

#[tokio::test]
async fn a_delivered_notice_whose_reader_has_left_goes_to_a_colleague() {
    let world = World::start("the reader has left", 254).await;
    let hospital = Institution::nara_hospital();
    let number = issued(&world, &hospital).await;
    let state = hospital.open_state(&world, &number).await;
    let colleague = "koutai@wakakusa.example.jp";
    state.act("/track/address", &json!({ "email": colleague })).await.leads_to();
    let code = world.newest_code(colleague).await;
    assert_eq!(state.act("/track/address/code", &json!({ "code": code })).await.leads_to(), "/track/status");
    let link = world.newest_password_link(colleague).await;
    let set = world.visitor().act(&link, &json!({ "password": "さんぽみちの朝はいつもパンの匂い" })).await;
    assert_eq!(set.leads_to(), "/menu", "{}", set.text);
    world.end().await;
}
