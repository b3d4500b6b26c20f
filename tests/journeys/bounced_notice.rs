//! ① does not arrive: ② never leaves, and both sides read 不達.

use local::wire::{DeliveryRule, EventKind, EventRequest};
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn a_bounced_advance_notice_stops_the_login_notice() {
    let world = World::start("bounced ①", 31).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(hospital.email.clone()),
        kind: Some("advance-notice".into()),
        events: vec![event(EventKind::Send), bounce()],
    });
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;

    assert_undeliverable_everywhere(&world, &hospital, &number).await;
}

#[tokio::test]
async fn a_bounce_after_the_delivery_and_before_the_login_notice_stops_it_too() {
    let world = World::start("bounce after delivery", 32).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    let advance = world.newest_mail("advance-notice", &hospital.email).await;
    let before = world.application(&number).await;
    assert!(before.history.iter().any(|entry| entry.event.as_str() == "advance-notice-delivered"));
    world.travel_to("2027-01-24T12:00:00+09:00").await;
    world.stack.report_event(&advance.mail_id.expect("a tag"), &bounce()).expect("a late bounce");
    world.stack.settle().await;

    assert_undeliverable_everywhere(&world, &hospital, &number).await;
}

async fn assert_undeliverable_everywhere(world: &World, hospital: &Institution, number: &str) {
    world.travel_to("2027-01-27T10:00:00+09:00").await;
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "② left after ① bounced");
    let state = hospital.look_up(world, number).await.to_string();
    assert!(state.contains("advance-notice-undeliverable") && state.contains("不達"), "{state}");
    let officer = world.officer("nara-medical").await;
    let case = officer.see(&format!("/review/{number}")).await.page().to_string();
    assert!(case.contains("不達"), "{case}");
    let counts = world.account_for_mails().await;
    assert_eq!((counts.lost, counts.doubled), (0, 0));
}

fn event(kind: EventKind) -> EventRequest {
    EventRequest {
        kind,
        bounce_type: None,
        sub_type: None,
        status: None,
        diagnostic: None,
        after: jiff::SignedDuration::ZERO,
    }
}

fn bounce() -> EventRequest {
    EventRequest {
        sub_type: Some("General".into()),
        status: Some("5.1.1".into()),
        diagnostic: Some("smtp; 550 5.1.1 user unknown".into()),
        ..event(EventKind::Bounce)
    }
}
