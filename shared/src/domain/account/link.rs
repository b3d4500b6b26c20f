//! A link that sets a password: for the first time (②), or again.
//!
//! Architecture invariant: only a typed new password uses a link up; opening it changes nothing.

use jiff::{SignedDuration, Timestamp};

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
    /// Whether it still sets a password.
    pub fn check(&self, now: Timestamp) -> Result<(), LinkRefused> {
        match self.used_at {
            Some(at) => Err(LinkRefused::Used { at }),
            None if self.expires_at <= now => Err(LinkRefused::Expired { at: self.expires_at }),
            None => Ok(()),
        }
    }

    /// Uses it up.
    pub fn used(self, now: Timestamp) -> Result<Self, LinkRefused> {
        self.check(now)?;
        Ok(Self { used_at: Some(now), version: self.version + 1, ..self })
    }
}
