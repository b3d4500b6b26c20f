//! What an application goes through besides the straight way: returned, corrected, withdrawn, applied for again,
//! its address proven anew, its notice sent again, filed by an officer.

use shared::domain::{
    account::{Account, NewLink},
    application::{
        AddressBy, Application, Decided, ProveAddress, Requester, ResendNotice, Resubmit,
        ReturnForCorrection, Status, SubmitOnBehalf, Withdraw, correction_due_on, samples::secretary,
        submit_on_behalf,
    },
    form::{ApplicationForm, FormInput, STREET},
    ids::{ApplicationNumber, MailId},
    mail::Mail,
    session::{ApplicantSession, Progress},
};

use super::{DESKS, INSTITUTIONS, Note, PEOPLE, Stop, World, at};
use crate::{
    mutants::Mutant,
    store::{Write, transaction_of},
};

impl World {
    /// `review`: 差戻し.
    pub(super) fn return_for_correction(&mut self, officer: usize, position: usize) -> Result<(), Stop> {
        let Some(number) = self.number_at(position) else { return Ok(()) };
        let now = self.run.now;
        let due_on = correction_due_on(5, now).map_err(|_| Stop::Failed)?;
        let returned = self.review(officer, number, |application, reviewer, world| {
            let note = "番地をご確認ください。".to_owned();
            let command =
                ReturnForCorrection { fields: vec![STREET], note, due_on, mail: world.draw_mail_id() };
            application.return_for_correction(command, reviewer, now).ok()
        })?;
        let mails = returned.into_iter().flat_map(|decided| decided.mails);
        self.ring_mails(mails.map(|mail| mail.id))
    }

    /// 代理申請.
    pub(super) fn file_on_behalf(
        &mut self,
        officer: usize,
        institution: usize,
        person: usize,
    ) -> Result<(), Stop> {
        let (Some(by), Some(form), Some(email)) =
            (at(&DESKS, officer), at(&INSTITUTIONS, institution), at(&PEOPLE, person))
        else {
            return Ok(());
        };
        let number = self.draw_number()?;
        self.run.about = Some(number);
        let form = ApplicationForm { email: email.clone(), ..form.clone() };
        let command = SubmitOnBehalf { number, form, terms_version: "2026-11".into() };
        let Ok(filed) = submit_on_behalf(command, by, self.run.now) else { return Ok(()) };
        self.commit(vec![Write::CreateApplication(filed)], Note::Filed).map(|_| ())
    }

    /// The form is opened again, by somebody who proved to read the application's mail.
    pub(super) fn fill_in_again(&mut self, position: usize) -> Result<(), Stop> {
        let Some(number) = self.number_at(position) else { return Ok(()) };
        let store = self.read()?;
        let Some(application) = store.application(number).filter(|application| self.is_theirs(application))
        else {
            return Ok(());
        };
        let id = format!("s{}", self.store.sessions.len());
        let now = self.run.now;
        let session = match application.status.kind().as_str() {
            "returned" => ApplicantSession::correct(id, application, now),
            "rejected" | "withdrawn" => ApplicantSession::apply_again(id, application, now),
            _ => return Ok(()),
        };
        self.commit(vec![Write::CreateSession(session)], Note::Nothing).map(|_| ())
    }

    fn is_theirs(&self, application: &Application) -> bool {
        self.witness.proven.contains(&application.form.email)
    }

