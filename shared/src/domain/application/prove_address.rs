//! 新しいメールアドレスの登録: the applicant has proven another address by a code, and the way goes on there.
//!
//! | the application | what leaves, to the new address |
//! |---|---|
//! | waits for the prefecture, the applicant or the issuing | a word that the address was changed |
//! | ① was written | ① again: ② waits until the new address has taken it (W2) |
//! | ② was written, no password set | ② again with a new link; the account's address is the new one |
//! | ③ was written | ③ again; the account keeps its own address |
//!
//! Architecture invariant: nothing leaves for the old address any more, and no link that went there works (W10).
//! The address may be the same as before: a mailbox that was full and has room again is proven like a new one.

use jiff::Timestamp;

use super::{AdvanceOutcome, Also, Application, AuditEvent, Decided, NotOpen, Status};
use crate::domain::{
    account::{Account, NewLink, Secretary},
    contact::EmailAddress,
    form::ApplicationForm,
    ids::StaffId,
    mail::{Mail, MailContent, NewMail},
};

/// The command: the proven address, what was read, and what was drawn.
#[derive(Debug, Clone)]
pub struct ProveAddress {
    pub email: EmailAddress,
    pub by: AddressBy,
    /// The account of the application, where there is one.
    pub account: Option<Account>,
    /// The id of the mail, and the keyed hash of the link's token if it is ②.
    pub new: NewLink,
    /// The application's mails as they were read: what waits for the old address is called off.
    pub mails: Vec<Mail>,
}

/// Who has the address of an application changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressBy {
    /// On the state page.
    Applicant,
    /// Upon a メールアドレス変更依頼, whose new address is proven.
    Staff { id: StaffId, name: String },
}

/// The address of the application cannot be changed here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProveAddressError {
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    /// From the password on the address is the account's: メールアドレス変更依頼.
    #[error("the password is set")]
    PasswordSet,
    #[error("the account of the notice is missing")]
    NoAccount,
}

impl Application {
    pub fn prove_address(self, command: ProveAddress, now: Timestamp) -> Result<Decided, ProveAddressError> {
        self.can_prove_address()?;
        let ProveAddress { email, by, account, new, mails } = command;
        let form = ApplicationForm { email, ..self.form.clone() };
        let proven = Self { form, ..self };
        let decided = match proven.status.clone() {
            Status::Issuing { .. } => proven.begin_again(&by, new, now),
            Status::Issued { login_id, .. } => {
                let account = account.filter(|account| account.login_id == login_id);
                proven.announce_again(account.ok_or(ProveAddressError::NoAccount)?, &by, new, now)?
            }
            status @ (Status::Submitted
            | Status::Approved
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. }) => {
                let mail = proven.address_changed(new);
                proven.moved(status, by.event(&mail), now).mailing(mail)
            }
        };
        Ok(decided.cancelling(mails, "address changed"))
    }

    /// The account's address has become another one: the application and its state page go along.
    pub fn follow_account(
        self,
        email: EmailAddress,
        by: &Secretary,
        mails: Vec<Mail>,
        now: Timestamp,
    ) -> Decided {
        let (status, form) = (self.status.clone(), ApplicationForm { email, ..self.form.clone() });
        let event =
            AuditEvent::AddressRegistered { by: by.id.clone(), by_name: by.name.clone(), notice: None };
        Self { form, ..self }.moved(status, event, now).cancelling(mails, "address changed")
    }

    /// Whether an address can be proven for it, as it stands.
    pub fn can_prove_address(&self) -> Result<(), ProveAddressError> {
        match &self.status {
            Status::Submitted
            | Status::Approved
            | Status::Returned { .. }
            | Status::Issuing { .. }
            | Status::Issued { password_set_at: None, .. } => Ok(()),
            Status::Issued { password_set_at: Some(_), .. } => Err(ProveAddressError::PasswordSet),
            Status::AlreadyEntitled { .. } | Status::Rejected { .. } | Status::Withdrawn { .. } => {
                Err(self.not_open().into())
            }
        }
    }

    fn begin_again(self, by: &AddressBy, new: NewLink, now: Timestamp) -> Decided {
        let mail = self.advance_notice(new.mail);
        let status = Status::Issuing { advance: mail.id.clone(), outcome: AdvanceOutcome::Awaited };
        self.moved(status, by.event(&mail), now).mailing(mail)
    }

    fn announce_again(
        self,
        account: Account,
        by: &AddressBy,
        new: NewLink,
        now: Timestamp,
    ) -> Result<Decided, ProveAddressError> {
        if account.application != Some(self.number) {
            // Proven just now: the history does not say so yet.
            let to = self.form.email.clone();
            let mail = NewMail { to, ..self.existing_account_notice(&account, new.mail) };
            let require =
                Also::RequireAccount { login_id: account.login_id.clone(), version: account.version };
            let event = by.event(&mail);
            return Ok(self.announced_by(&account, mail.id.clone(), event, now).mailing(mail).with(require));
        }
        if account.password.is_some() {
            return Err(ProveAddressError::PasswordSet);
        }
        let account = account.moved_to(self.form.email.clone());
        let (link, mail) = account.new_link(new, Some(&self), now);
        let event = by.event(&mail);
        Ok(self
            .announced_by(&account, mail.id.clone(), event, now)
            .mailing(mail)
            .with(Also::ReplaceAccount { account })
            .with(Also::CreateLink { link }))
    }

    fn address_changed(&self, new: NewLink) -> NewMail {
        NewMail {
            id: new.mail,
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::AddressChanged {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
            },
        }
    }
}

impl AddressBy {
    fn event(&self, mail: &NewMail) -> AuditEvent {
        let (mail, kind) = (mail.id.clone(), mail.content.kind());
        match self {
            Self::Applicant => AuditEvent::AddressProven { mail, kind },
            Self::Staff { id, name } => AuditEvent::AddressRegistered {
                by: id.clone(),
                by_name: name.clone(),
                notice: Some((mail, kind)),
            },
        }
    }
}
