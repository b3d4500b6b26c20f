//! What must be so at the end of a leg, whatever happened on the way.
//!
//! Invariant: everything is read from the store and from what SES accepted, never from what was answered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use shared::domain::{
    delivery::EventKind,
    mail::{Mail, MailKind},
    outbox::Outbox,
};
use tests::{SEEDED, World};

/// What the store shows at the end of a leg.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    /// Each application and its history, event by event.
    applications: Vec<(String, Vec<&'static str>)>,
    /// How many mails of a kind were committed.
    mails: Vec<(&'static str, usize)>,
    /// Kinds of which one may have been called off.
    cancelled: Vec<&'static str>,
    accounts: usize,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) committed: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) invariants: usize,
}

impl Expected {
    pub(crate) fn nothing() -> Self {
        Self { applications: Vec::new(), mails: Vec::new(), cancelled: Vec::new(), accounts: 0 }
    }

    pub(crate) fn of(number: &str, history: &[&'static str]) -> Self {
        Self::nothing().and(number, history)
    }

    /// One application more.
    pub(crate) fn and(mut self, number: &str, history: &[&'static str]) -> Self {
        self.applications.push((number.to_owned(), history.to_vec()));
        self
    }

    /// A mail of this kind was called off.
    pub(crate) fn cancelled(mut self, kind: &'static str) -> Self {
        self.cancelled.push(kind);
        self
    }

    pub(crate) fn mail(mut self, kind: &'static str, times: usize) -> Self {
        self.mails.push((kind, times));
        self
    }

    pub(crate) fn accounts(self, accounts: usize) -> Self {
        Self { accounts, ..self }
    }
}

/// How far the clock is moved at a time until everything has come right: more than a lease, less than the
/// interval of any schedule but the sweeper's.
const STEP: SignedDuration = SignedDuration::from_mins(6);

pub(crate) trait Resting {
    /// Moves the clock on, as far as recovery may need, until every mail has ended and been reported and
    /// `done` holds.
    async fn rest_until(&self, done: impl AsyncFn() -> bool);
}

impl Resting for World {
    async fn rest_until(&self, done: impl AsyncFn() -> bool) {
        for _ in 0..12 {
            self.stack.settle().await;
            self.pass(SignedDuration::from_secs(5)).await;
            if self.committed_mails().await.iter().all(is_over) && done().await {
                return;
            }
            self.pass(STEP).await;
        }
        panic!("does not come to rest: {:?}", self.committed_mails().await);
    }
}

fn is_over(mail: &Mail) -> bool {
    let delivered = || mail.events.iter().any(|event| matches!(event.kind, EventKind::Delivery { .. }));
    match &mail.outbox {
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => false,
        Outbox::Sent { .. } => delivered(),
        Outbox::Failed { .. } | Outbox::Cancelled { .. } => true,
    }
}

/// Checks a leg's end.
pub(crate) async fn audit(world: &World, expected: &Expected, known_accounts: usize) -> Tally {
    let mut tally = mails(world, expected).await;
    tally.invariants += applications(world, expected).await;
    tally.invariants += accounts(world, expected.accounts + known_accounts).await;
    tally.invariants += queues(world);
    tally
}

async fn mails(world: &World, expected: &Expected) -> Tally {
    let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
    for mail in world.stack.mails().expect("the mailbox can be read") {
        *accepted.entry(mail.mail_id.expect("each of our mails bears its tag")).or_default() += 1;
    }
    let committed: Vec<Mail> =
        world.committed_mails().await.into_iter().filter(|mail| !is_seed(mail)).collect();
    for id in accepted.keys() {
        assert!(committed.iter().any(|mail| mail.id.as_str() == id), "M1: {id} was sent and never committed");
    }
    let mut invariants = 2;
    for (kind, times) in &expected.mails {
        let found = committed.iter().filter(|mail| mail.kind().as_str() == *kind).count();
        assert_eq!(found, *times, "mails of kind {kind}");
        invariants += 1;
    }
    for mail in &committed {
        if mail.kind() == MailKind::LoginNotice {
            let opened = "2027-01-25T00:00:00+09:00".parse().expect("an instant");
            assert!(mail.created_at >= opened, "W2: ② before the next business day");
            invariants += 1;
        }
    }
    Tally {
        committed: committed.len(),
        lost: committed.iter().filter(|mail| is_lost(mail, accepted.get(mail.id.as_str()), expected)).count(),
        doubled: accepted.values().filter(|times| **times > 1).count(),
        invariants,
    }
}

fn is_seed(mail: &Mail) -> bool {
    matches!(&mail.outbox, Outbox::Cancelled { reason, .. } if reason == SEEDED)
        || mail.events.iter().any(|event| event.message_id == "seeded")
}

/// M1. A code may end with a reason: nobody repeats it but who asked for it.
fn is_lost(mail: &Mail, accepted: Option<&usize>, expected: &Expected) -> bool {
    let may_be_called_off = expected.cancelled.contains(&mail.kind().as_str());
    match &mail.outbox {
        Outbox::Sent { .. } => accepted.is_none(),
        Outbox::Cancelled { .. } if may_be_called_off => accepted.is_some(),
        Outbox::Failed { .. } | Outbox::Cancelled { .. } => mail.kind() != MailKind::Code,
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => true,
    }
}

/// W6, W8: the applications that were submitted, each move with its one event.
async fn applications(world: &World, expected: &Expected) -> usize {
    let keys = world.keys("APPLICATIONS_TABLE").await;
    let mut numbers: Vec<&String> = keys.iter().filter(|key| key.starts_with("API-")).collect();
    numbers.sort_unstable();
    let expected_numbers: Vec<&String> = expected.applications.iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, expected_numbers, "one application for one submission");
    let mails = world.committed_mails().await;
    for (number, history) in &expected.applications {
        let application = world.application(number).await;
        // A code is about the visit of whoever asked for it.
        let about_it = mails.iter().filter(|mail| mail.kind() != MailKind::Code);
        let about_it = about_it.filter(|mail| mail.application == Some(application.number));
        let about_it: BTreeSet<_> = about_it.map(|mail| &mail.id).collect();
        assert_eq!(about_it, application.mails.iter().collect(), "M9: it names each mail about it");
        let events: Vec<&str> = application.history.iter().map(|entry| entry.event.as_str()).collect();
        assert_eq!(&events, history, "W6: one audit event a move");
        assert_eq!(
            application.version,
            u64::try_from(events.len()).expect("few"),
            "no move without an event"
        );
    }
    1 + 3 * expected.applications.len()
}

/// W3: one account, and its institution's keys lead to it.
async fn accounts(world: &World, expected: usize) -> usize {
    let keys = world.keys("ACCOUNTS_TABLE").await;
    let accounts = keys.iter().filter(|key| key.starts_with("account#")).count();
    assert_eq!(accounts, expected, "W3: accounts");
    1
}

/// One fault sends nothing to a dead-letter queue.
fn queues(world: &World) -> usize {
    let redrives = world.stack.blueprint().queues.iter().filter_map(|queue| queue.redrive.as_ref());
    let mut checked = 0;
    for redrive in redrives {
        let dead = world.stack.ledger().peek(&redrive.queue, 10).expect("readable");
        assert!(dead.is_empty(), "{}: {dead:?}", redrive.queue);
        checked += 1;
    }
    checked
}