    /// `submit`: 再申請, in one commit with its session.
    pub(super) fn hand_in_again(
        &mut self,
        id: &str,
        number: ApplicationNumber,
        form: &ApplicationForm,
    ) -> Result<(), Stop> {
        let now = self.run.now;
        self.run.about = Some(number);
        loop {
            let store = self.read()?;
            let Some(session) = store.session(id).filter(|session| session.is_live(now)) else {
                return Ok(());
            };
            if let Progress::Submitted { .. } = session.progress {
                return Ok(());
            }
            let applications = self.read()?;
            let Some(application) = applications.application(number) else { return Ok(()) };
            let form = ApplicationForm { email: session.email.clone(), ..form.clone() };
            let command = Resubmit { form, terms_version: "2026-11".into(), agreed_at: now };
            let Ok(decided) = Application::clone(application).resubmit(command, now) else { return Ok(()) };
            let session = ApplicantSession::clone(session);
            let next = session.moved_on(FormInput::default(), Progress::Submitted { number });
            let mut writes = transaction_of(&decided);
            writes.push(Write::ReplaceSession(next));
            if self.commit(writes, Note::Nothing)? {
                return Ok(());
            }
        }
    }

    /// `track`: 取下げ.
    pub(super) fn withdraw(&mut self, position: usize) -> Result<(), Stop> {
        self.at_state_page(position, |world, application| {
            let mails = world.mails_read(&application)?;
            let command = Withdraw { notice: world.draw_mail_id(), mails };
            Ok(application.withdraw(command, world.run.now).ok())
        })
    }

    /// `track`: another address, proven by a code.
    pub(super) fn prove_address(&mut self, position: usize, person: usize) -> Result<(), Stop> {
        let Some(email) = at(&PEOPLE, person).filter(|email| self.witness.proven.contains(email)) else {
            return Ok(());
        };
        self.at_state_page(position, |world, application| {
            let account = world.account_of(&application)?;
            let mails = world.mails_read(&application)?;
            let command = ProveAddress {
                email: email.clone(),
                by: AddressBy::Applicant,
                account,
                new: world.draw_link(),
                mails,
            };
            Ok(application.prove_address(command, world.run.now).ok())
        })
    }

    /// `track` or the secretariat: ①, ② or ③ again.
    pub(super) fn resend(&mut self, position: usize, by_secretariat: bool) -> Result<(), Stop> {
        let secretary = secretary();
        let by = if by_secretariat {
            Requester::Secretariat { id: secretary.id, name: secretary.name }
        } else {
            Requester::Applicant
        };
        self.at_state_page(position, |world, application| {
            let account = world.account_of(&application)?;
            let command = ResendNotice { by: by.clone(), account, new: world.draw_link() };
            Ok(application.resend_notice(command, world.run.now).ok())
        })
    }

    /// Reads, decides, commits, and rings for the mails; again after a lost race.
    fn at_state_page(
        &mut self,
        position: usize,
        decide: impl Fn(&mut Self, Application) -> Result<Option<Decided>, Stop>,
    ) -> Result<(), Stop> {
        let Some(number) = self.number_at(position) else { return Ok(()) };
        self.run.about = Some(number);
        loop {
            let store = self.read()?;
            let Some(application) =
                store.application(number).filter(|application| self.is_theirs(application))
            else {
                return Ok(());
            };
            let Some(decided) = decide(self, Application::clone(application))? else { return Ok(()) };
            if self.commit_decided(&decided)? {
                return self.ring_mails(decided.mails.into_iter().map(|mail| mail.id));
            }
        }
    }

    fn mails_read(&mut self, application: &Application) -> Result<Vec<Mail>, Stop> {
        if self.mutant == Some(Mutant::NothingCalledOff) {
            return Ok(Vec::new());
        }
        let mut mails = self.read()?.mails_of(application);
        if self.mutant == Some(Mutant::MailsFromAnIndex) {
            // An index shows what was written a moment ago later than the table does.
            mails.retain(|mail| mail.created_at < self.run.now);
        }
        Ok(mails)
    }

    fn account_of(&mut self, application: &Application) -> Result<Option<Account>, Stop> {
        let Status::Issued { login_id, .. } = &application.status else { return Ok(None) };
        Ok(self.read()?.account(login_id).map(|account| Account::clone(account)))
    }

    fn draw_link(&mut self) -> NewLink {
        let mail: MailId = self.draw_mail_id();
        NewLink { hash: format!("link-{}", mail.as_str()), mail }
    }
}
