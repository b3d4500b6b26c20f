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
    /// Sees what the officers of the desk see, and decides nothing.
    DeskViewer(PrefectureDesk),
    /// Issues accounts.
    Secretariat,
    /// Sees what the secretariat sees, and changes nothing.
    SecretariatViewer,
}

/// Whoever holds this may see the applications of its desk, and decides nothing by it: it is made from a live
/// session of the desk and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskViewer {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    pub desk: PrefectureDesk,
}

/// Whoever holds this may see the secretariat's pages, and changes nothing by it: it is made from a live session of
/// the secretariat and from nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretariatViewer {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
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
            Self::DeskViewer(desk) => format!("viewer#{}", desk.as_key()),
            Self::Secretariat => "secretariat".to_owned(),
            Self::SecretariatViewer => "secretariat-viewer".to_owned(),
        }
    }

    pub fn from_stored(text: &str) -> Option<Self> {
        match text.split_once('#') {
            Some(("officer", desk)) => PrefectureDesk::parse(desk).map(Self::Officer),
            Some(("viewer", desk)) => PrefectureDesk::parse(desk).map(Self::DeskViewer),
            None if text == "secretariat" => Some(Self::Secretariat),
            None if text == "secretariat-viewer" => Some(Self::SecretariatViewer),
            _ => None,
        }
    }

    pub fn label(self) -> String {
        match self {
            Self::Officer(desk) => format!("{} {}担当", desk.prefecture.name(), desk.desk.label()),
            Self::DeskViewer(desk) => format!("{}（閲覧のみ）", Self::Officer(desk).label()),
            Self::Secretariat => "厚生労働省G-MIS事務局".to_owned(),
            Self::SecretariatViewer => format!("{}（閲覧のみ）", Self::Secretariat.label()),
        }
    }

    /// The desk whose applications the holder sees.
    pub fn desk(self) -> Option<PrefectureDesk> {
        match self {
            Self::Officer(desk) | Self::DeskViewer(desk) => Some(desk),
            Self::Secretariat | Self::SecretariatViewer => None,
        }
    }

    /// Whether the holder decides or changes anything.
    pub fn may_act(self) -> bool {
        match self {
            Self::Officer(_) | Self::Secretariat => true,
            Self::DeskViewer(_) | Self::SecretariatViewer => false,
        }
    }
}

impl Reviewer {
    pub fn prefecture(&self) -> Prefecture {
        self.desk.prefecture
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prefecture::Desk;

    #[test]
    fn every_role_reads_back_and_says_what_it_may() {
        let desk = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Pharmacy };
        let roles = [Role::Officer(desk), Role::DeskViewer(desk), Role::Secretariat, Role::SecretariatViewer];
        let lines: Vec<String> = roles
            .iter()
            .map(|role| {
                assert_eq!(Role::from_stored(&role.as_stored()), Some(*role));
                format!("{} {} {} {}", role.as_stored(), role.label(), role.desk().is_some(), role.may_act())
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        officer#29#pharmacy 奈良県 薬務担当 true true
        viewer#29#pharmacy 奈良県 薬務担当（閲覧のみ） true false
        secretariat 厚生労働省G-MIS事務局 false true
        secretariat-viewer 厚生労働省G-MIS事務局（閲覧のみ） false false
        ");
        for unknown in ["", "viewer", "viewer#", "viewer#48#medical", "secretariat#29#medical", "officer"] {
            assert_eq!(Role::from_stored(unknown), None, "{unknown}");
        }
    }
}
