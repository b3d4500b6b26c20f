//! 申請状況の照会 from outside: a stranger learns nothing, the applicant everything.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Answer, Institution, Mailbox, Visitor, World};

async fn ask(visitor: &Visitor, number: &str, email: &str) -> Answer {
    visitor.act("/track", &json!({ "number": number, "email": email })).await
}

/// What the stranger sees on the code page, the address aside, which is the stranger's own typing.
fn without_address(page: &Value) -> Value {
    let mut page = page.clone();
    page["email"] = Value::Null;
    page
}

#[tokio::test]
async fn known_and_unknown_pairs_answer_alike() {
    let world = World::start("look-up by strangers", 111).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;

    let (known, unknown) = (world.visitor(), world.visitor());
    let to_known = ask(&known, &number, &hospital.email).await;
    let to_unknown = ask(&unknown, &number, "stranger@example.jp").await;
    assert_eq!((to_known.leads_to(), &to_known.text), (to_unknown.leads_to(), &to_unknown.text));
    let pages = [&known, &unknown].map(|visitor| visitor.see("/track/code"));
    let [known_page, unknown_page] = pages;
    assert_eq!(without_address(&known_page.await.page()), without_address(&unknown_page.await.page()));

    let wrong = json!({ "code": "000000" });
    let (of_known, of_unknown) =
        (known.act("/track/code", &wrong).await, unknown.act("/track/code", &wrong).await);
    assert_eq!((of_known.status, &of_known.text), (of_unknown.status, &of_unknown.text));
    world.stack.settle().await;
    assert!(
        world.mails("code", "stranger@example.jp").is_empty(),
        "nothing goes to an address that never applied"
    );
    for visitor in [&known, &unknown] {
        assert_eq!(visitor.see("/track/status").await.status, 401, "no look without the code");
    }

    let mut limits = Vec::new();
    for visitor in [&known, &unknown] {
        // A network has a limit of its own: five a minute.
        world.pass(SignedDuration::from_secs(61)).await;
        let mut sent = 1;
        while visitor.act("/track/code", &json!({ "resend": "yes" })).await.status == 303 {
            sent += 1;
        }
        limits.push(sent);
    }
    assert_eq!(limits[1], 3, "an address gets three mails an hour, or the silence of three");
    assert_eq!(limits[0], 2, "one of the hour's three proved the address");
    world.end().await;
}

#[tokio::test]
async fn the_number_is_taken_as_people_type_it() {
    let world = World::start("look-up by the applicant", 112).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let short = number.trim_start_matches("API-").trim_start_matches('0');
    let status = hospital.look_up(&world, &format!("ａｐｉ－{short}")).await;
    assert_eq!((&status["number"], &status["status"]), (&json!(number), &json!("submitted")));
    assert_eq!(status["steps"]["names"][1], "都道府県確認");
    assert_eq!(status["mails"][0]["kind"], "receipt");
    assert_eq!(status["history"][0]["event"], "submitted");
    world.end().await;
}

#[tokio::test]
async fn the_desk_sees_what_became_of_a_code_mail_for_its_case() {
    let world = World::start("look-up, seen by the desk", 113).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    let codes = async || {
        let case = officer.see(&format!("/review/{number}")).await.page();
        let entries = case["timeline"].as_array().expect("a timeline").clone();
        entries.iter().filter(|entry| entry["title"] == "認証コードのお知らせ").count()
    };
    assert_eq!(codes().await, 0, "the code that proved the address was about no application");
    hospital.look_up(&world, &number).await;
    world.stack.settle().await;
    assert_eq!(codes().await, 1);
    world.end().await;
}
