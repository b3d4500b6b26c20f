//! ②の再送: the notice of an account leaves again, to the same address; so do ① and ③ where a person asks.
//!
//! Architecture invariant: the newest notice is the application's: what becomes of it counts for the state, and
//! what becomes of the ones before does not.

use jiff::Timestamp;

use super::{AdvanceOutcome, Also, Application, AuditEvent, Decided, Status, StatusKind};
use crate::domain::{
    account::{Account, NewLink, Right},
    ids::{MailId, StaffId},
    mail::{MailContent, NewMail},
};

/// The command: who asks, the account as it was read (for ② and ③), and what was drawn.
#[derive(Debug, Clone)]
pub struct ResendNotice {
    pub by: Requester,
    pub account: Option<Account>,
    /// The id of the mail, and the keyed hash of the link's token if it is ②.
    pub new: NewLink,
}

/// Who asks for a mail again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requester {
    /// From the state page, or by a link that is over.
    Applicant,
    Secretariat {
        id: StaffId,
        name: String,
    },
}

/// No mail leaves again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    #[error("no notice to send again: {status:?}")]
    NothingToSend { status: StatusKind },
    /// The link of ② is of no use any more: a forgotten password is reset (パスワードの再設定).
    #[error("the password is set")]
    PasswordSet,
    /// Only the secretariat sends ① again to an address that may be dead: the applicant proves one.
    #[error("the advance notice is the secretariat's to send again")]
    NotByApplicant,
    /// The account of the notice was not given, or is another one.
    #[error("the account of the notice is missing")]
    NoAccount,
}

impl Application {
    pub fn resend_notice(self, command: ResendNotice, now: Timestamp) -> Result<Decided, ResendError> {
        match &self.status {
            Status::Issuing { .. } if command.by == Requester::Applicant => Err(ResendError::NotByApplicant),
            Status::Issuing { .. } => Ok(self.write_advance_again(command, now)),
            Status::Issued { password_set_at: Some(_), .. } => Err(ResendError::PasswordSet),
            Status::Issued { login_id, .. } => {
                let account = command.account.clone().filter(|account| account.login_id == *login_id);
                self.write_notice_again(account.ok_or(ResendError::NoAccount)?, command, now)
            }
            Status::Submitted
            | Status::Approved
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => Err(ResendError::NothingToSend { status: self.status.kind() }),
        }
    }

    /// Whether the applicant may have ② or ③ sent again, as it stands.
    pub fn can_be_sent_again(&self) -> bool {
        matches!(self.status, Status::Issued { password_set_at: None, .. })
    }

    fn write_advance_again(self, command: ResendNotice, now: Timestamp) -> Decided {
        let mail = self.advance_notice(command.new.mail.clone());
        let status = Status::Issuing { advance: mail.id.clone(), outcome: AdvanceOutcome::Awaited };
        let event =
            AuditEvent::NoticeResent { mail: mail.id.clone(), kind: mail.content.kind(), by: command.by };
        self.moved(status, event, now).mailing(mail)
    }

    fn write_notice_again(
        self,
        account: Account,
        command: ResendNotice,
        now: Timestamp,
    ) -> Result<Decided, ResendError> {
        let ResendNotice { by, new, .. } = command;
        let of_this = account.application == Some(self.number);
        if of_this && account.password.is_some() {
            return Err(ResendError::PasswordSet);
        }
        let version = account.version;
        let (mail, link) = if of_this {
            let (link, mail) = account.new_link(new, Some(&self), now);
            (mail, Some(link))
        } else {
            (self.existing_account_notice(&account, new.mail), None)
        };
        let event = AuditEvent::NoticeResent { mail: mail.id.clone(), kind: mail.content.kind(), by };
        let decided = self
            .announced_by(&account, mail.id.clone(), event, now)
            .mailing(mail)
            .with(Also::RequireAccount { login_id: account.login_id, version });
        Ok(match link {
            Some(link) => decided.with(Also::CreateLink { link }),
            None => decided,
        })
    }

    /// Issued, with a newer notice that nothing is known of yet.
    pub(super) fn announced_by(
        self,
        account: &Account,
        notice: MailId,
        event: AuditEvent,
        now: Timestamp,
    ) -> Decided {
        let login_id = account.login_id.clone();
        let status = Status::Issued { login_id, notice, delivered_at: None, password_set_at: None };
        self.moved(status, event, now)
    }

    /// ①.
    pub(super) fn advance_notice(&self, id: MailId) -> NewMail {
        NewMail {
            id,
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::AdvanceNotice {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
            },
        }
    }

    /// ③. It names a login ID, so from a proxy application, whose address nobody has proven, it goes to the
    /// account's registered address (M8).
    pub(super) fn existing_account_notice(&self, account: &Account, id: MailId) -> NewMail {
        NewMail {
            id,
            application: Some(self.number),
            to: if self.address_is_proven() { self.form.email.clone() } else { account.email.clone() },
            content: MailContent::ExistingAccountNotice {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
                login_id: account.login_id.clone(),
                right: Right::of(self.form.institution_kind),
            },
        }
    }
}
