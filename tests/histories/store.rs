//! The store in memory: items by key, and one conditional transaction that happens wholly or not at all.
//!
//! Architecture invariant: a commit's conditions are taken from the decision, as the real store takes them
//! (`shared::store::commit`): the state and version it started from, keys not taken, versions unchanged.

use std::rc::Rc;

use jiff::Timestamp;
use shared::domain::{
    account::{Account, InstitutionKey, PasswordLink},
    application::{Also, Application, Decided, Queue, Was},
    ids::{ApplicationNumber, LoginId, MailId},
    limits::Usage,
    mail::{Mail, NewMail},
    session::ApplicantSession,
    settings::FreezeWindows,
    verification::Verification,
};

#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    pub(crate) applications: Vec<Rc<Application>>,
    pub(crate) mails: Vec<Rc<Mail>>,
    pub(crate) accounts: Vec<Rc<Account>>,
    claims: Vec<Rc<(InstitutionKey, LoginId)>>,
    pub(crate) links: Vec<Rc<PasswordLink>>,
    pub(crate) verifications: Vec<Rc<Verification>>,
    pub(crate) sessions: Vec<Rc<ApplicantSession>>,
    counters: Vec<Rc<Counter>>,
    pub(crate) freezes: Rc<FreezeWindows>,
}

/// A count of uses with the version it was read at; 0 where there is none yet.
#[derive(Debug, Clone)]
pub(crate) struct Counter {
    pub(crate) key: CounterKey,
    pub(crate) usage: Usage,
    pub(crate) version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CounterKey {
    CodesTo(String),
    CodesFrom(usize),
    TriesOf(String),
    LinksOf(LoginId),
    LinksFrom(usize),
}

#[derive(Debug, Clone)]
pub(crate) enum Write {
    CreateApplication(Application),
    ReplaceApplication(Application, Was),
    CreateMail(Mail),
    ReplaceMail(Mail),
    RequireMail { id: MailId, version: u64 },
    CreateAccount(Account),
    ReplaceAccount(Account),
    RequireAccount { login_id: LoginId, version: u64 },
    Claim(InstitutionKey, LoginId),
    CreateLink(PasswordLink),
    ReplaceLink(PasswordLink),
    CreateVerification(Verification),
    ReplaceVerification(Verification),
    CreateSession(ApplicantSession),
    ReplaceSession(ApplicantSession),
    Count(Counter),
}

/// A kind of condition, for the mutants that forget it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    ApplicationUnmoved,
    MailUnmoved,
    MailRequired,
    AccountUnmoved,
    KeyFree,
    LinkUnmoved,
    VerificationUnmoved,
    SessionUnmoved,
    CounterUnmoved,
}

/// What one decision wants written.
pub(crate) fn transaction_of(decided: &Decided) -> Vec<Write> {
    let mut writes = vec![Write::ReplaceApplication(decided.next.clone(), decided.was)];
    writes.extend(decided.mails.iter().map(|mail| new_mail(mail, decided.at)));
    for also in &decided.also {
        match also {
            Also::CreateAccount { account, link } => {
                writes.push(Write::CreateAccount(account.clone()));
                writes.push(Write::CreateLink(link.clone()));
                let claims = account.keys.iter();
                writes.extend(claims.map(|key| Write::Claim(key.clone(), account.login_id.clone())));
            }
            Also::CreateLink { link } => writes.push(Write::CreateLink(link.clone())),
            Also::ReplaceAccount { account } => writes.push(Write::ReplaceAccount(account.clone())),
            Also::RequireAccount { login_id, version } => {
                writes.push(Write::RequireAccount { login_id: login_id.clone(), version: *version });
            }
            Also::CancelMail { mail } => writes.push(Write::ReplaceMail(mail.clone())),
            Also::RequireMail { id, version } => {
                writes.push(Write::RequireMail { id: id.clone(), version: *version });
            }
        }
    }
    writes
}

pub(crate) fn new_mail(mail: &NewMail, now: Timestamp) -> Write {
    Write::CreateMail(mail.clone().pending(now))
}

impl Store {
    pub(crate) fn application(&self, number: ApplicationNumber) -> Option<&Rc<Application>> {
        self.applications.iter().find(|application| application.number == number)
    }

    pub(crate) fn mail(&self, id: &MailId) -> Option<&Rc<Mail>> {
        self.mails.iter().rev().find(|mail| mail.id == *id)
    }

    /// The mails that the application names, read by key.
    pub(crate) fn mails_of(&self, application: &Application) -> Vec<Mail> {
        application.mails.iter().filter_map(|id| self.mail(id)).map(|mail| Mail::clone(mail)).collect()
    }

    pub(crate) fn account(&self, login_id: &LoginId) -> Option<&Rc<Account>> {
        self.accounts.iter().find(|account| account.login_id == *login_id)
    }

    pub(crate) fn link(&self, hash: &str) -> Option<&Rc<PasswordLink>> {
        self.links.iter().find(|link| link.hash == hash)
    }

    pub(crate) fn verification(&self, id: &str) -> Option<&Rc<Verification>> {
        self.verifications.iter().find(|verification| verification.id == id)
    }

    pub(crate) fn session(&self, id: &str) -> Option<&Rc<ApplicantSession>> {
        self.sessions.iter().find(|session| session.id == id)
    }

    pub(crate) fn claimant(&self, key: &InstitutionKey) -> Option<&LoginId> {
        self.claims.iter().find(|claim| claim.0 == *key).map(|claim| &claim.1)
    }

    pub(crate) fn counter(&self, key: &CounterKey) -> Counter {
        let found = self.counters.iter().find(|counter| counter.key == *key);
        let unused = || Counter { key: key.clone(), usage: Usage::default(), version: 0 };
        found.map_or_else(unused, |counter| Counter::clone(counter))
    }

