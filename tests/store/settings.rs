//! The settings read back as they were written, with every change; of two changes at once one is decided again.

use jiff::SignedDuration;
use shared::{
    domain::{
        application::samples::{NOON, secretary},
        settings::{Change, NoticeKind, PublicText, Settings},
    },
    store::CommitError,
};

use crate::bench::Bench;

fn text(words: &str) -> PublicText {
    PublicText::parse(words).expect("a text")
}

#[tokio::test]
async fn settings_read_back_with_every_change() {
    let bench = Bench::start(51).await;
    assert_eq!(bench.store.load_settings().await.expect("readable"), Settings::default());
    let none = bench.store.list_settings_changes(&Settings::default()).await.expect("readable");
    assert!(none.is_empty());

    let tomorrow = *NOON + SignedDuration::from_hours(24);
    let window = (*NOON, tomorrow);
    let first =
        Settings::default().add_freeze(window, text("停止します。\n再開は明日です。"), &secretary(), *NOON);
    let first = first.expect("allowed");
    bench.store.commit_settings(&first).await.expect("nobody was faster");
    let second =
        first.next.clone().add_notice(NoticeKind::Warning, (*NOON, None), text("混雑"), &secretary(), *NOON);
    let second = second.expect("allowed");
    bench.store.commit_settings(&second).await.expect("nobody was faster");
    let third = second.next.clone().end_notice(2, &secretary(), tomorrow).expect("it is there");
    bench.store.commit_settings(&third).await.expect("nobody was faster");

    let read = bench.store.load_settings().await.expect("readable");
    assert_eq!(read, third.next);
    let changes = bench.store.list_settings_changes(&read).await.expect("readable");
    assert_eq!(changes, [third.change, second.change, first.change]);
    assert!(matches!(changes[2].what, Change::FreezeAdded(_)));
}

#[tokio::test]
async fn of_two_changes_of_the_same_settings_one_is_decided_again() {
    let bench = Bench::start(52).await;
    let add = |words: &str| {
        let until = Some(*NOON + SignedDuration::from_hours(1));
        Settings::default()
            .add_notice(NoticeKind::Info, (*NOON, until), text(words), &secretary(), *NOON)
            .expect("allowed")
    };
    bench.store.commit_settings(&add("ひとつ")).await.expect("nobody was faster");
    let lost = bench.store.commit_settings(&add("ふたつ")).await;
    assert!(matches!(lost, Err(CommitError::Lost("settings"))), "{lost:?}");
    let read = bench.store.load_settings().await.expect("readable");
    assert_eq!((read.version, read.notices.len()), (1, 1));
}
