//! 却下: the mail carries the reason, the state page shows it, and the applicant may apply again.

use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn a_rejected_applicant_reads_why_and_applies_again() {
    let world = World::start("reject", 11).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    let note = "機関コードは A-1234 ではなく 1234 です。\n改めて申請してください。";
    officer.reject(&number, "wrong-institution-code", note).await.leads_to();

    let mail = world.newest_mail("rejection", &hospital.email).await;
    assert!(
        mail.text.contains("機関コード誤り") && mail.text.contains("A-1234 ではなく 1234"),
        "{}",
        mail.text
    );
    let state = hospital.look_up(&world, &number).await.to_string();
    assert!(state.contains("rejected") && state.contains("A-1234"), "{state}");
    assert!(world.mails("advance-notice", &hospital.email).is_empty());

    let second = hospital.apply(&world, &world.visitor()).await;
    assert_ne!(second, number, "a new application, not the old one revived");
    assert_eq!(world.application(&number).await.status.kind().as_str(), "rejected");
    world.end().await;
}
