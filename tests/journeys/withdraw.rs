//! 取下げ: done once however often it is pressed; against a decision at the same moment one of the two wins.

use serde_json::json;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn an_application_is_taken_back_once_and_nothing_follows() {
    let world = World::start("withdraw", 201).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    let state = hospital.open_state(&world, &number).await;
    assert_eq!(state.see("/track/withdraw").await.page()["number"], json!(number));

    let mut tabs = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let tab = state.clone();
        tabs.spawn(async move { tab.act("/track/withdraw", &json!({})).await });
    }
    for pressed in tabs.join_all().await {
        assert_eq!(pressed.leads_to(), "/track/status", "{}", pressed.text);
    }
    world.newest_mail("withdrawn", &hospital.email).await;
    assert_eq!(world.mails("withdrawn", &hospital.email).len(), 1);
    let page = state.see("/track/status").await.page();
    assert_eq!(
        (&page["status"], &page["offers"][0]["path"]),
        (&json!("withdrawn"), &json!("/track/apply-again"))
    );
    let withdrawals = world.application(&number).await.history;
    let withdrawals = withdrawals.iter().filter(|entry| entry.event.as_str() == "withdrawn").count();
    assert_eq!(withdrawals, 1);

    world.travel_to("2027-01-27T10:00:00+09:00").await;
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "M9");
    let last = world.stack.mails().expect("the mailbox can be read").pop().expect("a mail");
    assert_eq!(last.kind.as_deref(), Some("withdrawn"), "M9");
    let late = world.officer("nara-medical").await.approve(&number).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("申請者が") && late.text.contains("取り下げました"), "{}", late.text);
    world.end().await;
}

#[tokio::test]
async fn a_rejection_and_a_withdrawal_at_once_are_one_of_the_two() {
    let world = World::start("withdraw against reject", 202).await;
    let hospital = Institution::nara_hospital();
    for _ in 0..3 {
        let number = hospital.apply(&world, &world.visitor()).await;
        let officer = world.officer("nara-medical").await;
        let state = hospital.open_state(&world, &number).await;
        let body = json!({});
        let (withdrawn, rejected) = tokio::join!(
            state.act("/track/withdraw", &body),
            officer.reject(&number, "other", "こちらの理由により却下します。"),
        );
        match (withdrawn.status, rejected.status) {
            (303, 409) => assert!(rejected.text.contains("取り下げました"), "{}", rejected.text),
            (409, 303) => {
                assert!(withdrawn.text.contains("奈良県が") && withdrawn.text.contains("却下しました"));
                assert!(!withdrawn.text.contains("奈良 一郎"), "the desk has no name for the applicant");
            }
            both => panic!("{both:?}: {} {}", withdrawn.text, rejected.text),
        }
        let history = world.application(&number).await.history;
        let ends = history.iter().filter(|entry| ["withdrawn", "rejected"].contains(&entry.event.as_str()));
        assert_eq!(ends.count(), 1);
        world.pass(jiff::SignedDuration::from_hours(2)).await;
    }
    world.end().await;
}

#[tokio::test]
async fn without_the_session_nothing_is_taken_back() {
    let world = World::start("withdraw by strangers", 203).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    for path in ["withdraw", "correct", "apply-again", "address", "resend"] {
        let path = format!("/track/{path}");
        assert_eq!(world.visitor().act(&path, &json!({ "number": number })).await.status, 401, "{path}");
    }
    assert_eq!(world.application(&number).await.status.kind().as_str(), "submitted");
    world.end().await;
}
