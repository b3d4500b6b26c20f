//! ② G-MIS利用案内メール: the account comes into being, once ① was delivered and the next business day came.

use jiff::Timestamp;

use super::{AdvanceOutcome, Also, Application, AuditEvent, Decided, Status, StatusKind};
use crate::domain::{
    account::{Account, FIRST_LINK_TTL, LinkPurpose, PasswordLink, Right, institution_keys},
    delivery::DeliveryState,
    ids::{LoginId, MailId},
    limits::Usage,
    mail::{Fate, Mail, MailContent, NewMail},
    settings::FreezeWindows,
};

/// The command: what was read, and the values drawn for the account.
#[derive(Debug, Clone)]
pub struct Announce {
    /// ① as it stands now.
    pub advance: Mail,
    /// An account that appeared since ① was written.
    pub existing: Option<Account>,
    pub login_id: LoginId,
    pub mail: MailId,
    /// The keyed hash of the link's token.
    pub link_hash: String,
    pub notify_already_entitled: bool,
    pub freezes: FreezeWindows,
}

/// ② may not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnnounceError {
    #[error("not waiting for the login notice: {status:?}")]
    NotIssuing { status: StatusKind },
    #[error("not before {announce_at}")]
    TooEarly { announce_at: Timestamp },
    #[error("the advance notice is not known to be delivered")]
    NotDelivered,
    #[error("held by the secretariat")]
    Held,
    #[error("nothing is issued before {until}")]
    Frozen { until: Timestamp },
}

impl Application {
    pub fn announce(self, command: Announce, now: Timestamp) -> Result<Decided, AnnounceError> {
        self.may_be_announced(&command.advance, now)?;
        if self.hold.is_some() {
            return Err(AnnounceError::Held);
        }
        if !command.freezes.issuing_may_happen_at(now) {
            return Err(AnnounceError::Frozen { until: command.freezes.open_from(now) });
        }
        let require = Also::RequireMail { id: command.advance.id.clone(), version: command.advance.version };
        let decided = match command.existing {
            Some(account) => {
                self.settle_with_existing(account, command.mail, command.notify_already_entitled, now)
            }
            None => self.create_account(command.login_id, command.mail, command.link_hash, now),
        };
        Ok(decided.with(require))
    }

    fn may_be_announced(&self, advance: &Mail, now: Timestamp) -> Result<(), AnnounceError> {
        let announce_at = match &self.status {
            Status::Issuing { advance: mail, outcome: AdvanceOutcome::Delivered { announce_at } }
                if *mail == advance.id =>
            {
                *announce_at
            }
            Status::Issuing { .. } => return Err(AnnounceError::NotDelivered),
            Status::Submitted
            | Status::Approved
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => {
                return Err(AnnounceError::NotIssuing { status: self.status.kind() });
            }
        };
        if now < announce_at {
            return Err(AnnounceError::TooEarly { announce_at });
        }
        match advance.fate(now) {
            Fate::Known(DeliveryState::Delivered { .. }) => Ok(()),
            Fate::Known(
                DeliveryState::Sending | DeliveryState::NeedsAttention | DeliveryState::Undeliverable { .. },
            )
            | Fate::Sending
            | Fate::NeedsAttention
            | Fate::Cancelled => Err(AnnounceError::NotDelivered),
        }
    }

    fn create_account(self, login_id: LoginId, mail: MailId, link_hash: String, now: Timestamp) -> Decided {
        let expires_at = now + FIRST_LINK_TTL;
        let account = self.new_account(login_id.clone(), now);
        let link = PasswordLink {
            hash: link_hash,
            login_id: login_id.clone(),
            purpose: LinkPurpose::First,
            mail: mail.clone(),
            application: Some(self.number),
            epoch: account.epoch,
            expires_at,
            used_at: None,
            version: 1,
        };
        let notice = NewMail {
            id: mail.clone(),
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::LoginNotice {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
                login_id: login_id.clone(),
                link_valid_until: expires_at,
            },
        };
        let status = Status::Issued {
            login_id: login_id.clone(),
            notice: mail.clone(),
            delivered_at: None,
            password_set_at: None,
        };
        self.moved(status, AuditEvent::AccountCreated { login_id, mail }, now)
            .mailing(notice)
            .with(Also::CreateAccount { account, link })
    }

    fn new_account(&self, login_id: LoginId, now: Timestamp) -> Account {
        Account {
            login_id,
            institution_name: self.form.institution_name.as_str().to_owned(),
            prefecture: self.form.prefecture,
            institution_kind: self.form.institution_kind,
            keys: institution_keys(&self.form),
            email: self.form.email.clone(),
            rights: [Right::of(self.form.institution_kind)].into(),
            password: None,
            epoch: 1,
            failures: Usage::default(),
            application: Some(self.number),
            mails: Vec::new(),
            created_at: now,
            version: 1,
        }
    }
}
