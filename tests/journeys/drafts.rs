//! Answers outlive a reload, the back button and their session; the next institution of an address begins anew.

use jiff::SignedDuration;
use serde_json::json;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn whoever_proves_the_same_address_again_goes_on() {
    let world = World::start("answers outlive their session", 231).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;
    let half = json!({ "institution_name": "若草山病院", "phone": "0742" });
    assert_eq!(applicant.act("/application/form", &half).await.status, 422);
    let reloaded = applicant.see("/application/form").await.page();
    assert_eq!((&reloaded["answers"]["phone"], &reloaded["restored"]), (&json!("0742"), &json!(false)));

    world.pass(SignedDuration::from_hours(5)).await;
    assert_eq!(applicant.see("/application/form").await.status, 401, "the session is over");
    let again = world.visitor();
    let in_capitals = hospital.clone().with_email("IJIKA@wakakusa.example.jp");
    in_capitals.ask_for_code(&again).await;
    let code = world.newest_code("IJIKA@wakakusa.example.jp").await;
    again.act("/user-Registration-Form/verify", &json!({ "code": code })).await.leads_to();
    let form = again.see("/application/form").await.page();
    assert_eq!(form["restored"], true);
    assert_eq!(form["answers"]["institution_name"], "若草山病院");
    let html = again.see_html("/application/form").await.text;
    assert!(html.contains("前回入力した内容を表示しています") && !html.contains("エラー："), "{html}");
    in_capitals.fill_in(&again).await;
    again.act("/application/submit", &json!({})).await.leads_to();

    let next = world.visitor();
    hospital.prove_address(&world, &next).await;
    let form = next.see("/application/form").await.page();
    assert_eq!((&form["restored"], &form["answers"]["institution_name"]), (&json!(false), &json!("")));
    world.end().await;
}

#[tokio::test]
async fn nobody_else_sees_a_draft_and_after_a_week_it_is_gone() {
    let world = World::start("drafts are private and end", 232).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;
    applicant.act("/application/form", &hospital.form).await.leads_to();

    let stranger = world.visitor();
    Institution::osaka_pharmacy().prove_address(&world, &stranger).await;
    assert_eq!(stranger.see("/application/form").await.page()["restored"], false);
    world.pass(SignedDuration::from_hours(7 * 24 + 5)).await;
    let late = world.visitor();
    hospital.prove_address(&world, &late).await;
    let form = late.see("/application/form").await.page();
    assert_eq!((&form["restored"], &form["answers"]["institution_name"]), (&json!(false), &json!("")));
    world.end().await;
}