    /// The applications that have work of this queue by `now`: the sparse index `work`.
    pub(crate) fn work(&self, queue: Queue, now: Timestamp) -> Vec<ApplicationNumber> {
        let due = |application: &&Rc<Application>| {
            let work = application.work();
            work.is_some_and(|(of, at)| of == queue && at <= now)
        };
        self.applications.iter().filter(due).map(|application| application.number).collect()
    }

    /// The applications that a flag falls due on by `now`: the sparse index `waiting`.
    pub(crate) fn flag_due(&self, now: Timestamp) -> Vec<ApplicationNumber> {
        let due =
            |application: &&Rc<Application>| application.flag_due_at().is_some_and(|due_at| due_at <= now);
        self.applications.iter().filter(due).map(|application| application.number).collect()
    }

    /// The mails that are due by `now`: the sparse index `due`.
    pub(crate) fn due_mails(&self, now: Timestamp) -> Vec<MailId> {
        let due = |mail: &&Rc<Mail>| mail.outbox.due_at().is_some_and(|due_at| due_at <= now);
        self.mails.iter().filter(due).map(|mail| mail.id.clone()).collect()
    }

    /// Whether every condition holds; `skipped` ones are not looked at.
    pub(crate) fn allows(&self, writes: &[Write], skipped: Option<Condition>) -> bool {
        writes.iter().all(|write| {
            let (condition, holds) = self.condition_of(write);
            holds || condition.is_some_and(|condition| Some(condition) == skipped)
        })
    }

    /// A write's condition, and whether it holds. A key that must be free has no name: nobody forgets that.
    fn condition_of(&self, write: &Write) -> (Option<Condition>, bool) {
        match write {
            Write::CreateApplication(next) => (None, self.application(next.number).is_none()),
            Write::ReplaceApplication(next, was) => {
                let stored = self.application(next.number);
                let unmoved = stored.is_some_and(|stored| {
                    stored.version == was.version && stored.status.kind() == was.status
                });
                (Some(Condition::ApplicationUnmoved), unmoved)
            }
            Write::CreateMail(mail) => (None, self.mail(&mail.id).is_none()),
            Write::ReplaceMail(next) => (
                Some(Condition::MailUnmoved),
                self.mail(&next.id).is_some_and(|mail| mail.version + 1 == next.version),
            ),
            Write::RequireMail { id, version } => {
                (Some(Condition::MailRequired), self.mail(id).is_some_and(|mail| mail.version == *version))
            }
            Write::CreateAccount(account) => (None, self.account(&account.login_id).is_none()),
            Write::ReplaceAccount(next) => (
                Some(Condition::AccountUnmoved),
                self.account(&next.login_id).is_some_and(|account| account.version + 1 == next.version),
            ),
            Write::RequireAccount { login_id, version } => (
                Some(Condition::AccountUnmoved),
                self.account(login_id).is_some_and(|account| account.version == *version),
            ),
            Write::Claim(key, _) => (Some(Condition::KeyFree), self.claimant(key).is_none()),
            Write::CreateLink(link) => (None, self.link(&link.hash).is_none()),
            Write::ReplaceLink(next) => (
                Some(Condition::LinkUnmoved),
                self.link(&next.hash).is_some_and(|link| link.version + 1 == next.version),
            ),
            Write::CreateVerification(next) => (None, self.verification(&next.id).is_none()),
            Write::ReplaceVerification(next) => (
                Some(Condition::VerificationUnmoved),
                self.verification(&next.id).is_some_and(|stored| stored.version + 1 == next.version),
            ),
            Write::CreateSession(next) => (None, self.session(&next.id).is_none()),
            Write::ReplaceSession(next) => (
                Some(Condition::SessionUnmoved),
                self.session(&next.id).is_some_and(|stored| stored.version + 1 == next.version),
            ),
            Write::Count(next) => {
                (Some(Condition::CounterUnmoved), self.counter(&next.key).version + 1 == next.version)
            }
        }
    }

    /// Writes. Whoever calls has asked whether it is allowed.
    pub(crate) fn write(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::CreateApplication(next) | Write::ReplaceApplication(next, _) => {
                    put(&mut self.applications, next, |old, new| old.number == new.number);
                }
                Write::CreateMail(next) | Write::ReplaceMail(next) => {
                    put(&mut self.mails, next, |old, new| old.id == new.id);
                }
                Write::CreateAccount(next) | Write::ReplaceAccount(next) => {
                    put(&mut self.accounts, next, |old, new| old.login_id == new.login_id);
                }
                Write::Claim(key, login_id) => {
                    put(&mut self.claims, (key, login_id), |old, new| old.0 == new.0);
                }
                Write::CreateLink(next) | Write::ReplaceLink(next) => {
                    put(&mut self.links, next, |old, new| old.hash == new.hash);
                }
                Write::CreateVerification(next) | Write::ReplaceVerification(next) => {
                    put(&mut self.verifications, next, |old, new| old.id == new.id);
                }
                Write::CreateSession(next) | Write::ReplaceSession(next) => {
                    put(&mut self.sessions, next, |old, new| old.id == new.id);
                }
                Write::Count(next) => put(&mut self.counters, next, |old, new| old.key == new.key),
                Write::RequireMail { .. } | Write::RequireAccount { .. } => {}
            }
        }
    }
}

fn put<T>(items: &mut Vec<Rc<T>>, next: T, same: impl Fn(&T, &T) -> bool) {
    match items.iter_mut().find(|old| same(old, &next)) {
        Some(old) => *old = Rc::new(next),
        None => items.push(Rc::new(next)),
    }
}
