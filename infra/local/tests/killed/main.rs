//! `kill -9` at random moments under load, 30 times or as often as `KILLS` says: nothing that was acknowledged
//! is lost, and nothing happens twice.
//!
//! Architecture invariant: what people were told is remembered here, outside of the stack, and compared with
//! what the stores hold after the last kill.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]

mod applicant;
mod officer;

use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use applicant::Applicant;
use jiff::SignedDuration;
use officer::Officer;
use serde_json::json;
use shared::{
    domain::{mail::MailKind, outbox::Outbox},
    runtime::Entropy,
};
use tests::{MailCounts, StackProcess, Visitor, World};
use tokio::{sync::watch, task::JoinSet, time::timeout};

const APPLICANTS: u8 = 4;
/// A stack in which nobody gets on for so long is broken.
const LONGEST_LIFE: Duration = Duration::from_mins(1);
const OFFICERS: [&str; 2] = ["nara-medical", "osaka-pharmacy"];

/// What people were told, and must find again. Clones are the same.
#[derive(Clone)]
struct Told {
    facts: Arc<Mutex<Facts>>,
    /// How many answers people got.
    answers: watch::Sender<u64>,
}

#[derive(Clone, Default)]
struct Facts {
    /// Application numbers, each with the address that it was shown to.
    numbers: BTreeMap<String, String>,
    /// Application numbers, each with the event of the decision that was confirmed.
    decisions: BTreeMap<String, &'static str>,
}

/// What is wrong with what the stores hold in the end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    lost: usize,
    doubled: usize,
}

#[expect(clippy::disallowed_methods, reason = "how long a campaign lasts is for its command to say")]
fn kills() -> u64 {
    std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(30)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_stack_keeps_what_it_acknowledged() {
    let data = std::env::temp_dir().join(format!("killed-{}", std::process::id()));
    let (kills, told) = (kills(), Told::new());
    live_and_die(&data, kills, &told).await;

    let world = World::reopen("kill -9", &data).await;
    let mails = rest(&world).await;
    let facts = told.facts();
    let wrong = compare(&world, &facts, mails).await;
    println!(
        "kill -9: {kills} kills, acknowledged {}, applications {}, decisions {}, mails {}, lost {}, doubled {}",
        facts.numbers.len() + facts.decisions.len(),
        facts.numbers.len(),
        facts.decisions.len(),
        mails.committed,
        wrong.lost,
        wrong.doubled,
    );
    assert_eq!(wrong, Wrong::default());
    assert!(!facts.numbers.is_empty() && !facts.decisions.is_empty(), "there was no load");
    drop(world);
    std::fs::remove_dir_all(&data).expect("the test's own directory");
}

/// The stack lives, is worked with, and dies, again and again; people go on where they were.
async fn live_and_die(data: &Path, kills: u64, told: &Told) {
    let port = free_port();
    let origin = format!("http://127.0.0.1:{port}");
    let mut applicants: Vec<_> = (0..APPLICANTS).map(|one| Applicant::new(one, &origin, told)).collect();
    let mut officers: Vec<_> = OFFICERS.iter().map(|id| Officer::new(id, &origin, told)).collect();
    for round in 0..kills {
        let stack = StackProcess::start(env!("CARGO_BIN_EXE_local"), data, port);
        let (mut at_forms, mut at_desks, mut clock) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
        for applicant in applicants {
            at_forms.spawn(applicant.work());
        }
        for officer in officers {
            at_desks.spawn(officer.work());
        }
        clock.spawn(pass(origin.clone()));
        told.moment(round).await;
        stack.kill();
        applicants = at_forms.join_all().await;
        officers = at_desks.join_all().await;
        clock.join_all().await;
    }
}

/// Two minutes pass: what a death left behind is seen to, while everybody is at work.
async fn pass(origin: String) {
    let operator = Visitor::at(&origin, [127, 0, 0, 1].into());
    let _broken = operator.try_act("/_local/clock", &json!({ "advance": "PT2M" })).await;
}

fn free_port() -> u16 {
    let probe = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    probe.local_addr().expect("bound").port()
}

/// Lets the last process's leases and waiting times end, until every mail has come to its end.
async fn rest(world: &World) -> MailCounts {
    for _ in 0..20 {
        let waits = |outbox: &Outbox| match outbox {
            Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => true,
            Outbox::Sent { .. } | Outbox::Failed { .. } | Outbox::Cancelled { .. } => false,
        };
        if !world.committed_mails().await.iter().any(|mail| waits(&mail.outbox)) {
            break;
        }
        world.pass(SignedDuration::from_mins(6)).await;
    }
    world.mail_counts().await
}

async fn compare(world: &World, facts: &Facts, mails: MailCounts) -> Wrong {
    let mut wrong = Wrong { lost: mails.lost, doubled: mails.doubled };
    let keys = world.keys("APPLICATIONS_TABLE").await;
    let committed = world.committed_mails().await;
    let mut applicants: BTreeMap<String, usize> = BTreeMap::new();
    for number in keys.iter().filter(|key| key.starts_with("API-")) {
        let application = world.application(number).await;
        *applicants.entry(application.form.email.as_str().to_owned()).or_default() += 1;
        let about_it = committed.iter().filter(|mail| mail.kind() != MailKind::Code);
        let mine = about_it.filter(|mail| mail.application == Some(application.number));
        let receipts = mine.clone().filter(|mail| mail.kind() == MailKind::Receipt).count();
        wrong.lost += mine.filter(|mail| !application.mails.contains(&mail.id)).count();
        wrong.lost += usize::from(receipts == 0);
        wrong.doubled += usize::from(receipts > 1);
        let happened =
            |event: &str| application.history.iter().filter(|entry| entry.event.as_str() == event).count();
        let decided = happened("approved") + happened("rejected");
        wrong.doubled += usize::from(decided > 1 || happened("submitted") != 1);
        wrong.lost += usize::from(facts.decisions.get(number).is_some_and(|told| happened(told) != 1));
    }
    wrong.doubled += applicants.values().filter(|times| **times > 1).count();
    wrong.lost +=
        facts.numbers.keys().chain(facts.decisions.keys()).filter(|known| !keys.contains(known)).count();
    wrong.lost += facts.numbers.values().filter(|email| !applicants.contains_key(*email)).count();
    wrong
}

impl Told {
    fn new() -> Self {
        Self { facts: Arc::default(), answers: watch::Sender::new(0) }
    }

    /// A random moment under load: so many answers later, and then in the middle of what is under way. However
    /// slow the machine is, there is load.
    async fn moment(&self, round: u64) {
        let [many, then] = Entropy::seeded(round).bytes::<2>();
        let target = *self.answers.borrow() + u64::from(many % 48);
        let reached = async { self.answers.subscribe().wait_for(|answers| *answers >= target).await.is_ok() };
        assert_eq!(timeout(LONGEST_LIFE, reached).await, Ok(true), "people get answers");
        let _in_the_middle =
            timeout(Duration::from_micros(100 * u64::from(then)), std::future::pending::<()>()).await;
    }

    fn answer(&self) {
        self.answers.send_modify(|answers| *answers += 1);
    }

    fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn number(&self, number: &str, email: &str) {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.numbers.insert(number.to_owned(), email.to_owned());
    }

    fn decision(&self, number: &str, decision: &'static str) {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.decisions.insert(number.to_owned(), decision);
    }
}
