//! Two approved applications of one institution: doubled messages, runs of the schedules, and deaths between any
//! two reads and writes.
//!
//! Bounds: two applications, two functions under way at a time, any number one after the other; ① of each is
//! delivered at any moment, then the next business day may come. The institution has no account, or one
//! without the right, or one with it.

use std::hash::{Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    account::{Account, Right, institution_keys, samples::account},
    application::{
        Also, Announce, Application, Approve, AuditEvent, Decided, Issue, NoticeFate, Status, StatusKind,
        samples::{NOON, mail_id, nara_medical, submitted},
    },
    delivery::{DeliveryEvent, EventKind},
    ids::{ApplicationNumber, LoginId},
    mail::Mail,
    outbox::Outbox,
    settings::FreezeWindows,
};
use stateright::{Model, Property};

use crate::check::{Room, campaign};

const AT_ONCE: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutant {
    NoUniquenessGuard,
    AccountWrittenWithoutCondition,
    ApplicationWrittenWithoutCondition,
    IssuedUnapproved,
}

#[derive(Debug, Clone, Copy)]
struct IssuingModel {
    /// The rights of the account that the institution has, if it has one.
    existing: Option<usize>,
    mutant: Option<Mutant>,
}

/// `issue-account` or `announce-account`, whichever the application waits for, and what it read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::option_option, reason = "not looked yet, and looked and found none")]
struct Task {
    number: usize,
    application: Application,
    found: Option<Option<Account>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    applications: [Application; 2],
    accounts: Vec<Account>,
    /// ① of each, once written.
    advance: [Option<Mail>; 2],
    tasks: Vec<Task>,
    next_day: bool,
    /// How often ① of each was written.
    notices: [u8; 2],
    /// How often the right was given.
    grants: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Approve(usize),
    Begin(usize),
    Look(usize),
    Write(usize),
    Die(usize),
    Delivered(usize),
    NextDay,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let tasks = self.tasks.iter().map(|task| &task.application);
        for application in self.applications.iter().chain(tasks) {
            (application.version, application.status.kind(), application.number).hash(hasher);
            for entry in &application.history {
                entry.event.as_str().hash(hasher);
            }
        }
        let found = self.tasks.iter().filter_map(|task| task.found.as_ref());
        for account in self.accounts.iter().chain(found.clone().flatten()) {
            (&account.login_id, account.version, &account.rights).hash(hasher);
        }
        for found in found {
            found.is_some().hash(hasher);
        }
        for task in &self.tasks {
            (task.number, task.found.is_some()).hash(hasher);
        }
        for mail in &self.advance {
            mail.as_ref().map(|mail| mail.version).hash(hasher);
        }
        (self.tasks.len(), self.accounts.len(), self.next_day, self.notices, self.grants).hash(hasher);
    }
}

impl State {
    /// Friday noon, then Monday noon.
    fn now(&self) -> Timestamp {
        *NOON + SignedDuration::from_hours(if self.next_day { 72 } else { 0 })
    }

    fn begin(&mut self, number: usize) {
        let application = self.applications[number].clone();
        self.tasks.push(Task { number, application, found: None });
    }

    fn find_account(&self, number: usize) -> Option<Account> {
        let keys = institution_keys(&self.applications[number].form);
        self.accounts.iter().find(|account| account.keys.iter().any(|key| keys.contains(key))).cloned()
    }

    fn decided(&self, model: IssuingModel, task: &Task) -> Option<Decided> {
        let mut application = task.application.clone();
        let existing = task.found.clone()?;
        let byte = u8::try_from(task.number).expect("one of two");
        if model.is(Mutant::IssuedUnapproved) && application.status == Status::Submitted {
            application.status = Status::Approved;
        }
        if matches!(application.status, Status::Issuing { .. }) {
            let command = Announce {
                advance: self.advance[task.number].clone()?,
                existing,
                login_id: LoginId::from_random([byte; 8]),
                mail: mail_id(10 + byte),
                link_hash: "hash".into(),
                notify_already_entitled: true,
                freezes: FreezeWindows::default(),
            };
            return application.announce(command, self.now()).ok();
        }
        let command = Issue {
            existing,
            mail: mail_id(byte),
            notify_already_entitled: true,
            freezes: FreezeWindows::default(),
        };
        application.issue(command, self.now()).ok()
    }

