//! The legs of what else applicants and officers do: returned and corrected, withdrawn, applied for again, another
//! address, ② again, a password forgotten, many approved at once.
//!
//! Invariant: an act that a person repeats after a failed page may find itself done; it is done once.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{
    application::{Application, Status},
    form::STREET,
    ids::MailId,
    outbox::Outbox,
};
use tests::{Answer, Institution, Mailbox, SEEDED, Visitor, World};

use crate::{
    audit::{Expected, Resting},
    journey::{HOUR, PASSWORD, type_code},
};

const NEW_ADDRESS: &str = "jimu@wakakusa.example.jp";
/// A demo account, and where its mails go.
const LOGIN_ID: (&str, &str) = ("osaka001", "jimu@aoi.example.jp");

/// Done, now or before.
pub(crate) fn assert_done(answer: &tests::Answer) {
    assert!([303, 409].contains(&answer.status), "{}", answer.text);
}

pub(crate) async fn return_it(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let officer = world.signed_in_officer().await;
    let path = format!("/review/{number}/return");
    officer.look(&path).await.page();
    let note = "番地が途中で切れています。";
    let body = json!({ "fields": ["street"], "note": note, "days": "5", "step": "confirm" });
    assert_done(&officer.persist(&path, &body).await);
    world.rest_until(async || true).await;
    Expected::of(&number, &["submitted", "returned"]).mail("returned", 1)
}

pub(crate) async fn approve_selected(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let officer = world.signed_in_officer().await;
    officer.look(&format!("/review/selected?number={number}")).await.page();
    let approved = officer.persist("/review/selected", &json!({ "row": [format!("{number}:1")] })).await;
    officer.look(approved.leads_to()).await.page();
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    let history = ["submitted", "approved", "advance-notice-written", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1)
}

pub(crate) fn is_delivered(application: &Application) -> bool {
    format!("{:?}", application.status).contains("Delivered")
}

/// With ① in the outbox, which is called off.
pub(crate) async fn withdraw(world: &World) -> Expected {
    let (application, _) = world.issuing(HOUR).await;
    let state = world.tracking(&application).await;
    state.look("/track/status").await.page();
    state.look("/track/withdraw").await.page();
    let withdrawn = state.persist("/track/withdraw", &json!({})).await;
    assert_eq!(withdrawn.leads_to(), "/track/status");
    world.rest_until(async || true).await;
    let history = ["submitted", "approved", "advance-notice-written", "withdrawn"];
    let number = application.number.to_string();
    Expected::of(&number, &history).mail("withdrawn", 1).mail("advance-notice", 1).cancelled("advance-notice")
}

pub(crate) async fn correct(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let application = world.return_it(&number, vec![STREET], "番地をご確認ください。").await;
    let state = world.tracking(&application).await;
    let begun = state.persist("/track/correct", &json!({})).await;
    assert_eq!(begun.leads_to(), "/application/form");
    state.look("/application/form").await.page();
    let corrected = Institution::nara_hospital().with("street", "登大路町31");
    fill_in(&state, &corrected).await;
    hand_in(&state).await;
    assert_eq!(world.application(&number).await.form.street.as_str(), "登大路町31");
    world.rest_until(async || true).await;
    Expected::of(&number, &["submitted", "returned", "resubmitted"]).mail("returned", 1)
}

/// The form, and the terms, which have changed since the seed.
async fn fill_in(state: &Visitor, institution: &Institution) {
    let filled = state.persist("/application/form", &institution.form).await;
    assert_eq!(filled.leads_to(), "/application/terms", "{}", filled.text);
    let agreed = json!({ "agree_terms": "yes", "agree_privacy": "yes" });
    assert_eq!(state.persist("/application/terms", &agreed).await.leads_to(), "/application/check");
}

/// From the check page to the number on the done page.
async fn hand_in(state: &Visitor) -> String {
    state.look("/application/check").await.page();
    let submitted = state.persist("/application/submit", &json!({})).await;
    assert_eq!(submitted.leads_to(), "/application/done", "{}", submitted.text);
    let done = state.look("/application/done").await.page();
    done["number"].as_str().expect("the done page names the number").to_owned()
}

