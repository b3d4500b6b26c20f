//! Every step that can happen to the mail, as the functions take them: `send-mail`, `sweep-outbox`,
//! `record-delivery`, and what can go wrong in each.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use shared::domain::{
    delivery::{DeliveryEvent, EventKind},
    mail::Mail,
    outbox::{ClaimId, Outbox, SendOutcome},
};

use super::{
    Mutant, OutboxModel, Reports,
    state::{Flight, Read, STEPS_IN_TIME, State, Worker, now},
};

/// One is enough: it may be delivered any number of times.
const MOST_WAKE_UPS: u8 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Accepted,
    Refused,
    RefusedForGood,
    Unknown,
}

/// One step; numbers are the worker's or the flight's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    LoseWakeUp,
    Wake {
        worker: usize,
        message_stays: bool,
    },
    Claim(usize),
    /// Hands over. `taken` is whether SES took the mail, whatever it `answers`.
    HandOver {
        worker: usize,
        taken: bool,
        answer: Answer,
    },
    Record(usize),
    Crash(usize),
    SweepReads,
    SweepWrites,
    SweepDies,
    WithdrawalReads,
    WithdrawalWrites,
    SendReported(usize),
    DeliveryReported(usize),
    TimePasses,
}

pub(super) fn possible(model: &OutboxModel, state: &State, acts: &mut Vec<Act>) {
    if state.bell > 0 {
        acts.push(Act::LoseWakeUp);
    }
    for (worker, is) in state.workers.iter().enumerate() {
        // Workers are alike and stand in order: of equal ones the first acts.
        if worker == 0 || state.workers[worker - 1] != *is {
            worker_acts(state, worker, is, acts);
        }
    }
    match &state.sweeper {
        Some(_) => acts.extend([Act::SweepWrites, Act::SweepDies]),
        None if state.mail.outbox.due_at().is_some_and(|due| due <= now()) => acts.push(Act::SweepReads),
        None => {}
    }
    if state.withdrawal.is_some() {
        acts.push(Act::WithdrawalWrites);
    } else if model.withdraws && state.withdrawn.is_none() {
        acts.push(Act::WithdrawalReads);
    }
    for (number, flight) in state.flights.iter().enumerate() {
        // A report that came before comes again: nothing may change.
        acts.push(Act::SendReported(number));
        if !flight.delivery_came {
            acts.push(Act::DeliveryReported(number));
        }
    }
    if may_pass(model, state) {
        acts.push(Act::TimePasses);
    }
}

fn worker_acts(state: &State, worker: usize, is: &Worker, acts: &mut Vec<Act>) {
    let fault_left = state.faults_left > 0;
    match is {
        Worker::Idle if state.bell > 0 => {
            acts.push(Act::Wake { worker, message_stays: false });
            acts.push(Act::Wake { worker, message_stays: true });
        }
        Worker::Idle => {}
        Worker::Read(_) => acts.push(Act::Claim(worker)),
        Worker::Claimed(_) => {
            acts.push(Act::HandOver { worker, taken: true, answer: Answer::Accepted });
            if fault_left {
                acts.extend([
                    Act::HandOver { worker, taken: true, answer: Answer::Unknown },
                    Act::HandOver { worker, taken: false, answer: Answer::Unknown },
                    Act::HandOver { worker, taken: false, answer: Answer::Refused },
                    Act::HandOver { worker, taken: false, answer: Answer::RefusedForGood },
                ]);
            }
        }
        Worker::Answered(..) => acts.push(Act::Record(worker)),
    }
    if fault_left && *is != Worker::Idle {
        acts.push(Act::Crash(worker));
    }
}

/// A lease is longer than any run, so none is between claim and answer when it runs out; that one records
/// its answer too late is a fault.
fn may_pass(model: &OutboxModel, state: &State) -> bool {
    let reports_in_time = model.reports == Reports::LateOrLost
        || state.flights.iter().all(|flight| flight.send_since != Some(STEPS_IN_TIME));
    let claims = state.workers.iter().any(|worker| matches!(worker, Worker::Claimed(_)));
    let late = state.workers.iter().any(|worker| matches!(worker, Worker::Answered(..)));
    reports_in_time && (!claims || model.is(Mutant::LeaseShorterThanRun)) && (!late || state.faults_left > 0)
}

