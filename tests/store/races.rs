//! Many at once, round after round: one number each, one decision, one account, five comparisons of a code,
//! nothing half-written.
//!
//! 200 rounds of 64 tasks each, or as many as `ROUNDS` says. The tasks share a thread and give way to one
//! another before and after each call reaches the database, so that all of them have read before one writes.

use std::collections::BTreeSet;

use shared::{
    codes::{Attempt, Begun, Verifications},
    domain::{
        application::{
            Application, Approve, Decided, Reject, RejectionReason, StatusKind,
            samples::{NOON, nara_hospital_input, nara_medical},
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
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(200)
}

#[tokio::test]
async fn every_draw_is_a_number_of_its_own() {
    let bench = Bench::start_direct(21).await;
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
    let bench = Bench::start_direct(22).await;
    for round in 0..rounds() {
        let application = bench.submitted().await;
        let decisions = (0..TASKS).map(|_| approved(&application)).collect();
        assert_eq!(decided(&bench, decisions).await, [StatusKind::Approved], "round {round}");
        let stored = stored(&bench, &application).await;
        assert_eq!((stored.version, stored.history.len()), (2, 2), "round {round}");
    }
    println!("races on one application: {} rounds of {TASKS}, decided twice 0", rounds());
}

#[tokio::test]
async fn of_approvals_and_rejections_at_once_one_is_written() {
    let bench = Bench::start_direct(26).await;
    let mut approvals = 0;
    for round in 0..rounds() {
        let application = bench.submitted().await;
        let mut drawn = Vec::new();
        let mut reject = || {
            drawn.push(bench.mail_id());
            let mail = drawn.last().expect("just drawn").clone();
            let command = Reject { reason: RejectionReason::Other, note: "理由".into(), mail };
            application.clone().reject(command, &nara_medical(), *NOON).expect("as it was read")
        };
        let approves_first = round.is_multiple_of(2);
        let mut one = |task: u32| {
            if task.is_multiple_of(2) == approves_first { approved(&application) } else { reject() }
        };
        let written = decided(&bench, (0..TASKS).map(&mut one).collect()).await;
        let stored = stored(&bench, &application).await;
        assert_eq!((stored.version, stored.history.len()), (2, 2), "round {round}");
        assert_eq!(written, [stored.status.kind()], "round {round}: what was answered is what is stored");
        let mut rejections = Vec::new();
        for id in drawn {
            rejections.extend(bench.store.load_mail(&id).await.expect("readable").map(|mail| mail.id));
        }
        assert_eq!(rejections, stored.mails[1..], "round {round}: the application names its mails");
        let approved = stored.status.kind() == StatusKind::Approved;
        assert_eq!(
            rejections.len(),
            usize::from(!approved),
            "round {round}: the mail of who was first, and no other"
        );
        approvals += u32::from(approved);
    }
    let rounds = rounds();
    println!(
        "races on approve and reject: {rounds} rounds of {TASKS}, approved {approvals}, decided twice 0"
    );
}

fn approved(application: &Application) -> Decided {
    application.clone().approve(Approve, &nara_medical(), *NOON).expect("as it was read")
}

/// Commits them all at once; what was written.
async fn decided(bench: &Bench, decisions: Vec<Decided>) -> Vec<StatusKind> {
    let mut commits = JoinSet::new();
    for decision in decisions {
        let store = bench.store.clone();
        commits.spawn(async move { store.commit(decision).await.ok().map(|(next, _)| next.status.kind()) });
    }
    commits.join_all().await.into_iter().flatten().collect()
}

async fn stored(bench: &Bench, application: &Application) -> Application {
    bench.store.load_application(application.number).await.expect("readable").expect("there")
}

#[tokio::test]
async fn of_many_accounts_of_one_institution_one_is_created() {
    let bench = Bench::start_direct(23).await;
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
            kinds.push(stored(&bench, rival).await.status.kind());
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
    let bench = Bench::start_direct(24).await;
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
    println!("races on one code: {} rounds of {TASKS}, compared too often 0", rounds());
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
    let bench = Bench::start_direct(25).await;
    let mut numbers = BTreeSet::new();
    for round in 0..rounds() {
        let (application, receipt, session) = bench.submission(&nara_hospital_input()).await;
        let mut submissions = JoinSet::new();
        for _ in 0..TASKS {
            let (store, mut application, mut receipt, session): (Store, _, _, _) =
                (bench.store.clone(), application.clone(), receipt.clone(), session.clone());
            receipt.id = bench.mail_id();
            submissions.spawn(async move {
                application.number = store.draw_application_number().await.expect("a number");
                let written = store.commit_submission(&application, receipt, &session).await.is_ok();
                (application.number, written)
            });
        }
        let submissions = submissions.join_all().await;
        let written = submissions.iter().filter(|(_, written)| *written).count();
        assert_eq!(written, 1, "round {round}");
        numbers.extend(submissions.into_iter().map(|(number, _)| number));
    }
    assert_eq!(numbers.len(), (rounds() * TASKS) as usize, "no number twice");
    println!("races on one session: {} rounds of {TASKS}, submitted twice 0, numbers doubled 0", rounds());
}
