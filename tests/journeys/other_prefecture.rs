//! An officer of Nara must never see or touch an application of Osaka: for them it does not exist.

use serde_json::json;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn an_application_of_another_desk_does_not_exist() {
    let world = World::start("other prefecture", 71).await;
    let number = Institution::osaka_pharmacy().apply(&world, &world.visitor()).await;
    let nara = world.officer("nara-medical").await;

    assert!(nara.queue("submitted").await.is_empty());
    let unknown = nara.see("/review/API-09999999").await;
    let foreign = nara.see(&format!("/review/{number}")).await;
    assert_eq!((unknown.status, foreign.status), (404, 404));
    assert_eq!(unknown.body, foreign.body, "nobody can tell a foreign application from none");
    assert_eq!(nara.approve(&number).await.status, 404);
    assert_eq!(nara.reject(&number, "other", "理由です。").await.status, 404);
    assert_eq!(nara.see(&format!("/review/{number}/reject")).await.status, 404);
    let unmoved = world.application(&number).await;
    assert_eq!(unmoved.status.kind().as_str(), "submitted");

    let nobody = world.visitor();
    assert_eq!(nobody.see("/review").await.status, 401);
    assert_eq!(nobody.act(&format!("/review/{number}/approve"), &json!({})).await.status, 401);
    let secretariat = world.officer("secretariat").await;
    assert_eq!(secretariat.see("/review").await.status, 404);

    let osaka = world.officer("osaka-pharmacy").await;
    assert_eq!(osaka.queue("submitted").await.len(), 1);
    osaka.approve(&number).await.leads_to();
    world.end().await;
}
