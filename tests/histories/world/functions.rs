//! The functions that nobody waits for: `issue-account`, `announce-account`, `flag-stuck`.

use shared::domain::{
    account::{Account, institution_keys},
    application::{AdvanceOutcome, Announce, Application, Decided, Flags, Issue, Queue, Status, StatusKind},
    calendar::{is_business_day, japan_date},
    delivery::{DeliveryEvent, EventKind},
    form::ApplicationForm,
    ids::ApplicationNumber,
    mail::Mail,
    outbox::Outbox,
    settings::FreezeWindows,
};

use super::{Stop, World, at};
use crate::mutants::Mutant;

impl World {
    pub(super) fn hear_approval(&mut self, message: usize) -> Result<(), Stop> {
        if self.issue_bells.is_empty() {
            return Ok(());
        }
        let place = message % self.issue_bells.len();
        let ended = self.issue(self.issue_bells[place]);
        if self.is_consumed(&ended) {
            self.issue_bells.remove(place);
        }
        ended
    }

    pub(super) fn issue_unasked(&mut self, position: usize) -> Result<(), Stop> {
        let number = at(&self.store.applications, position).map(|application| application.number);
        number.map_or(Ok(()), |number| self.issue(number))
    }

    pub(super) fn sweep_issuing(&mut self) -> Result<(), Stop> {
        let now = self.run.now;
        if self.read()?.freezes.at(now).is_some() {
            return Ok(());
        }
        let waiting = self.read()?.work(Queue::Issue, now);
        self.for_each(&waiting, Self::issue)
    }

    /// One that fails does not stop the others.
    fn for_each<T: Copy>(
        &mut self,
        items: &[T],
        see_to: impl Fn(&mut Self, T) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut failed = false;
        for item in items {
            match see_to(self, *item) {
                Ok(()) => {}
                Err(Stop::Failed) => failed = true,
                Err(ended @ (Stop::Died | Stop::Broken(_))) => return Err(ended),
            }
        }
        if failed { Err(Stop::Failed) } else { Ok(()) }
    }

    fn issue(&mut self, number: ApplicationNumber) -> Result<(), Stop> {
        self.run.about = Some(number);
        loop {
            let now = self.clock();
            let store = self.read()?;
            let mut application = Application::clone(store.application(number).ok_or(Stop::Failed)?);
            let existing = self.find_account(&application.form)?;
            let was = application.status.kind();
            if self.mutant == Some(Mutant::IssuedUnapproved) && was == StatusKind::Submitted {
                application.status = Status::Approved;
            }
            let command = Issue {
                existing,
                mail: self.draw_mail_id(),
                notify_already_entitled: self.setup.notify_already_entitled,
                freezes: self.freezes_read()?,
            };
            let Ok(mut decided) = application.issue(command, now) else { return Ok(()) };
            decided.was.status = was;
            if self.commit_decided(&decided)? {
                return self.ring_mails(decided.mails.into_iter().map(|mail| mail.id));
            }
        }
    }

    /// The account of an institution, by the first of its keys that is claimed.
    fn find_account(&mut self, form: &ApplicationForm) -> Result<Option<Account>, Stop> {
        for key in &institution_keys(form) {
            let store = self.read()?;
            let Some(login_id) = store.claimant(key) else { continue };
            let accounts = self.read()?;
            return Ok(Some(Account::clone(accounts.account(login_id).ok_or(Stop::Failed)?)));
        }
        Ok(None)
    }

    pub(super) fn announce_due(&mut self) -> Result<(), Stop> {
        let now = self.run.now;
        if !is_business_day(japan_date(now)).map_err(|_| Stop::Failed)? {
            return Ok(());
        }
        if self.read()?.freezes.at(now).is_some() {
            return Ok(());
        }
        let due = match self.mutant {
            Some(Mutant::AnnouncedWithoutDelivery) => {
                self.read()?.applications.iter().map(|application| application.number).collect()
            }
            _ => self.read()?.work(Queue::Announce, now),
        };
        self.for_each(&due, Self::announce)
    }

    fn announce(&mut self, number: ApplicationNumber) -> Result<(), Stop> {
        self.run.about = Some(number);
        loop {
            let store = self.read()?;
            let application = Application::clone(store.application(number).ok_or(Stop::Failed)?);
            let Some(decided) = self.decide_announcement(application)? else { return Ok(()) };
            if self.commit_decided(&decided)? {
                return self.ring_mails(decided.mails.into_iter().map(|mail| mail.id));
            }
        }
    }

    fn freezes_read(&mut self) -> Result<FreezeWindows, Stop> {
        if self.mutant == Some(Mutant::FreezeNotRead) {
            return Ok(FreezeWindows::default());
        }
        Ok(FreezeWindows::clone(&self.read()?.freezes))
    }

    fn decide_announcement(&mut self, mut application: Application) -> Result<Option<Decided>, Stop> {
        let now = self.clock();
        let Status::Issuing { advance, .. } = application.status.clone() else { return Ok(None) };
        let mut notice = Mail::clone(self.read()?.mail(&advance).ok_or(Stop::Failed)?);
        if self.mutant == Some(Mutant::AnnouncedWithoutDelivery) {
            let outcome = AdvanceOutcome::Delivered { announce_at: now };
            application.status = Status::Issuing { advance, outcome };
            notice = pretended(notice, now);
        }
        let existing = self.find_account(&application.form)?;
        let mail = self.draw_mail_id();
        let command = Announce {
            advance: notice,
            existing,
            login_id: self.draw_login_id(),
            link_hash: format!("link-{}", mail.as_str()),
            mail,
            notify_already_entitled: self.setup.notify_already_entitled,
            freezes: self.freezes_read()?,
        };
        Ok(application.announce(command, now).ok())
    }

    pub(super) fn flag_stuck(&mut self) -> Result<(), Stop> {
        let now = self.run.now;
        let due = self.read()?.flag_due(now);
        let due = match self.mutant {
            Some(Mutant::FlagTwice) => {
                self.read()?.applications.iter().map(|application| application.number).collect()
            }
            _ => due,
        };
        for number in due {
            self.flag(number)?;
        }
        Ok(())
    }

    /// Sets every flag that is due on one application.
    fn flag(&mut self, number: ApplicationNumber) -> Result<(), Stop> {
        self.run.about = Some(number);
        loop {
            let store = self.read()?;
            let Some(application) = store.application(number) else { return Ok(()) };
            let mut application = Application::clone(application);
            let forgets = self.mutant == Some(Mutant::FlagTwice);
            if forgets {
                application.flags = Flags::default();
            }
            let Some(decided) = application.flag(self.run.now) else { return Ok(()) };
            if self.commit_decided(&decided)? && forgets {
                return Ok(());
            }
        }
    }
}

/// The notice as if it had been delivered.
fn pretended(notice: Mail, now: jiff::Timestamp) -> Mail {
    let version = notice.version;
    let sent = Outbox::Sent { tries: 1, message_id: None, at: now };
    let event = DeliveryEvent::new(EventKind::Delivery { smtp_response: None }, now, Some(1), String::new());
    let mut heard = notice.with_outbox(sent);
    heard.events.insert(event);
    Mail { version, ..heard }
}