pub(super) fn after(model: &OutboxModel, state: &State, act: Act) -> Option<State> {
    let mut next = state.clone();
    match act {
        Act::LoseWakeUp => next.bell -= 1,
        Act::Wake { worker, message_stays } => {
            next.bell -= u8::from(!message_stays);
            next.workers[worker] = Worker::Read(next.mail.clone());
        }
        Act::Claim(worker) => claim(model, &mut next, worker),
        Act::HandOver { worker, taken, answer } => hand_over(model, &mut next, worker, taken, answer),
        Act::Record(worker) => record(model, &mut next, worker),
        Act::Crash(worker) => {
            next.faults_left -= 1;
            next.uncertain += u8::from(!matches!(next.workers[worker], Worker::Read(_)));
            next.workers[worker] = Worker::Idle;
            ring(&mut next);
        }
        Act::SweepReads => next.sweeper = Some(next.mail.clone()),
        Act::SweepWrites => sweep(model, &mut next),
        Act::SweepDies => next.sweeper = None,
        Act::WithdrawalReads => next.withdrawal = Some(next.mail.clone()),
        Act::WithdrawalWrites => withdraw(model, &mut next),
        Act::SendReported(flight) => {
            next.flights[flight].send_since = None;
            learn(model, &mut next, flight, EventKind::Send);
        }
        Act::DeliveryReported(flight) => {
            next.flights[flight].delivery_came = true;
            learn(model, &mut next, flight, EventKind::Delivery { smtp_response: None });
        }
        Act::TimePasses => {
            let late = next.workers.iter().any(|worker| matches!(worker, Worker::Answered(..)));
            next.faults_left -= u8::from(late);
            next.uncertain += u8::from(late);
            next.pass(model.reports == Reports::InTime);
        }
    }
    // Where a mistake writes what is not as it was read, all of it matters.
    if model.mutant.is_none() {
        next.count_versions_anew();
    }
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    next.workers.sort_by_cached_key(|worker| hasher.hash_one(worker));
    (next != *state).then_some(next)
}

/// `send-mail`: takes the mail, or leaves it to who has it.
fn claim(model: &OutboxModel, next: &mut State, worker: usize) {
    let Worker::Read(read) = next.workers[worker].clone() else { return };
    let number = read.outbox.tries() + 1;
    let Ok(mut outbox) = read.outbox.claim(claim_id(number), now()) else {
        next.workers[worker] = Worker::Idle;
        return;
    };
    if model.is(Mutant::NoClaim) {
        next.workers[worker] = Worker::Claimed(Read(Arc::new(Mail::clone(&read).with_outbox(outbox))));
        return;
    }
    if model.is(Mutant::MarkedSentBeforeSending) {
        outbox = Outbox::Sent { tries: number, message_id: None, at: now() };
    }
    next.workers[worker] = if next.write(&read, outbox, !model.is(Mutant::WrittenWithoutCondition)) {
        Worker::Claimed(next.mail.clone())
    } else {
        Worker::Read(next.mail.clone())
    };
}

/// SES takes the mail or not, and the worker hears of it or not.
fn hand_over(model: &OutboxModel, next: &mut State, worker: usize, taken: bool, answer: Answer) {
    let Worker::Claimed(read) = next.workers[worker].clone() else { return };
    let of_try = u8::try_from(read.outbox.tries()).expect("few tries");
    next.faults_left -= u8::from(answer != Answer::Accepted);
    next.uncertain += u8::from(answer == Answer::Unknown);
    let flight = Flight { of_try, send_since: Some(0), delivery_came: false };
    if taken {
        next.flights.push(flight.clone());
    }
    let mut answer = answer;
    if model.is(Mutant::SdkRetries) && answer == Answer::Unknown {
        next.flights.push(flight);
        answer = Answer::Accepted;
    }
    next.workers[worker] = Worker::Answered(read, answer, of_try);
}

