//! The end of a history: every fault is off, every queue is emptied, time passes, and what was committed must
//! have come to its end.

use shared::domain::application::{AdvanceOutcome, Status};

use super::World;
use crate::{
    laws::{self, Violation},
    reports::DELIVERY,
    step::{Act, Fault, Passing, Step},
};

/// More mornings than any rest of offices has days.
const MOST_MORNINGS: usize = 14;
const FLAG_DAYS: i64 = 22;

impl World {
    pub(crate) fn drain(&mut self) -> Result<(), Violation> {
        self.begin(Act::SweepOutbox, Fault::None);
        self.redrive();
        for application in 0..self.store.applications.len() {
            self.take(Step::of(Act::Release { application }))?;
        }
        self.end_freezes()?;
        self.settle()?;
        // A lease, the time in which an event may prove the try, the longest back-off.
        for minutes in [6, 16, 61] {
            if self.store.mails.iter().any(|mail| mail.outbox.due_at().is_some()) {
                self.pass_minutes(minutes)?;
                self.settle()?;
            }
        }
        for _ in 0..MOST_MORNINGS {
            if !self.waits_for_morning() {
                break;
            }
            self.take(Step::of(Act::Pass(Passing::NextMorning)))?;
            self.take(Step::of(Act::Announce))?;
            self.settle()?;
        }
        self.pass_minutes(FLAG_DAYS * 24 * 60)?;
        self.take(Step::of(Act::FlagStuck))?;
        let flagged = std::rc::Rc::clone(&self.store);
        self.take(Step::of(Act::FlagStuck))?;
        laws::after_second_flagging(&flagged, &self.store, self.now, &mut self.tally)?;
        laws::after_drain(&self.store, &self.witness, self.setup.in_time, &mut self.tally)
    }

    /// Until the last window is over.
    fn end_freezes(&mut self) -> Result<(), Violation> {
        let last = self.store.freezes.0.iter().map(|window| window.until).max();
        let minutes = last.map_or(0, |last| last.duration_since(self.now).as_mins());
        if minutes >= 0 { self.pass_minutes(minutes + 1) } else { Ok(()) }
    }

    fn pass_minutes(&mut self, minutes: i64) -> Result<(), Violation> {
        self.take(Step::of(Act::Pass(Passing::Minutes(minutes))))
    }

    /// Empties the queues and runs what runs every minute, until nothing is left to do now.
    fn settle(&mut self) -> Result<(), Violation> {
        const MOST_ROUNDS: usize = 20;
        for _ in 0..MOST_ROUNDS {
            while !self.workers.is_empty() {
                self.take(Step::of(Act::GoOn { worker: 0 }))?;
            }
            while !self.mail_bells.is_empty() {
                self.take(Step::of(Act::Wake { message: 0 }))?;
            }
            while !self.issue_bells.is_empty() {
                self.take(Step::of(Act::Issue { message: 0 }))?;
            }
            self.report_ends();
            while !self.reports.is_empty() {
                self.take(Step::of(Act::Record { message: 0 }))?;
            }
            self.take(Step::of(Act::SweepIssuing))?;
            self.take(Step::of(Act::SweepOutbox))?;
            if self.mail_bells.is_empty() && self.issue_bells.is_empty() && self.reports.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// SES says in the end what became of each mail.
    fn report_ends(&mut self) {
        for flight in 0..self.flights.len() {
            if !self.has_final_report(&self.flights[flight]) {
                self.report(flight, DELIVERY);
            }
        }
    }

    fn waits_for_morning(&self) -> bool {
        self.store.applications.iter().any(|application| {
            matches!(&application.status, Status::Issuing { outcome: AdvanceOutcome::Delivered { .. }, .. })
        })
    }
}
