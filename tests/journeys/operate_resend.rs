//! The secretariat sends a notice again: once for each time it looked.

use serde_json::{Value, json};
use tests::{Institution, Mailbox, Visitor, World};

async fn version(secretary: &Visitor, case: &str) -> Value {
    secretary.see(case).await.page()["version"].clone()
}

#[tokio::test]
async fn a_notice_is_sent_again_once_however_often_the_button_is_pressed() {
    let world = World::start("resend", 81).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let case = format!("/operate/applications/{number}");
    let resend = format!("{case}/resend");
    let secretary = world.officer("secretariat").await;
    let early = json!({ "version": version(&secretary, &case).await });
    assert_eq!(secretary.act(&resend, &early).await.status, 409, "nothing to send yet");

    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let seen = json!({ "version": version(&secretary, &case).await });
    secretary.act(&resend, &seen).await.leads_to();
    assert_eq!(secretary.act(&resend, &seen).await.status, 409, "pressed twice");
    world.stack.settle().await;
    assert_eq!(world.mails("advance-notice", &hospital.email).len(), 2);

    world.travel_to("2027-01-25T09:10:00+09:00").await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1, "② follows the newer ①");
    let secretary = world.officer("secretariat").await;
    let seen = json!({ "version": version(&secretary, &case).await });
    secretary.act(&resend, &seen).await.leads_to();
    world.stack.settle().await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 2);
    let timeline = secretary.see(&case).await.page()["timeline"].to_string();
    assert_eq!(timeline.matches("利用案内のメールを再び作成しました").count(), 2, "{timeline}");
    world.end().await;
}
