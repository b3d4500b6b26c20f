//! 3週間超過: flagged by the daily schedule exactly from 21 days on, seen on the desk's list and the state page.

use jiff::SignedDuration;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn an_application_that_waits_is_flagged_after_21_days() {
    let world = World::start("stuck", 81).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.pass(SignedDuration::from_hours(20 * 24)).await;
    assert!(!world.application(&number).await.flags.is_set(), "not before the 21st day");

    world.pass(SignedDuration::from_hours(2 * 24)).await;
    let flags = world.application(&number).await.flags;
    assert!(flags.in_state.is_some() && flags.since_submission.is_some(), "{flags:?}");
    let list = world.officer("nara-medical").await.queue("submitted").await;
    assert!(serde_json::to_string(&list).expect("JSON").contains("3週間"), "{list:?}");
    let state = hospital.look_up(&world, &number).await.to_string();
    assert!(state.contains("3週間"), "{state}");

    world.pass(SignedDuration::from_hours(3 * 24)).await;
    let history = world.application(&number).await.history;
    let flagged = history.iter().filter(|entry| entry.event.as_str() == "flagged").count();
    assert_eq!(flagged, 2, "each reason once, however often the schedule runs");
    world.end().await;
}
