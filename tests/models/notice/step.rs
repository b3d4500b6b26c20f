//! Every step, as the functions take them: `record-delivery` and `announce-account`, and their deaths.

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash},
    sync::Arc,
};

use shared::domain::{
    application::{
        AdvanceOutcome, Also, Application, Decided, NoticeFate, Status, Withdraw, notice_fate,
        samples::mail_id,
    },
    mail::Mail,
};

use super::{
    Mutant, NoticeModel, Report, SECONDS, instant,
    state::{Left, Reporter, Run, State, announce},
};

/// One step; numbers are the reporter's or the run's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    TimePasses,
    /// A message comes, for the first time or again, and the mail learns it: reading, learning and writing under
    /// a condition, tried again until nobody was between, is one step.
    Report(Report),
    ReporterReads(usize),
    ReporterTells(usize),
    ReporterDies(usize),
    RunReads,
    RunReadsMail(usize),
    RunWrites(usize),
    RunDies(usize),
    /// Read and written in one, as it is read again until nobody was between.
    Withdraw,
}

pub(super) fn possible(model: &NoticeModel, state: &State, acts: &mut Vec<Act>) {
    if state.time < model.last && state.waits() {
        acts.push(Act::TimePasses);
    }
    if state.reporters.len() < model.reporters {
        let come = |report: &&Report| report.since() <= state.time;
        acts.extend(model.reports.iter().filter(come).map(|report| Act::Report(*report)));
    }
    for (number, reporter) in state.reporters.iter().enumerate() {
        // Of equal ones the first acts.
        if number == 0 || state.reporters[number - 1] != *reporter {
            let read = reporter.application.is_some();
            let goes_on = if read { Act::ReporterTells(number) } else { Act::ReporterReads(number) };
            acts.extend([goes_on, Act::ReporterDies(number)]);
        }
    }
    if state.waits() && model.withdraws {
        acts.push(Act::Withdraw);
    }
    if state.waits() && state.runs.len() < model.runs {
        acts.push(Act::RunReads);
    }
    for (number, run) in state.runs.iter().enumerate() {
        if number == 0 || state.runs[number - 1] != *run {
            let read = run.advance.is_some();
            let goes_on = if read { Act::RunWrites(number) } else { Act::RunReadsMail(number) };
            acts.extend([goes_on, Act::RunDies(number)]);
        }
    }
}

pub(super) fn after(model: &NoticeModel, state: &State, act: Act) -> Option<State> {
    let mut next = state.clone();
    match act {
        Act::TimePasses => next.time += 1,
        Act::Report(report) => learn(model, &mut next, report),
        Act::ReporterReads(number) => decide(model, &mut next, number),
        Act::ReporterTells(number) => tell(model, &mut next, number),
        Act::ReporterDies(number) => {
            next.reporters.remove(number);
        }
        Act::RunReads => next.runs.push(Run { application: next.application.clone(), advance: None }),
        Act::RunReadsMail(number) => next.runs[number].advance = Some(next.mail.clone()),
        Act::RunWrites(number) => announced(model, &mut next, number),
        Act::RunDies(number) => {
            next.runs.remove(number);
        }
        Act::Withdraw => {
            let mails = vec![Mail::clone(&next.mail)];
            let command = Withdraw { notice: mail_id(3), mails };
            let decided = Application::clone(&next.application).withdraw(command, next.now()).ok()?;
            next.withdrawn = true;
            next.write(decided.next);
        }
    }
    if !model.decides_again {
        next.drop_losers();
    }
    in_order(&mut next.reporters);
    in_order(&mut next.runs);
    (next != *state).then_some(next)
}

/// Who is alike stands together, so that the same crowd is the same state.
fn in_order<T: Hash>(crowd: &mut [T]) {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    crowd.sort_by_cached_key(|one| hasher.hash_one(one));
}

fn learn(model: &NoticeModel, next: &mut State, report: Report) {
    match Mail::clone(&next.mail).learn(report.event().clone()) {
        Some(learnt) => next.mail = Arc::new(learnt),
        None if model.is(Mutant::KnownReportNotTold) => return done(next, report),
        None => {}
    }
    if !next.queued.contains(&report) {
        next.queued.push(report);
        next.queued.sort_by_key(|queued| *queued as usize);
    }
    if notice_fate(&next.mail, next.now()).is_none() {
        return done(next, report);
    }
    next.reporters.push(Reporter { report, mail: next.mail.clone(), application: None });
}

