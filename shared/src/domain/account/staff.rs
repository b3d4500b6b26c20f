//! Members of staff, and the permission to review as a value.

use jiff::Timestamp;

use super::StaffEvent;
use crate::domain::{
    account::PasswordHash,
    contact::EmailAddress,
    ids::StaffId,
    limits::Usage,
    prefecture::{Prefecture, PrefectureDesk},
};

/// The account of a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAccount {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    /// Where the link that sets a password goes; accounts of before have none.
    pub email: Option<EmailAddress>,
    /// None until the person has set one.
    pub password: Option<PasswordHash>,
    /// The second factor's secret is derived from this and a key; neither alone gives it.
    pub totp_seed: [u8; 16],
    /// The last time step that a code was accepted for: no code works twice.
    pub totp_last_step: Option<u64>,
    /// Whether a code of the authenticator app was accepted once: from then on its secret is never shown.
    pub enrolled: bool,
    pub failures: Usage,
    pub epoch: u64,
    pub disabled: bool,
    pub last_sign_in_at: Option<Timestamp>,
    /// What was done to the account, and by whom.
    pub history: Vec<StaffEvent>,
    pub version: u64,
}

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Reviews the applications of one desk of one prefecture.
    Officer(PrefectureDesk),
    /// Issues accounts.
    Secretariat,
}

/// Whoever holds this may review the applications of its desk: it is made from a live officer's session
/// and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    pub id: StaffId,
    pub name: String,
    pub desk: PrefectureDesk,
}

/// Whoever holds this may do the secretariat's work: it is made from a live session of the secretariat and
/// from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secretary {
    pub id: StaffId,
    pub name: String,
}

impl Role {
    pub fn as_stored(self) -> String {
        match self {
            Self::Officer(desk) => format!("officer#{}", desk.as_key()),
            Self::Secretariat => "secretariat".to_owned(),
        }
    }

    pub fn from_stored(text: &str) -> Option<Self> {
        match text.split_once('#') {
            Some(("officer", desk)) => PrefectureDesk::parse(desk).map(Self::Officer),
            None if text == "secretariat" => Some(Self::Secretariat),
            _ => None,
        }
    }

    pub fn label(self) -> String {
        match self {
            Self::Officer(desk) => format!("{} {}担当", desk.prefecture.name(), desk.desk.label()),
            Self::Secretariat => "厚生労働省G-MIS事務局".to_owned(),
        }
    }
}

impl Reviewer {
    pub fn prefecture(&self) -> Prefecture {
        self.desk.prefecture
    }
}
