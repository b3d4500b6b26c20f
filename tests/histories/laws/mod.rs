//! The invariants of the design notes (RELIABILITY §4), each by its name, checked after every commit and step.
//!
//! Architecture invariant: a law compares what was written with what was seen from outside and with words and
//! tables of its own; it asks no rule of the domain what should have been.

mod end;
mod mails;
mod security;
mod workflow;

use std::{fmt, rc::Rc};

use jiff::Timestamp;
use shared::domain::ids::ApplicationNumber;

pub(crate) use end::{after_drain, after_second_flagging};

use crate::{store::Store, world::Witness};

macro_rules! laws {
    ($($law:ident $name:literal),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Law { $($law),+ }

        impl Law {
            pub(crate) const ALL: &[Self] = &[$(Self::$law),+];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$law => $name),+ }
            }
        }
    };
}

laws! {
    M1 "M1 a committed mail ends in sent, failed or cancelled with a reason, and what is sent was taken by SES",
    M2 "M2 at most one accepted mail an item, and one more for each try of unknown outcome whose report is late",
    M3 "M3 a Delivery and no failing report never shows undeliverable",
    M4 "M4 any failing report ever seen shows undeliverable",
    M5 "M5 a report that comes again changes nothing",
    M6 "M6 an event moves no other application than its own",
    M7 "M7 a mail says what its application said when it was written, and never anything else",
    M8 "M8 nothing but code mails goes to an address never verified",
    M9 "M9 nothing to a rejected or withdrawn application after its last mail",
    W1 "W1 no account or right without an approval by an officer of that desk",
    W2 "W2 no account and login notice before the advance notice was delivered and the next business day came, nor after it failed",
    W3 "W3 one live account an institution",
    W4 "W4 an account that has the right: nothing issued",
    W5 "W5 a decision is made once, and nothing of the history ever changes",
    W6 "W6 a state moves along the named edges only, each move with exactly one audit event",
    W7 "W7 application numbers are unique, and a session submits once",
    W8 "W8 an ended application never lives again",
    W9 "W9 a flag is set once a reason and state, from 21 days on, and cleared by movement or delivery",
    W10 "W10 a change of address voids older links and sends none to the old address",
    Frozen "D4 nothing is issued in a freeze, nor while it is held",
    S1 "S1 tries never exceed their limit",
    S2 "S2 a code or link works at most once, before its end, in its own context",
    S3 "S3 no officer decides on an application of another desk",
    S7 "S7 mail caps hold",
    T1 "T1 what is written bears the time that entered with the event",
    T2 "T2 the next business day is the one of an independent table",
    Lost "L nothing that was committed is lost",
}

/// A law is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) law: Law,
    pub(crate) what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law.name(), self.what)
    }
}

/// What was checked, and what happened on the way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    checked: [u64; Law::ALL.len()],
    pub(crate) steps: u64,
    pub(crate) faults: u64,
    pub(crate) races_lost: u64,
    pub(crate) reports: i64,
    pub(crate) mails: u64,
    pub(crate) lost: u64,
    /// Mails that SES took twice though each report came in time.
    pub(crate) doubled: u64,
    /// Mails that were sent again because the report of an unknown outcome came too late, or never.
    pub(crate) doubled_by_lateness: u64,
    /// Tries whose outcome nobody knew; what was made of them.
    pub(crate) unknown: u64,
    pub(crate) proven: u64,
    pub(crate) repeated: u64,
    pub(crate) given_up: u64,
}

impl Tally {
    pub(crate) fn check(
        &mut self,
        law: Law,
        holds: bool,
        what: impl FnOnce() -> String,
    ) -> Result<(), Violation> {
        self.checked[law as usize] += 1;
        if holds { Ok(()) } else { Err(Violation { law, what: what() }) }
    }

    pub(crate) fn checked(&self) -> u64 {
        self.checked.iter().sum()
    }

    pub(crate) fn never_checked(&self) -> Option<&'static str> {
        Law::ALL.iter().find(|law| self.checked[**law as usize] == 0).map(|law| law.name())
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, more) in self.checked.iter_mut().zip(other.checked) {
            *sum += more;
        }
        self.steps += other.steps;
        self.faults += other.faults;
        self.races_lost += other.races_lost;
        self.mails += other.mails;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.doubled_by_lateness += other.doubled_by_lateness;
        self.unknown += other.unknown;
        self.proven += other.proven;
        self.repeated += other.repeated;
        self.given_up += other.given_up;
    }
}

/// One commit, as it was written.
pub(crate) struct Commit<'a> {
    pub(crate) before: &'a Store,
    pub(crate) after: &'a Store,
    /// The time that the function took for now.
    pub(crate) now: Timestamp,
    /// The application that the event was about.
    pub(crate) about: Option<ApplicationNumber>,
    pub(crate) witness: &'a Witness,
}

/// The items that one commit changed, with what they were before.
fn changed<'a, T>(before: &'a [Rc<T>], after: &'a [Rc<T>]) -> impl Iterator<Item = (Option<&'a T>, &'a T)> {
    after.iter().enumerate().filter_map(move |(place, next)| match before.get(place) {
        Some(same) if Rc::ptr_eq(same, next) => None,
        was => Some((was.map(Rc::as_ref), next.as_ref())),
    })
}

pub(crate) fn after_commit(commit: &Commit<'_>, tally: &mut Tally) -> Result<(), Violation> {
    for (was, is) in changed(&commit.before.applications, &commit.after.applications) {
        workflow::application(commit, was, is, tally)?;
    }
    for (was, is) in changed(&commit.before.mails, &commit.after.mails) {
        mails::mail(commit, was, is, tally)?;
    }
    for (was, is) in changed(&commit.before.accounts, &commit.after.accounts) {
        workflow::account(commit, was, is, tally)?;
    }
    security::uses(commit, tally)
}

/// What may break without a commit: SES took a mail, time passed.
pub(crate) fn after_step(
    store: &Store,
    witness: &Witness,
    in_time: bool,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), Violation> {
    mails::taken(store, witness, in_time, now, tally)
}
