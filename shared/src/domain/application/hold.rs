//! 保留: the secretariat keeps one case out of the issuing runs, with a reason, until it is released.
//!
//! Architecture invariant: a held application waits in a list of its own; no run takes it, and nothing of
//! what it waited for is lost.

use jiff::Timestamp;

use super::{Application, AuditEvent, Decided, StatusKind};
use crate::domain::{
    account::Secretary,
    ids::StaffId,
    text::{self, TextError},
};

/// Why, by whom and since when an application is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub by: StaffId,
    pub by_name: String,
    pub reason: HoldReason,
    pub at: Timestamp,
}

/// One line that the secretariat and the desk read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldReason(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    /// Nothing is to be issued, or not yet.
    #[error("nothing to hold: {status:?}")]
    NotInIssuing { status: StatusKind },
    #[error("held already by {by_name}")]
    HeldAlready { by_name: String, at: Timestamp },
    #[error("not held")]
    NotHeld,
}

impl HoldReason {
    /// The most characters that it may have.
    pub const LIMIT: usize = 200;

    pub fn parse(typed: &str) -> Result<Self, TextError> {
        text::line(typed, Self::LIMIT, text::name).map(Self)
    }

    /// Reads back a stored value; `None` if it is not one.
    pub fn from_stored(stored: &str) -> Option<Self> {
        text::is_stored_line(stored, Self::LIMIT).then(|| Self(stored.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Application {
    pub fn hold(mut self, reason: HoldReason, by: &Secretary, now: Timestamp) -> Result<Decided, HoldError> {
        if !self.status.kind().is_in_issuing() {
            return Err(HoldError::NotInIssuing { status: self.status.kind() });
        }
        if let Some(hold) = self.hold {
            return Err(HoldError::HeldAlready { by_name: hold.by_name, at: hold.at });
        }
        let was = self.was();
        let (id, name) = (by.id.clone(), by.name.clone());
        let event = AuditEvent::Held { by: id.clone(), by_name: name.clone(), reason: reason.clone() };
        self.hold = Some(Hold { by: id, by_name: name, reason, at: now });
        Ok(self.audited(event, was, now))
    }

    /// Lets the runs take it again: it is where it was.
    pub fn release(mut self, by: &Secretary, now: Timestamp) -> Result<Decided, HoldError> {
        if self.hold.take().is_none() {
            return Err(HoldError::NotHeld);
        }
        let was = self.was();
        let event = AuditEvent::Released { by: by.id.clone(), by_name: by.name.clone() };
        Ok(self.audited(event, was, now))
    }
}
