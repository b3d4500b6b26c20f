//! Everything around the rules: a store, queues, SES, people, a clock, and the functions that read, let the
//! domain decide, and commit.
//!
//! Architecture invariant: nothing here decides. A function's part is what it reads, in which order it commits
//! and rings, and what it does when a call fails; what may happen is asked of `shared::domain` each time.

mod applicants;
mod applications;
mod desks;
mod drain;
mod functions;
mod outbox;
mod reports;
mod secretariat;
mod setup;
mod witness;

use std::{collections::VecDeque, rc::Rc};

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::Decided,
    ids::{ApplicationNumber, LoginId, MailId},
};

pub(crate) use outbox::{Flight, Worker};
pub(crate) use reports::Report;
pub(crate) use setup::{DESKS, INSTITUTIONS, PEOPLE, Setup};
pub(crate) use witness::{Fortune, Note, Requested, Witness};

use crate::{
    calendar,
    laws::{self, Commit, Tally, Violation},
    mutants::Mutant,
    step::{Act, Ending, Fault, Passing, Step},
    store::{Store, Write, transaction_of},
};

/// How many former pictures of the store are kept, for who reads late.
const PICTURES: usize = 6;
/// After so many lost races a function gives up (`shared::store::Race`).
const MOST_ATTEMPTS: u32 = 12;

pub(crate) struct World {
    pub(crate) setup: Setup,
    mutant: Option<Mutant>,
    pub(crate) now: Timestamp,
    pub(crate) store: Rc<Store>,
    past: VecDeque<(Timestamp, Rc<Store>)>,
    run: Run,
    /// Wake-ups of `send-mail` and of `issue-account`.
    pub(crate) mail_bells: Vec<MailId>,
    pub(crate) issue_bells: Vec<ApplicationNumber>,
    pub(crate) reports: Vec<Report>,
    /// Reports that could not be taken in.
    dead_letters: Vec<Report>,
    pub(crate) workers: Vec<Worker>,
    pub(crate) flights: Vec<Flight>,
    drawn: u64,
    pub(crate) witness: Witness,
    pub(crate) tally: Tally,
}

/// One function's run, from its event to its end.
pub(crate) struct Run {
    fault: Fault,
    /// Races lost so far.
    lost: u32,
    /// Calls made so far.
    calls: usize,
    old: Option<Rc<Store>>,
    /// How many reads still see the old picture.
    old_reads: usize,
    /// The time that entered with the event.
    now: Timestamp,
    /// The application that the event is about: no other one may move.
    about: Option<ApplicationNumber>,
    fired: bool,
}

/// Why a function's run ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A call failed: the function ends with an error.
    Failed,
    /// The process is gone.
    Died,
    /// A law is broken: the history ends.
    Broken(Violation),
}

/// Whether a fault at this call lets its effect happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Happens,
    HappensUnheard(Ending),
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Self {
        Self::Broken(violation)
    }
}

impl From<Ending> for Stop {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Fails => Self::Failed,
            Ending::Dies => Self::Died,
        }
    }
}

impl World {
    pub(crate) fn new(setup: Setup, mutant: Option<Mutant>) -> Self {
        let now = setup.start();
        let run = Run {
            fault: Fault::None,
            lost: 0,
            calls: 0,
            old: None,
            old_reads: 0,
            now,
            about: None,
            fired: false,
        };
        let store = Rc::new(setup.store(now));
        Self {
            witness: Witness::of(&store),
            setup,
            mutant,
            now,
            store,
            past: VecDeque::with_capacity(PICTURES),
            run,
            mail_bells: Vec::new(),
            issue_bells: Vec::new(),
            reports: Vec::new(),
            dead_letters: Vec::new(),
            workers: Vec::new(),
            flights: Vec::new(),
            drawn: 0,
            tally: Tally::default(),
        }
    }

    /// Takes one step, and checks every law that a step can break.
    pub(crate) fn take(&mut self, step: Step) -> Result<(), Violation> {
        self.past.push_front((self.now, Rc::clone(&self.store)));
        self.past.truncate(PICTURES);
        self.begin(step.act, step.fault);
        match self.act(step.act) {
            Ok(()) | Err(Stop::Failed | Stop::Died) => {}
            Err(Stop::Broken(violation)) => return Err(violation),
        }
        self.tally.steps += 1;
        self.tally.faults += u64::from(self.run.fired);
        laws::after_step(&self.store, &self.witness, self.setup.in_time, self.now, &mut self.tally)
    }

