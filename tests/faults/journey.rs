//! The straight way from the entry page to the menu, cut into legs.
//!
//! Invariant: people act as people do. A failed page is loaded again, a failed form sent once more; what
//! still fails is begun again a step earlier.

use jiff::SignedDuration;
use local::blueprint::TriggerSpec;
use serde_json::json;
use shared::domain::{
    account::{Account, Right, institution_keys},
    application::{Application, Status},
    contact::EmailAddress,
    ids::LoginId,
    limits::Usage,
    outbox::{ClaimId, Outbox},
};
use tests::{Answer, Institution, Mailbox, Visitor, World, solved_robot_check};

use crate::audit::{Expected, Resting};

pub(crate) const PASSWORD: &str = "若草山のふもとの鹿はとても朝が早い";
const REGISTERED: &str = "soumu@wakakusa.example.jp";
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(crate) async fn apply(world: &World) -> Expected {
    let (hospital, visitor) = (Institution::nara_hospital(), world.visitor());
    visitor.look("/user-Registration-Form").await.page();
    begin(&hospital, &visitor).await;
    visitor.look("/user-Registration-Form/confirm").await.page();
    let code = ("/user-Registration-Form/code", "/user-Registration-Form/verify");
    prove(world, &visitor, code, &hospital.email, "/application/form").await;
    visitor.look("/application/form").await.page();
    visitor.look("/application/postal/6308213").await.page();
    let filled = visitor.persist("/application/form", &hospital.form).await;
    assert_eq!(filled.leads_to(), "/application/terms");
    visitor.look("/application/terms").await.page();
    let agreed = json!({ "agree_terms": "yes", "agree_privacy": "yes" });
    let agreed = visitor.persist("/application/terms", &agreed).await;
    assert_eq!(agreed.leads_to(), "/application/check");
    visitor.look("/application/check").await.page();
    let submitted = visitor.persist("/application/submit", &json!({})).await;
    assert_eq!(submitted.leads_to(), "/application/done");
    let done = visitor.look("/application/done").await.page();
    let number = done["number"].as_str().expect("the done page names the number").to_owned();
    let download = visitor.look("/application/download?format=csv").await;
    assert!(download.status == 200 && download.text.contains(&number), "{}", download.text);
    world.rest_until(async || true).await;
    Expected::of(&number, &["submitted"]).mail("receipt", 1)
}

/// The address typed and the robot check solved, anew until it is accepted.
async fn begin(hospital: &Institution, visitor: &Visitor) {
    for _ in 0..4 {
        let solved = solved_robot_check(visitor).await;
        let typed = json!({ "email": hospital.email, "robot_check": solved });
        let begun = visitor.persist("/user-Registration-Form", &typed).await;
        if begun.status == 303 {
            return;
        }
    }
    panic!("the entry page lets nobody in");
}

/// A code asked for, waited for and typed in; asked for again where none comes or it is of no use.
async fn prove(world: &World, visitor: &Visitor, (send, verify): (&str, &str), email: &str, to: &str) {
    for _ in 0..3 {
        if !send.is_empty() {
            visitor.persist(send, &json!({})).await;
        }
        let typed = type_code(world, visitor, verify, email).await;
        if typed.is_some_and(|typed| typed.status == 303 && typed.leads_to() == to) {
            return;
        }
    }
    panic!("no code opens {to}");
}

/// What the page of a code says to the newest one that was mailed, which a person has waited for; `None` if none came.
pub(crate) async fn type_code(world: &World, visitor: &Visitor, path: &str, to: &str) -> Option<Answer> {
    world.stack.settle().await;
    world.pass(SignedDuration::from_secs(5)).await;
    if world.mails("code", to).is_empty() {
        world.pass(SignedDuration::from_secs(90)).await;
    }
    visitor.look(path).await;
    let mail = world.mails("code", to).pop()?;
    let code = json!({ "code": mail.code.expect("the mail carries a code") });
    Some(visitor.persist(path, &code).await)
}

