//! 3週間超過: two runs of the flagging at once, any number of runs a day, beside all that moves an application.
//!
//! Time goes along four moments: the submission, an hour before 21 days, 21 days, 42 days. Bounds: one application
//! that is approved, gets the right added to its account, and hears of its notice at most twice; two runs at a
//! time. Times that no rule reads (of the history, of a flag, of a delivery) are forgotten.

use std::hash::{Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    account::samples::account,
    application::{
        Application, Approve, AuditEvent, Decided, FlagReason, Issue, NoticeFate, Status,
        samples::{NOON, mail_id, nara_medical, submitted},
    },
    settings::FreezeWindows,
};
use stateright::{Model, Property};

use crate::check::{Room, campaign};

const HOURS: [i64; 4] = [0, 21 * 24 - 1, 21 * 24, 42 * 24];
const AT_ONCE: usize = 2;
const MOST_WORDS: u8 = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutant {
    WrittenWithoutCondition,
    FlagsNotRead,
    ADayEarly,
}

#[derive(Debug, Clone, Copy, Default)]
struct FlagModel {
    mutant: Option<Mutant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    application: Application,
    /// The index in `HOURS`.
    time: usize,
    /// What the runs have read, and not written yet.
    runs: Vec<Application>,
    words: u8,
    /// Flags written since the last movement (in the state) and the last delivery (of the submission).
    flagged: [u8; 2],
    /// Whether one was written before its 21 days.
    early: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    TimePasses,
    RunReads,
    RunWrites(usize),
    RunDies(usize),
    Approve,
    Issue,
    Delivered,
    Undeliverable,
    PasswordSet,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for application in self.runs.iter().chain([&self.application]) {
            let flags = (application.flags.in_state, application.flags.since_submission);
            let notice = match &application.status {
                Status::Issued { delivered_at, password_set_at, .. } => {
                    Some((*delivered_at, *password_set_at))
                }
                Status::Submitted
                | Status::Approved
                | Status::Issuing { .. }
                | Status::AlreadyEntitled { .. }
                | Status::Rejected { .. }
                | Status::Returned { .. }
                | Status::Withdrawn { .. } => None,
            };
            (application.version, application.entered_at, flags).hash(hasher);
            (application.status.kind(), notice).hash(hasher);
            for entry in &application.history {
                (entry.at, entry.event.as_str()).hash(hasher);
            }
        }
        (self.runs.len(), self.time, self.words, self.flagged, self.early).hash(hasher);
    }
}

impl State {
    fn now(&self) -> Timestamp {
        *NOON + SignedDuration::from_hours(HOURS[self.time])
    }

    /// A movement by anybody else, read and written in one.
    fn moved(&mut self, decided: Decided) {
        let state_changed = decided.was.status != decided.next.status.kind();
        let heard = !decided.next.flags.is_set();
        self.application = decided.next;
        if state_changed {
            self.flagged[0] = 0;
        }
        if heard && matches!(self.application.status, Status::Issued { .. }) {
            self.flagged = [0; 2];
        }
    }

    fn flag_written(&mut self, decided: Decided, at: Timestamp) {
        let Some(AuditEvent::Flagged { reason }) = decided.next.history.last().map(|entry| &entry.event)
        else {
            return;
        };
        let (slot, since) = match reason {
            FlagReason::InState => (0, decided.next.entered_at),
            FlagReason::SinceSubmission => (1, decided.next.submitted_at),
        };
        self.flagged[slot] += 1;
        // Independent of the domain's constant.
        self.early |= at.duration_since(since) < SignedDuration::from_hours(21 * 24);
        self.application = decided.next;
    }

    fn is_flaggable(&self) -> bool {
        self.application.clone().flag(self.now()).is_some()
    }
}

