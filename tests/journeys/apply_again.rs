//! もう一度の申請: filled in from the one before, with a number of its own; the one before is never revived (W8).

use serde_json::json;
use tests::{Institution, Mailbox, Visitor, World};

async fn again(state: &Visitor, hospital: &Institution) -> String {
    assert_eq!(state.act("/track/apply-again", &json!({})).await.leads_to(), "/application/form");
    let form = state.see("/application/form").await.page();
    assert_eq!(form["answers"]["city"], "奈良市", "filled in");
    assert_eq!(form["email"], json!(hospital.email), "the address is proven");
    hospital.fill_in(state).await;
    assert_eq!(state.act("/application/submit", &json!({})).await.leads_to(), "/application/done");
    let done = state.see("/application/done").await.page();
    done["number"].as_str().expect("the done page names the number").to_owned()
}

#[tokio::test]
async fn after_a_rejection_and_after_a_withdrawal() {
    let world = World::start("apply again", 231).await;
    let hospital = Institution::nara_hospital();
    let first = hospital.apply(&world, &world.visitor()).await;
    let early = hospital.open_state(&world, &first).await;
    assert_eq!(early.act("/track/apply-again", &json!({})).await.status, 409, "it still waits");
    let officer = world.officer("nara-medical").await;
    officer.reject(&first, "other", "こちらの理由により却下します。").await.leads_to();
    let second = again(&early, &hospital).await;
    world.pass(jiff::SignedDuration::from_hours(2)).await;
    let state = hospital.open_state(&world, &second).await;
    assert_eq!(state.see("/track/status").await.page()["applied_again_of"], json!(first));
    state.act("/track/withdraw", &json!({})).await.leads_to();
    let third = again(&state, &hospital).await;

    let numbers = [first.clone(), second.clone(), third];
    let mut found = Vec::new();
    for number in numbers {
        let application = world.application(&number).await;
        found.push((
            application.status.kind().as_str(),
            application.applied_again_of.map(|of| of.to_string()),
        ));
    }
    assert_eq!(found, [("rejected", None), ("withdrawn", Some(first)), ("submitted", Some(second))], "W8");
    world.end().await;
}

#[tokio::test]
async fn the_same_institution_twice_in_one_day_gets_one_account() {
    let world = World::start("the same institution twice", 232).await;
    let hospital = Institution::nara_hospital();
    let first = hospital.apply(&world, &world.visitor()).await;
    let other = hospital.clone().with_email("soumu@wakakusa.example.jp");
    let second = other.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.approve(&first).await.leads_to();
    officer.approve(&second).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    let kind = async |number: &str| world.application(number).await.status.kind().as_str();
    let mut kinds = [kind(&first).await, kind(&second).await];
    kinds.sort_unstable();
    assert_eq!(kinds, ["already-entitled", "issued"]);
    world.end().await;
}