    /// Whether every condition of the commit holds.
    fn holds(&self, model: IssuingModel, task: &Task, decided: &Decided) -> bool {
        let unmoved = self.applications[task.number].version == decided.was.version;
        let also = decided.also.iter().all(|also| match also {
            Also::CreateAccount { account, .. } => {
                let taken = |other: &Account| other.keys.iter().any(|key| account.keys.contains(key));
                model.is(Mutant::NoUniquenessGuard) || !self.accounts.iter().any(taken)
            }
            Also::ReplaceAccount { account } => {
                let same = |other: &&Account| other.login_id == account.login_id;
                let stored = self.accounts.iter().find(same);
                model.is(Mutant::AccountWrittenWithoutCondition)
                    || stored.is_some_and(|stored| stored.version + 1 == account.version)
            }
            Also::RequireAccount { login_id, version } => {
                let same = |other: &&Account| other.login_id == *login_id;
                self.accounts.iter().find(same).is_some_and(|stored| stored.version == *version)
            }
            Also::RequireMail { version, .. } => {
                self.advance[task.number].as_ref().is_some_and(|mail| mail.version == *version)
            }
            Also::CreateLink { link } => panic!("no link alone here: {link:?}"),
            Also::CancelMail { mail } => panic!("nothing cancels here: {mail:?}"),
        });
        (unmoved || model.is(Mutant::ApplicationWrittenWithoutCondition)) && also
    }

    fn write(&mut self, model: IssuingModel, place: usize) {
        let task = self.tasks.remove(place);
        let Some(decided) = self.decided(model, &task) else { return };
        if !self.holds(model, &task, &decided) {
            self.begin(task.number);
            return;
        }
        for also in &decided.also {
            match also {
                Also::CreateAccount { account, .. } => self.accounts.push(account.clone()),
                Also::ReplaceAccount { account } => {
                    self.accounts.retain(|other| other.login_id != account.login_id);
                    self.accounts.push(account.clone());
                }
                Also::CreateLink { .. }
                | Also::RequireAccount { .. }
                | Also::RequireMail { .. }
                | Also::CancelMail { .. } => {}
            }
        }
        let event = decided.next.history.last().map(|entry| entry.event.clone());
        match event.expect("every move has an event") {
            AuditEvent::AdvanceNoticeWritten { .. } => {
                self.notices[task.number] += 1;
                self.advance[task.number] =
                    decided.mails.first().map(|mail| mail.clone().pending(decided.at));
            }
            AuditEvent::AccountCreated { .. } | AuditEvent::RightAdded { .. } => self.grants += 1,
            AuditEvent::Submitted
            | AuditEvent::SubmittedOnBehalf { .. }
            | AuditEvent::Returned { .. }
            | AuditEvent::Resubmitted { .. }
            | AuditEvent::Withdrawn
            | AuditEvent::AddressProven { .. }
            | AuditEvent::AddressCorrected { .. }
            | AuditEvent::AddressRegistered { .. }
            | AuditEvent::NoticeResent { .. }
            | AuditEvent::Approved { .. }
            | AuditEvent::Rejected { .. }
            | AuditEvent::AdvanceNoticeDelivered { .. }
            | AuditEvent::AdvanceNoticeUndeliverable { .. }
            | AuditEvent::AlreadyEntitled { .. }
            | AuditEvent::NoticeDelivered { .. }
            | AuditEvent::NoticeUndeliverable { .. }
            | AuditEvent::PasswordSet
            | AuditEvent::Flagged { .. }
            | AuditEvent::Held { .. }
            | AuditEvent::Released { .. } => {}
        }
        self.applications[task.number] = decided.next;
    }

    fn delivered(&mut self, number: usize) -> Option<()> {
        let mail = self.advance[number].clone()?;
        let sent = Outbox::Sent { tries: 1, message_id: None, at: *NOON };
        let event =
            DeliveryEvent::new(EventKind::Delivery { smtp_response: None }, *NOON, Some(1), "ses".into());
        let mail = mail.with_outbox(sent).learn(event)?;
        let application = self.applications[number].clone();
        let told = application.learn_fate(&mail.id, NoticeFate::Delivered { at: *NOON }, self.now());
        self.applications[number] = told.expect("a year with holidays")?.next;
        self.advance[number] = Some(mail);
        Some(())
    }
}

