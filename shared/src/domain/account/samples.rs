//! Sample values for tests: an account with a password, a fresh link, an officer.

use jiff::{SignedDuration, Timestamp};

use super::{Account, LinkPurpose, PasswordHash, PasswordLink, Right, Role, StaffAccount};
use crate::domain::{
    application::samples::{NOON, nara_medical},
    contact::EmailAddress,
    ids::LoginId,
    institution::InstitutionKind,
    limits::Usage,
    prefecture::Prefecture,
};

pub use crate::domain::application::samples::{mail_id, secretary};

/// So many minutes after `NOON`.
pub fn at(minute: i64) -> Timestamp {
    *NOON + SignedDuration::from_mins(minute)
}

/// The account of a hospital in Nara.
pub fn account() -> Account {
    Account {
        login_id: LoginId::parse("nara1234").expect("a login ID"),
        institution_name: "医療法人社団 大和会 若草山病院".into(),
        prefecture: Prefecture::Nara,
        institution_kind: InstitutionKind::Hospital,
        keys: Vec::new(),
        email: EmailAddress::parse("ijika@wakakusa.example.jp").expect("an address"),
        rights: [Right::MedicalInformation].into(),
        password: Some(PasswordHash::from_phc("$argon2id$old")),
        epoch: 2,
        failures: Usage::default(),
        application: None,
        mails: Vec::new(),
        created_at: *NOON,
        version: 4,
    }
}

/// A link of that account, good for three days from `NOON`.
pub fn link() -> PasswordLink {
    PasswordLink {
        hash: "hash".into(),
        login_id: account().login_id,
        purpose: LinkPurpose::First,
        mail: mail_id(2),
        application: None,
        epoch: 2,
        expires_at: *NOON + LinkPurpose::First.ttl(),
        used_at: None,
        version: 1,
    }
}

/// The officer of Nara's medical desk.
pub fn staff() -> StaffAccount {
    let reviewer = nara_medical();
    StaffAccount {
        id: reviewer.id,
        name: reviewer.name,
        role: Role::Officer(reviewer.desk),
        email: Some(EmailAddress::parse("iryo@pref-nara.example.jp").expect("an address")),
        password: Some(PasswordHash::from_phc("$argon2id$staff")),
        totp_seed: [7; 16],
        totp_last_step: None,
        enrolled: true,
        failures: Usage::default(),
        epoch: 1,
        disabled: false,
        last_sign_in_at: None,
        history: Vec::new(),
        version: 3,
    }
}
