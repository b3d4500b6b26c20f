//! What the operator announces reaches the pages within half a minute, and maintenance closes the entry.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::{
    account::Secretary,
    ids::StaffId,
    settings::{Changed, NoticeKind, PublicText},
};
use tests::{Mailbox, Visitor, World};

fn secretary() -> Secretary {
    Secretary { id: StaffId::parse("secretariat").expect("an id"), name: "事務局".to_owned() }
}

fn text(words: &str) -> PublicText {
    PublicText::parse(words).expect("a text")
}

async fn announce(world: &World, changed: &Changed) {
    world.store().commit_settings(changed).await.expect("nobody else changes the settings");
}

/// The headings of the banners on the front page.
async fn headings(visitor: &Visitor) -> Vec<String> {
    let front = visitor.see("/").await.page();
    let shown = front["notices"]["shown"].as_array().expect("banners").clone();
    shown.iter().map(|notice| notice["heading"].as_str().expect("a heading").to_owned()).collect()
}

#[tokio::test]
async fn announcements_are_shown_and_maintenance_closes_the_entry_until_it_is_over() {
    let world = World::start("notices", 141).await;
    let visitor = world.visitor();
    assert_eq!(headings(&visitor).await, Vec::<String>::new());

    let now = world.stack.now();
    let settings = world.store().load_settings().await.expect("readable");
    let freeze = (now + SignedDuration::from_hours(24), now + SignedDuration::from_hours(72));
    let frozen = settings.add_freeze(freeze, text("年末年始のため"), &secretary(), now).expect("allowed");
    announce(&world, &frozen).await;
    world.pass(SignedDuration::from_secs(30)).await;
    assert_eq!(headings(&visitor).await, ["アカウントの発行を停止する期間があります"]);

    let now = world.stack.now();
    let period = (now, Some(now + SignedDuration::from_hours(2)));
    let closed = frozen.next.add_notice(NoticeKind::Maintenance, period, text("点検"), &secretary(), now);
    announce(&world, &closed.expect("allowed")).await;
    world.pass(SignedDuration::from_secs(30)).await;
    assert_eq!(headings(&visitor).await[0], "メンテナンス中です");
    let entry = visitor.see("/user-Registration-Form").await;
    assert_eq!(entry.status, 503);
    assert!(
        entry.text.contains("メンテナンス中のため、新しい申請の受付を停止しています。終了は、"),
        "{}",
        entry.text
    );
    let typed = json!({ "email": "tanaka@example.jp", "robot_check": "" });
    assert_eq!(visitor.act("/user-Registration-Form", &typed).await.status, 503);
    let page = visitor.see_html("/maintenance").await;
    assert!(page.text.contains("に終了する予定です。") && page.text.contains("そのまま残るもの"));

    world.pass(SignedDuration::from_hours(2)).await;
    assert_eq!(visitor.see("/user-Registration-Form").await.status, 200);
    assert_eq!(headings(&visitor).await, ["アカウントの発行を停止する期間があります"]);
    world.end().await;
}
