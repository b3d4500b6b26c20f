//! What SES reports, on its way through the queue, and `record-delivery`.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::{Also, Application, Status, notice_fate},
    delivery::{DeliveryEvent, EventKind},
    ids::{ApplicationNumber, MailId},
    mail::Mail,
    outbox::Outbox,
};

use super::{Note, Stop, World};
use crate::{
    mutants::Mutant,
    reports::{SAMPLES, Says},
    step::Fault,
    store::Write,
};

/// After so many failed attempts a message lies in the dead-letter queue.
const MOST_RECEIVES: u32 = 5;
/// "In time" is within this of the acceptance.
const IN_TIME: SignedDuration = SignedDuration::from_mins(15);

/// One report in the queue.
#[derive(Clone)]
pub(crate) struct Report {
    /// The mail that SES reports of, whether or not the report says so.
    mail: MailId,
    tagged: bool,
    says: Says,
    event: DeliveryEvent,
    /// The same for the same report, however often it comes.
    serial: usize,
    taken_at: Timestamp,
    receives: u32,
}

impl World {
    /// SES took the newest flight, and says so.
    pub(super) fn write_send_report(&mut self) {
        self.write_report(self.flights.len() - 1, EventKind::Send, Says::Nothing, true);
    }

    /// SES reports something new of a mail.
    pub(super) fn report(&mut self, flight: usize, what: usize) {
        if self.flights.is_empty() {
            return;
        }
        let sample = &SAMPLES[what % SAMPLES.len()];
        let tagged = self.run.fault != Fault::Untagged;
        self.write_report(flight % self.flights.len(), sample.kind.clone(), sample.says, tagged);
        self.run.fired |= !tagged;
        if self.run.fault == Fault::Doubled {
            self.run.fired = true;
            let again = self.reports.last().cloned();
            self.reports.extend(again);
        }
    }

    fn write_report(&mut self, flight: usize, kind: EventKind, says: Says, tagged: bool) {
        let flight = &self.flights[flight];
        let of_try = tagged.then_some(flight.of_try);
        // No two reports of a mail are of the same millisecond, so each is an event of its own.
        let serial = self.tally.reports;
        let at = self.now + SignedDuration::from_millis(serial % 60_000);
        let event = DeliveryEvent::new(kind, at, of_try, flight.message_id.clone());
        let serial = usize::try_from(serial).unwrap_or_default();
        let (mail, taken_at) = (flight.mail.clone(), flight.taken_at);
        self.reports.push(Report { mail, tagged, says, event, serial, taken_at, receives: 0 });
        self.tally.reports += 1;
    }

    pub(super) fn record_delivery(&mut self, message: usize) -> Result<(), Stop> {
        if self.reports.is_empty() {
            return Ok(());
        }
        let place = message % self.reports.len();
        let ended = self.take_in(&self.reports[place].clone());
        let forgets = self.mutant == Some(Mutant::AcknowledgedBeforeHandled);
        if self.is_consumed(&ended) || forgets {
            self.reports.remove(place);
        } else if ended.is_err() {
            self.reports[place].receives += 1;
            if self.reports[place].receives >= MOST_RECEIVES {
                let dead = self.reports.remove(place);
                self.dead_letters.push(dead);
            }
        }
        ended
    }

    /// The dead-letter queue is moved back.
    pub(super) fn redrive(&mut self) {
        let dead = std::mem::take(&mut self.dead_letters);
        self.reports.extend(dead.into_iter().map(|report| Report { receives: 0, ..report }));
    }

    /// Each Send event that must have come by then is taken in.
    pub(super) fn record_send_reports_until(&mut self, to: Timestamp) -> Result<(), Stop> {
        let is_due =
            |report: &Report| report.event.kind == EventKind::Send && report.taken_at + IN_TIME <= to;
        while let Some(place) = self.reports.iter().position(is_due) {
            let report = self.reports.remove(place);
            let ended = self.take_in(&report);
            match ended {
                // One without a tag, of a mail whose id at SES nobody has recorded yet.
                Err(Stop::Failed) => self.dead_letters.push(report),
                Ok(()) | Err(Stop::Died | Stop::Broken(_)) => ended?,
            }
        }
        Ok(())
    }

    fn take_in(&mut self, report: &Report) -> Result<(), Stop> {
        self.run.about = self.store.mail(&report.mail).and_then(|mail| mail.application);
        let id = self.mail_of(report)?;
        let mail = self.learn(&id, report)?;
        match (mail.application, notice_fate(&mail, self.run.now)) {
            (Some(number), Some(_)) => self.tell_application(number, mail),
            (Some(_), None) | (None, _) => Ok(()),
        }
    }

    /// By its tag; without one by the id that SES gave the mail.
    fn mail_of(&mut self, report: &Report) -> Result<MailId, Stop> {
        if report.tagged {
            return Ok(report.mail.clone());
        }
        let store = self.read()?;
        let bears = |mail: &Mail| match &mail.outbox {
            Outbox::Sent { message_id, .. } => {
                message_id.as_deref() == Some(report.event.message_id.as_str())
            }
            Outbox::Pending { .. }
            | Outbox::Claimed { .. }
            | Outbox::Unknown { .. }
            | Outbox::Failed { .. }
            | Outbox::Cancelled { .. } => false,
        };
        store.mails.iter().find(|mail| bears(mail)).map(|mail| mail.id.clone()).ok_or(Stop::Failed)
    }

    /// Adds the report to its mail's set; the mail as it stands.
    fn learn(&mut self, id: &MailId, report: &Report) -> Result<Mail, Stop> {
        loop {
            let store = self.read()?;
            let mail = Mail::clone(store.mail(id).ok_or(Stop::Failed)?);
            let Some(next) = mail.clone().learn(report.event.clone()) else { return Ok(mail) };
            let note = Note::Learned {
                mail: id.clone(),
                serial: report.serial,
                says: report.says,
                at: report.event.at,
            };
            if self.commit(vec![Write::ReplaceMail(next.clone())], note)? {
                return Ok(next);
            }
        }
    }

    /// The mail must still be as it was read, and is read anew where it is not.
    fn tell_application(&mut self, number: ApplicationNumber, mut mail: Mail) -> Result<(), Stop> {
        loop {
            let now = self.clock();
            let store = self.read()?;
            let mut application = Application::clone(store.application(number).ok_or(Stop::Failed)?);
            let Some(fate) = notice_fate(&mail, now) else { return Ok(()) };
            let mut id = mail.id.clone();
            if self.mutant == Some(Mutant::EventMovesAnother)
                && let Some((other, advance)) = another_issuing(&store.applications, number)
            {
                (application, id) = (other, advance);
            }
            let learned = application.learn_fate(&id, fate, now).map_err(|_| Stop::Failed)?;
            let Some(mut decided) = learned else { return Ok(()) };
            decided.also.push(Also::RequireMail { id: mail.id.clone(), version: mail.version });
            if self.commit_decided(&decided)? {
                return Ok(());
            }
            let store = self.read()?;
            mail = Mail::clone(store.mail(&mail.id).ok_or(Stop::Failed)?);
        }
    }
}

fn another_issuing(
    applications: &[Rc<Application>],
    than: ApplicationNumber,
) -> Option<(Application, MailId)> {
    let mut others = applications.iter().filter(|application| application.number != than);
    others.find_map(|application| {
        let Status::Issuing { advance, .. } = &application.status else { return None };
        Some((Application::clone(application), advance.clone()))
    })
}
