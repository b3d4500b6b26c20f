//! The dashboards: what arrived, how long it stood, what came back; sums that are right whatever is delivered twice.

use jiff::SignedDuration;
use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::{Value, json};
use tests::{Institution, Mailbox, World};

fn stage<'a>(figures: &'a Value, stage: &str) -> &'a Value {
    let stages = figures["stages"].as_array().expect("stages");
    stages.iter().find(|row| row["stage"] == stage).expect("every stage")
}

fn arrived_on(figures: &Value, day: &str) -> u64 {
    let days = figures["arrivals"].as_array().expect("days");
    let day = days.iter().find(|one| one["day"] == day).expect("one of the last thirty days");
    day["count"].as_u64().expect("a count")
}

#[tokio::test]
async fn the_figures_follow_the_work_and_show_no_other_desk() {
    let world = World::start("dashboards", 98).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.travel_to("2027-01-25T10:00:00+09:00").await;
    let other = hospital.clone().with("institution_name", "春日野病院").with_email("soumu@kasuga.example.jp");
    let second = other.apply(&world, &world.visitor()).await;
    Institution::osaka_pharmacy().apply(&world, &world.visitor()).await;
    let bounce = |kind| EventRequest {
        kind,
        bounce_type: Some("Permanent".into()),
        sub_type: Some("General".into()),
        status: Some("5.1.1".into()),
        diagnostic: None,
        after: SignedDuration::ZERO,
    };
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(hospital.email.clone()),
        kind: Some("advance-notice".into()),
        events: vec![bounce(EventKind::Send), bounce(EventKind::Bounce)],
    });
    let officer = world.officer("nara-medical").await;
    officer.approve(&number).await.leads_to();
    world.stack.settle().await;
    world.pass(SignedDuration::from_mins(3)).await;

    let desk = officer.see("/review/dashboard").await.page();
    let figures = &desk["figures"];
    assert_eq!((arrived_on(figures, "2027-01-22"), arrived_on(figures, "2027-01-25")), (1, 1));
    assert_eq!(figures["arrived"], 2, "not the pharmacy, not Osaka");
    assert_eq!(
        *stage(figures, "submitted"),
        json!({
            "stage": "submitted", "label": "未審査", "count": 1, "median": 3, "ninetieth": 3,
        })
    );
    assert_eq!(stage(figures, "approved")["median"], 0);
    assert_eq!(stage(figures, "issuing")["median"], Value::Null);
    assert_eq!(
        (&figures["open"], &figures["undeliverable"], &figures["notified"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(figures["undeliverable_rate"], "100.0");
    assert_eq!(desk["oldest"][0]["number"], json!(second));
    let html = officer.see_html("/review/dashboard").await.text;
    assert_eq!(html.matches("<svg class=\"chart").count(), 2);
    assert_eq!(html.matches("class=\"chart__bar\"").count(), 4 + 30);
    let pharmacy = world.officer("nara-pharmacy").await.see("/review/dashboard").await.page();
    assert_eq!((&pharmacy["figures"]["open"], &pharmacy["figures"]["arrived"]), (&json!(0), &json!(0)));

    let national = world.officer("secretariat").await.see("/operate/dashboard").await.page();
    assert_eq!((&national["figures"]["open"], &national["figures"]["arrived"]), (&json!(3), &json!(3)));
    let rows = national["prefectures"].as_array().expect("a list");
    let osaka = rows.iter().find(|row| row["name"] == "大阪府").expect("every prefecture");
    assert_eq!((rows.len(), &osaka["submitted"]), (47, &json!(1)));
    world.end().await;
}