    fn act(&mut self, act: Act) -> Result<(), Stop> {
        match act {
            Act::AskForCode { person, network, to_track } => self.ask_for_code(person, network, to_track),
            Act::TypeCode { verification, typed } => self.type_code(verification, typed),
            Act::Submit { session, institution } => self.hand_in(session, institution),
            Act::SetPassword { link } => self.set_password(link),
            Act::AskForLink { account, network } => self.ask_for_link(account, network),
            Act::SignIn { account, right } => self.sign_in(account, right),
            Act::Approve { officer, application } => self.approve(officer, application),
            Act::Reject { officer, application, reason } => self.reject(officer, application, reason),
            Act::Return { officer, application } => self.return_for_correction(officer, application),
            Act::Proxy { officer, institution, person } => self.file_on_behalf(officer, institution, person),
            Act::FillInAgain { application } => self.fill_in_again(application),
            Act::Withdraw { application } => self.withdraw(application),
            Act::ProveAddress { application, person } => self.prove_address(application, person),
            Act::Resend { application, by_secretariat } => self.resend(application, by_secretariat),
            Act::Hold { application } => self.hold(application),
            Act::Release { application } => self.release(application),
            Act::Freeze { hours } => self.freeze(hours),
            Act::Wake { message } => self.wake(message),
            Act::GoOn { worker } => self.go_on(worker),
            Act::SweepOutbox => self.sweep_outbox(),
            Act::Reported { flight, what } => {
                self.report(flight, what);
                Ok(())
            }
            Act::Record { message } => self.record_delivery(message),
            Act::Issue { message } => self.hear_approval(message),
            Act::IssueUnasked { application } => self.issue_unasked(application),
            Act::SweepIssuing => self.sweep_issuing(),
            Act::Announce => self.announce_due(),
            Act::FlagStuck => self.flag_stuck(),
            Act::Pass(passing) => self.pass(passing),
        }
    }

    /// A function's run begins, perhaps with an old picture of the store in hand.
    fn begin(&mut self, act: Act, fault: Fault) {
        let mut run = Run {
            fault,
            lost: 0,
            calls: 0,
            old: None,
            old_reads: 0,
            now: self.now,
            about: None,
            fired: false,
        };
        if let Fault::Stale { ago, reads } = fault {
            // No run lasts longer than its function may.
            let longest = SignedDuration::from_mins(match act {
                Act::Announce => 15,
                Act::FlagStuck => 5,
                Act::AskForCode { .. }
                | Act::TypeCode { .. }
                | Act::Submit { .. }
                | Act::SetPassword { .. }
                | Act::AskForLink { .. }
                | Act::SignIn { .. }
                | Act::Approve { .. }
                | Act::Reject { .. }
                | Act::Return { .. }
                | Act::Proxy { .. }
                | Act::FillInAgain { .. }
                | Act::Withdraw { .. }
                | Act::ProveAddress { .. }
                | Act::Resend { .. }
                | Act::Hold { .. }
                | Act::Release { .. }
                | Act::Freeze { .. }
                | Act::Wake { .. }
                | Act::GoOn { .. }
                | Act::SweepOutbox
                | Act::Reported { .. }
                | Act::Record { .. }
                | Act::Issue { .. }
                | Act::IssueUnasked { .. }
                | Act::SweepIssuing
                | Act::Pass(_) => 1,
            });
            let picture = self.past.get(ago).filter(|(at, _)| self.now.duration_since(*at) <= longest);
            if let Some((at, store)) = picture {
                run.fired = !Rc::ptr_eq(store, &self.store);
                (run.now, run.old, run.old_reads) = (*at, Some(Rc::clone(store)), reads);
            }
        }
        self.run = run;
    }

    /// One call of a function: it may fail or be the last, before its effect or after.
    fn call(&mut self) -> Result<Effect, Stop> {
        let number = self.run.calls;
        self.run.calls += 1;
        let Some((ending, after)) = self.run.fault.ends_at(number) else { return Ok(Effect::Happens) };
        self.run.fired = true;
        if after { Ok(Effect::HappensUnheard(ending)) } else { Err(ending.into()) }
    }

    /// One read. What is read may be older than what stands there now.
    fn read(&mut self) -> Result<Rc<Store>, Stop> {
        if let Effect::HappensUnheard(ending) = self.call()? {
            return Err(ending.into());
        }
        if self.run.old_reads > 0
            && let Some(old) = &self.run.old
        {
            self.run.old_reads -= 1;
            return Ok(Rc::clone(old));
        }
        Ok(Rc::clone(&self.store))
    }

