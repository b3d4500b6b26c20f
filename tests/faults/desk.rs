//! The legs of a desk's further acts: filed for an institution and corrected, many rejected at once.
//!
//! Invariant: the number is drawn before the officer confirms, so that what is sent again is filed once.

use serde_json::json;
use tests::{Institution, Visitor, World};

use crate::{
    audit::{Expected, Resting},
    journey::HOUR,
    verbs::{assert_done, is_delivered},
};

const WRONG: &str = "ijika@wakakusa.example.co";

/// Filed without a word to anybody, and approved: ① proves the address.
pub(crate) async fn proxy(world: &World) -> Expected {
    let officer = world.signed_in_officer().await;
    let number = file(&officer, &Institution::nara_hospital()).await;
    assert_done(&officer.persist(&format!("/review/{number}/approve"), &json!({})).await);
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    let history = ["submitted-on-behalf", "approved", "advance-notice-written", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1).mail("receipt", 0)
}

/// Corrected while ① is still in the outbox, which is called off.
pub(crate) async fn correct_address(world: &World) -> Expected {
    let officer = world.signed_in_officer().await;
    let (application, _) = world.issuing_on_behalf(HOUR, WRONG).await;
    let number = application.number.to_string();
    let path = format!("/review/{number}/address");
    let seen = officer.look(&path).await.page()["version"].clone();
    let email = Institution::nara_hospital().email;
    assert_done(&officer.persist(&path, &json!({ "version": seen, "email": email })).await);
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    assert!(world.mails("advance-notice", WRONG).is_empty(), "nothing leaves for the address of before");
    let history = [
        "submitted-on-behalf",
        "approved",
        "advance-notice-written",
        "address-corrected",
        "advance-notice-delivered",
    ];
    Expected::of(&number, &history).mail("advance-notice", 2).cancelled("advance-notice")
}

/// Form, check page, number; as a browser goes, whose check page holds the number.
async fn file(officer: &Visitor, institution: &Institution) -> String {
    officer.look("/review/proxy").await.page();
    let typed = institution.form.as_object().expect("answers").iter();
    let typed = typed.map(|(name, value)| (name.as_str(), value.as_str().expect("a text")));
    let more = [("email", institution.email.as_str()), ("agreed", "yes")];
    let fields: Vec<(&str, &str)> = typed.chain(more).collect();
    let check = officer.persist_form("/review/proxy", &fields).await;
    assert!(check.status == 200 && check.text.contains("まだ申請は完了していません"), "{}", check.text);
    let hidden = check.hidden_fields();
    let confirm = [("step", "confirm")];
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = hidden.filter(|(name, _)| *name != "step").chain(confirm).collect();
    let filed = officer.persist_form("/review/proxy", &fields).await;
    let number = filed.leads_to().split('/').nth(2).expect("a number").to_owned();
    officer.look(filed.leads_to()).await.page();
    number
}

pub(crate) async fn reject_selected(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let officer = world.signed_in_officer().await;
    let path = "/review/selected/reject";
    officer.look(&format!("{path}?number={number}")).await.page();
    let row = format!("{number}:1");
    let words =
        [("row", row.as_str()), ("reason", "other"), ("note", "重複しています。"), ("step", "confirm")];
    let rejected = officer.persist_form(path, &words).await;
    officer.look(rejected.leads_to()).await.page();
    world.rest_until(async || true).await;
    Expected::of(&number, &["submitted", "rejected"]).mail("rejection", 1)
}
