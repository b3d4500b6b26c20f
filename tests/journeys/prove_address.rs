//! 新しいメールアドレスの登録: the way goes on at the new address, and nothing more leaves for the old one (W10).

use jiff::SignedDuration;
use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::json;
use tests::{Answer, Institution, Mailbox, Visitor, World};

const NEW: &str = "soumu@wakakusa.example.jp";

fn event(kind: EventKind) -> EventRequest {
    EventRequest {
        kind,
        bounce_type: None,
        sub_type: None,
        status: None,
        diagnostic: None,
        after: SignedDuration::ZERO,
    }
}

fn bounce() -> EventRequest {
    EventRequest {
        sub_type: Some("General".into()),
        status: Some("5.1.1".into()),
        ..event(EventKind::Bounce)
    }
}

fn bounces(world: &World, to: &str, kind: &str) {
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(to.to_owned()),
        kind: Some(kind.to_owned()),
        events: vec![event(EventKind::Send), bounce()],
    });
}

/// Types the address in and the code that goes there.
async fn prove(world: &World, state: &Visitor, email: &str) -> Answer {
    let typed = state.act("/track/address", &json!({ "email": email })).await;
    assert_eq!(typed.leads_to(), "/track/address/code", "{}", typed.text);
    let code = world.newest_code(email).await;
    state.act("/track/address/code", &json!({ "code": code })).await
}

fn all_to(world: &World, email: &str) -> usize {
    let all = world.stack.mails().expect("the mailbox can be read");
    all.iter().filter(|mail| mail.to.iter().any(|to| to == email)).count()
}

#[tokio::test]
async fn after_a_bounced_advance_notice_the_way_goes_on_at_the_new_address() {
    let world = World::start("new address after ①", 241).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    bounces(&world, &hospital.email, "advance-notice");
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let state = hospital.open_state(&world, &number).await;
    let before = state.see("/track/status").await.page().to_string();
    assert!(before.contains("不達") && before.contains("/track/address"), "{before}");
    let old_tab = hospital.open_state(&world, &number).await;
    let to_old = all_to(&world, &hospital.email);

    assert_eq!(prove(&world, &state, NEW).await.leads_to(), "/track/status");
    assert_eq!(state.see("/track/status").await.page()["status"], "issuing", "the browser stays in");
    assert_eq!(old_tab.see("/track/status").await.status, 401, "a session of the old address has ended");
    let again = state.act("/track/address/code", &json!({ "code": "123456" })).await;
    assert_eq!(again.status, 401, "the code is used up: {}", again.text);
    world.newest_mail("advance-notice", NEW).await;
    world.travel_to("2027-01-22T23:00:00+09:00").await;
    assert!(world.mails("login-notice", NEW).is_empty(), "W2: not before the next business day");
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    assert_eq!(world.mails("login-notice", NEW).len(), 1);
    assert_eq!(all_to(&world, &hospital.email), to_old, "W10: nothing more to the old address");
    let moved = hospital.clone().with_email(NEW);
    assert_eq!(moved.look_up(&world, &number).await["status"], "issued");
    world.end().await;
}

#[tokio::test]
async fn after_a_bounced_login_notice_it_comes_again_and_the_old_link_is_dead() {
    let world = World::start("new address after ②", 242).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    bounces(&world, &hospital.email, "login-notice");
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    let old = world.newest_password_link(&hospital.email).await;
    let state = hospital.open_state(&world, &number).await;
    let to_old = all_to(&world, &hospital.email);
    assert_eq!(prove(&world, &state, NEW).await.leads_to(), "/track/status");

    let person = world.visitor();
    let dead = person.act(&old, &json!({ "password": "さんぽみちの朝はいつもパンの匂い" })).await;
    assert_eq!(dead.status, 410, "{}", dead.text);
    assert!(dead.text.contains("メールアドレスが変更されています"), "{}", dead.text);
    // Whoever asks by the old link gets nothing at the old address.
    person.act(&format!("{old}/resend"), &json!({})).await;
    let new = world.newest_password_link(NEW).await;
    assert_eq!(all_to(&world, &hospital.email), to_old, "W10");
    let set = person.act(&new, &json!({ "password": "さんぽみちの朝はいつもパンの匂い" })).await;
    assert_eq!(set.leads_to(), "/menu", "{}", set.text);
    let late = state.act("/track/address", &json!({ "email": "third@wakakusa.example.jp" })).await;
    assert_eq!(late.status, 409, "from the password on the address is the account's");
    world.end().await;
}

#[tokio::test]
async fn while_the_desk_reviews_only_the_address_changes() {
    let world = World::start("new address in review", 243).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let state = hospital.open_state(&world, &number).await;
    let wrong = state.act("/track/address", &json!({ "email": "tanaka" })).await;
    assert_eq!(wrong.wrong_fields(), ["email"]);
    // A code asked for at the old address opens nothing once the address has changed.
    let late = world.visitor();
    late.act("/track", &json!({ "number": number, "email": hospital.email })).await.leads_to();
    let late_code = world.newest_code(&hospital.email).await;
    assert_eq!(prove(&world, &state, NEW).await.leads_to(), "/track/status");
    late.act("/track/code", &json!({ "code": late_code })).await;
    assert_eq!(late.see("/track/status").await.status, 401);

    world.newest_mail("address-changed", NEW).await;
    world
        .officer("nara-medical")
        .await
        .reject(&number, "other", "こちらの理由により却下します。")
        .await
        .leads_to();
    world.newest_mail("rejection", NEW).await;
    assert!(world.mails("rejection", &hospital.email).is_empty());
    world.end().await;
}

#[tokio::test]
async fn a_full_mailbox_that_has_room_again_is_proven_like_a_new_one() {
    let world = World::start("full mailbox", 244).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let full = EventRequest {
        bounce_type: Some("Transient".into()),
        sub_type: Some("MailboxFull".into()),
        status: Some("4.2.2".into()),
        ..event(EventKind::Bounce)
    };
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(hospital.email.clone()),
        kind: Some("advance-notice".into()),
        events: vec![event(EventKind::Send), full],
    });
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let state = hospital.open_state(&world, &number).await;
    assert!(state.see("/track/status").await.page().to_string().contains("受信箱"), "the reason is told");
    world.stack.clear_delivery_rules();
    assert_eq!(prove(&world, &state, &hospital.email).await.leads_to(), "/track/status");
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    assert_eq!(world.mails("advance-notice", &hospital.email).len(), 2);
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_code_that_cannot_arrive_at_the_new_address_is_told_at_once() {
    let world = World::start("bounced code to the new address", 247).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let state = hospital.open_state(&world, &number).await;
    bounces(&world, NEW, "code");
    state.act("/track/address", &json!({ "email": NEW })).await.leads_to();
    world.newest_mail("code", NEW).await;
    let told = state.see("/track/address/code").await.page();
    assert_eq!(told["delivery"]["state"], "undeliverable", "{told}");
    let html = state.see_html("/track/address/code").await.text;
    assert!(html.contains("<title>エラー：") && html.contains("<a href=\"/track/address\">"), "{html}");
    assert_eq!(state.see("/track/status").await.page()["status"], "submitted", "nothing has changed");
    world.end().await;
}
