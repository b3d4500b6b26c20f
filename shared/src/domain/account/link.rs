//! A link that sets a password: for the first time (②), or again.
//!
//! Architecture invariant: only a typed new password uses a link up; opening it changes nothing.

use jiff::{SignedDuration, Timestamp};

use super::Account;
use crate::domain::ids::{ApplicationNumber, LoginId, MailId};

/// How long the link of ② is good.
pub const FIRST_LINK_TTL: SignedDuration = SignedDuration::from_hours(72);
/// How long the link of a reset is good.
pub const RESET_LINK_TTL: SignedDuration = SignedDuration::from_hours(1);

/// A link in the store, under the keyed hash of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordLink {
    pub hash: String,
    pub login_id: LoginId,
    pub purpose: LinkPurpose,
    /// The mail that carries it.
    pub mail: MailId,
    pub application: Option<ApplicationNumber>,
    /// The account's epoch when the link was made: a password that is set since voids it.
    pub epoch: u64,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    First,
    Reset,
}

/// Why a link sets no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    #[error("the link was used at {at}")]
    Used { at: Timestamp },
    #[error("the link ended at {at}")]
    Expired { at: Timestamp },
    /// Another link set a password meanwhile.
    #[error("a password was set since the link was made")]
    Superseded,
    /// The account has another address since, to which a link of its own went.
    #[error("the address was changed since the link was made")]
    AddressChanged,
    #[error("the link belongs to another account")]
    OfAnotherAccount,
}

impl LinkPurpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reset => "reset",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::First, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
    }

    pub fn ttl(self) -> SignedDuration {
        match self {
            Self::First => FIRST_LINK_TTL,
            Self::Reset => RESET_LINK_TTL,
        }
    }
}

impl PasswordLink {
    /// Whether it still sets the password of this account.
    pub fn check(&self, account: &Account, now: Timestamp) -> Result<(), LinkRefused> {
        if account.login_id != self.login_id {
            return Err(LinkRefused::OfAnotherAccount);
        }
        match self.used_at {
            Some(at) => Err(LinkRefused::Used { at }),
            None if self.expires_at <= now => Err(LinkRefused::Expired { at: self.expires_at }),
            // Without a password only a change of the address moves the epoch.
            None if self.epoch != account.epoch && account.password.is_none() => {
                Err(LinkRefused::AddressChanged)
            }
            None if self.epoch != account.epoch => Err(LinkRefused::Superseded),
            None => Ok(()),
        }
    }
}
