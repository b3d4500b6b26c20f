//! Reports of SES as they come: once and in order, or twice and backwards; late; without our tag.

use std::{collections::BTreeMap, fs, path::Path};

use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::{Value, json};
use shared::runtime::Metric;
use tests::{Institution, Mailbox, Visitor, World};

const EVENTS: &str = "../functions/record-delivery/events";

/// A report about an accepted mail, as the files of `record-delivery` have it.
pub(crate) struct Reports(BTreeMap<String, Value>);

impl Reports {
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(EVENTS);
        let mut reports = BTreeMap::new();
        for entry in fs::read_dir(folder).expect("the event files") {
            let path = entry.expect("a file").path();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let Some(name) = name.strip_prefix("raw-") else { continue };
            let event: Value =
                serde_json::from_str(&fs::read_to_string(&path).expect("readable")).expect("JSON");
            let body = event["Records"][0]["body"].as_str().expect("a body");
            reports.insert(name.to_owned(), serde_json::from_str(body).expect("a report"));
        }
        assert!(reports.len() >= 20, "{}", reports.len());
        Self(reports)
    }

    /// Each way in which SES reports something, once.
    fn kinds(&self) -> Vec<&str> {
        let kinds = self.0.keys().map(String::as_str);
        kinds.filter(|name| !["send", "delivery", "subscription"].contains(name)).collect()
    }

    /// The report `name`, about this mail.
    pub(crate) fn about(&self, name: &str, mail_id: &str, message_id: &str) -> Value {
        let mut report = self.0[name].clone();
        report["mail"]["messageId"] = message_id.into();
        if report["mail"]["tags"].is_object() {
            report["mail"]["tags"]["mail"] = json!([mail_id]);
        }
        report
    }

    /// The same without any tag of ours.
    pub(crate) fn untagged(&self, name: &str, message_id: &str) -> Value {
        let mut report = self.about(name, "", message_id);
        if let Some(mail) = report["mail"].as_object_mut() {
            mail.remove("tags");
        }
        report
    }
}

/// SES says nothing by itself.
pub(crate) fn silence(world: &World) {
    world.stack.add_delivery_rule(DeliveryRule::default());
}

/// Puts a report into the queue of `record-delivery`.
pub(crate) fn deliver(world: &World, report: &Value) {
    let queue = queue(world, "DeliveryQueue");
    world.stack.ledger().send(&queue, &report.to_string()).expect("the queue takes it");
}

/// The name of a queue of the template.
pub(crate) fn queue(world: &World, logical_id: &str) -> String {
    let queues = &world.stack.blueprint().queues;
    queues.iter().find(|queue| queue.logical_id == logical_id).expect("a queue").name.clone()
}

/// What the desk reads of a mail of the case: state, words, what the server said.
pub(crate) async fn letter(officer: &Visitor, number: &str, kind: &str) -> String {
    let case = officer.see(&format!("/review/{number}")).await.page();
    let entries = case["timeline"].as_array().expect("a timeline").iter();
    let letter = entries.map(|entry| &entry["mail"]).find(|mail| mail["kind"] == kind).expect("the mail");
    format!("{} {} {}", letter["state"], letter["state_label"], letter["remote"])
}

#[tokio::test]
async fn twice_and_backwards_is_read_as_once_and_in_order() {
    let reports = Reports::read();
    let world = World::start("events twice and backwards", 41).await;
    silence(&world);
    let officer = world.officer("nara-medical").await;
    let mut read = BTreeMap::new();
    for kind in reports.kinds() {
        let forwards = states_after(&world, &officer, &reports, kind, false).await;
        let backwards = states_after(&world, &officer, &reports, kind, true).await;
        assert_eq!(forwards, backwards, "{kind}");
        read.insert(kind, forwards);
    }
    // The words of one of each row of the table, so that equal is not equally wrong.
    for (kind, alone, beside) in [
        ("bounce-permanent-no-email", "undeliverable", "undeliverable"),
        ("bounce-transient-general-auto-reply", "sending", "delivered"),
        ("bounce-transient-general-dsn", "undeliverable", "undeliverable"),
        ("complaint", "delivered", "delivered"),
        ("delivery-delay", "sending", "delivered"),
        ("unheard-of", "sending", "delivered"),
    ] {
        for (shown, word) in read[kind].iter().zip([alone, beside]) {
            assert!(shown.starts_with(&format!("\"{word}\" ")), "{kind}: {shown}");
        }
    }
}

