//! 承認: the prefecture's desk accepts an application.

use jiff::Timestamp;

use super::{Application, AuditEvent, Decided, ReviewError, Status};
use crate::domain::account::Reviewer;

/// The command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approve;

impl Application {
    pub fn approve(self, _command: Approve, by: &Reviewer, now: Timestamp) -> Result<Decided, ReviewError> {
        self.for_review_by(by)?;
        let event = AuditEvent::Approved { by: by.id.clone(), by_name: by.name.clone() };
        Ok(self.moved(Status::Approved, event, now))
    }
}
