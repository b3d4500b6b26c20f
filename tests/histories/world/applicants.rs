//! Applicants and account users: the code, the form, the submission, the link, the password.

use shared::domain::{
    account::{Account, LinkUsage, NewLink, PasswordHash, PasswordLink, SignIn},
    application::{Application, Decided, Requester, ResendNotice, Submission, submit},
    form::{ApplicationForm, FormInput},
    ids::{ApplicationNumber, MailId},
    mail::MailKind,
    session::{ApplicantSession, Progress, Task},
    verification::{MailUsage, Purpose, TryOutcome, Verification},
};

use super::{
    INSTITUTIONS, Note, PEOPLE, Stop, World, at,
    witness::{Request, Requested},
};
use crate::{
    step::Typed,
    store::{Counter, CounterKey, Write, new_mail, transaction_of},
};

impl World {
    /// `request-code`, or `track`: a verification begins, a code mail leaves.
    pub(super) fn ask_for_code(
        &mut self,
        person: usize,
        network: usize,
        to_track: Option<usize>,
    ) -> Result<(), Stop> {
        let Some(email) = at(&PEOPLE, person).cloned() else { return Ok(()) };
        let purpose = match to_track {
            None => Purpose::Apply,
            Some(position) => {
                let store = self.read()?;
                let Some(application) = at(&store.applications, position) else { return Ok(()) };
                Purpose::Track { number: application.number, known: application.form.email == email }
            }
        };
        let id = format!("v{}", self.store.verifications.len());
        let now = self.run.now;
        let mut verification = Verification::begin(id, purpose, email, now);
        if !self.commit(vec![Write::CreateVerification(verification.clone())], Note::Nothing)? {
            return Ok(());
        }
        let (to, from) =
            (CounterKey::CodesTo(verification.email.as_str().to_owned()), CounterKey::CodesFrom(network));
        loop {
            let store = self.read()?;
            let (to, from) = (store.counter(&to), store.counter(&from));
            let usage = MailUsage { address: to.usage.clone(), network: from.usage.clone() };
            let mail = self.draw_mail_id();
            let hash = mail.as_str().to_owned();
            let Ok(requested) = verification.request_code(&usage, mail.clone(), hash, now) else {
                return Ok(());
            };
            let mut writes = vec![
                Write::ReplaceVerification(requested.next.clone()),
                Write::Count(Counter { usage: requested.usage.address, version: to.version + 1, ..to }),
                Write::Count(Counter { usage: requested.usage.network, version: from.version + 1, ..from }),
            ];
            writes.extend(requested.mail.iter().map(|mail| new_mail(mail, now)));
            let of = Requested::CodeTo(requested.next.email.clone());
            if self.commit(writes, Note::Asked(Request { at: now, network, of }))? {
                return self.ring_mails([mail]);
            }
            let store = self.read()?;
            let Some(fresh) = store.verification(&requested.next.id) else { return Ok(()) };
            verification = Verification::clone(fresh);
        }
    }

    /// `verify-code`, or `track`: counted first, then answered.
    pub(super) fn type_code(&mut self, position: usize, typed: Typed) -> Result<(), Stop> {
        let now = self.run.now;
        let Some(mine) = at(&self.store.verifications, position).cloned() else { return Ok(()) };
        let typed = match typed {
            Typed::FromMail(which) => self.code_in_mailbox(&mine, which),
            Typed::Wrong => None,
        };
        let typed = typed.as_ref().map_or("nothing that was sent", MailId::as_str);
        loop {
            let store = self.read()?;
            let Some(verification) = store.verification(&mine.id).filter(|read| !read.is_over(now)) else {
                return Ok(());
            };
            let used = self.read()?.counter(&CounterKey::TriesOf(mine.email.as_str().to_owned()));
            let Some(code) = verification.code.clone() else { return Ok(()) };
            let Ok(tried) = Verification::clone(verification).try_code(typed, &used.usage, now) else {
                return Ok(());
            };
            let right = tried.outcome == TryOutcome::Right;
            let mut writes = vec![
                Write::ReplaceVerification(tried.next),
                Write::Count(Counter { usage: tried.usage, version: used.version + 1, ..used }),
            ];
            if right && mine.purpose == Purpose::Apply {
                let id = format!("s{}", self.store.sessions.len());
                writes.push(Write::CreateSession(ApplicantSession::begin(id, mine.email.clone(), now)));
            }
            let late = code.valid_until <= now || code.mail.as_str() != typed;
            let note = Note::Tried { email: mine.email.clone(), code: code.mail, right, late };
            if self.commit(writes, note)? {
                return Ok(());
            }
        }
    }

