//! 3週間超過: flagged by the daily schedule exactly from 21 days on, seen on the desk's list and the state page, told
//! to the desk.

use jiff::SignedDuration;
use serde_json::json;
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

#[tokio::test]
async fn a_desk_is_told_once_a_business_day_of_what_is_stuck_there() {
    const DESK: &str = "iryo@pref.nara.example.jp";
    let world = World::start("digest", 82).await;
    let secretary = world.officer("secretariat").await;
    let nobody = secretary.act("/operate/desks", &json!({ "desk": "29#medical", "address": "?" })).await;
    assert_eq!(nobody.wrong_fields(), ["address"]);
    let set = secretary.act("/operate/desks", &json!({ "desk": "29#medical", "address": DESK })).await;
    assert_eq!(set.leads_to(), "/operate/desks");
    let number = Institution::nara_hospital().apply(&world, &world.visitor()).await;

    // Submitted on Friday 22 January 2027, so flagged on Saturday 13 February.
    world.travel_to("2027-02-14T23:00:00+09:00").await;
    assert!(world.application(&number).await.flags.is_set());
    assert!(world.mails("stuck-digest", DESK).is_empty(), "not at the weekend");
    world.travel_to("2027-02-15T07:00:00+09:00").await;
    let mail = world.newest_mail("stuck-digest", DESK).await;
    assert!(mail.text.contains("件数：1件（うち、前回のお知らせの後に超えたもの：1件）"), "{}", mail.text);
    assert!(mail.text.contains(&format!("・{number}　申請中　申請から3週間を超過")), "{}", mail.text);
    world.travel_to("2027-02-15T23:00:00+09:00").await;
    assert_eq!(world.mails("stuck-digest", DESK).len(), 1, "once a day");
    world.travel_to("2027-02-16T07:00:00+09:00").await;
    assert_eq!(world.mails("stuck-digest", DESK).len(), 2, "again on the next business day");

    let nara = world.officer("nara-medical").await;
    nara.reject(&number, "duplicate-application", "重複しています。").await.leads_to();
    world.travel_to("2027-02-17T07:00:00+09:00").await;
    assert_eq!(world.mails("stuck-digest", DESK).len(), 2, "decided: nothing is stuck any more");
    let secretary = world.officer("secretariat").await;
    let page = secretary.see("/operate/desks").await.page();
    assert_eq!(page["known"][0]["digested_at"], "2027-02-15T21:00:00Z");
    world.end().await;
}
