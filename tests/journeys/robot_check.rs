//! 「私はロボットではありません。」 from outside: one solution begins one verification, and nothing else does.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Mailbox, Visitor, World, solved_robot_check};

async fn enter(visitor: &Visitor, email: &str, robot_check: &str) -> tests::Answer {
    visitor.act("/user-Registration-Form", &json!({ "email": email, "robot_check": robot_check })).await
}

#[tokio::test]
async fn a_solution_is_good_once_also_for_many_at_the_same_moment() {
    let world = World::start("robot check used at once", 101).await;
    let visitor = world.visitor();
    let solved = solved_robot_check(&visitor).await;
    let mut entering = tokio::task::JoinSet::new();
    for index in 0..12 {
        let (tab, solved) = (visitor.clone(), solved.clone());
        entering.spawn(async move { enter(&tab, &format!("robot{index}@example.jp"), &solved).await });
    }
    let answers = entering.join_all().await;
    let (begun, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 303);
    assert_eq!(begun.len(), 1, "one solution, one verification");
    assert!(refused.iter().all(|answer| answer.wrong_fields() == ["robot_check"]));
    assert_eq!(enter(&visitor, "later@example.jp", &solved).await.wrong_fields(), ["robot_check"]);
    world.end().await;
}

#[tokio::test]
async fn a_wrong_address_does_not_use_the_solution_up_but_time_does() {
    let world = World::start("robot check kept and ended", 102).await;
    let visitor = world.visitor();
    let solved = solved_robot_check(&visitor).await;
    assert_eq!(enter(&visitor, "tanaka", &solved).await.wrong_fields(), ["email"]);
    assert_eq!(enter(&visitor, "", "").await.wrong_fields(), ["email", "robot_check"]);
    let late = solved_robot_check(&visitor).await;
    world.pass(SignedDuration::from_secs(10 * 60 - 1)).await;
    assert_eq!(
        enter(&visitor, "tanaka@example.jp", &solved).await.leads_to(),
        "/user-Registration-Form/confirm"
    );
    world.pass(SignedDuration::from_secs(1)).await;
    assert_eq!(enter(&visitor, "tanaka@example.jp", &late).await.wrong_fields(), ["robot_check"]);
    world.end().await;
}

#[tokio::test]
async fn a_mistyped_domain_is_a_question_and_never_a_refusal() {
    let world = World::start("mistyped domain", 103).await;
    let visitor = world.visitor();
    let solved = solved_robot_check(&visitor).await;
    enter(&visitor, "info@gmial.com", &solved).await.leads_to();
    let confirm = visitor.see("/user-Registration-Form/confirm").await.page();
    assert_eq!(confirm["suggested_domain"], "gmail.com");

    let elsewhere = visitor.act("/user-Registration-Form/code", &json!({ "domain": "evil.example" })).await;
    assert_eq!(elsewhere.status, 400, "only the suggestion is taken");
    let kept = visitor.clone();
    kept.act("/user-Registration-Form/code", &json!({})).await.leads_to();
    let right = visitor.act("/user-Registration-Form/code", &json!({ "domain": "gmail.com" })).await;
    assert_eq!(right.leads_to(), "/user-Registration-Form/confirm");
    let confirm = visitor.see("/user-Registration-Form/confirm").await.page();
    assert_eq!((&confirm["email"], &confirm["suggested_domain"]), (&json!("info@gmail.com"), &Value::Null));
    visitor.act("/user-Registration-Form/code", &json!({})).await.leads_to();
    world.newest_mail("code", "info@gmial.com").await;
    world.newest_mail("code", "info@gmail.com").await;
    world.end().await;
}
