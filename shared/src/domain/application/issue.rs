//! 発行: the secretariat's case matrix for an approved application.
//!
//! | the institution has | outcome | mail |
//! |---|---|---|
//! | no account | ① is written; the account follows when ① was delivered | ① |
//! | an account without the right | the right is added | ③ |
//! | an account with the right | nothing is issued | a note to the registered address (can be switched off) |

use jiff::Timestamp;

use super::{AdvanceOutcome, Also, Application, AuditEvent, Decided, Status, StatusKind};
use crate::domain::{
    account::{Account, Right},
    ids::MailId,
    mail::{MailContent, NewMail},
    settings::FreezeWindows,
};

/// The command: what the look-up found, and the id drawn for the mail.
#[derive(Debug, Clone)]
pub struct Issue {
    pub existing: Option<Account>,
    pub mail: MailId,
    /// Whether an account that has the right already is told so at its registered address.
    pub notify_already_entitled: bool,
    pub freezes: FreezeWindows,
}

/// There is nothing to issue: a message that came twice, or late; or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    #[error("not approved: {status:?}")]
    NotApproved { status: StatusKind },
    /// It waits in the list of held work.
    #[error("held by the secretariat")]
    Held,
    /// It waits in the list of work to issue, and the schedule finds it there after the freeze.
    #[error("nothing is issued before {until}")]
    Frozen { until: Timestamp },
}

impl Application {
    pub fn issue(self, command: Issue, now: Timestamp) -> Result<Decided, IssueError> {
        match &self.status {
            Status::Approved => {}
            Status::Submitted
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => return Err(IssueError::NotApproved { status: self.status.kind() }),
        }
        if self.hold.is_some() {
            return Err(IssueError::Held);
        }
        let Issue { existing, mail, notify_already_entitled, freezes } = command;
        if !freezes.issuing_may_happen_at(now) {
            return Err(IssueError::Frozen { until: freezes.open_from(now) });
        }
        Ok(match existing {
            None => self.write_advance_notice(mail, now),
            Some(account) => self.settle_with_existing(account, mail, notify_already_entitled, now),
        })
    }

    fn write_advance_notice(self, mail: MailId, now: Timestamp) -> Decided {
        let notice = self.advance_notice(mail.clone());
        let status = Status::Issuing { advance: mail.clone(), outcome: AdvanceOutcome::Awaited };
        self.moved(status, AuditEvent::AdvanceNoticeWritten { mail }, now).mailing(notice)
    }

    /// The two lower rows of the matrix. Also the way out when an account appears while ① is under way.
    pub(super) fn settle_with_existing(
        self,
        account: Account,
        mail: MailId,
        notify_already_entitled: bool,
        now: Timestamp,
    ) -> Decided {
        let right = Right::of(self.form.institution_kind);
        if account.rights.contains(&right) {
            self.already_entitled(&account, right, mail, notify_already_entitled, now)
        } else {
            self.add_right(account, right, mail, now)
        }
    }

    fn add_right(self, account: Account, right: Right, mail: MailId, now: Timestamp) -> Decided {
        let login_id = account.login_id.clone();
        let notice = self.existing_account_notice(&account, mail.clone());
        let status = Status::Issued {
            login_id: login_id.clone(),
            notice: mail.clone(),
            delivered_at: None,
            password_set_at: None,
        };
        self.moved(status, AuditEvent::RightAdded { login_id, mail }, now)
            .mailing(notice)
            .with(Also::ReplaceAccount { account: account.granted(right) })
    }

    fn already_entitled(
        self,
        account: &Account,
        right: Right,
        mail: MailId,
        notify: bool,
        now: Timestamp,
    ) -> Decided {
        let login_id = account.login_id.clone();
        let note = NewMail {
            id: mail,
            application: None,
            to: account.email.clone(),
            content: MailContent::AlreadyEntitledNote {
                institution_name: account.institution_name.clone(),
                login_id: login_id.clone(),
                right,
            },
        };
        let status = Status::AlreadyEntitled { login_id: login_id.clone() };
        let require = Also::RequireAccount { login_id: login_id.clone(), version: account.version };
        let decided = self.moved(status, AuditEvent::AlreadyEntitled { login_id }, now).with(require);
        if notify { decided.mailing(note) } else { decided }
    }
}