pub(crate) async fn apply_again(world: &World) -> Expected {
    let rejected = world.rejected(HOUR).await;
    let state = world.tracking(&rejected).await;
    let begun = state.persist("/track/apply-again", &json!({})).await;
    assert_eq!(begun.leads_to(), "/application/form");
    fill_in(&state, &Institution::nara_hospital()).await;
    let number = hand_in(&state).await;
    world.rest_until(async || true).await;
    Expected::of(&rejected.number.to_string(), &["submitted", "rejected"])
        .and(&number, &["submitted"])
        .mail("receipt", 1)
        .mail("rejection", 1)
}

/// ① went nowhere; from the new address on the way goes on.
pub(crate) async fn prove_address(world: &World) -> Expected {
    let (application, advance) = world.issuing(HOUR).await;
    settle(world, &advance).await;
    let number = application.number.to_string();
    let state = world.tracking(&application).await;
    state.look("/track/address").await.page();
    let mut proven = false;
    for _ in 0..3 {
        let typed = state.persist("/track/address", &json!({ "email": NEW_ADDRESS })).await;
        if typed.status == 303 && has_typed_code(world, &state).await {
            proven = true;
            break;
        }
    }
    assert!(proven, "no code proves the address");
    world.rest_until(async || is_delivered(&world.application(&number).await)).await;
    let history =
        ["submitted", "approved", "advance-notice-written", "address-proven", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1)
}

async fn settle(world: &World, mail: &MailId) {
    let at = world.stack.now();
    world.put_mail(mail, Outbox::Cancelled { tries: 0, reason: SEEDED.to_owned(), at }).await;
}

async fn has_typed_code(world: &World, state: &Visitor) -> bool {
    let typed = type_code(world, state, "/track/address/code", NEW_ADDRESS).await;
    // The answer may be lost, with the session of the new address in it: the state page is opened anew then.
    let is_proven = |typed: Answer| match typed.status {
        303 => typed.leads_to() == "/track/status",
        status => status == 401,
    };
    typed.is_some_and(is_proven)
}

pub(crate) async fn resend(world: &World) -> Expected {
    let number = world.delivered(SignedDuration::from_hours(71)).await.number.to_string();
    world.travel_to("2027-01-25T09:00:00+09:00").await;
    let heard = async || {
        let status = world.application(&number).await.status;
        matches!(status, Status::Issued { delivered_at: Some(_), .. })
    };
    world.rest_until(heard).await;
    let state = world.tracking(&world.application(&number).await).await;
    let seen: Value = state.look("/track/resend").await.page()["seen"].clone();
    let pressed = state.persist("/track/resend", &json!({ "seen": seen })).await;
    assert_eq!(pressed.leads_to(), "/track/status", "{}", pressed.text);
    world.rest_until(heard).await;
    let history = [
        "submitted",
        "approved",
        "advance-notice-written",
        "advance-notice-delivered",
        "account-created",
        "notice-delivered",
        "notice-resent",
        "notice-delivered",
    ];
    Expected::of(&number, &history).mail("login-notice", 2).accounts(1)
}

/// A link asked for, left lying until it is over, asked for again, and used.
pub(crate) async fn forgotten_password(world: &World) -> Expected {
    let (login_id, email) = LOGIN_ID;
    let person = world.visitor();
    person.look("/forgot-password").await.page();
    person.persist("/forgot-password", &json!({ "login_id": login_id })).await.leads_to();
    world.rest_until(async || true).await;
    let over = reset_link(world, email).expect("a mail carries a link");
    world.pass(HOUR).await;
    let again = world.visitor().persist(&format!("{over}/resend"), &json!({})).await;
    again.leads_to();
    world.rest_until(async || true).await;
    let link = reset_link(world, email).expect("a mail carries a link");
    assert_ne!(link, over);
    let user = world.visitor();
    user.look(&link).await.page();
    let set = user.persist(&link, &json!({ "password": PASSWORD })).await;
    assert!([303, 410].contains(&set.status), "set, now or before: {}", set.text);
    let typed = json!({ "login_id": login_id, "password": PASSWORD });
    let signed_in = world.visitor();
    assert_eq!(signed_in.persist("/sign-in", &typed).await.leads_to(), "/menu");
    signed_in.persist("/sign-out", &json!({})).await.leads_to();
    Expected::nothing()
}

/// The path of the newest link to an address.
fn reset_link(world: &World, to: &str) -> Option<String> {
    let mail = world.mails("password-reset", to).pop()?;
    let at = mail.text.find("/set-password/")?;
    mail.text[at..].split_whitespace().next().map(str::to_owned)
}
