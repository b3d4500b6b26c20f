//! 「メールが届かない」 on the telephone: what became of the mails to an address, before there is any application and after.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Institution, Mailbox, Visitor, World};

/// Kind, application and state of each mail; those of one moment have no order.
fn told(page: &Value) -> BTreeSet<(String, Option<String>, String)> {
    let rows = page["found"]["mails"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    rows.map(|row| {
        (text(&row["kind"]).expect("a kind"), text(&row["number"]), text(&row["state"]).expect("a state"))
    })
    .collect()
}

async fn look_up(secretary: &Visitor, address: &str) -> Value {
    secretary.see(&format!("/operate/mails?address={address}")).await.page()
}

#[tokio::test]
async fn a_code_mail_that_never_arrived_is_found_by_its_address() {
    let world = World::start("code mail looked up", 131).await;
    let dead = Institution::nara_hospital().with_email("bounce@simulator.amazonses.com");
    dead.ask_for_code(&world.visitor()).await;
    world.stack.settle().await;
    let secretary = world.signed_in("secretariat").await;
    let page = look_up(&secretary, "Bounce@Simulator.amazonses.com").await;
    assert_eq!(told(&page), [("code".to_owned(), None, "undeliverable".to_owned())].into());
    let found = &page["found"];
    assert_eq!(found["suppressed"]["state"], "not-listed", "SES does not keep the simulator's");
    assert!(found["mails"][0]["remote"].is_string() && found["mails"][0]["advice"].is_string(), "{page}");
    assert!(!page.to_string().contains("認証コード："), "nothing of what it says");
    world.stack.ledger().suppress(&dead.email, "BOUNCE").expect("suppressed");
    let suppressed = look_up(&secretary, &dead.email).await["found"]["suppressed"].clone();
    assert!(suppressed["state"] == "listed" && suppressed["since"].is_string(), "{suppressed}");
    let html = secretary.see_html("/operate/mails?address=bounce@simulator.amazonses.com").await.text;
    let removal = "/operate/suppressions?address=bounce%40simulator.amazonses.com";
    assert!(html.contains(removal) && html.contains("不達（"), "{html}");
    let found = secretary.see("/operate/find?q=bounce@simulator.amazonses.com").await;
    assert_eq!(found.wrong_fields(), ["q"], "no application of it");
    world.end().await;
}

#[tokio::test]
async fn every_mail_of_an_application_is_found_and_its_case_is_near() {
    let world = World::start("mails looked up", 132).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.stack.settle().await;
    world.pass(SignedDuration::from_mins(5)).await;
    let secretary = world.signed_in("secretariat").await;
    let page = look_up(&secretary, &hospital.email).await;
    let delivered = || "delivered".to_owned();
    let expected =
        [("receipt".to_owned(), Some(number), delivered()), ("code".to_owned(), None, delivered())];
    assert_eq!(told(&page), expected.into());
    assert_eq!(page["found"]["suppressed"]["state"], "not-listed");
    assert_eq!(page["found"]["next"], json!(null));

    let nobody = look_up(&secretary, "nobody@example.jp").await;
    assert_eq!(told(&nobody), [].into());
    let wrong = secretary.see("/operate/mails?address=nobody").await;
    assert_eq!(wrong.wrong_fields(), ["address"]);
    assert_eq!(secretary.see("/operate/mails").await.page()["found"], json!(null));
    let officer = world.signed_in("nara-medical").await;
    assert_eq!(officer.see(&format!("/operate/mails?address={}", hospital.email)).await.status, 404);
    world.end().await;
}