pub(crate) async fn officer_signs_in(world: &World) -> Expected {
    let visitor = world.visitor();
    for _ in 0..4 {
        // No second factor works twice.
        world.pass(SignedDuration::from_secs(30)).await;
        visitor.look("/staff/sign-in").await;
        let first = json!({ "staff_id": "nara-medical", "password": local::demo::PASSWORD });
        let first = visitor.persist("/staff/sign-in", &first).await;
        if first.status != 303 {
            continue;
        }
        visitor.look("/staff/second-factor").await;
        let code = json!({ "code": world.totp("nara-medical").await });
        let second = visitor.persist("/staff/second-factor", &code).await;
        if second.status == 303 && second.leads_to() == "/review" {
            visitor.look("/review?status=submitted").await.page();
            visitor.look("/staff/home").await.page();
            visitor.look("/review/dashboard").await.page();
            visitor.look("/review/search?q=0742").await.page();
            assert_eq!(visitor.look("/review/export?format=csv").await.status, 200);
            assert_eq!(visitor.persist("/staff/sign-out", &json!({})).await.leads_to(), "/staff/sign-in");
            return Expected::nothing();
        }
    }
    panic!("the officer cannot sign in");
}

pub(crate) async fn approve(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let officer = world.signed_in_officer().await;
    officer.look("/review?status=submitted").await.page();
    officer.look(&format!("/review/{number}")).await.page();
    officer.persist(&format!("/review/{number}/approve"), &json!({})).await;
    world
        .rest_until(async || {
            let status = world.application(&number).await.status;
            format!("{status:?}").contains("Delivered")
        })
        .await;
    let history = ["submitted", "approved", "advance-notice-written", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1).mail("login-notice", 0)
}

pub(crate) async fn reject(world: &World) -> Expected {
    let number = world.submitted(HOUR).await.number.to_string();
    let officer = world.signed_in_officer().await;
    let path = format!("/review/{number}/reject");
    officer.look(&path).await.page();
    let body = json!({ "reason": "other", "note": "添付の確認が必要です。", "step": "confirm" });
    officer.persist(&path, &body).await;
    world.rest_until(async || true).await;
    Expected::of(&number, &["submitted", "rejected"]).mail("rejection", 1).mail("advance-notice", 0)
}

pub(crate) async fn announce(world: &World) -> Expected {
    let application = world.delivered(SignedDuration::from_hours(71)).await;
    let number = application.number.to_string();
    // What fails in the morning is done the next morning.
    for day in 25..=28 {
        world.travel_to(&format!("2027-01-{day}T09:00:00+09:00")).await;
        if matches!(world.application(&number).await.status, Status::Issued { .. }) {
            break;
        }
    }
    let heard = async || {
        let status = world.application(&number).await.status;
        matches!(status, Status::Issued { delivered_at: Some(_), .. })
    };
    world.rest_until(heard).await;
    set_password_and_sign_in(world, application.form.email.as_str()).await;
    let history = [
        "submitted",
        "approved",
        "advance-notice-written",
        "advance-notice-delivered",
        "account-created",
        "notice-delivered",
        "password-set",
    ];
    Expected::of(&number, &history).mail("login-notice", 1).accounts(1)
}

async fn set_password_and_sign_in(world: &World, to: &str) {
    let notice = world.newest_mail("login-notice", to).await;
    let link = notice.links.iter().find(|link| link.contains("/set-password/")).expect("② carries a link");
    let path = link.strip_prefix(world.stack.origin()).expect("the link leads to this site");
    let user = world.visitor();
    user.look(path).await.page();
    let set = user.persist(path, &json!({ "password": PASSWORD })).await;
    if set.status == 303 {
        assert_eq!(set.leads_to(), "/menu");
        user.look("/menu").await.page();
        user.look("/menu/medical-information").await.page();
    }
    // Whoever was told that the link is used up signs in with the password, as the page says.
    let named = notice.text.lines().find(|line| line.contains("ログインID") && line.contains('：'));
    let login_id = named.and_then(|line| line.rsplit('：').next()).expect("② names the login ID").trim();
    let signed_in = world.visitor();
    signed_in.look("/sign-in").await.page();
    let typed = json!({ "login_id": login_id, "password": PASSWORD });
    let answer = signed_in.persist("/sign-in", &typed).await;
    assert_eq!(answer.leads_to(), "/menu", "{}", answer.text);
    signed_in.look("/menu").await.page();
}

