//! Accounts of staff: an invitation to the first sign-in, a role that is taken away, a second factor set anew.

use local::MailboxMail;
use serde_json::{Value, json};
use tests::{Mailbox, Visitor, World};

const PASSWORD: &str = "さんぽみちの朝はいつもパンの匂い";
const ADDRESS: &str = "new@pref-nara.example.jp";

fn invitation(id: &str, role: &str) -> Value {
    json!({ "id": id, "name": "奈良 新", "email": ADDRESS, "role": role })
}

/// The path of the link in an invitation.
fn link(mail: &MailboxMail) -> String {
    let at = mail.text.find("/staff/set-password/").expect("the mail carries a link");
    mail.text[at..].split_whitespace().next().expect("a path").to_owned()
}

/// Password by the link, then the second factor enrolled; signed in.
async fn accept(world: &World, id: &str) -> Visitor {
    let mail = world.newest_mail("staff-invitation", ADDRESS).await;
    let visitor = world.visitor();
    let path = link(&mail);
    visitor.see(&path).await.page();
    let weak = visitor.act(&path, &json!({ "password": "short" })).await;
    assert_eq!(weak.wrong_fields(), ["password"]);
    assert_eq!(visitor.act(&path, &json!({ "password": PASSWORD })).await.leads_to(), "/staff/sign-in");
    assert_eq!(visitor.act(&path, &json!({ "password": PASSWORD })).await.status, 410, "used up");
    let first = visitor.act("/staff/sign-in", &json!({ "staff_id": id, "password": PASSWORD })).await;
    assert_eq!(first.leads_to(), "/staff/second-factor");
    assert_eq!(visitor.see("/staff/second-factor").await.leads_to(), "/staff/enrol");
    let secret = visitor.see("/staff/enrol").await.page()["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(secret.replace(' ', "").len(), 32, "160 bits in base32");
    let code = world.totp(id).await;
    assert!(visitor.act("/staff/second-factor", &json!({ "code": code })).await.leads_to().starts_with('/'));
    visitor
}

#[tokio::test]
async fn an_invited_officer_signs_in_and_loses_the_desk_at_once_with_the_role() {
    let world = World::start("staff invited", 71).await;
    let secretary = world.officer("secretariat").await;
    let wrong = secretary.act("/operate/staff", &json!({ "id": "x", "role": "king" })).await;
    assert_eq!(wrong.wrong_fields(), ["id", "name", "email", "role"]);
    let invited = secretary.act("/operate/staff", &invitation("nara-new", "officer#29#medical")).await;
    assert_eq!(invited.leads_to(), "/operate/staff/nara-new");
    let twice = secretary.act("/operate/staff", &invitation("nara-new", "secretariat")).await;
    assert_eq!(twice.wrong_fields(), ["id"], "the id is taken");

    let officer = accept(&world, "nara-new").await;
    officer.see("/review").await.page();
    assert_eq!(officer.see("/operate/staff").await.status, 404);
    assert_eq!(officer.act("/operate/staff/secretariat/disable", &json!({})).await.status, 404);
    let role = json!({ "role": "officer#27#medical" });
    secretary.act("/operate/staff/nara-new/role", &role).await.leads_to();
    assert_eq!(officer.see("/review").await.status, 401, "the session of before is over");
    let same = secretary.act("/operate/staff/nara-new/role", &role).await;
    assert_eq!(same.status, 409);
    world.end().await;
}

#[tokio::test]
async fn disabling_ends_the_session_and_renewing_sets_both_factors_anew() {
    let world = World::start("staff renewed", 72).await;
    let secretary = world.officer("secretariat").await;
    secretary.act("/operate/staff", &invitation("second", "secretariat")).await.leads_to();
    let second = accept(&world, "second").await;
    second.see("/operate").await.page();
    second.act("/operate/staff/secretariat/disable", &json!({})).await.leads_to();
    assert_eq!(secretary.see("/operate").await.status, 401, "disabled at once");
    let own = second.act("/operate/staff/second/disable", &json!({})).await;
    assert_eq!(own.status, 409, "the last of the secretariat cannot lock itself out");

    second.act("/operate/staff/secretariat/enable", &json!({})).await.leads_to();
    let secretary = world.officer("secretariat").await;
    secretary.act("/operate/staff/second/renew", &json!({})).await.leads_to();
    assert_eq!(second.see("/operate").await.status, 401);
    let old =
        world.visitor().act("/staff/sign-in", &json!({ "staff_id": "second", "password": PASSWORD })).await;
    assert_eq!(old.wrong_fields(), ["password"], "the password of before is void");
    world.pass(jiff::SignedDuration::from_secs(60)).await;
    accept(&world, "second").await.see("/operate").await.page();
    let person = secretary.see("/operate/staff/second").await.page();
    let labels: Vec<&str> = person["history"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["label"].as_str())
        .collect();
    assert_eq!(labels, ["パスワードと認証アプリの再設定を依頼しました", "招待しました"]);
    let list = secretary.see("/operate/staff").await.page();
    assert_eq!(list["people"].as_array().map(Vec::len), Some(8));
    world.end().await;
}

#[tokio::test]
async fn staff_who_forgot_the_password_get_a_link_and_keep_the_second_factor() {
    const OWN: &str = "nara-medical@staff.example.jp";
    let world = World::start("staff password forgotten", 73).await;
    let officer = world.officer("nara-medical").await;
    let visitor = world.visitor();
    let ask = |id: &'static str| {
        let visitor = visitor.clone();
        async move { visitor.act("/staff/forgot-password", &json!({ "staff_id": id })).await }
    };
    assert_eq!(ask("?").await.wrong_fields(), ["staff_id"]);
    assert_eq!(ask("nobody").await.leads_to(), "/staff/forgot-password?sent=yes", "the same for nobody");
    assert_eq!(ask("nara-medical").await.leads_to(), "/staff/forgot-password?sent=yes");
    let mail = world.newest_mail("staff-password-reset", OWN).await;
    officer.see("/review").await.page();

    let path = link(&mail);
    assert_eq!(visitor.act(&path, &json!({ "password": PASSWORD })).await.leads_to(), "/staff/sign-in");
    assert_eq!(officer.see("/review").await.status, 401, "sessions of before are over");
    world.pass(jiff::SignedDuration::from_secs(60)).await;
    let typed = json!({ "staff_id": "nara-medical", "password": PASSWORD });
    assert_eq!(visitor.act("/staff/sign-in", &typed).await.leads_to(), "/staff/second-factor");
    let code = world.totp("nara-medical").await;
    visitor.act("/staff/second-factor", &json!({ "code": code })).await.leads_to();
    visitor.see("/review").await.page();

    ask("nara-medical").await.leads_to();
    ask("nara-medical").await.leads_to();
    assert_eq!(
        ask("nara-medical").await.leads_to(),
        "/staff/forgot-password?sent=yes",
        "the fourth within an hour"
    );
    world.newest_mail("staff-password-reset", OWN).await;
    assert_eq!(world.mails("staff-password-reset", OWN).len(), 3, "three an hour");
    world.end().await;
}
