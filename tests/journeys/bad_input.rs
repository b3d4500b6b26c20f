//! Bad input gets a sentence that says what to do, at the status that its kind has.

use serde_json::json;
use tests::{Institution, Mailbox, World};

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let world = World::start("wrong fields", 91).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;

    let empty = applicant.act("/application/form", &json!({})).await;
    let required = [
        "institution_name",
        "institution_kind",
        "institution_subkind",
        "phone",
        "postal_code",
        "prefecture",
        "city",
        "street",
        "contact_family_name",
        "contact_given_name",
        "department_phone",
    ];
    assert_eq!(empty.wrong_fields(), required);
    let html = applicant.submit_form("/application/form", &[("institution_name", "若草山病院")]).await;
    assert_eq!(html.status, 422);
    assert!(html.text.contains("<title>エラー：") && html.text.contains("若草山病院"), "{}", html.text);
    let early = applicant.act("/application/submit", &json!({})).await;
    assert_eq!(early.leads_to(), "/application/form", "nothing is submitted before it is filled in");

    hospital.clone().with("email", "someone-else@example.jp").fill_in(&applicant).await;
    let check = applicant.see("/application/check").await.page().to_string();
    assert!(
        check.contains(&hospital.email) && !check.contains("someone-else"),
        "the address is the verified one"
    );
    world.end().await;
}

#[tokio::test]
async fn bodies_that_are_no_form_are_refused() {
    let world = World::start("no forms", 92).await;
    let origin = world.stack.origin().to_owned();
    let client = reqwest::Client::new();
    let post = |kind: &'static str, body: &'static str| {
        let request = client.post(format!("{origin}/user-Registration-Form")).header("content-type", kind);
        let request = request.header("origin", &origin).header("accept", "application/json").body(body);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    assert_eq!(post("application/json", "{\"email\":").await, 400);
    assert_eq!(post("text/plain", "email=a@example.jp").await, 415);
    assert_eq!(post("application/json", "{}").await, 422);
    let foreign = client.post(format!("{origin}/sign-in")).header("origin", "https://elsewhere.example");
    let foreign = foreign.form(&[("login_id", "abcd2345")]).send().await.expect("an answer");
    assert_eq!(foreign.status().as_u16(), 403);
    let unknown = client.get(format!("{origin}/no-such-page")).send().await.expect("an answer");
    assert_eq!(unknown.status().as_u16(), 404);
    world.end().await;
}
