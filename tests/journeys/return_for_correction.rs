//! 差戻し: the applicant reads what to correct and until when, in the mail and on the state page.

use serde_json::json;
use shared::domain::form::{INSTITUTION_CODE, STREET};
use tests::{Institution, World};

#[tokio::test]
async fn a_returned_applicant_reads_what_to_correct_and_until_when() {
    let world = World::start("return", 211).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &tests::Mailbox::visitor(&world)).await;
    world.return_it(&number, vec![INSTITUTION_CODE, STREET], "番地が途中で切れています。").await;
    world.pass(jiff::SignedDuration::from_mins(2)).await;

    let mail = world.newest_mail("returned", &hospital.email).await;
    for said in ["・機関コード", "・町名・番地", "番地が途中で切れています。", "1月29日", "/track"]
    {
        assert!(mail.text.contains(said), "{said} in {}", mail.text);
    }
    let page = hospital.look_up(&world, &number).await;
    assert_eq!(page["status"], "returned");
    assert_eq!(page["returned"]["fields"], json!(["機関コード", "町名・番地"]));
    assert_eq!(page["offers"][0]["path"], "/track/correct");
    assert!(page["next"].to_string().contains("1月29日"), "{}", page["next"]);
    let late = world.officer("nara-medical").await.approve(&number).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("差戻し"), "{}", late.text);
    world.end().await;
}
