//! `send-mail`, SES, and `sweep-outbox`.

use jiff::Timestamp;
use shared::domain::{
    ids::MailId,
    mail::{Mail, MailContent},
    outbox::{ClaimId, Outbox, SendOutcome},
};

use super::{Effect, Note, Stop, World};
use crate::{
    mutants::Mutant,
    reports::Says,
    step::{Ending, Fault},
    store::Write,
};

/// A `send-mail` that is between two calls.
pub(crate) struct Worker {
    mail: Mail,
    claim: ClaimId,
    /// What SES answered, once it did.
    answer: Option<SendOutcome>,
    /// Whether its lateness was counted as a fault.
    late: bool,
}

/// A mail that SES took.
pub(crate) struct Flight {
    pub(crate) mail: MailId,
    pub(crate) of_try: u32,
    pub(crate) message_id: String,
    pub(crate) taken_at: Timestamp,
}

impl World {
    pub(super) fn wake(&mut self, message: usize) -> Result<(), Stop> {
        if self.mail_bells.is_empty() {
            return Ok(());
        }
        let place = message % self.mail_bells.len();
        let id = self.mail_bells[place].clone();
        let claim = ClaimId::from_random(self.draw());
        let ended = self.deliver(&id, &claim);
        if ended.is_err() {
            self.count_uncertain(&id, &claim);
        }
        if self.is_consumed(&ended) {
            self.mail_bells.remove(place);
        }
        ended
    }

    /// Who stopped with the claim in hand left an uncertain try behind.
    fn count_uncertain(&mut self, id: &MailId, mine: &ClaimId) {
        let holds = |mail: &Mail| matches!(&mail.outbox, Outbox::Claimed { claim, .. } if claim == mine);
        if self.store.mail(id).is_some_and(|mail| holds(mail))
            && let Some(fortune) = self.witness.fortune_mut(&self.store, id)
        {
            fortune.uncertain += 1;
        }
    }

    fn deliver(&mut self, id: &MailId, claim: &ClaimId) -> Result<(), Stop> {
        let Some(mail) = self.claim(id, claim)? else { return Ok(()) };
        if self.run.fault == (Fault::Pauses { answered: false }) {
            self.run.fired = true;
            self.workers.push(Worker { mail, claim: claim.clone(), answer: None, late: false });
            return Ok(());
        }
        let answer = self.hand_over(&mail)?;
        if self.run.fault == (Fault::Pauses { answered: true }) {
            self.run.fired = true;
            self.workers.push(Worker { mail, claim: claim.clone(), answer: Some(answer), late: false });
            return Ok(());
        }
        self.record_answer(mail, claim, &answer)
    }

    /// Takes the mail for one try.
    fn claim(&mut self, id: &MailId, claim: &ClaimId) -> Result<Option<Mail>, Stop> {
        loop {
            let now = self.clock();
            let store = self.read()?;
            let Some(mail) = store.mail(id) else { return Ok(None) };
            let Ok(claimed) = mail.outbox.claim(claim.clone(), now) else { return Ok(None) };
            let over = matches!(mail.content, MailContent::Code { valid_until, .. } if valid_until <= now);
            let mail = Mail::clone(mail);
            let next =
                if over { mail.cancel("the code is over", now) } else { Some(mail.with_outbox(claimed)) };
            let Some(mut next) = next else { return Ok(None) };
            let is_mine = !over;
            if is_mine && self.mutant == Some(Mutant::NoClaim) {
                return Ok(Some(next));
            }
            if is_mine && self.mutant == Some(Mutant::MarkedSentBeforeSending) {
                next.outbox = Outbox::Sent { tries: next.outbox.tries(), message_id: None, at: now };
            }
            if self.commit(vec![Write::ReplaceMail(next.clone())], Note::Nothing)? {
                return Ok(is_mine.then_some(next));
            }
        }
    }

    /// The one call of SES: it takes the mail or not, and is heard or not.
    fn hand_over(&mut self, mail: &Mail) -> Result<SendOutcome, Stop> {
        let unknown = || SendOutcome::Unknown { reason: "no answer in time".to_owned() };
        let refused = |permanent| SendOutcome::Refused { reason: "refused".to_owned(), permanent };
        let (taken, outcome) = match self.call() {
            Ok(Effect::Happens) => match self.run.fault {
                Fault::AnswerLost => (true, unknown()),
                Fault::TimeOut => (false, unknown()),
                Fault::Throttled => (false, refused(false)),
                Fault::RefusedForGood => (false, refused(true)),
                Fault::None
                | Fault::Fails { .. }
                | Fault::Dies { .. }
                | Fault::Stale { .. }
                | Fault::Doubled
                | Fault::BellLost
                | Fault::SendReportLost
                | Fault::Untagged
                | Fault::Pauses { .. } => (true, SendOutcome::Accepted { message_id: self.message_id() }),
            },
            Ok(Effect::HappensUnheard(Ending::Fails)) => (true, unknown()),
            Err(Stop::Failed) => (false, unknown()),
            Ok(Effect::HappensUnheard(Ending::Dies)) => {
                self.take_mail(mail);
                return Err(Stop::Died);
            }
            Err(stop @ (Stop::Died | Stop::Broken(_))) => return Err(stop),
        };
        let is_unknown = matches!(outcome, SendOutcome::Unknown { .. });
        let is_refused = matches!(outcome, SendOutcome::Refused { .. });
        self.run.fired |= is_unknown || is_refused;
        if taken {
            self.take_mail(mail);
        }
        if let Some(fortune) = self.witness.fortune_mut(&self.store, &mail.id) {
            fortune.uncertain += usize::from(is_unknown);
            fortune.refused += usize::from(is_refused);
        }
        if is_unknown && self.mutant == Some(Mutant::SdkRetries) {
            let message_id = self.message_id();
            self.take_mail(mail);
            return Ok(SendOutcome::Accepted { message_id });
        }
        Ok(outcome)
    }

