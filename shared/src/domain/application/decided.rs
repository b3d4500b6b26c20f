//! A decision as a value: the next state, the audit event, the mails, and what must be true or happen with it.

use jiff::Timestamp;

use super::{Application, AuditEntry, AuditEvent, Status, StatusKind};
use crate::domain::{
    account::{Account, PasswordLink},
    desk::Listing,
    ids::{LoginId, MailId},
    mail::{Mail, NewMail},
};

/// Everything that one decision wants done, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub was: Was,
    pub next: Application,
    pub mails: Vec<NewMail>,
    pub also: Vec<Also>,
    pub at: Timestamp,
}

/// The state and version that a decision started from: the condition of its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Was {
    pub status: StatusKind,
    pub version: u64,
    /// Since when it was in that state.
    pub entered_at: Timestamp,
    /// Where it was listed.
    pub listing: Listing,
}

/// What goes along with the application in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Also {
    /// A new account with its institution's keys claimed, and the link of ②.
    CreateAccount { account: Account, link: PasswordLink },
    /// An account with one more right.
    ReplaceAccount { account: Account },
    /// A further link of an account: ② again.
    CreateLink { link: PasswordLink },
    /// This account is still as it was read.
    RequireAccount { login_id: LoginId, version: u64 },
    /// Nothing more has become known of this mail since it was read.
    RequireMail { id: MailId, version: u64 },
    /// A mail that shall not leave any more, if nobody moved it since it was read.
    CancelMail { mail: Mail },
}

impl Application {
    /// Moves to another state (or stays in it, moved on), with the one audit event of the move.
    pub(super) fn moved(mut self, status: Status, event: AuditEvent, at: Timestamp) -> Decided {
        let was = self.was();
        if status.kind() != was.status {
            self.entered_at = at;
            self.flags.clear_in_state();
        }
        self.status = status;
        if !self.status.kind().is_in_issuing() {
            self.hold = None;
        }
        if self.is_heard() {
            self.flags.clear_all();
        }
        self.audited(event, was, at)
    }

    /// Stays where it is, with one more event in its history.
    pub(super) fn audited(mut self, event: AuditEvent, was: Was, at: Timestamp) -> Decided {
        self.history.push(AuditEntry { at, event });
        self.version += 1;
        Decided { was, next: self, mails: Vec::new(), also: Vec::new(), at }
    }

    pub(super) fn was(&self) -> Was {
        let (status, entered_at) = (self.status.kind(), self.entered_at);
        Was { status, version: self.version, entered_at, listing: self.listing() }
    }
}

/// Takes back those of these mails that have not left.
pub fn called_off(
    mails: impl IntoIterator<Item = Mail>,
    reason: &str,
    now: Timestamp,
) -> impl Iterator<Item = Also> {
    let open = mails.into_iter().filter_map(move |mail| mail.cancel(reason, now));
    open.map(|mail| Also::CancelMail { mail })
}

impl Decided {
    /// Takes back those of these mails that have not left. Each must be as it was read when this is committed:
    /// one that somebody claims meanwhile is lost here, and read again.
    #[must_use]
    pub fn cancelling(mut self, mails: impl IntoIterator<Item = Mail>, reason: &str) -> Self {
        self.also.extend(called_off(mails, reason, self.at));
        self
    }

    pub(super) fn mailing(mut self, mail: NewMail) -> Self {
        if mail.application == Some(self.next.number) {
            self.next.mails.push(mail.id.clone());
        }
        self.mails.push(mail);
        self
    }

    pub(super) fn with(mut self, also: Also) -> Self {
        self.also.push(also);
        self
    }
}
