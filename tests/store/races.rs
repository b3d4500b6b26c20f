//! Many at once, round after round: one number each, one decision, one account, five comparisons of a code,
//! nothing half-written.
//!
//! 20 rounds of 64 tasks each, or as many as `ROUNDS` says.

use std::collections::BTreeSet;

use shared::{
    codes::{Attempt, Begun, Verifications},
    domain::{
        application::{
            Approve, StatusKind,
            samples::{NOON, form_of, nara_hospital_input, nara_medical},
        },
        contact::EmailAddress,
        form::FormInput,
        session::ApplicantSession,
        verification::{MOST_TRIES, MailUsage, Purpose},
    },
    mail::VerificationCode,
    store::{MailUsageKeys, Store},
};
use tokio::task::JoinSet;

use crate::bench::{Bench, announced, waiting_for_2};

const TASKS: u32 = 64;

#[expect(clippy::disallowed_methods, reason = "how long a campaign lasts is for its command to say")]
fn rounds() -> u32 {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

#[tokio::test]
async fn every_draw_is_a_number_of_its_own() {
    let bench = Bench::start(21).await;
    let mut draws = JoinSet::new();
    for _ in 0..TASKS {
        let store = bench.store.clone();
        draws.spawn(async move { store.draw_application_number().await.expect("a number") });
    }
    let numbers: BTreeSet<_> = draws.join_all().await.into_iter().collect();
    assert_eq!(numbers.len(), TASKS as usize);
}

#[tokio::test]
async fn of_many_approvals_one_is_written() {
    let bench = Bench::start(22).await;
    for round in 0..rounds() {
        let application = bench.submitted().await;
        let mut approvals = JoinSet::new();
        for _ in 0..TASKS {
            let (store, application) = (bench.store.clone(), application.clone());
            approvals.spawn(async move {
                let decided = application.approve(Approve, &nara_medical(), *NOON).expect("as it was read");
                store.commit(decided).await.is_ok()
            });
        }
        let written = approvals.join_all().await.into_iter().filter(|written| *written).count();
        assert_eq!(written, 1, "round {round}");
        let stored =
            bench.store.load_application(application.number).await.expect("readable").expect("there");
        assert_eq!((stored.version, stored.history.len()), (2, 2), "round {round}");
    }
    println!("races on one application: {} rounds of {TASKS}, decided twice 0", rounds());
}

#[tokio::test]
async fn of_many_accounts_of_one_institution_one_is_created() {
    let bench = Bench::start(23).await;
    for round in 0..rounds() {
        let input = FormInput { street: format!("登大路町{round}"), ..institution(round) };
        let rivals = [waiting_for_2(&bench, &input).await, waiting_for_2(&bench, &input).await];
        let mut announcements = JoinSet::new();
        for task in 0..TASKS {
            let (bench, application) = (bench.clone(), rivals[task as usize % 2].clone());
            let login_id = format!("a{round:04}{task:02}");
            announcements.spawn(async move { announced(&bench, application, &login_id).await.is_ok() });
        }
        let created = announcements.join_all().await.into_iter().filter(|created| *created).count();
        assert_eq!(created, 1, "round {round}");
        let mut kinds = Vec::new();
        for rival in &rivals {
            let stored = bench.store.load_application(rival.number).await.expect("readable").expect("there");
            kinds.push(stored.status.kind());
        }
        kinds.sort();
        assert_eq!(kinds, [StatusKind::Issuing, StatusKind::Issued], "round {round}");
    }
    println!("races on one institution: {} rounds of {TASKS}, accounts created twice 0", rounds());
}

/// Another institution each round: another name, so another key.
fn institution(round: u32) -> FormInput {
    FormInput { institution_name: format!("第{round}若草山病院"), ..nara_hospital_input() }
}

#[tokio::test]
async fn of_many_tries_of_one_code_five_are_compared() {
    let bench = Bench::start(24).await;
    let verifications = Verifications::of(bench.administrator()).expect("configured");
    for round in 0..rounds() {
        let verification = with_code(&bench, &verifications, round).await;
        let mut tries = JoinSet::new();
        for task in 0..TASKS {
            let (verifications, verification) = (verifications.clone(), verification.clone());
            let typed = VerificationCode::parse(&format!("{task:06}")).expect("six digits");
            tries.spawn(async move {
                let session = |proven: &shared::domain::verification::Verification| {
                    Begun::Applicant(Box::new(ApplicantSession::begin(
                        "s".into(),
                        proven.email.clone(),
                        *NOON,
                    )))
                };
                match verifications.attempt(verification, &typed, session, *NOON).await {
                    Ok(Attempt::Right) => panic!("a wrong code was right"),
                    Ok(Attempt::Again(_, errors)) => {
                        errors.iter().any(|error| error.message.contains("認証コードが違います"))
                    }
                    // Still contended after many attempts: it was not compared.
                    Err(_) => false,
                }
            });
        }
        let compared = tries.join_all().await.into_iter().filter(|compared| *compared).count();
        assert!(compared <= MOST_TRIES as usize, "round {round}: {compared} compared");
        let stored =
            bench.store.load_verification(&verification.id, *NOON).await.expect("readable").expect("there");
        let tries = stored.code.expect("a code").tries as usize;
        assert!(tries == compared && tries > 0, "round {round}: {tries} counted, {compared} compared");
    }
    println!("races on one code: {} rounds of {TASKS}, compared more than {MOST_TRIES} times 0", rounds());
}

/// A verification whose code nobody can guess: its stored hash is of no code.
async fn with_code(
    bench: &Bench,
    verifications: &Verifications,
    round: u32,
) -> shared::domain::verification::Verification {
    let email = EmailAddress::parse(&format!("race-{round}@example.jp")).expect("an address");
    let (begun, _) = verifications.begin(Purpose::Apply, email, None, *NOON).await.expect("a verification");
    let keys = MailUsageKeys { address: format!("race-{round}"), network: format!("race-{round}") };
    let read = bench.store.load_mail_usage(&keys).await.expect("counters");
    let usage = MailUsage { address: read.0.usage.clone(), network: read.1.usage.clone() };
    let requested =
        begun.request_code(&usage, bench.mail_id(), "no code".into(), *NOON).expect("within the limits");
    bench.store.commit_code_request(&requested, &keys, &read, *NOON).await.expect("a code");
    requested.next
}

#[tokio::test]
async fn a_session_submits_once() {
    let bench = Bench::start(25).await;
    let (application, receipt, session) = bench.submission(&nara_hospital_input()).await;
    assert_eq!(application.form, form_of(&nara_hospital_input()));
    let mut submissions = JoinSet::new();
    for _ in 0..TASKS {
        let (store, mut application, mut receipt, session): (Store, _, _, _) =
            (bench.store.clone(), application.clone(), receipt.clone(), session.clone());
        application.number = store.draw_application_number().await.expect("a number");
        receipt.id = bench.mail_id();
        submissions
            .spawn(async move { store.commit_submission(&application, receipt, &session).await.is_ok() });
    }
    let written = submissions.join_all().await.into_iter().filter(|written| *written).count();
    assert_eq!(written, 1);
}
