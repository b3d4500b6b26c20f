//! The legs of the secretariat's acts.
//!
//! Invariant: an act that is pressed again after a failed page finds itself done, or does nothing more.

use serde_json::{Value, json};
use shared::domain::outbox::Outbox;
use tests::{SEEDED, Visitor, World};

use crate::{
    audit::{Expected, Resting},
    journey::HOUR,
    verbs::{assert_done, is_delivered},
};

const SUPPRESSED: &str = "ijika@wakakusa.example.jp";
const DELIVERED: [&str; 4] = ["submitted", "approved", "advance-notice-written", "advance-notice-delivered"];

/// ① again, of which nothing came.
pub(crate) async fn resend(world: &World) -> Expected {
    let (application, advance) = world.issuing(HOUR).await;
    let ended = Outbox::Cancelled { tries: 0, reason: SEEDED.to_owned(), at: world.stack.now() };
    world.put_mail(&advance, ended).await;
    let number = application.number.to_string();
    let secretary = world.signed_in("secretariat").await;
    let case = format!("/operate/applications/{number}");
    let seen = secretary.look(&case).await.page()["version"].clone();
    assert_done(&secretary.persist(&format!("{case}/resend"), &json!({ "version": seen })).await);
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    let history =
        ["submitted", "approved", "advance-notice-written", "notice-resent", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1)
}

pub(crate) async fn case(world: &World) -> Expected {
    let application = world.approved(HOUR).await;
    let number = application.number.to_string();
    let secretary = world.signed_in("secretariat").await;
    secretary.look("/operate/dashboard").await.page();
    let address = application.form.email.as_str();
    secretary.look(&format!("/operate/mails?address={address}")).await.page();
    secretary.look("/operate?queue=issue").await.page();
    let case = format!("/operate/applications/{number}");
    assert_eq!(secretary.look(&format!("/operate/find?q={number}")).await.leads_to(), case);
    let reason = json!({ "reason": "重複の確認中" });
    assert_done(&secretary.persist(&format!("{case}/hold"), &reason).await);
    secretary.look(&case).await.page();
    assert_done(&secretary.persist(&format!("{case}/release"), &json!({})).await);
    let run = secretary.persist("/operate/run", &json!({ "queue": "issue" })).await;
    secretary.look(run.leads_to()).await.page();
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    let history = [&["submitted", "approved", "held", "released"], &DELIVERED[2..]].concat();
    Expected::of(&number, &history).mail("advance-notice", 1)
}

/// What is registered, and ended again.
pub(crate) async fn settings(world: &World) -> Expected {
    let secretary = world.signed_in("secretariat").await;
    let window = json!({
        "freeze_from": "2027-02-01T00:00",
        "freeze_until": "2027-02-02T00:00",
        "freeze_text": "発行を停止します。",
        "step": "confirm",
    });
    register(&secretary, "/operate/freezes", &window).await;
    end_all(&secretary, "freezes").await;
    let notice = json!({
        "notice_kind": "warning",
        "notice_from": "2027-02-01T00:00",
        "notice_until": "",
        "notice_text": "お知らせです。",
        "step": "confirm",
    });
    register(&secretary, "/operate/notices", &notice).await;
    end_all(&secretary, "notices").await;
    let desk = json!({ "desk": "29#medical", "address": "iryo@pref-nara.example.jp" });
    register(&secretary, "/operate/desks", &desk).await;
    secretary.look("/operate/desks").await.page();
    Expected::nothing()
}

/// Registered, now or before: what stands there already is not taken twice.
async fn register(secretary: &Visitor, path: &str, body: &Value) {
    let registered = secretary.persist(path, body).await;
    assert!([303, 422].contains(&registered.status), "{path}: {}", registered.text);
}

async fn end_all(secretary: &Visitor, what: &str) {
    let page = secretary.look("/operate/settings").await.page();
    let rows = page[what].as_array().expect("a list").clone();
    assert!(!rows.is_empty(), "nothing was registered");
    for row in rows {
        assert_done(&secretary.persist(&format!("/operate/{what}/{}/end", row["id"]), &json!({})).await);
    }
}

pub(crate) async fn staff(world: &World) -> Expected {
    let secretary = world.signed_in("secretariat").await;
    let new = json!({
        "id": "nara-new",
        "name": "奈良 新",
        "email": "new@pref-nara.example.jp",
        "role": "officer#29#medical",
    });
    register(&secretary, "/operate/staff", &new).await;
    secretary.look("/operate/staff").await.page();
    for (act, body) in [
        ("role", json!({ "role": "officer#27#medical" })),
        ("disable", json!({})),
        ("enable", json!({})),
        ("renew", json!({})),
    ] {
        assert_done(&secretary.persist(&format!("/operate/staff/nara-new/{act}"), &body).await);
    }
    secretary.look("/operate/staff/nara-new").await.page();
    world.rest_until(async || true).await;
    Expected::nothing()
}

/// An address that SES keeps is let go.
pub(crate) async fn suppression(world: &World) -> Expected {
    world.stack.ledger().suppress(SUPPRESSED, "BOUNCE").expect("suppressed");
    let secretary = world.signed_in("secretariat").await;
    let ask = json!({ "address": SUPPRESSED, "reason": "受信箱を空けたとの電話" });
    secretary.persist("/operate/suppressions", &ask).await.leads_to();
    secretary.look("/operate/suppressions").await.page();
    let waiting = async || world.store().list_waiting_removals(10).await.expect("a list");
    world.rest_until(async || waiting().await.is_empty()).await;
    assert!(world.stack.ledger().suppressed(SUPPRESSED).expect("readable").is_none(), "SES lets it go");
    Expected::nothing()
}

/// The wake-up of ① failed too often.
pub(crate) async fn redrive(world: &World) -> Expected {
    let (application, advance) = world.issuing(HOUR).await;
    let number = application.number.to_string();
    let queues = &world.stack.blueprint().queues;
    let dead = queues.iter().find(|queue| queue.logical_id == "MailDeadLetterQueue").expect("a queue");
    let body = json!({ "mail": advance.as_str() }).to_string();
    world.stack.ledger().send(&dead.name, &body).expect("the queue takes it");
    let secretary = world.signed_in("secretariat").await;
    secretary.look("/operate/attention").await.page();
    let redriven = secretary.persist("/operate/dead-letters/mail/redrive", &json!({})).await;
    assert_eq!(redriven.leads_to(), "/operate/attention?redriven=mail");
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    Expected::of(&number, &DELIVERED).mail("advance-notice", 1)
}