impl IssuingModel {
    fn is(self, mutant: Mutant) -> bool {
        self.mutant == Some(mutant)
    }
}

fn waits(application: &Application) -> bool {
    match application.status.kind() {
        StatusKind::Submitted | StatusKind::Approved | StatusKind::Issuing | StatusKind::Returned => true,
        StatusKind::Issued | StatusKind::AlreadyEntitled | StatusKind::Rejected | StatusKind::Withdrawn => {
            false
        }
    }
}

impl Model for IssuingModel {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let applications = [1750, 1751].map(|count| {
            let number = ApplicationNumber::new(count).expect("a number");
            Application { number, ..submitted() }
        });
        let keys = institution_keys(&applications[0].form);
        let existing = self.existing.map(|rights| Account {
            keys,
            rights: [Right::MedicalInformation].into_iter().take(rights).collect(),
            ..account()
        });
        vec![State {
            applications,
            accounts: existing.into_iter().collect(),
            advance: [None, None],
            tasks: Vec::new(),
            next_day: false,
            notices: [0; 2],
            grants: 0,
        }]
    }

    fn actions(&self, state: &State, acts: &mut Vec<Act>) {
        for (number, application) in state.applications.iter().enumerate() {
            if application.status == Status::Submitted {
                acts.push(Act::Approve(number));
            }
            // A message may come at any time, also before its time.
            if state.tasks.len() < AT_ONCE && waits(application) {
                acts.push(Act::Begin(number));
            }
            if matches!(application.status, Status::Issuing { .. }) {
                acts.push(Act::Delivered(number));
            }
        }
        for (place, task) in state.tasks.iter().enumerate() {
            let goes_on = if task.found.is_none() { Act::Look(place) } else { Act::Write(place) };
            acts.extend([goes_on, Act::Die(place)]);
        }
        if !state.next_day {
            acts.push(Act::NextDay);
        }
    }

    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        let mut next = state.clone();
        match act {
            Act::Approve(number) => {
                let application = next.applications[number].clone();
                next.applications[number] = application.approve(Approve, &nara_medical(), *NOON).ok()?.next;
            }
            Act::Begin(number) => next.begin(number),
            Act::Look(place) => next.tasks[place].found = Some(next.find_account(next.tasks[place].number)),
            Act::Write(place) => next.write(*self, place),
            Act::Die(place) => {
                next.tasks.remove(place);
            }
            Act::Delivered(number) => next.delivered(number)?,
            Act::NextDay => next.next_day = true,
        }
        next.tasks.sort_by_key(|task| (task.number, task.application.version, task.found.is_some()));
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("one account an institution (W3)", |_, state: &State| state.accounts.len() <= 1),
            Property::always(
                "the right is given once, and never where it is (W4)",
                |model: &Self, state: &State| state.grants <= u8::from(model.existing != Some(1)),
            ),
            Property::always("nothing without an approval (W1)", |_, state: &State| {
                state.applications.iter().all(|application| {
                    matches!(application.status, Status::Submitted) || application.decision().is_some()
                })
            }),
            Property::always("① is written once an application", |_, state: &State| {
                state.notices.iter().all(|notices| *notices <= 1)
            }),
            Property::sometimes("both are settled", |_, state: &State| {
                state.applications.iter().all(|application| !waits(application))
            }),
        ]
    }
}

impl Room for IssuingModel {
    fn has_ended(&self, state: &State) -> bool {
        state.applications.iter().all(|application| !waits(application))
    }
}

#[test]
fn two_applications_of_one_institution_make_one_account() {
    let none = IssuingModel { existing: None, mutant: None };
    let without_right = IssuingModel { existing: Some(0), mutant: None };
    let with_right = IssuingModel { existing: Some(1), mutant: None };
    let with = |model: IssuingModel, mutant| IssuingModel { mutant: Some(mutant), ..model };
    let mutants = vec![
        ("no uniqueness guard", with(none, Mutant::NoUniquenessGuard)),
        ("an account written without condition", with(without_right, Mutant::AccountWrittenWithoutCondition)),
        ("an application written without condition", with(none, Mutant::ApplicationWrittenWithoutCondition)),
        ("issued without approval", with(none, Mutant::IssuedUnapproved)),
    ];
    campaign("issuing", vec![none, without_right, with_right], mutants);
}
