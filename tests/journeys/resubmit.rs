//! 再申請: a pre-filled form, corrected and handed in once; the wrong prefecture chosen moves the case to its desk.

use serde_json::json;
use shared::domain::form::{PREFECTURE, STREET};
use tests::{Institution, Mailbox, Visitor, World};

async fn returned(world: &World, hospital: &Institution) -> (String, Visitor) {
    let number = hospital.apply(world, &world.visitor()).await;
    world.return_it(&number, vec![STREET, PREFECTURE], "所在地をご確認ください。").await;
    let state = hospital.open_state(world, &number).await;
    (number, state)
}

#[tokio::test]
async fn a_correction_is_handed_in_once_under_the_same_number() {
    let world = World::start("resubmit", 221).await;
    let hospital = Institution::nara_hospital();
    let (number, state) = returned(&world, &hospital).await;
    assert_eq!(state.act("/track/correct", &json!({})).await.leads_to(), "/application/form");
    let form = state.see("/application/form").await.page();
    assert_eq!(form["correction"]["note"], "所在地をご確認ください。");
    assert_eq!(form["answers"]["street"], "登大路町３０", "what was handed in before");
    let html = state.see_html("/application/form").await.text;
    for field in ["street", "prefecture"] {
        assert!(
            html.contains(&format!("aria-describedby=\"{field}-error")),
            "{field} is marked where it stands"
        );
    }
    assert_eq!(html.matches("都道府県から修正を求められている項目です").count(), 2, "no other field is");
    assert!(!html.contains("入力内容に誤りがあります"), "nothing was typed wrong yet");
    let corrected = hospital.clone().with("street", "登大路町31");
    let filled = state.act("/application/form", &corrected.form).await;
    assert_eq!(filled.leads_to(), "/application/check", "the terms were agreed to: {}", filled.text);
    assert_eq!(state.see("/application/check").await.page()["is_correction"], true);

    let mut tabs = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let tab = state.clone();
        tabs.spawn(async move { tab.act("/application/submit", &json!({})).await });
    }
    for pressed in tabs.join_all().await {
        assert_eq!(pressed.leads_to(), "/application/done", "{}", pressed.text);
    }
    for _ in 0..2 {
        let done = state.see("/application/done").await.page();
        assert_eq!(
            (&done["number"], &done["is_correction"]),
            (&json!(number), &json!(true)),
            "also reloaded"
        );
    }
    let application = world.application(&number).await;
    let history: Vec<_> = application.history.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!(history, ["submitted", "returned", "resubmitted"]);
    assert_eq!(application.form.street.as_str(), "登大路町31");
    let second = state.act("/track/correct", &json!({})).await;
    assert_eq!(second.status, 409, "{}", second.text);
    let officer = world.officer("nara-medical").await;
    assert_eq!(officer.queue("submitted").await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn the_wrong_prefecture_chosen_moves_to_the_right_desk_and_out_of_sight_of_the_first() {
    let world = World::start("wrong prefecture", 222).await;
    let hospital = Institution::nara_hospital();
    let (number, state) = returned(&world, &hospital).await;
    state.act("/track/correct", &json!({})).await.leads_to();
    let moved = hospital
        .clone()
        .with("prefecture", "大阪府")
        .with("city", "大阪市北区")
        .with("postal_code", "530-0003");
    let mut filled = state.act("/application/form", &moved.form).await;
    if filled.status == 422 {
        let mut confirmed = moved.form.clone();
        confirmed["confirmed_warnings"] = json!(true);
        filled = state.act("/application/form", &confirmed).await;
    }
    assert_eq!(filled.leads_to(), "/application/check", "{}", filled.text);
    assert_eq!(state.act("/application/submit", &json!({})).await.leads_to(), "/application/done");

    let nara = world.officer("nara-medical").await;
    for tab in ["submitted", "returned"] {
        assert!(nara.queue(tab).await.is_empty(), "{tab}");
    }
    assert_eq!(nara.see(&format!("/review/{number}")).await.status, 404);
    assert_eq!(nara.approve(&number).await.status, 404);
    let osaka = world.officer("osaka-medical").await;
    assert_eq!(osaka.queue("submitted").await.len(), 1);
    let case = osaka.see(&format!("/review/{number}")).await.page().to_string();
    assert!(case.contains("奈良県 医療担当") && !case.contains("奈良 太郎"), "{case}");
    osaka.approve(&number).await.leads_to();
    world.end().await;
}

#[tokio::test]
async fn a_withdrawal_in_another_tab_ends_the_correction() {
    let world = World::start("withdrawn while correcting", 223).await;
    let hospital = Institution::nara_hospital();
    let (_, state) = returned(&world, &hospital).await;
    state.act("/track/correct", &json!({})).await.leads_to();
    state.act("/application/form", &hospital.form).await.leads_to();
    assert_eq!(state.act("/track/withdraw", &json!({})).await.leads_to(), "/track/status");
    for answer in [
        state.see("/application/form").await,
        state.see("/application/check").await,
        state.act("/application/submit", &json!({})).await,
    ] {
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.text.contains("取り下げられています"), "{}", answer.text);
    }
    world.end().await;
}
