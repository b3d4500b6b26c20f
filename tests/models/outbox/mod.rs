//! The outbox: workers and a sweeper on one mail, SES and its reports, and a fault at every call.
//!
//! Time goes in steps of five minutes (`LEASE_TTL`) and is counted from now, so it never runs out and never
//! makes a state new; due times past are due now. Bounds: three workers with two faults where the reports come in
//! time, else with one; or what `WORKERS` and `FAULTS` say. A fault is a crash, a lost reply, a time-out, a
//! refusal, or an answer recorded a step too late. Free of charge are lost and doubled wake-ups, lost sweeps, and
//! reports that come twice or backwards. Once, at any moment, its application may be withdrawn (two workers, one
//! fault).

mod state;
mod step;

use shared::domain::{mail::MailKind, outbox::Outbox};
use stateright::{Model, Property};

use crate::check::{Room, bound, campaign};
use state::{Flight, State};
use step::Act;

/// What is promised of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reports {
    /// Each comes within `RECOVERY_TTL`.
    InTime,
    /// Each comes at any time, or never.
    LateOrLost,
}

/// One small mistake in the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutant {
    NoTag,
    MarkedSentBeforeSending,
    NoClaim,
    NoRecovery,
    SdkRetries,
    RepeatedAtOnce,
    LeaseShorterThanRun,
    WrittenWithoutCondition,
    SweeperRingsNobody,
    OnlyPendingCancelled,
    TriesForgotten,
    CancelledWithoutCondition,
}

#[derive(Debug, Clone, Copy)]
struct OutboxModel {
    kind: MailKind,
    workers: usize,
    faults: u8,
    reports: Reports,
    /// Whether the application may be withdrawn, once, at any moment.
    withdraws: bool,
    mutant: Option<Mutant>,
}

impl OutboxModel {
    fn of(kind: MailKind, workers: usize, faults: u8, reports: Reports) -> Self {
        Self { kind, workers, faults, reports, withdraws: false, mutant: None }
    }

    fn withdrawing(self) -> Self {
        Self { withdraws: true, ..self }
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }

    /// No fault of ours may make two mails of one.
    fn never_doubles(&self) -> bool {
        self.reports == Reports::InTime || !self.kind.is_repeated_when_unknown()
    }
}

impl Model for OutboxModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        // The wake-up that follows the commit: lost, or there.
        (0..=1).map(|bell| State::committed(self, bell)).collect()
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        step::possible(self, state, acts);
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        step::after(self, state, act)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("at most one double a fault", |_, state: &State| {
                state.accepted() <= 1 + usize::from(state.uncertain)
            }),
            Property::always("what is recorded as sent was accepted", |_, state: &State| {
                !matches!(state.mail.outbox, Outbox::Sent { .. }) || state.accepted() > 0
            }),
            Property::always("what was reported is recorded as sent", |_, state: &State| {
                state.mail.events.is_empty() || matches!(state.mail.outbox, Outbox::Sent { .. })
            }),
            Property::always("a failed mail says why", |_, state: &State| match &state.mail.outbox {
                Outbox::Failed { reason, .. } | Outbox::Cancelled { reason, .. } => !reason.is_empty(),
                Outbox::Pending { .. }
                | Outbox::Claimed { .. }
                | Outbox::Unknown { .. }
                | Outbox::Sent { .. } => true,
            }),
            Property::always("nobody takes what was cancelled for another try", |_, state: &State| {
                let before = |flight: &Flight| state.withdrawn.is_none_or(|tries| flight.of_try <= tries);
                state.flights.iter().all(before)
            }),
            Property::always("what was cancelled has ended", |_, state: &State| {
                state.withdrawn.is_none() || state.mail.outbox.due_at().is_none()
            }),
            Property::sometimes("an uncertain try is repeated or given up", |_, state: &State| {
                state.uncertain > 0
                    && (state.mail.outbox.tries() > 1 || state.mail.outbox.as_str() == "failed")
            }),
        ];
        if self.withdraws {
            properties.push(Property::sometimes(
                "sent, though it was cancelled meanwhile",
                |_, state: &State| {
                    state.withdrawn == Some(1) && matches!(state.mail.outbox, Outbox::Sent { .. })
                },
            ));
            properties.push(Property::sometimes("cancelled before anybody took it", |_, state: &State| {
                matches!(state.mail.outbox, Outbox::Cancelled { tries: 0, .. })
            }));
        }
        if self.never_doubles() {
            properties
                .push(Property::always("never accepted twice", |_, state: &State| state.accepted() <= 1));
        } else {
            properties.push(Property::sometimes("a double, when a report is lost", |_, state: &State| {
                state.accepted() == 2
            }));
        }
        properties
    }
}

impl Room for OutboxModel {
    /// Sent, failed or cancelled (M1).
    fn has_ended(&self, state: &State) -> bool {
        state.mail.outbox.due_at().is_none()
    }
}

#[test]
fn no_mail_is_lost_and_none_is_doubled() {
    use MailKind::{AdvanceNotice, Code};
    use Reports::{InTime, LateOrLost};
    let workers = bound("WORKERS", 3).into();
    let sound = vec![
        OutboxModel::of(AdvanceNotice, workers, bound("FAULTS", 2), InTime),
        OutboxModel::of(AdvanceNotice, workers, bound("FAULTS", 1), LateOrLost),
        OutboxModel::of(Code, workers, bound("FAULTS", 1), LateOrLost),
        OutboxModel::of(AdvanceNotice, 2, 1, InTime).withdrawing(),
    ];
    let with = |name, mutant| {
        let small = OutboxModel::of(AdvanceNotice, 2, 1, InTime);
        (name, OutboxModel { mutant: Some(mutant), ..small })
    };
    let withdrawing = |name, mutant| {
        let (_, small) = with(name, mutant);
        (name, small.withdrawing())
    };
    let mutants = vec![
        with("no tag", Mutant::NoTag),
        with("marked sent before sending", Mutant::MarkedSentBeforeSending),
        with("no claim", Mutant::NoClaim),
        with("no recovery", Mutant::NoRecovery),
        with("SDK retry on", Mutant::SdkRetries),
        with("repeated without waiting", Mutant::RepeatedAtOnce),
        with("a lease shorter than the run", Mutant::LeaseShorterThanRun),
        with("written without condition", Mutant::WrittenWithoutCondition),
        with("a sweeper that wakes nobody", Mutant::SweeperRingsNobody),
        withdrawing("only what is pending cancelled", Mutant::OnlyPendingCancelled),
        withdrawing("cancelled, and the tries forgotten", Mutant::TriesForgotten),
        withdrawing("cancelled without condition", Mutant::CancelledWithoutCondition),
    ];
    campaign("outbox", sound, mutants);
}