pub(crate) async fn existing_account(world: &World, rights: &[Right]) -> Expected {
    let application = world.approved(HOUR).await;
    let number = application.number.to_string();
    let account = account_of(&application, rights);
    world.store().commit_account(&account).await.expect("a new account");
    let entitled = !rights.is_empty();
    world
        .rest_until(async || match world.application(&number).await.status {
            Status::Issued { delivered_at, .. } => !entitled && delivered_at.is_some(),
            Status::AlreadyEntitled { .. } => entitled,
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => false,
        })
        .await;
    let kept = world.store().load_account(&account.login_id).await.expect("readable").expect("there");
    assert!(kept.rights.contains(&Right::MedicalInformation) && kept.rights.len() == 1, "the right, once");
    let expected = if entitled {
        Expected::of(&number, &["submitted", "approved", "already-entitled"]).mail("already-entitled-note", 1)
    } else {
        Expected::of(&number, &["submitted", "approved", "right-added", "notice-delivered"])
            .mail("existing-account-notice", 1)
    };
    expected.mail("advance-notice", 0).accounts(1)
}

/// An account of before, as the secretariat's import would leave it.
fn account_of(application: &Application, rights: &[Right]) -> Account {
    let form = &application.form;
    Account {
        login_id: LoginId::parse("g2x4y6z8").expect("a login ID"),
        institution_name: form.institution_name.as_str().to_owned(),
        prefecture: form.prefecture,
        institution_kind: form.institution_kind,
        keys: institution_keys(form),
        email: EmailAddress::parse(REGISTERED).expect("an address"),
        rights: rights.iter().copied().collect(),
        password: None,
        epoch: 1,
        failures: Usage::default(),
        application: None,
        mails: Vec::new(),
        created_at: application.submitted_at,
        version: 1,
    }
}

pub(crate) async fn wake_up_lost(world: &World) -> Expected {
    let (application, _) = world.issuing(HOUR).await;
    advance_notice_arrives(world, &application).await
}

pub(crate) async fn worker_died(world: &World) -> Expected {
    let (application, advance) = world.issuing(HOUR).await;
    let lease_until = world.stack.now() - SignedDuration::from_mins(1);
    let claim = ClaimId::from_random([7; 16]);
    world.put_mail(&advance, Outbox::Claimed { tries: 1, claim, lease_until }).await;
    advance_notice_arrives(world, &application).await
}

async fn advance_notice_arrives(world: &World, application: &Application) -> Expected {
    let number = application.number.to_string();
    world.rest_until(async || true).await;
    let history = ["submitted", "approved", "advance-notice-written", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 1)
}

/// Every page that is open to all.
pub(crate) async fn open_pages(world: &World) -> Expected {
    let visitor = world.visitor();
    let site = world.stack.blueprint().functions.iter().find(|function| function.name == "site");
    for trigger in &site.expect("the template names it").triggers {
        let TriggerSpec::Route { path, .. } = trigger else { continue };
        let path = path.replace("{topic}", "apply").replace("{trail}", "mail.recent");
        let path = path.replace("/assets/{name}", &shared::web::asset("site.css"));
        if path.starts_with('/') {
            assert_eq!(visitor.look(&path).await.status, 200, "{path}");
        }
    }
    Expected::nothing()
}

pub(crate) async fn look_up(world: &World) -> Expected {
    let application = world.submitted(HOUR).await;
    let (number, email) = (application.number.to_string(), application.form.email.as_str().to_owned());
    for _ in 0..3 {
        let visitor = world.visitor();
        visitor.look("/track").await.page();
        let asked = visitor.persist("/track", &json!({ "number": number, "email": email })).await;
        if asked.status != 303 {
            continue;
        }
        let typed = type_code(world, &visitor, "/track/code", &email).await;
        if typed.is_some_and(|typed| typed.status == 303 && typed.leads_to() == "/track/status") {
            let page = visitor.look("/track/status").await.page();
            assert!(page.to_string().contains(&number), "{page}");
            world.rest_until(async || true).await;
            return Expected::of(&number, &["submitted"]);
        }
    }
    panic!("the application cannot be looked up");
}

pub(crate) async fn stuck(world: &World) -> Expected {
    let number = world.submitted(SignedDuration::from_hours(22 * 24)).await.number.to_string();
    // What fails in one morning is done in the next, and nothing is done twice.
    for day in 22..=24 {
        world.travel_to(&format!("2027-01-{day}T06:00:00+09:00")).await;
    }
    Expected::of(&number, &["submitted", "flagged", "flagged"])
}
