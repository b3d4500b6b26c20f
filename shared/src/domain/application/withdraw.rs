//! 取下げ: the applicant takes the application back, as long as no account came of it.
//!
//! Architecture invariant: what still waits in the outbox for it is called off by the same commit; the notice of
//! the withdrawal is the last mail of an application (M9).

use jiff::Timestamp;

use super::{Application, AuditEntry, AuditEvent, Decided, Status, StatusKind};
use crate::domain::{
    ids::MailId,
    mail::{Mail, MailContent, NewMail},
};

/// The command: the id drawn for the notice, and the application's mails as they were read.
#[derive(Debug, Clone)]
pub struct Withdraw {
    pub notice: MailId,
    pub mails: Vec<Mail>,
}

/// It has ended already; `last` is what ended it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not open any more: {status:?}")]
pub struct NotOpen {
    pub status: StatusKind,
    pub last: Option<Box<AuditEntry>>,
}

impl Application {
    pub fn withdraw(self, command: Withdraw, now: Timestamp) -> Result<Decided, NotOpen> {
        if !self.can_be_withdrawn() {
            return Err(self.not_open());
        }
        let Withdraw { notice, mails } = command;
        let mail = NewMail {
            id: notice.clone(),
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::Withdrawn {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
            },
        };
        Ok(self
            .moved(Status::Withdrawn { notice }, AuditEvent::Withdrawn, now)
            .cancelling(mails, "withdrawn")
            .mailing(mail))
    }

    pub(super) fn not_open(&self) -> NotOpen {
        NotOpen { status: self.status.kind(), last: self.last_move().cloned().map(Box::new) }
    }

    /// Until the account exists: ② is written with it, so nothing has to be taken back from anybody.
    pub fn can_be_withdrawn(&self) -> bool {
        self.status.kind().is_open()
    }
}
