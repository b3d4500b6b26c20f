//! 配信停止リスト: an address that SES keeps gets no mail; the secretariat asks to let it go, and the next mail arrives.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{
    delivery::DeliveryState,
    mail::{Fate, MailKind},
};
use tests::{Institution, Mailbox, Visitor, World};

/// Addresses and what came of them, the newest requests of each sort.
async fn rows(secretary: &Visitor) -> Vec<(String, String, bool)> {
    let page = secretary.see("/operate/suppressions").await.page();
    let rows = page["removals"].as_array().expect("a list").clone();
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    rows.iter()
        .map(|row| (text(row, "address"), text(row, "state"), row["concluded_at"].is_string()))
        .collect()
}

#[tokio::test]
async fn an_address_that_was_let_go_is_written_to_again() {
    let world = World::start("suppressions", 110).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.stack.settle().await;
    world.stack.ledger().suppress(&hospital.email, "BOUNCE").expect("suppressed");
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    world.stack.settle().await;
    let case = officer.see(&format!("/review/{number}")).await.page().to_string();
    assert!(case.contains("配信停止リスト"), "{case}");

    let secretary = world.signed_in("secretariat").await;
    let nothing = secretary.act("/operate/suppressions", &json!({ "address": "x", "reason": " " })).await;
    assert_eq!(nothing.wrong_fields(), ["address", "reason"]);
    let ask = json!({ "address": hospital.email, "reason": "受信箱を空けたとの電話" });
    secretary.act("/operate/suppressions", &ask).await.leads_to();
    assert_eq!(rows(&secretary).await, [(hospital.email.clone(), "waiting".to_owned(), false)]);
    world.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(rows(&secretary).await, [(hospital.email.clone(), "removed".to_owned(), true)]);
    assert_eq!(world.stack.ledger().suppressed(&hospital.email).expect("readable").map(|_| ()), None);

    hospital.look_up(&world, &number).await;
    world.stack.settle().await;
    let mut codes = world.committed_mails().await;
    codes.retain(|mail| mail.kind() == MailKind::Code);
    let newest = codes.iter().max_by_key(|mail| mail.created_at).expect("a code mail");
    assert!(
        matches!(newest.fate(world.stack.now()), Fate::Known(DeliveryState::Delivered { .. })),
        "{newest:?}"
    );

    let secretary = world.signed_in("secretariat").await;
    secretary.act("/operate/suppressions", &ask).await.leads_to();
    world.pass(SignedDuration::from_mins(2)).await;
    assert_eq!(rows(&secretary).await[0].1, "not-listed", "a second request finds nothing to do");
    world.end().await;
}
