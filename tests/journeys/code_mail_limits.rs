//! What keeps a robot at the public form from costing everybody their mails: caps, a brake, and a stricter door for
//! browsers without scripts.

use jiff::SignedDuration;
use serde_json::json;
use tests::{Institution, Mailbox, Visitor, World};

const CODE: &str = "/user-Registration-Form/code";

#[tokio::test]
async fn what_is_left_of_the_mails_is_told_and_when_again() {
    let world = World::start("mails left", 241).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.ask_for_code(&applicant).await;
    for left in [2, 1, 0] {
        let page = applicant.see("/user-Registration-Form/verify").await.page();
        assert_eq!(page["resend"]["left"], left);
        assert_eq!(page["resend"]["again_at"].is_null(), left > 0);
        let resent = applicant.act(CODE, &json!({})).await;
        assert_eq!(resent.status, if left > 0 { 303 } else { 429 }, "{}", resent.text);
    }
    let html = applicant.see_html("/user-Registration-Form/verify").await.text;
    assert!(html.contains("1時間に3回までです") && !html.contains("認証コードを再送する</button>"));
    world.pass(SignedDuration::from_hours(1)).await;
    let page = applicant.see("/user-Registration-Form/verify").await.page();
    assert_eq!(page["resend"]["left"], 3);
    applicant.act(CODE, &json!({})).await.leads_to();
    world.end().await;
}

#[tokio::test]
async fn many_bounces_stop_code_mails_for_the_hour_and_nothing_else() {
    let world = World::start("brake on code mails", 242).await;
    let now = "2027-01-22T10:00:00+09:00".parse().expect("an instant");
    let dead = Institution::nara_hospital().with_email("bounce@simulator.amazonses.com");
    dead.ask_for_code(&world.visitor()).await;
    world.stack.settle().await;
    let traffic = world.store().count_code_mail(100, now).await.expect("a counter").expect("below the cap");
    assert_eq!((traffic.sent, traffic.bounced), (2, 1), "a code mail that bounced was counted");

    for _ in 0..29 {
        world.store().count_code_bounce(now).await.expect("a counter");
    }
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    confirm(&applicant, &hospital).await;
    let held = applicant.act(CODE, &json!({})).await;
    assert_eq!(held.status, 429, "{}", held.text);
    assert!(
        held.text.contains("一時的に見合わせています") && held.text.contains("11時00分"),
        "{}",
        held.text
    );
    assert_eq!(world.mails("code", &hospital.email).len(), 0);

    world.pass(SignedDuration::from_hours(1)).await;
    applicant.act(CODE, &json!({})).await.leads_to();
    world.newest_mail("code", &hospital.email).await;
    world.end().await;
}

#[tokio::test]
async fn without_scripts_a_tick_is_enough_twice_an_hour() {
    let world = World::start("entry without scripts", 243).await;
    let visitor = world.visitor();
    let enter = async |tick: &str| {
        let typed =
            json!({ "email": "ijika@wakakusa.example.jp", "without_scripts": "yes", "not_a_robot": tick });
        visitor.act("/user-Registration-Form", &typed).await
    };
    assert_eq!(enter("").await.wrong_fields(), ["robot_check"]);
    for _ in 0..2 {
        assert_eq!(enter("yes").await.leads_to(), "/user-Registration-Form/confirm");
    }
    let over = enter("yes").await;
    assert_eq!(over.status, 429, "{}", over.text);
    assert!(over.text.contains("JavaScriptを有効に"), "{}", over.text);
    Institution::nara_hospital().ask_for_code(&visitor).await;
    world.pass(SignedDuration::from_hours(1)).await;
    assert_eq!(enter("yes").await.leads_to(), "/user-Registration-Form/confirm");
    world.end().await;
}

#[tokio::test]
async fn a_forged_tick_with_a_wrong_solution_is_no_way_in() {
    let world = World::start("tick with a wrong solution", 244).await;
    let typed = json!({
        "email": "ijika@wakakusa.example.jp", "without_scripts": "yes", "not_a_robot": "yes", "robot_check": "e30=",
    });
    let refused = world.visitor().act("/user-Registration-Form", &typed).await;
    assert_eq!(refused.wrong_fields(), ["robot_check"]);
    world.end().await;
}

/// Up to the look at the address.
async fn confirm(visitor: &Visitor, institution: &Institution) {
    let robot_check = tests::solved_robot_check(visitor).await;
    let typed = json!({ "email": institution.email, "robot_check": robot_check });
    visitor.act("/user-Registration-Form", &typed).await.leads_to();
}
