//! What failed five times lies in the dead-letter queue until its cause is mended, and then succeeds.

use serde_json::{Value, json};
use shared::{domain::ids::MailId, runtime::Metric};
use tests::{Institution, Mailbox, Visitor, World};

use crate::delivery_events::{Reports, deliver, letter, queue, silence};

/// SES knows the mail by this id, but our record of it is wrong.
const UNRECORDED: &str = "0106-unrecorded-000000";

#[tokio::test]
async fn a_report_that_failed_five_times_is_redriven_to_success() {
    let reports = Reports::read();
    let world = World::start("redrive", 51).await;
    silence(&world);
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let receipt = world.newest_mail("receipt", &hospital.email).await;
    let report = reports.untagged("delivery", UNRECORDED);
    deliver(&world, &report);
    world.stack.settle().await;

    let visitor = world.visitor();
    let dead = queue(&world, "DeliveryDeadLetterQueue");
    let bodies = bodies_in(&visitor, &dead).await;
    assert!(!bodies.is_empty() && bodies.iter().all(|body| *body == report), "{bodies:?}");
    let officer = world.officer("nara-medical").await;
    assert!(letter(&officer, &number, "receipt").await.contains("送信中"));

    let again = redrive(&visitor, &dead).await;
    assert_eq!(again["moved"], bodies.len());
    world.stack.settle().await;
    assert!(!bodies_in(&visitor, &dead).await.is_empty(), "the cause is still there");

    let id = MailId::parse(&receipt.mail_id.expect("a tag")).expect("a mail id");
    record_message_id(&world, &id, UNRECORDED).await;
    redrive(&visitor, &dead).await;
    world.stack.settle().await;
    assert!(bodies_in(&visitor, &dead).await.is_empty());
    assert!(letter(&officer, &number, "receipt").await.contains("送信完了"));
    let counted = world.stack.environment("record-delivery").expect("the function").metrics;
    assert_eq!(counted.total(Metric::MailsDelivered), 1);
}

#[tokio::test]
async fn only_what_was_given_up_can_be_sent_back() {
    let world = World::start("no redrive", 52).await;
    let visitor = world.visitor();
    let page = visitor.see_html("/_local/queues").await;
    assert!(!page.text.contains("/redrive"), "nothing to send back, no button: {}", page.text);
    for (name, status) in [(queue(&world, "MailQueue"), 409), ("nowhere".to_owned(), 404)] {
        let answer = visitor.act(&format!("/_local/queues/{name}/redrive"), &json!({})).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let dead = queue(&world, "MailDeadLetterQueue");
    world.stack.ledger().send(&queue(&world, "MailQueue"), "no wake-up").expect("the queue takes it");
    world.stack.settle().await;
    let page = visitor.see_html("/_local/queues").await;
    let button = format!("action=\"/_local/queues/{dead}/redrive\"");
    assert!(page.text.contains(&button) && page.text.contains("no wake-up"), "{}", page.text);
    let pressed = visitor.submit_form(&format!("/_local/queues/{dead}/redrive"), &[]).await;
    assert_eq!(pressed.leads_to(), "/_local/queues");
}

async fn redrive(visitor: &Visitor, dead: &str) -> Value {
    visitor.act(&format!("/_local/queues/{dead}/redrive"), &json!({})).await.page()
}

async fn bodies_in(visitor: &Visitor, name: &str) -> Vec<Value> {
    let page = visitor.see("/_local/queues").await.page();
    let mut queues = page["queues"].as_array().expect("queues").iter();
    let row = queues.find(|row| row["name"] == name).expect("the queue");
    let bodies = row["bodies"].as_array().expect("bodies").iter();
    bodies.map(|body| serde_json::from_str(body.as_str().expect("text")).expect("JSON")).collect()
}

/// The operator's act: the mail bears the id under which SES reports it.
async fn record_message_id(world: &World, id: &MailId, message_id: &str) {
    use shared::domain::outbox::Outbox;
    let store = world.store();
    let mail = store.load_mail(id).await.expect("readable").expect("there");
    let Outbox::Sent { tries, at, .. } = mail.outbox.clone() else { panic!("{:?}", mail.outbox) };
    let outbox = Outbox::Sent { tries, message_id: Some(message_id.to_owned()), at };
    store.commit_mail(&mail.with_outbox(outbox)).await.expect("nobody else writes it");
}
