//! Accounts: of institutions (利用者) and of staff, the links that set a password, and the rights.
//!
//! Architecture invariant: one live account per institution; every key of an institution is claimed in the
//! store by the transaction that creates its account.

mod institution_keys;
mod link;
mod password_rules;
mod remind_login_id;
mod request_link;
mod second_factor;
mod set_password;
mod sign_in;
mod staff;
mod staff_admin;
mod staff_link;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub use institution_keys::{InstitutionKey, institution_keys, keys_of};
pub use link::{FIRST_LINK_TTL, LinkPurpose, LinkRefused, PasswordLink, RESET_LINK_TTL};
pub use password_rules::{PASSWORD_MAX, PASSWORD_MIN, PasswordRefused};
pub use remind_login_id::{Enquiry, EnquiryInput};
pub use request_link::{LinkRequestRefused, LinkUsage, NewLink};
pub use second_factor::TotpSecret;
pub use set_password::PasswordSet;
pub use sign_in::SignIn;
pub use staff::{DeskViewer, Reviewer, Role, SecretariatViewer, Secretary, StaffAccount};
pub use staff_admin::{Invitation, Invited, StaffChange, StaffEvent, StaffRefused};
pub use staff_link::{STAFF_LINK_TTL, StaffLink};

use super::{
    contact::EmailAddress,
    ids::{ApplicationNumber, LoginId, MailId},
    institution::InstitutionKind,
    limits::Usage,
    prefecture::{Desk, Prefecture, PrefectureDesk},
    registry::Registered,
};

/// So many of its last mails an account knows: more than leave within the time that one may wait in the outbox.
const MOST_MAILS: usize = 20;

/// The account of one institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub login_id: LoginId,
    pub institution_name: String,
    pub prefecture: Prefecture,
    pub institution_kind: InstitutionKind,
    /// Every name under which the institution may come again.
    pub keys: Vec<InstitutionKey>,
    /// The registered address.
    pub email: EmailAddress,
    pub rights: BTreeSet<Right>,
    /// None until the person has set one.
    pub password: Option<PasswordHash>,
    /// Rises with every change that ends sessions; a session of an earlier epoch is void.
    pub epoch: u64,
    /// Failed sign-ins that still count.
    pub failures: Usage,
    /// The application that it came from; none for accounts of before.
    pub application: Option<ApplicationNumber>,
    /// The last mails about the account alone (a new password, the login ID), oldest first.
    pub mails: Vec<MailId>,
    pub created_at: Timestamp,
    pub version: u64,
}

/// What an account may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// 医療機能情報提供制度.
    MedicalInformation,
    /// 薬局機能情報提供制度.
    PharmacyInformation,
}

/// An argon2id hash in PHC form. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl Right {
    pub const ALL: [Self; 2] = [Self::MedicalInformation, Self::PharmacyInformation];

    /// The right that an institution of this kind reports under.
    pub fn of(kind: InstitutionKind) -> Self {
        match kind.desk() {
            Desk::Medical => Self::MedicalInformation,
            Desk::Pharmacy => Self::PharmacyInformation,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::MedicalInformation => "medical-information",
            Self::PharmacyInformation => "pharmacy-information",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.as_str() == text)
    }

    /// The name on the menu's button.
    pub fn label(self) -> &'static str {
        match self {
            Self::MedicalInformation => "医療機能情報提供制度",
            Self::PharmacyInformation => "薬局機能情報提供制度",
        }
    }
}

impl PasswordHash {
    pub fn from_phc(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl Account {
    /// The same account under another address: links and sessions of before are void.
    #[must_use]
    pub fn moved_to(self, email: EmailAddress) -> Self {
        Self { email, epoch: self.epoch + 1, version: self.version + 1, ..self }
    }

    /// The same account, which knows one more mail about it.
    #[must_use]
    pub fn mailed(self, mail: MailId) -> Self {
        let mut mails = self.mails;
        mails.push(mail);
        let older = mails.len().saturating_sub(MOST_MAILS);
        mails.drain(..older);
        Self { mails, version: self.version + 1, ..self }
    }

    /// The account that a list of accounts names; its person sets a password by the registered address.
    pub fn of_list(registered: &Registered, now: Timestamp) -> Option<Self> {
        let listed = registered.account.as_ref()?;
        Some(Self {
            login_id: listed.login_id.clone(),
            institution_name: registered.name.as_str().to_owned(),
            prefecture: registered.prefecture,
            institution_kind: registered.kind,
            keys: registered.keys(),
            email: registered.email.clone()?,
            rights: listed.rights.clone(),
            password: None,
            epoch: 1,
            failures: Usage::default(),
            application: None,
            mails: Vec::new(),
            created_at: now,
            version: 1,
        })
    }

    /// The desk that answers for the institution.
    pub fn desk(&self) -> PrefectureDesk {
        PrefectureDesk { prefecture: self.prefecture, desk: self.institution_kind.desk() }
    }

    /// The code that one of its keys of this kind (`code`, `insurance`) ends with.
    pub fn code_in_keys(&self, kind: &str) -> Option<&str> {
        let of_kind = |key: &&InstitutionKey| key.as_str().split(':').next() == Some(kind);
        self.keys.iter().find(of_kind)?.as_str().rsplit(':').next()
    }

    /// The same account with one more right.
    #[must_use]
    pub fn granted(self, right: Right) -> Self {
        let mut rights = self.rights;
        rights.insert(right);
        Self { rights, version: self.version + 1, ..self }
    }
}

#[cfg(any(test, feature = "testing"))]
#[expect(clippy::expect_used, reason = "samples are right, or the tests that use them fail")]
pub mod samples;