/// The receipt after Send and the report, and ① after Send, Delivery and the report, as the desk reads them.
async fn states_after(
    world: &World,
    officer: &Visitor,
    reports: &Reports,
    kind: &str,
    backwards: bool,
) -> [String; 2] {
    let hospital = Institution::nara_hospital().with_email(&format!("{kind}-{backwards}@example.jp"));
    // Only so many code mails leave for one network in a minute.
    world.pass(jiff::SignedDuration::from_secs(20)).await;
    let number = hospital.apply(world, &world.visitor()).await;
    officer.approve(&number).await.leads_to();
    for (mail_kind, names) in
        [("receipt", vec!["send", kind]), ("advance-notice", vec!["send", "delivery", kind])]
    {
        let mail = world.newest_mail(mail_kind, &hospital.email).await;
        let id = mail.mail_id.expect("a tag");
        let mut sent: Vec<Value> =
            names.iter().map(|name| reports.about(name, &id, &mail.message_id)).collect();
        if backwards {
            sent.reverse();
            sent = sent.into_iter().flat_map(|report| [report.clone(), report]).collect();
        }
        for report in &sent {
            deliver(world, report);
            world.stack.settle().await;
        }
    }
    [letter(officer, &number, "receipt").await, letter(officer, &number, "advance-notice").await]
}

#[tokio::test]
async fn bounces_after_the_case_is_closed_are_in_its_history_and_on_the_desks_list() {
    let world = World::start("late bounces", 42).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    let advance = world.newest_mail("advance-notice", &hospital.email).await;
    world.travel_to("2027-01-25T09:05:00+09:00").await;
    let login = world.newest_mail("login-notice", &hospital.email).await;
    let officer = world.officer("nara-medical").await;
    assert_eq!(officer.queue("done").await[0]["is_undeliverable"], false);

    for mail in [&advance, &login] {
        let bounce = EventRequest::bounce("General");
        world.stack.report_event(mail.mail_id.as_deref().expect("a tag"), &bounce).expect("a late bounce");
        world.stack.settle().await;
    }

    let history = world.application(&number).await.history;
    for word in ["advance-notice-undeliverable", "notice-undeliverable"] {
        let heard = history.iter().filter(|entry| entry.event.as_str() == word).count();
        assert_eq!(heard, 1, "{word}: {history:?}");
    }
    assert!(letter(&officer, &number, "login-notice").await.starts_with("\"undeliverable\""));
    assert_eq!(officer.queue("done").await[0]["is_undeliverable"], true);
    world.end().await;
}

#[tokio::test]
async fn nothing_known_after_a_day_is_for_a_person_and_a_late_report_settles_it() {
    let world = World::start("a silent day", 43).await;
    silence(&world);
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.newest_mail("receipt", &hospital.email).await;
    let officer = world.officer("nara-medical").await;
    assert!(letter(&officer, &number, "receipt").await.contains("送信中"));
    world.travel_to("2027-01-23T10:10:00+09:00").await;
    let officer = world.officer("nara-medical").await;
    assert!(letter(&officer, &number, "receipt").await.contains("要確認"));
    assert!(hospital.look_up(&world, &number).await.to_string().contains("要確認"));
    let receipt = world.newest_mail("receipt", &hospital.email).await;
    let report = EventRequest::new(EventKind::Delivery);
    world.stack.report_event(receipt.mail_id.as_deref().expect("a tag"), &report).expect("a late report");
    world.stack.settle().await;
    assert!(letter(&officer, &number, "receipt").await.contains("送信完了"));
}

#[tokio::test]
async fn a_report_without_our_tag_is_found_by_its_message_id() {
    let reports = Reports::read();
    let world = World::start("untagged", 44).await;
    silence(&world);
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let receipt = world.newest_mail("receipt", &hospital.email).await;
    deliver(&world, &reports.untagged("bounce-transient-mailbox-full", &receipt.message_id));
    world.stack.settle().await;
    let officer = world.officer("nara-medical").await;
    assert!(letter(&officer, &number, "receipt").await.contains("不達（受信箱満杯）"));
    let counted = world.stack.environment("record-delivery").expect("the function").metrics;
    assert!(counted.total(Metric::UntaggedReports) >= 1);
    assert!(counted.total(Metric::MailsUndeliverable) == 1, "once, however often it was reported");
}
