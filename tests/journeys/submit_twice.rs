//! Double submission: the same button twice, in many tabs at once: one application, one number, one receipt.

use serde_json::json;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn many_submissions_of_one_form_are_one_application() {
    let world = World::start("double submission", 41).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;
    hospital.fill_in(&applicant).await;

    let mut tabs = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let tab = applicant.clone();
        tabs.spawn(async move {
            let submitted = tab.act("/application/submit", &json!({})).await;
            assert_eq!(submitted.leads_to(), "/application/done", "{}", submitted.text);
            tab.see("/application/done").await.page()["number"].to_string()
        });
    }
    let mut numbers = tabs.join_all().await;
    numbers.dedup();
    assert_eq!(numbers.len(), 1, "{numbers:?}");
    world.newest_mail("receipt", &hospital.email).await;
    assert_eq!(world.mails("receipt", &hospital.email).len(), 1);
    let queue = world.officer("nara-medical").await.queue("submitted").await;
    assert_eq!(queue.len(), 1, "{queue:?}");
    world.end().await;
}
