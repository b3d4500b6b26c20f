//! メールアドレス変更依頼 (対応方法3 of the guide): somebody who cannot read the mailbox of before asks for another one.
//!
//! ```text
//!              prove               forward               complete
//!  Unproven ─────────► Requested ─────────► Forwarded ─────────────► Completed   the account's address
//!                        │    │ register         │ refuse
//!                        │    └──────────────────│─────────────────► Completed   an application's, still under way
//!                        │ refuse                ▼
//!                        └──────────────────► Refused
//! ```
//!
//! A code proves the new address; nothing is proven by the old one. The institution and its account are found by the
//! desk, which asks the institution itself; an account's address is then changed by the secretariat.
//!
//! Architecture invariant: no account's address changes without two persons: the officer who forwarded the request
//! and a member of the secretariat who is not the same person. The condition of the commit is the version that names
//! the officer.

mod complete;
mod forward;
mod items;
mod prove;
mod refuse;
mod register;

use jiff::Timestamp;

pub use complete::Complete;
pub use items::{CHANGE_FIELDS, ChangeInput, ChangeItems};
pub use refuse::Decider;
pub use register::Register;

use super::{
    account::{Account, Reviewer},
    application::{Also, Decided, ProveAddressError},
    ids::{ApplicationNumber, ChangeId, LoginId, MailId, StaffId},
    mail::{ChangeStage, MailContent, NewMail},
    prefecture::PrefectureDesk,
};

/// One request, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressChange {
    pub id: ChangeId,
    pub items: ChangeItems,
    pub status: ChangeStatus,
    pub created_at: Timestamp,
    /// When it entered its present state.
    pub entered_at: Timestamp,
    pub history: Vec<ChangeEntry>,
    pub version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeStatus {
    /// Typed in; the new address is not proven yet. Nobody sees it.
    Unproven,
    Requested,
    /// The officer has made sure whose account it is.
    Forwarded {
        login_id: LoginId,
        by: StaffId,
    },
    Completed {
        target: ChangeTarget,
    },
    Refused,
}

/// Whose address it is that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeTarget {
    Account(LoginId),
    /// An application that waits for its account.
    Application(ApplicationNumber),
}

/// One act, and the mails that told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEntry {
    pub at: Timestamp,
    pub event: ChangeEvent,
    pub mails: Vec<MailId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeEvent {
    Requested,
    Forwarded { by: StaffId, by_name: String, login_id: LoginId },
    Completed { by: StaffId, by_name: String, target: ChangeTarget },
    Refused { by: StaffId, by_name: String, reason: String },
}

/// Everything that one decision wants done, all or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDecided {
    /// The version that it was decided from: the condition of the commit.
    pub was: u64,
    pub next: AddressChange,
    pub mails: Vec<NewMail>,
    pub also: Vec<Also>,
    /// The application that goes along.
    pub application: Option<Decided>,
    pub at: Timestamp,
}

/// Why the decision is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// For this officer it does not exist.
    #[error("not of the officer's desk")]
    NotOfThisDesk,
    /// Somebody was faster, or it was decided before.
    #[error("not open: {status}")]
    NotOpen { status: &'static str, last: Option<Box<ChangeEntry>> },
    #[error("the account is not of the officer's desk")]
    AccountOfAnotherDesk,
    #[error("the account or application has the new address already")]
    SameAddress,
    #[error("the officer who forwarded it cannot complete it")]
    SamePerson,
    #[error("another account than the forwarded one")]
    AnotherAccount,
    /// The application has its account by now: it takes the secretariat.
    #[error("the application is not on its way to an account")]
    NotUnderWay,
    #[error(transparent)]
    Application(#[from] ProveAddressError),
}

impl ChangeStatus {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Requested => "requested",
            Self::Forwarded { .. } => "forwarded",
            Self::Completed { .. } => "completed",
            Self::Refused => "refused",
        }
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::Unproven => "確認前",
            Self::Requested => "確認待ち",
            Self::Forwarded { .. } => "事務局で処理中",
            Self::Completed { .. } => "変更済",
            Self::Refused => "不受理",
        }
    }
}

impl ChangeEvent {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Forwarded { .. } => "forwarded",
            Self::Completed { .. } => "completed",
            Self::Refused { .. } => "refused",
        }
    }

    /// The line that people read.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Requested => "変更の依頼を受け付けました",
            Self::Forwarded { .. } => "都道府県が確認し、事務局に送りました",
            Self::Completed { .. } => "メールアドレスを変更しました",
            Self::Refused { .. } => "依頼をお受けできないことを知らせました",
        }
    }

    /// Who did it; nobody, where it was the institution.
    pub fn by_name(&self) -> Option<&str> {
        match self {
            Self::Requested => None,
            Self::Forwarded { by_name, .. }
            | Self::Completed { by_name, .. }
            | Self::Refused { by_name, .. } => Some(by_name),
        }
    }
}

impl AddressChange {
    /// What was typed in, until the new address is proven.
    pub fn draft(id: ChangeId, items: ChangeItems, now: Timestamp) -> Self {
        let status = ChangeStatus::Unproven;
        Self { id, items, status, created_at: now, entered_at: now, history: Vec::new(), version: 1 }
    }

    /// The desk that answers for it.
    pub fn desk(&self) -> PrefectureDesk {
        self.items.desk()
    }

    /// Whether this desk may see it at all.
    pub fn is_visible_to(&self, desk: PrefectureDesk) -> bool {
        self.status != ChangeStatus::Unproven && self.desk() == desk
    }

    fn for_desk(&self, reviewer: &Reviewer) -> Result<(), ChangeRefused> {
        if !self.is_visible_to(reviewer.desk) {
            return Err(ChangeRefused::NotOfThisDesk);
        }
        match &self.status {
            ChangeStatus::Requested => Ok(()),
            ChangeStatus::Unproven
            | ChangeStatus::Forwarded { .. }
            | ChangeStatus::Completed { .. }
            | ChangeStatus::Refused => Err(self.not_open()),
        }
    }

    /// The newest act.
    pub fn last(&self) -> Option<Box<ChangeEntry>> {
        self.history.last().cloned().map(Box::new)
    }

    fn not_open(&self) -> ChangeRefused {
        ChangeRefused::NotOpen { status: self.status.label(), last: self.last() }
    }

    fn moved(
        self,
        status: ChangeStatus,
        event: ChangeEvent,
        mails: Vec<NewMail>,
        now: Timestamp,
    ) -> ChangeDecided {
        let mut history = self.history;
        history.push(ChangeEntry {
            at: now,
            event,
            mails: mails.iter().map(|mail| mail.id.clone()).collect(),
        });
        let next = Self { status, entered_at: now, history, version: self.version + 1, ..self };
        ChangeDecided { was: next.version - 1, next, mails, also: Vec::new(), application: None, at: now }
    }

    fn told(&self, id: MailId, to: super::contact::EmailAddress, stage: ChangeStage) -> NewMail {
        let institution_name = self.items.institution_name.as_str().to_owned();
        let content = MailContent::ChangeRequest { institution_name, stage };
        NewMail { id, application: None, to, content }
    }
}

/// Whether an account belongs to a desk.
pub fn is_of_desk(account: &Account, desk: PrefectureDesk) -> bool {
    account.prefecture == desk.prefecture && account.institution_kind.desk() == desk.desk
}

#[cfg(test)]
mod tests;
