//! The link that lets a member of staff set a password: from an invitation.
//!
//! Architecture invariant: only a typed new password uses a link up; whatever ends the account's sessions
//! voids it.

use jiff::{SignedDuration, Timestamp};

use super::{LinkRefused, PasswordHash, StaffAccount};
use crate::domain::{
    ids::{MailId, StaffId},
    limits::Usage,
};

/// How long the link of an invitation is good.
pub const STAFF_LINK_TTL: SignedDuration = SignedDuration::from_hours(72);

/// A link in the store, under the keyed hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffLink {
    pub hash: String,
    pub staff: StaffId,
    /// The mail that carries it.
    pub mail: MailId,
    /// The account's epoch when the link was made.
    pub epoch: u64,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub version: u64,
}

impl StaffLink {
    /// Whether it still sets the password of this account.
    pub fn check(&self, staff: &StaffAccount, now: Timestamp) -> Result<(), LinkRefused> {
        if staff.id != self.staff {
            return Err(LinkRefused::OfAnotherAccount);
        }
        match self.used_at {
            Some(at) => Err(LinkRefused::Used { at }),
            None if self.expires_at <= now => Err(LinkRefused::Expired { at: self.expires_at }),
            None if self.epoch != staff.epoch || staff.disabled => Err(LinkRefused::Superseded),
            None => Ok(()),
        }
    }
}

impl StaffAccount {
    /// The epoch rises: sessions and links of before are void. Failed sign-ins are forgiven.
    pub fn set_password(
        self,
        hash: PasswordHash,
        link: StaffLink,
        now: Timestamp,
    ) -> Result<(Self, StaffLink), LinkRefused> {
        link.check(&self, now)?;
        let link = StaffLink { used_at: Some(now), version: link.version + 1, ..link };
        let (epoch, version) = (self.epoch + 1, self.version + 1);
        Ok((Self { password: Some(hash), failures: Usage::default(), epoch, version, ..self }, link))
    }
}