    /// The code of the newest mail that this person got, or of one before.
    fn code_in_mailbox(&self, mine: &Verification, which: usize) -> Option<MailId> {
        let mails = self.flights.iter().rev().filter_map(|flight| self.store.mail(&flight.mail));
        let codes = mails.filter(|mail| mail.kind() == MailKind::Code && mail.to == mine.email);
        codes.map(|mail| mail.id.clone()).nth(which)
    }

    /// `submit`: session, application and receipt in one commit.
    pub(super) fn hand_in(&mut self, position: usize, institution: usize) -> Result<(), Stop> {
        let now = self.run.now;
        let Some(id) = at(&self.store.sessions, position).map(|session| session.id.clone()) else {
            return Ok(());
        };
        let Some(form) = at(&INSTITUTIONS, institution) else { return Ok(()) };
        loop {
            let store = self.read()?;
            let Some(session) = store.session(&id).filter(|session| session.is_live(now)) else {
                return Ok(());
            };
            if let Progress::Submitted { .. } = session.progress {
                return Ok(());
            }
            let again_of = match session.task {
                Task::Apply { again_of } => again_of,
                Task::Correct { number } => return self.hand_in_again(&id, number, form),
            };
            let number = self.draw_number()?;
            let submission = Submission {
                number,
                form: ApplicationForm { email: session.email.clone(), ..form.clone() },
                terms_version: "2026-11".into(),
                agreed_at: now,
                receipt: self.draw_mail_id(),
                applied_again_of: again_of,
            };
            let (application, receipt) = submit(submission, now);
            let receipt_id = receipt.id.clone();
            let session = ApplicantSession::clone(session);
            let next = session.moved_on(FormInput::default(), Progress::Submitted { number });
            self.run.about = Some(number);
            let writes = vec![
                Write::CreateApplication(application),
                Write::ReplaceSession(next),
                new_mail(&receipt, now),
            ];
            if self.commit(writes, Note::Submitted { session: id.clone() })? {
                return self.ring_mails([receipt_id]);
            }
        }
    }

    /// The counter of the numbers: one call, a number used up whatever becomes of it.
    pub(super) fn draw_number(&mut self) -> Result<ApplicationNumber, Stop> {
        let effect = self.call();
        let count = self.witness.numbers.len() as u64 + 1;
        let number = ApplicationNumber::new(count).ok_or(Stop::Failed)?;
        match effect {
            Ok(super::Effect::Happens) => {
                self.witness.numbers.push(number);
                Ok(number)
            }
            Ok(super::Effect::HappensUnheard(ending)) => {
                self.witness.numbers.push(number);
                Err(ending.into())
            }
            Err(stop) => Err(stop),
        }
    }

