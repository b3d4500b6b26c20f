//! Many at once: numbers are distinct, decisions are made once, nothing half-written is left.

use std::collections::BTreeSet;

use shared::domain::application::{
    Approve,
    samples::{NOON, nara_hospital_input, nara_medical},
};

use crate::bench::Bench;

#[tokio::test]
async fn sixty_four_draws_are_sixty_four_numbers() {
    let bench = Bench::start(21).await;
    let mut draws = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let store = bench.store.clone();
        draws.spawn(async move { store.draw_application_number().await.expect("a number") });
    }
    let numbers: BTreeSet<_> = draws.join_all().await.into_iter().collect();
    assert_eq!(numbers.len(), 64);
}

#[tokio::test]
async fn of_sixty_four_approvals_one_is_written() {
    let bench = Bench::start(22).await;
    let application = bench.submitted().await;
    let mut approvals = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (store, application) = (bench.store.clone(), application.clone());
        approvals.spawn(async move {
            let decided =
                application.approve(Approve, &nara_medical(), *NOON).expect("under review as it was read");
            store.commit(decided).await.is_ok()
        });
    }
    let written = approvals.join_all().await.into_iter().filter(|written| *written).count();
    assert_eq!(written, 1);
    let stored = bench.store.load_application(application.number).await.expect("readable").expect("there");
    assert_eq!((stored.version, stored.history.len()), (2, 2));
}

#[tokio::test]
async fn a_session_submits_once() {
    let bench = Bench::start(23).await;
    let (application, receipt, session) = bench.submission(&nara_hospital_input()).await;
    let mut submissions = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (store, mut application, mut receipt, session) =
            (bench.store.clone(), application.clone(), receipt.clone(), session.clone());
        application.number = store.draw_application_number().await.expect("a number");
        receipt.id = bench.mail_id();
        submissions
            .spawn(async move { store.commit_submission(&application, receipt, &session).await.is_ok() });
    }
    let written = submissions.join_all().await.into_iter().filter(|written| *written).count();
    assert_eq!(written, 1);
}