impl FlagModel {
    fn is(self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// `flag-stuck` on what it read: sets what is due, reads again, until nothing is.
    fn run(self, state: &mut State, number: usize) {
        let mut read = state.runs.remove(number);
        let was_read = read.version;
        if self.is(Mutant::FlagsNotRead) {
            read.flags = shared::domain::application::Flags::default();
        }
        let ahead = if self.is(Mutant::ADayEarly) { 24 } else { 0 };
        let now = state.now();
        let Some(decided) = read.flag(now + SignedDuration::from_hours(ahead)) else { return };
        if state.application.version == was_read || self.is(Mutant::WrittenWithoutCondition) {
            state.flag_written(decided, now);
        }
        state.runs.push(state.application.clone());
    }
}

impl Model for FlagModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let application = submitted();
        vec![State { application, time: 0, runs: Vec::new(), words: 0, flagged: [0; 2], early: false }]
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        if state.time + 1 < HOURS.len() {
            acts.push(Act::TimePasses);
        }
        if state.runs.len() < AT_ONCE {
            acts.push(Act::RunReads);
        }
        for number in 0..state.runs.len() {
            acts.extend([Act::RunWrites(number), Act::RunDies(number)]);
        }
        match &state.application.status {
            Status::Submitted => acts.push(Act::Approve),
            Status::Approved => acts.push(Act::Issue),
            Status::Issued { .. } => {
                if state.words < MOST_WORDS {
                    acts.extend([Act::Delivered, Act::Undeliverable]);
                }
                acts.push(Act::PasswordSet);
            }
            Status::Issuing { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => {}
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        let (now, application) = (state.now(), state.application.clone());
        let mut word = |fate| {
            next.words += 1;
            application.clone().learn_fate(&mail_id(2), fate, now).expect("a year with holidays")
        };
        let decided = match act {
            Act::TimePasses => {
                next.time += 1;
                None
            }
            Act::RunReads => {
                next.runs.push(application);
                None
            }
            Act::RunWrites(number) => {
                self.run(&mut next, number);
                None
            }
            Act::RunDies(number) => {
                next.runs.remove(number);
                None
            }
            Act::Approve => application.approve(Approve, &nara_medical(), now).ok(),
            Act::Issue => {
                let mut existing = account();
                existing.rights.clear();
                let issue = Issue {
                    existing: Some(existing),
                    mail: mail_id(2),
                    notify_already_entitled: false,
                    freezes: FreezeWindows::default(),
                };
                application.issue(issue, now).ok()
            }
            Act::Delivered => word(NoticeFate::Delivered { at: now }),
            Act::Undeliverable => word(NoticeFate::Undeliverable),
            Act::PasswordSet => application.password_set(now),
        };
        if let Some(decided) = decided {
            next.moved(decided);
        }
        next.application = forgotten(next.application);
        next.runs.sort_by_key(|run| run.version);
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("each flag is set once a reason and state (W9)", |_, state: &State| {
                state.flagged.iter().all(|times| *times <= 1)
            }),
            Property::always("no flag before 21 days are over (W9)", |_, state: &State| !state.early),
            Property::always("a flag that is due is in the index of what is due", |_, state: &State| {
                !state.is_flaggable() || state.application.flag_due_at().is_some_and(|due| due <= state.now())
            }),
            Property::always("nothing that was written is lost", |_, state: &State| {
                state.application.history.len() as u64 == state.application.version
            }),
            Property::sometimes("both flags stand", |_, state: &State| {
                let flags = state.application.flags;
                flags.in_state.is_some() && flags.since_submission.is_some()
            }),
            Property::sometimes("a late bounce begins the waiting again", |_, state: &State| {
                state.words == 2 && state.flagged == [0, 1]
            }),
        ]
    }
}

/// The application without the times that no rule reads.
fn forgotten(mut application: Application) -> Application {
    for entry in &mut application.history {
        entry.at = *NOON;
    }
    let flags = &mut application.flags;
    flags.in_state = flags.in_state.map(|_| *NOON);
    flags.since_submission = flags.since_submission.map(|_| *NOON);
    if let Status::Issued { delivered_at, password_set_at, .. } = &mut application.status {
        *delivered_at = delivered_at.map(|_| *NOON);
        *password_set_at = password_set_at.map(|_| *NOON);
    }
    application
}

impl Room for FlagModel {
    fn has_ended(&self, state: &State) -> bool {
        state.time + 1 == HOURS.len() && state.runs.is_empty() && !state.is_flaggable()
    }
}

#[test]
fn a_flag_is_set_once_a_reason_whatever_runs_twice() {
    let with = |name, mutant| (name, FlagModel { mutant: Some(mutant) });
    let mutants = vec![
        with("flag twice: written without condition", Mutant::WrittenWithoutCondition),
        with("flag twice: the standing flag not read", Mutant::FlagsNotRead),
        with("flagged a day early", Mutant::ADayEarly),
    ];
    campaign("flag", vec![FlagModel::default()], mutants);
}
