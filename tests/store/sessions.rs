//! Sessions live within their limits and their holder's epoch; an applicant's answers read back.

use jiff::SignedDuration;
use shared::domain::{
    application::samples::{NOON, nara_hospital_input},
    ids::{ApplicationNumber, LoginId},
    session::{Holder, Progress, Session},
    verification::Purpose,
};

use crate::bench::Bench;

#[tokio::test]
async fn a_session_of_an_earlier_epoch_is_void() {
    let bench = Bench::start(31).await;
    let holder = || Holder::User { login_id: LoginId::parse("abcd2345").expect("a login ID") };
    let first = Session::begin("first".into(), holder(), 1, *NOON);
    bench.store.commit_session(&first).await.expect("a session");
    assert_eq!(bench.store.load_session("first", *NOON).await.expect("readable"), Some(first));
    let after_change = Session::begin("second".into(), holder(), 2, *NOON);
    bench.store.commit_session(&after_change).await.expect("a session");
    assert_eq!(bench.store.load_session("first", *NOON).await.expect("readable"), None);
    assert!(bench.store.load_session("second", *NOON).await.expect("readable").is_some());
    bench.store.delete_session("second").await.expect("deleted");
    assert_eq!(bench.store.load_session("second", *NOON).await.expect("readable"), None);
}

#[tokio::test]
async fn an_ended_session_is_not_read_though_its_row_is_there() {
    let bench = Bench::start(32).await;
    let number = ApplicationNumber::new(1).expect("a number");
    let session = Session::begin("tracker".into(), Holder::Tracker { number }, 0, *NOON);
    bench.tracker(&session, Purpose::Track { number, known: true }).await;
    assert_eq!(bench.store.load_session("tracker", *NOON).await.expect("readable"), Some(session));
    let idle = *NOON + SignedDuration::from_hours(1);
    assert_eq!(bench.store.load_session("tracker", idle).await.expect("readable"), None);
}

#[tokio::test]
async fn an_applicants_answers_read_back_right_or_wrong() {
    let bench = Bench::start(33).await;
    let mut session = bench.applicant(&nara_hospital_input()).await;
    let mut typed = nara_hospital_input();
    typed.phone = "電話はありません".into();
    typed.confirmed_warnings = true;
    let agreed = Progress::Agreed { terms_version: "1".into(), at: *NOON };
    for progress in [Progress::Filling, Progress::Filled, agreed] {
        session = session.moved_on(typed.clone(), progress);
        bench.store.commit_applicant(&session).await.expect("nobody was faster");
        let read = bench.store.load_applicant(&session.id, *NOON).await.expect("readable");
        assert_eq!(read, Some(session.clone()));
    }
}
