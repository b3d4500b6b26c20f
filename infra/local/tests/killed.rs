//! `kill -9` at a random moment under load: nothing that was acknowledged is lost, and no mail is doubled.

use std::{sync::Arc, time::Duration};

use shared::runtime::Entropy;
use tests::{Institution, Mailbox, StackProcess};
use tokio::{sync::Mutex, task::JoinSet, time::timeout};

const ROUNDS: u64 = 4;

/// Applications that the stack acknowledged with a number.
type Acknowledged = Arc<Mutex<Vec<(Institution, String)>>>;

#[tokio::test]
async fn a_killed_stack_keeps_what_it_acknowledged() {
    let data = std::env::temp_dir().join(format!("killed-{}", std::process::id()));
    let acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        let stack = Arc::new(StackProcess::start(env!("CARGO_BIN_EXE_local"), &data));
        let [moment] = Entropy::seeded(round).bytes::<1>();
        let mut applicants = JoinSet::new();
        for applicant in 0..3 {
            applicants.spawn(apply_on_and_on(stack.clone(), round * 10 + applicant, acknowledged.clone()));
        }
        let until = Duration::from_millis(1_500 + 10 * u64::from(moment));
        let _under_load = timeout(until, std::future::pending::<()>()).await;
        applicants.shutdown().await;
        Arc::into_inner(stack).expect("the applicants are gone").kill();
    }

    let stack = StackProcess::start(env!("CARGO_BIN_EXE_local"), &data);
    stack.advance("PT30M").await;
    let acknowledged = acknowledged.lock().await;
    for (institution, number) in acknowledged.iter() {
        let state = institution.look_up(&stack, number).await;
        assert_eq!(state["number"], number.as_str());
        let receipts = stack.mails("receipt", &institution.email).await;
        assert_eq!(receipts.len(), 1, "the receipt of {number}");
    }
    println!("kills {ROUNDS}: acknowledged {}, lost 0, receipts doubled 0", acknowledged.len());
    drop(stack);
    std::fs::remove_dir_all(&data).expect("the test's own directory");
}

async fn apply_on_and_on(stack: Arc<StackProcess>, applicant: u64, acknowledged: Acknowledged) {
    for count in 0..100 {
        let email = format!("applicant-{applicant}-{count}@example.jp");
        let institution = Institution::nara_hospital().with_email(&email);
        let number = institution.apply(stack.as_ref(), &stack.visitor()).await;
        acknowledged.lock().await.push((institution, number));
    }
}