/// The message is acknowledged.
fn done(next: &mut State, report: Report) {
    next.queued.retain(|queued| *queued != report);
}

/// `record-delivery` reads the application and decides; where there is nothing to tell, that is all.
fn decide(model: &NoticeModel, next: &mut State, number: usize) {
    let read = next.application.clone();
    let Reporter { report, mail, .. } = next.reporters[number].clone();
    if told(model, &read, &mail, next).is_some() {
        next.reporters[number].application = Some(read);
    } else {
        next.reporters.remove(number);
        done(next, report);
    }
}

/// `record-delivery` commits if all is still as it read it, else it reads again.
fn tell(model: &NoticeModel, next: &mut State, number: usize) {
    let Reporter { report, mail, application } = next.reporters.remove(number);
    let Some(read) = application else { return };
    let Some(decided) = told(model, &read, &mail, next) else { return done(next, report) };
    let unmoved = next.application.version == decided.was.version || model.is(Mutant::ToldWithoutCondition);
    let decides_on_old = model.is(Mutant::DecidedOnTheOldMail);
    if unmoved && (mail.version == next.mail.version || decides_on_old) {
        next.write(decided.next);
        done(next, report);
    } else {
        let mail = if decides_on_old { mail } else { next.mail.clone() };
        next.reporters.push(Reporter { report, mail, application: None });
    }
}

fn told(model: &NoticeModel, read: &Application, mail: &Mail, next: &State) -> Option<Decided> {
    let fate = notice_fate(mail, next.now())?;
    let known = matches!(
        &read.status,
        Status::Issuing { outcome: AdvanceOutcome::Delivered { .. } | AdvanceOutcome::Undeliverable, .. }
    );
    let late = fate == NoticeFate::Undeliverable && matches!(read.status, Status::Issued { .. });
    if model.is(Mutant::FirstFateStands) && known || model.is(Mutant::LateBounceDropped) && late {
        return None;
    }
    read.clone().learn_fate(&mail.id, fate, next.now()).expect("a year with holidays")
}

/// `announce-account` decides on what it read, and commits if it all is still so; else it reads again.
fn announced(model: &NoticeModel, next: &mut State, number: usize) {
    let run = next.runs.remove(number);
    let Some(advance) = run.advance else { return };
    let mut read = Application::clone(&run.application);
    let mut mail = Mail::clone(&advance);
    if model.is(Mutant::GuidanceWithoutDelivery)
        && let Status::Issuing { outcome, .. } = &mut read.status
        && *outcome == AdvanceOutcome::Awaited
    {
        *outcome = AdvanceOutcome::Delivered { announce_at: next.now() };
        mail.events.insert(Report::DeliveredOnFriday.event().clone());
    }
    let ahead = usize::from(model.is(Mutant::BeforeTheBusinessDay));
    let now = instant((next.time + ahead).min(SECONDS.len() - 1));
    let Ok(mut decided) = read.announce(announce(mail), now) else { return };
    if model.is(Mutant::MailNotRequired) {
        decided.also.retain(|also| !matches!(also, Also::RequireMail { .. }));
    }
    if holds(model, next, &decided) {
        let bounced = next.knows(Report::Bounced);
        next.left = Some(Left { time: next.time, opens: next.opens(), bounced });
        next.written += 1;
        next.write(decided.next);
    } else {
        next.runs.push(Run { application: next.application.clone(), advance: None });
    }
}

/// Whether every condition of the commit holds.
fn holds(model: &NoticeModel, state: &State, decided: &Decided) -> bool {
    let unmoved = state.application.version == decided.was.version;
    let also = decided.also.iter().all(|also| match also {
        Also::RequireMail { id, version } => *id == state.mail.id && *version == state.mail.version,
        // One account an institution is the issuing's to say.
        Also::CreateAccount { .. } => true,
        Also::CreateLink { .. }
        | Also::ReplaceAccount { .. }
        | Also::RequireAccount { .. }
        | Also::CancelMail { .. } => false,
    });
    (unmoved || model.is(Mutant::AnnouncedWithoutCondition)) && also
}
