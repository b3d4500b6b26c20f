//! The secretariat steers issuing: a freeze, a case held and released, a run at once. Nothing is lost meanwhile.

use serde_json::{Value, json};
use tests::{Institution, Mailbox, Visitor, World};

/// The reasons in a tab of the issuing queue, by number.
async fn queue(secretary: &Visitor, name: &str) -> Vec<(String, String)> {
    let page = secretary.see(&format!("/operate?queue={name}")).await.page();
    let rows = page["applications"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    rows.map(|row| (text(&row["number"]), text(&row["plan"]["verdict"]))).collect()
}

fn freeze(from: &str, until: &str, step: &str) -> Value {
    let text = "年末年始のため、発行を停止します。";
    json!({ "freeze_from": from, "freeze_until": until, "freeze_text": text, "step": step })
}

#[tokio::test]
async fn what_is_approved_in_a_freeze_is_issued_after_it() {
    let world = World::start("freeze", 61).await;
    let (hospital, nara) = (Institution::nara_hospital(), world.officer("nara-medical").await);
    let number = hospital.apply(&world, &world.visitor()).await;
    let secretary = world.officer("secretariat").await;
    let (from, until) = ("2027-01-22T10:00", "2027-01-25T12:00");
    let preview = secretary.act("/operate/freezes", &freeze(from, until, "preview")).await.page();
    assert_eq!(preview["preview"]["until"], "2027-01-25T03:00:00Z");
    assert_eq!(preview["freezes"], json!([]), "looking registers nothing");
    secretary.act("/operate/freezes", &freeze(from, until, "confirm")).await.leads_to();

    nara.approve(&number).await.leads_to();
    world.stack.settle().await;
    assert_eq!(queue(&secretary, "issue").await, [(number.clone(), "frozen".to_owned())]);
    world.travel_to("2027-01-25T11:59:00+09:00").await;
    assert!(world.mails("advance-notice", &hospital.email).is_empty(), "① left in the freeze");

    world.travel_to("2027-01-25T12:20:00+09:00").await;
    assert_eq!(world.mails("advance-notice", &hospital.email).len(), 1, "the schedule finds it");
    world.travel_to("2027-01-26T09:10:00+09:00").await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_login_notice_waits_for_the_end_of_a_freeze_and_a_run_at_once_sends_it() {
    let world = World::start("freeze before ②", 62).await;
    let (hospital, nara) = (Institution::nara_hospital(), world.officer("nara-medical").await);
    let number = hospital.apply(&world, &world.visitor()).await;
    nara.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let secretary = world.officer("secretariat").await;
    assert_eq!(queue(&secretary, "announce").await, [(number.clone(), "waits".to_owned())]);
    let window = freeze("2027-01-25T00:00", "2027-01-25T17:00", "confirm");
    secretary.act("/operate/freezes", &window).await.leads_to();

    world.travel_to("2027-01-25T10:00:00+09:00").await;
    let secretary = world.officer("secretariat").await;
    assert_eq!(queue(&secretary, "announce").await, [(number.clone(), "frozen".to_owned())]);
    let run = secretary.act("/operate/run", &json!({ "queue": "announce" })).await;
    world.stack.settle().await;
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "a run obeys the freeze");
    let result = secretary.see(run.leads_to()).await.page();
    assert_eq!((result["done"].as_u64(), result["cases"].as_array().map(Vec::len)), (Some(0), Some(1)));

    secretary.act("/operate/freezes/1/end", &json!({})).await.leads_to();
    assert_eq!(secretary.act("/operate/freezes/1/end", &json!({})).await.status, 409, "ended already");
    let run = secretary.act("/operate/run", &json!({ "queue": "announce" })).await;
    world.stack.settle().await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1);
    let result = secretary.see(run.leads_to()).await.page();
    assert_eq!(result["cases"][0]["status_label"], "発行済");
    assert_eq!(result["done"], 1);
    let changes = secretary.see("/operate/settings").await.page()["changes"].clone();
    let labels: Vec<&str> =
        changes.as_array().expect("a list").iter().filter_map(|one| one["label"].as_str()).collect();
    assert_eq!(labels, ["発行停止期間を終了しました", "発行停止期間を登録しました"]);
    world.end().await;
}

#[tokio::test]
async fn a_held_case_is_left_out_until_it_is_released() {
    let world = World::start("hold", 63).await;
    let (hospital, nara) = (Institution::nara_hospital(), world.officer("nara-medical").await);
    let number = hospital.apply(&world, &world.visitor()).await;
    nara.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let secretary = world.officer("secretariat").await;
    let hold = format!("/operate/applications/{number}/hold");
    assert_eq!(secretary.act(&hold, &json!({ "reason": " " })).await.wrong_fields(), ["reason"]);
    secretary.act(&hold, &json!({ "reason": "重複の確認中" })).await.leads_to();
    assert_eq!(secretary.act(&hold, &json!({ "reason": "重複の確認中" })).await.status, 409, "held already");

    world.travel_to("2027-01-26T09:10:00+09:00").await;
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "② left though the case is held");
    let (secretary, nara) = (world.officer("secretariat").await, world.officer("nara-medical").await);
    assert_eq!(queue(&secretary, "held").await, [(number.clone(), "held".to_owned())]);
    let case = nara.see(&format!("/review/{number}")).await.page().to_string();
    assert!(case.contains("重複の確認中"), "the desk reads the reason: {case}");

    let release = format!("/operate/applications/{number}/release");
    secretary.act(&release, &json!({})).await.leads_to();
    assert_eq!(secretary.act(&release, &json!({})).await.status, 409, "released already");
    world.travel_to("2027-01-27T09:10:00+09:00").await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn the_secretariat_finds_any_case_and_nobody_else_does() {
    let world = World::start("operate doors", 64).await;
    let number = Institution::nara_hospital().apply(&world, &world.visitor()).await;
    let secretary = world.officer("secretariat").await;
    let case = format!("/operate/applications/{number}");
    assert_eq!(secretary.see(&format!("/operate/find?q={}", &number[4..])).await.leads_to(), case);
    assert_eq!(secretary.see("/operate/find?q=nobody99").await.wrong_fields(), ["q"]);
    let page = secretary.see(&case).await.page();
    assert_eq!((page["status"].as_str(), page["can_be_held"].as_bool()), (Some("submitted"), Some(false)));
    assert_eq!(secretary.see("/operate/applications/API-00009999").await.status, 404);

    let (nara, nobody) = (world.officer("nara-medical").await, world.visitor());
    for path in ["/operate", "/operate/settings", "/operate/find?q=1", &case] {
        assert_eq!(nara.see(path).await.status, 404, "{path}");
        assert_eq!(nobody.see(path).await.status, 401, "{path}");
    }
    for path in ["/operate/run", "/operate/freezes", "/operate/notices", &format!("{case}/hold")] {
        assert_eq!(nara.act(path, &json!({})).await.status, 404, "{path}");
        assert_eq!(nobody.act(path, &json!({})).await.status, 401, "{path}");
    }
}