/// `send-mail`: records what SES answered, on the mail as it stands now.
fn record(model: &OutboxModel, next: &mut State, worker: usize) {
    let Worker::Answered(read, answer, of_try) = next.workers[worker].clone() else { return };
    let outcome = match answer {
        Answer::Accepted => SendOutcome::Accepted { message_id: format!("ses-{of_try}") },
        Answer::Refused => SendOutcome::Refused { reason: "throttled".into(), permanent: false },
        Answer::RefusedForGood => SendOutcome::Refused { reason: "rejected".into(), permanent: true },
        Answer::Unknown => SendOutcome::Unknown { reason: "time-out".into() },
    };
    let mine = claim_id(u32::from(of_try));
    let done = match read.outbox.answered(&mine, &outcome, model.kind, now()) {
        None => true,
        Some(outbox) => next.write(&read, outbox, !model.is(Mutant::WrittenWithoutCondition)),
    };
    next.workers[worker] =
        if done { Worker::Idle } else { Worker::Answered(next.mail.clone(), answer, of_try) };
}

/// `sweep-outbox`, on what it read.
fn sweep(model: &OutboxModel, next: &mut State) {
    let Some(read) = next.sweeper.take() else { return };
    let mut swept = read.outbox.swept(model.kind, now());
    if model.is(Mutant::NoRecovery) && matches!(read.outbox, Outbox::Unknown { .. }) {
        return;
    }
    if let (true, Some(Outbox::Unknown { tries, .. })) = (model.is(Mutant::RepeatedAtOnce), &swept) {
        swept = Some(Outbox::Pending { tries: *tries, not_before: now() });
    }
    let outbox = swept.clone().unwrap_or_else(|| read.outbox.clone());
    let rings = outbox.is_to_be_sent(now()) && !model.is(Mutant::SweeperRingsNobody);
    if swept.is_none() || next.write(&read, outbox, true) {
        if rings {
            ring(next);
        }
    } else {
        next.sweeper = Some(next.mail.clone());
    }
}

/// A withdrawal, or a new address: its commit takes back what it read as not sent.
fn withdraw(model: &OutboxModel, next: &mut State) {
    let Some(read) = next.withdrawal.take() else { return };
    let mut cancelled = read.outbox.cancel("withdrawn", now());
    if model.is(Mutant::OnlyPendingCancelled) && !matches!(read.outbox, Outbox::Pending { .. }) {
        cancelled = None;
    }
    if let (true, Some(Outbox::Cancelled { tries, .. })) = (model.is(Mutant::TriesForgotten), &mut cancelled)
    {
        *tries = 0;
    }
    let claimed = u8::try_from(next.mail.outbox.tries()).expect("few tries");
    if cancelled.is_none_or(|outbox| next.write(&read, outbox, !model.is(Mutant::CancelledWithoutCondition)))
    {
        next.withdrawn = Some(claimed);
    } else {
        next.withdrawal = Some(next.mail.clone());
    }
}

/// `record-delivery`: reading, learning and writing under a condition, tried again until nobody was between,
/// is one step.
fn learn(model: &OutboxModel, next: &mut State, flight: usize, kind: EventKind) {
    if model.is(Mutant::NoTag) {
        return;
    }
    let of_try = next.flights[flight].of_try;
    let event = DeliveryEvent::new(kind, now(), Some(u32::from(of_try)), format!("ses-{of_try}"));
    if let Some(learnt) = Mail::clone(&next.mail).learn(event) {
        next.mail = Read(Arc::new(learnt));
    }
}

fn ring(next: &mut State) {
    next.bell = (next.bell + 1).min(MOST_WAKE_UPS);
}

/// Drawn for each claim; as each counts the tries up, the number tells them apart.
fn claim_id(number: u32) -> ClaimId {
    ClaimId::from_random([u8::try_from(number).expect("few tries"); 16])
}
