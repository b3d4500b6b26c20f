//! What a person has to look at: mails of which nothing is heard, and what failed five times, sent back from the page.

use serde_json::{Value, json};
use tests::{Institution, Mailbox, Visitor, World};

use crate::delivery_events::{queue, silence};

async fn lying(secretary: &Visitor, queue: &str) -> (u64, bool) {
    let page = secretary.see("/operate/attention").await.page();
    let row = page["queues"].as_array().expect("queues").iter().find(|row| row["queue"] == queue).cloned();
    let row: Value = row.expect("the queue");
    assert_eq!(row["oldest"].is_null(), row["count"] == 0);
    (row["count"].as_u64().expect("a count"), row["can_be_redriven"].as_bool().expect("a flag"))
}

#[tokio::test]
async fn a_mail_of_which_nothing_is_heard_is_listed_from_the_next_day_on() {
    let world = World::start("attention", 91).await;
    silence(&world);
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.newest_mail("receipt", &hospital.email).await;
    let secretary = world.officer("secretariat").await;
    assert_eq!(secretary.see("/operate/attention").await.page()["mails"], json!([]));
    world.travel_to("2027-01-23T10:30:00+09:00").await;
    let secretary = world.officer("secretariat").await;
    let mails = secretary.see("/operate/attention").await.page()["mails"].clone();
    assert_eq!(mails.as_array().map(Vec::len), Some(1), "{mails}: the code mail is not among them");
    assert_eq!(
        (&mails[0]["number"], &mails[0]["kind"]),
        (&json!(number), &json!("ユーザ登録申請完了メール"))
    );
    assert!(!mails.to_string().contains('@'), "no address: {mails}");
}

/// What the sweeper counted last: the newest line that names it.
fn need_attention(world: &World) -> u64 {
    let lines = world.stack.environment("sweep-outbox").expect("the function").metrics.lines();
    let counted = lines.iter().rev().find_map(|line| {
        serde_json::from_str::<Value>(line).expect("JSON")["MailsNeedingAttention"].as_u64()
    });
    counted.expect("counted every minute")
}

#[tokio::test]
async fn a_single_mail_that_comes_to_read_attention_is_counted_for_an_hour() {
    let world = World::start("attention counted", 93).await;
    silence(&world);
    let hospital = Institution::nara_hospital();
    hospital.apply(&world, &world.visitor()).await;
    world.newest_mail("receipt", &hospital.email).await;
    world.travel_to("2027-01-23T09:55:00+09:00").await;
    assert_eq!(need_attention(&world), 0, "not before a day is over");
    world.travel_to("2027-01-23T10:15:00+09:00").await;
    assert_eq!(need_attention(&world), 1, "the receipt; the code mail is not among them");
    world.travel_to("2027-01-23T11:30:00+09:00").await;
    assert_eq!(need_attention(&world), 0, "the list has it still, the alarm ends");
}

#[tokio::test]
async fn what_failed_five_times_is_counted_and_sent_back_from_the_page() {
    let world = World::start("operate redrive", 92).await;
    let secretary = world.officer("secretariat").await;
    assert_eq!(lying(&secretary, "mail").await, (0, false));
    world.stack.ledger().send(&queue(&world, "MailQueue"), "no wake-up").expect("the queue takes it");
    world.stack.settle().await;
    let (count, can_be_redriven) = lying(&secretary, "mail").await;
    assert!(count > 0 && can_be_redriven);
    assert_eq!(lying(&secretary, "mail").await.0, count, "looking takes nothing away");
    let redriven = secretary.act("/operate/dead-letters/mail/redrive", &json!({})).await;
    assert_eq!(redriven.leads_to(), "/operate/attention?redriven=mail");
    world.stack.settle().await;
    assert!(lying(&secretary, "mail").await.0 > 0, "the cause is still there");
    for queue in ["schedule", "nowhere"] {
        let path = format!("/operate/dead-letters/{queue}/redrive");
        assert_eq!(secretary.act(&path, &json!({})).await.status, 404, "{queue}");
    }
    let officer = world.officer("nara-medical").await;
    assert_eq!(officer.act("/operate/dead-letters/mail/redrive", &json!({})).await.status, 404);
    assert_eq!(officer.see("/operate/attention").await.status, 404);
}