    /// `set-password`: the link is used up, the application learns of a first password.
    pub(super) fn set_password(&mut self, position: usize) -> Result<(), Stop> {
        let now = self.run.now;
        // Who has the link got its mail.
        let links = &self.store.links;
        let Some(link) =
            at(links, position).filter(|link| self.flights.iter().any(|flight| flight.mail == link.mail))
        else {
            return Ok(());
        };
        let hash = link.hash.clone();
        loop {
            let store = self.read()?;
            let Some(link) = store.link(&hash) else { return Ok(()) };
            let accounts = self.read()?;
            let Some(account) = accounts.account(&link.login_id) else { return Ok(()) };
            let new = PasswordHash::from_phc("$argon2id$new");
            let set = Account::clone(account).set_password(new, PasswordLink::clone(link), now);
            let Ok(set) = set else { return Ok(()) };
            let told = self.told_application(set.account.application.filter(|_| set.first))?;
            let note = Note::PasswordSet { link: hash.clone(), login_id: set.account.login_id.clone() };
            let mut writes = told.as_ref().map(transaction_of).unwrap_or_default();
            writes.extend([Write::ReplaceAccount(set.account), Write::ReplaceLink(set.link)]);
            if self.commit(writes, note)? {
                return Ok(());
            }
        }
    }

    fn told_application(&mut self, number: Option<ApplicationNumber>) -> Result<Option<Decided>, Stop> {
        let Some(number) = number else { return Ok(None) };
        self.run.about = Some(number);
        let store = self.read()?;
        let application = store.application(number).map(|application| Application::clone(application));
        Ok(application.and_then(|application| application.password_set(self.run.now)))
    }

    /// パスワードをお忘れですか？, or a link that is over: another link by mail.
    pub(super) fn ask_for_link(&mut self, position: usize, network: usize) -> Result<(), Stop> {
        let now = self.run.now;
        let Some(login_id) = at(&self.store.accounts, position).map(|account| account.login_id.clone())
        else {
            return Ok(());
        };
        loop {
            let store = self.read()?;
            let Some(account) = store.account(&login_id).cloned() else { return Ok(()) };
            let store = self.read()?;
            let of = store.counter(&CounterKey::LinksOf(login_id.clone()));
            let from = store.counter(&CounterKey::LinksFrom(network));
            let usage = LinkUsage { login_id: of.usage.clone(), network: from.usage.clone() };
            let Ok(usage) = usage.used(now) else { return Ok(()) };
            let first = account.application.filter(|_| account.password.is_none());
            let application = match first {
                Some(number) => self.read()?.application(number).cloned(),
                None => None,
            };
            let mail = self.draw_mail_id();
            let new = NewLink { hash: format!("link-{}", mail.as_str()), mail: mail.clone() };
            let command = ResendNotice {
                by: Requester::Applicant,
                account: Some(Account::clone(&account)),
                new: new.clone(),
            };
            let again = application
                .and_then(|application| Application::clone(&application).resend_notice(command, now).ok());
            let mut writes = if let Some(decided) = &again {
                self.run.about = Some(decided.next.number);
                transaction_of(decided)
            } else {
                let (link, notice) = account.new_link(new, None, now);
                let (login_id, version) = (login_id.clone(), account.version);
                let require = Write::RequireAccount { login_id, version };
                vec![require, Write::CreateLink(link), new_mail(&notice, now)]
            };
            writes.push(Write::Count(Counter { usage: usage.login_id, version: of.version + 1, ..of }));
            writes.push(Write::Count(Counter { usage: usage.network, version: from.version + 1, ..from }));
            let of = Requested::LinkOf(login_id.clone());
            if self.commit(writes, Note::Asked(Request { at: now, network, of }))? {
                return self.ring_mails([mail]);
            }
        }
    }

    /// `sign-in`: counted first, then answered.
    pub(super) fn sign_in(&mut self, position: usize, right: bool) -> Result<(), Stop> {
        let now = self.run.now;
        let Some(login_id) = at(&self.store.accounts, position).map(|account| account.login_id.clone())
        else {
            return Ok(());
        };
        loop {
            let store = self.read()?;
            let Some(account) = store.account(&login_id) else { return Ok(()) };
            let Ok(tried) = Account::clone(account).sign_in(right, now) else { return Ok(()) };
            let (next, right) = match tried {
                SignIn::Right(next) => (next, true),
                SignIn::Wrong(next) => (next, false),
            };
            let note = Note::SignedIn { login_id: login_id.clone(), right };
            if self.commit(vec![Write::ReplaceAccount(next)], note)? {
                return Ok(());
            }
        }
    }
}