    fn message_id(&self) -> String {
        format!("ses-{}", self.flights.len())
    }

    /// SES has the mail now; its Send event is on its way.
    fn take_mail(&mut self, mail: &Mail) {
        let of_try = mail.outbox.tries();
        let message_id = self.message_id();
        self.flights.push(Flight { mail: mail.id.clone(), of_try, message_id, taken_at: self.now });
        if let Some(fortune) = self.witness.fortune_mut(&self.store, &mail.id) {
            fortune.taken += 1;
        }
        if self.run.fault == Fault::SendReportLost && !self.setup.in_time {
            self.run.fired = true;
        } else {
            self.write_send_report();
        }
    }

    /// Records what SES answered, on the mail as it stands.
    fn record_answer(&mut self, claimed: Mail, claim: &ClaimId, answer: &SendOutcome) -> Result<(), Stop> {
        let mut mail = claimed;
        loop {
            let now = self.clock();
            let Some(outbox) = mail.outbox.answered(claim, answer, mail.kind(), now) else { return Ok(()) };
            let id = mail.id.clone();
            if self.commit(vec![Write::ReplaceMail(mail.with_outbox(outbox))], Note::Nothing)? {
                return Ok(());
            }
            let store = self.read()?;
            let Some(fresh) = store.mail(&id) else { return Ok(()) };
            mail = Mail::clone(fresh);
        }
    }

    pub(super) fn go_on(&mut self, worker: usize) -> Result<(), Stop> {
        if self.workers.is_empty() {
            return Ok(());
        }
        let Worker { mail, claim, answer, .. } = self.workers.remove(worker % self.workers.len());
        let id = mail.id.clone();
        let ended = match answer {
            Some(answer) => self.record_answer(mail, &claim, &answer),
            None => self.hand_over(&mail).and_then(|answer| self.record_answer(mail, &claim, &answer)),
        };
        if ended.is_err() {
            self.count_uncertain(&id, &claim);
        }
        ended
    }

    /// Time passed: who was between claim and hand-over is gone; who has SES's answer records it late.
    pub(super) fn lose_workers(&mut self) {
        for worker in std::mem::take(&mut self.workers) {
            if !worker.late {
                self.count_uncertain(&worker.mail.id, &worker.claim);
            }
            if worker.answer.is_some() {
                self.workers.push(Worker { late: true, ..worker });
            }
        }
    }

    pub(super) fn sweep_outbox(&mut self) -> Result<(), Stop> {
        let now = self.run.now;
        let mut failed = false;
        for id in self.read()?.due_mails(now) {
            match self.sweep(&id, now) {
                Ok(()) => {}
                Err(Stop::Failed) => failed = true,
                Err(ended @ (Stop::Died | Stop::Broken(_))) => return Err(ended),
            }
        }
        if failed { Err(Stop::Failed) } else { Ok(()) }
    }

    fn sweep(&mut self, id: &MailId, now: Timestamp) -> Result<(), Stop> {
        loop {
            let store = self.read()?;
            let Some(mail) = store.mail(id) else { return Ok(()) };
            if self.mutant == Some(Mutant::NoRecovery) && matches!(mail.outbox, Outbox::Unknown { .. }) {
                return Ok(());
            }
            let swept = mail.outbox.swept(mail.kind(), now);
            let Some(outbox) = swept.map(|outbox| self.perhaps_at_once(outbox, mail, now)) else {
                return if mail.outbox.is_to_be_sent(now) { self.ring_mails([id.clone()]) } else { Ok(()) };
            };
            let next = Mail::clone(mail).with_outbox(outbox);
            let rings = next.outbox.is_to_be_sent(now);
            if self.commit(vec![Write::ReplaceMail(next)], Note::Nothing)? {
                return if rings { self.ring_mails([id.clone()]) } else { Ok(()) };
            }
        }
    }

    /// The mutant does not wait for an event that proves the try.
    fn perhaps_at_once(&self, swept: Outbox, mail: &Mail, now: Timestamp) -> Outbox {
        let waits_not = self.mutant == Some(Mutant::RepeatedAtOnce) && mail.kind().is_repeated_when_unknown();
        if waits_not && matches!(swept, Outbox::Unknown { .. }) {
            return Outbox::Pending { tries: swept.tries(), not_before: now };
        }
        swept
    }

    /// Whether anything is known of a flight's end.
    pub(super) fn has_final_report(&self, flight: &Flight) -> bool {
        let is_final = |says: Says| match says {
            Says::Delivered | Says::Complained | Says::HeldBack | Says::Failed(_) => true,
            Says::Nothing | Says::AutoReply => false,
        };
        let learned =
            self.witness.fortune(&self.store, &flight.mail).map(|fortune| fortune.learned.as_slice());
        learned.unwrap_or_default().iter().any(|(_, says, _)| is_final(*says))
    }
}
