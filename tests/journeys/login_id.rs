//! ログインIDの問い合わせ: the login ID goes to the registered address, and the page tells nobody whether there is one.

use serde_json::{Value, json};
use tests::{Answer, Institution, Mailbox, World, solved_robot_check};

async fn enquire(world: &World, hospital: &Institution) -> Answer {
    let visitor = world.visitor();
    let mut asked = json!({ "robot_check": solved_robot_check(&visitor).await });
    for name in ["prefecture", "institution_kind", "institution_name", "postal_code"] {
        asked[name] = hospital.form[name].clone();
    }
    visitor.act("/login-id", &asked).await
}

#[tokio::test]
async fn the_login_id_goes_to_the_registered_address_and_nowhere_else() {
    let world = World::start("login ID", 411).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let early = enquire(&world, &hospital).await;
    assert!(world.mails("login-id-reminder", &hospital.email).is_empty(), "no account yet");
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    world.newest_mail("login-notice", &hospital.email).await;

    let nobody = hospital.clone().with("institution_name", "存在しない病院");
    let (known, unknown) = (enquire(&world, &hospital).await, enquire(&world, &nobody).await);
    assert_eq!(known.leads_to(), "/login-id?sent=yes");
    assert_eq!((known.location, known.text), (unknown.location, unknown.text));
    assert_eq!(early.leads_to(), "/login-id?sent=yes");
    let told = world.newest_mail("login-id-reminder", &hospital.email).await.text;
    let login_id = told.lines().find_map(|line| line.strip_prefix("ログインID：")).expect("the login ID");
    let page = world.visitor().see("/login-id?sent=yes").await.text;
    assert!(!page.contains(login_id), "{page}");

    // Three an hour for the account; the page does not tell that no fourth one left.
    for minute in 1..4 {
        world.pass(jiff::SignedDuration::from_mins(minute)).await;
        assert_eq!(enquire(&world, &hospital).await.leads_to(), "/login-id?sent=yes");
    }
    world.stack.settle().await;
    assert_eq!(world.mails("login-id-reminder", &hospital.email).len(), 3);
    world.end().await;
}

#[tokio::test]
async fn a_robot_does_not_enquire_and_a_solution_is_good_once() {
    let world = World::start("login ID, robots", 412).await;
    let visitor = world.visitor();
    let nothing = visitor.act("/login-id", &json!({})).await;
    assert_eq!(
        nothing.wrong_fields(),
        ["prefecture", "institution_kind", "institution_name", "postal_code", "robot_check"]
    );
    let hospital = Institution::nara_hospital();
    let mut asked: Value = json!({ "robot_check": solved_robot_check(&visitor).await });
    for name in ["prefecture", "institution_kind", "institution_name", "postal_code"] {
        asked[name] = hospital.form[name].clone();
    }
    assert_eq!(visitor.act("/login-id", &asked).await.leads_to(), "/login-id?sent=yes");
    assert_eq!(visitor.act("/login-id", &asked).await.wrong_fields(), ["robot_check"]);
    // Without scripts: twice an hour from one network.
    asked["robot_check"] = "".into();
    asked["without_scripts"] = "yes".into();
    assert_eq!(visitor.act("/login-id", &asked).await.wrong_fields(), ["robot_check"], "not ticked");
    asked["not_a_robot"] = "yes".into();
    assert_eq!(visitor.act("/login-id", &asked).await.leads_to(), "/login-id?sent=yes");
    assert_eq!(visitor.act("/login-id", &asked).await.leads_to(), "/login-id?sent=yes");
    assert_eq!(visitor.act("/login-id", &asked).await.status, 429);
    world.end().await;
}