    /// The time as a function reads it that reads it anew each time it decides.
    fn clock(&mut self) -> Timestamp {
        if self.run.old_reads == 0 {
            self.run.now = self.now;
        }
        self.run.now
    }

    fn commit_decided(&mut self, decided: &Decided) -> Result<bool, Stop> {
        self.commit(transaction_of(decided), Note::Nothing)
    }

    /// One conditional transaction. `false`: a condition failed, and the function decides again.
    fn commit(&mut self, writes: Vec<Write>, note: Note) -> Result<bool, Stop> {
        let effect = self.call()?;
        let skipped = self.mutant.and_then(Mutant::skips);
        let won = self.store.allows(&writes, skipped);
        if won {
            let before = Rc::clone(&self.store);
            Rc::make_mut(&mut self.store).write(writes);
            self.witness.note(note, &self.store, self.run.now);
            let commit = Commit {
                before: &before,
                after: &self.store,
                now: self.run.now,
                about: self.run.about,
                witness: &self.witness,
            };
            laws::after_commit(&commit, &mut self.tally)?;
        } else {
            self.run.old_reads = 0;
            self.run.lost += 1;
            self.tally.races_lost += 1;
            if self.run.lost >= MOST_ATTEMPTS {
                return Err(Stop::Failed);
            }
        }
        match effect {
            Effect::Happens => Ok(won),
            Effect::HappensUnheard(ending) => Err(ending.into()),
        }
    }

    /// Rings for `send-mail`. A call that fails is swallowed: the sweeper will find the mail.
    fn ring_mails(&mut self, mails: impl IntoIterator<Item = MailId>) -> Result<(), Stop> {
        for mail in mails {
            if self.rings()? {
                self.mail_bells.push(mail);
            }
        }
        Ok(())
    }

    /// Whether the message of one ringing comes into its queue.
    fn rings(&mut self) -> Result<bool, Stop> {
        let lost = self.run.fault == Fault::BellLost;
        self.run.fired |= lost;
        match self.call() {
            Ok(Effect::HappensUnheard(Ending::Dies)) | Err(Stop::Died) => Err(Stop::Died),
            Ok(Effect::Happens | Effect::HappensUnheard(Ending::Fails)) => Ok(!lost),
            Err(Stop::Failed) => Ok(false),
            Err(broken @ Stop::Broken(_)) => Err(broken),
        }
    }

    /// A message's handling has ended: whether it leaves its queue.
    fn is_consumed(&mut self, ended: &Result<(), Stop>) -> bool {
        let doubled = self.run.fault == Fault::Doubled;
        self.run.fired |= doubled;
        ended.is_ok() && !doubled
    }

    /// Time passes. Reports that come in time have come before it does.
    fn pass(&mut self, passing: Passing) -> Result<(), Stop> {
        let to = match passing {
            Passing::Minutes(minutes) => self.now + SignedDuration::from_mins(minutes),
            Passing::NextMorning => {
                calendar::midnight(calendar::day_of(self.now) + 1) + SignedDuration::from_hours(9)
            }
        };
        if self.setup.in_time {
            self.record_send_reports_until(to)?;
        }
        self.now = to;
        self.run.now = to;
        // Nobody runs for so long: who was in the middle of something is gone.
        self.lose_workers();
        Ok(())
    }

    /// Values that are drawn, here counted so that none comes twice.
    fn draw<const N: usize>(&mut self) -> [u8; N] {
        self.drawn += 1;
        let count = self.drawn.to_be_bytes();
        let mut bytes = [0; N];
        let from = N.saturating_sub(count.len());
        bytes[from..].copy_from_slice(&count[count.len() - (N - from)..]);
        bytes
    }

    fn draw_mail_id(&mut self) -> MailId {
        MailId::from_parts(self.run.now, self.draw())
    }

    fn draw_login_id(&mut self) -> LoginId {
        self.drawn += 1;
        let mut rest = self.drawn;
        LoginId::from_random(std::array::from_fn(|_| {
            let digit = u8::try_from(rest % 32).unwrap_or_default();
            rest /= 32;
            digit
        }))
    }
}

/// The thing at a position, counted modulo how many there are.
fn at<T>(of: &[T], position: usize) -> Option<&T> {
    if of.is_empty() { None } else { of.get(position % of.len()) }
}
