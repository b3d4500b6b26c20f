//! One mail and everybody who is at it.

use std::{
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::samples::{NOON, mail_id},
    contact::EmailAddress,
    delivery::EventSet,
    mail::{CodePurpose, Mail, MailContent, MailKind, NewMail},
    outbox::{LEASE_TTL, Outbox, RECOVERY_TTL},
};

use super::{OutboxModel, step::Answer};

/// It is always noon: what passes is taken from the times in the mail.
pub(super) fn now() -> Timestamp {
    *NOON
}

/// A mail as somebody read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read(pub(super) Arc<Mail>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Worker {
    Idle,
    Read(Read),
    Claimed(Read),
    /// SES answered to the try; what came of it is not recorded yet.
    Answered(Read, Answer, u8),
}

/// A mail that SES took, and its reports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Flight {
    pub(super) of_try: u8,
    /// The steps that its Send event is under way; `None` once it came.
    pub(super) send_since: Option<u8>,
    pub(super) delivery_came: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub(super) mail: Read,
    /// Wake-ups in the queue.
    pub(super) bell: u8,
    pub(super) workers: Vec<Worker>,
    /// What the sweeper read, before it writes.
    pub(super) sweeper: Option<Read>,
    /// What a withdrawal read, before it commits.
    pub(super) withdrawal: Option<Read>,
    /// The tries that were claimed before a withdrawal was committed.
    pub(super) withdrawn: Option<u8>,
    pub(super) flights: Vec<Flight>,
    pub(super) faults_left: u8,
    /// Faults that left the outcome of a try unknown.
    pub(super) uncertain: u8,
}

impl State {
    pub(super) fn committed(model: &OutboxModel, bell: u8) -> Self {
        Self {
            mail: Read(Arc::new(new_mail(model.kind).pending(now()))),
            bell,
            workers: vec![Worker::Idle; model.workers],
            sweeper: None,
            withdrawal: None,
            withdrawn: None,
            flights: Vec::new(),
            faults_left: model.faults,
            uncertain: 0,
        }
    }

    /// How many mails SES took.
    pub(super) fn accepted(&self) -> usize {
        self.flights.len()
    }

    /// Writes, if the mail is still as it was read.
    pub(super) fn write(&mut self, read: &Read, outbox: Outbox, condition: bool) -> bool {
        let holds = !condition || self.mail.version == read.version;
        if holds {
            self.mail = Read(Arc::new(Mail::clone(read).with_outbox(outbox)));
        }
        holds
    }

    /// Versions only tell what is as it was read from what is not, and of the latter nothing is written: its
    /// version is 0, the other is 1, and its reports are forgotten.
    pub(super) fn count_versions_anew(&mut self) {
        let current = self.mail.version;
        let anew = |read: &mut Read| {
            let version = u64::from(read.version == current);
            if read.version != version || version == 0 && !read.events.is_empty() {
                let events = if version == 0 { EventSet::default() } else { read.events.clone() };
                *read = Read(Arc::new(Mail { version, events, ..Mail::clone(read) }));
            }
        };
        for worker in &mut self.workers {
            match worker {
                Worker::Idle => {}
                Worker::Read(read) | Worker::Claimed(read) | Worker::Answered(read, ..) => anew(read),
            }
        }
        self.sweeper.iter_mut().chain(&mut self.withdrawal).chain([&mut self.mail]).for_each(anew);
    }

    /// Five minutes pass.
    pub(super) fn pass(&mut self, reports_age: bool) {
        self.mail = self.mail.later();
        self.sweeper = self.sweeper.as_ref().map(Read::later);
        self.withdrawal = self.withdrawal.as_ref().map(Read::later);
        for worker in &mut self.workers {
            *worker = match worker {
                Worker::Idle => Worker::Idle,
                Worker::Read(read) => Worker::Read(read.later()),
                Worker::Claimed(read) => Worker::Claimed(read.later()),
                Worker::Answered(read, answer, claim) => Worker::Answered(read.later(), *answer, *claim),
            };
        }
        for flight in self.flights.iter_mut().filter(|_| reports_age) {
            flight.send_since = flight.send_since.map(|steps| (steps + 1).min(STEPS_IN_TIME));
        }
    }
}

/// After so many steps a report that comes in time has come.
pub(super) const STEPS_IN_TIME: u8 = 3;

impl Read {
    fn later(&self) -> Self {
        let outbox = earlier(&self.outbox);
        if outbox == self.outbox {
            self.clone()
        } else {
            Self(Arc::new(Mail { outbox, ..Mail::clone(self) }))
        }
    }
}

/// The same outbox seen a step later: its times are a step nearer, and no further past than matters.
fn earlier(outbox: &Outbox) -> Outbox {
    let nearer = |at: Timestamp, floor: SignedDuration| (at - LEASE_TTL).max(now() - floor);
    match outbox.clone() {
        Outbox::Pending { tries, not_before } => {
            Outbox::Pending { tries, not_before: nearer(not_before, SignedDuration::ZERO) }
        }
        Outbox::Claimed { tries, claim, lease_until } => {
            Outbox::Claimed { tries, claim, lease_until: nearer(lease_until, SignedDuration::ZERO) }
        }
        Outbox::Unknown { tries, since } => Outbox::Unknown { tries, since: nearer(since, RECOVERY_TTL) },
        ended @ (Outbox::Sent { .. } | Outbox::Failed { .. } | Outbox::Cancelled { .. }) => ended,
    }
}

impl Deref for Read {
    type Target = Mail;

    fn deref(&self) -> &Mail {
        &self.0
    }
}

impl Hash for Read {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.version.hash(hasher);
        self.outbox.as_str().hash(hasher);
        self.outbox.tries().hash(hasher);
        self.outbox.due_at().hash(hasher);
        if let Outbox::Sent { message_id, .. } = &self.outbox {
            message_id.hash(hasher);
        }
        for (fingerprint, _) in self.events.iter_stored() {
            fingerprint.hash(hasher);
        }
    }
}

fn new_mail(kind: MailKind) -> NewMail {
    let content = if kind == MailKind::Code {
        MailContent::Code { purpose: CodePurpose::Apply, valid_until: now() }
    } else {
        MailContent::AdvanceNotice { institution_name: String::new(), contact_name: String::new() }
    };
    let to = EmailAddress::parse("ijika@wakakusa.example.jp").expect("an address");
    NewMail { id: mail_id(1), application: None, to, content }
}
