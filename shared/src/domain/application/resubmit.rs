//! 再申請: the applicant hands a returned application in again, with a corrected form.
//!
//! Architecture invariant: the address and the number stay. Another prefecture or kind of institution moves the
//! application to another desk; the desk of before loses sight of it with the same commit.

use jiff::Timestamp;

use super::{Application, AuditEvent, Decided, Status, StatusKind};
use crate::domain::form::ApplicationForm;

/// The command: the corrected form, and the terms that hold for it.
#[derive(Debug, Clone)]
pub struct Resubmit {
    pub form: ApplicationForm,
    pub terms_version: String,
    pub agreed_at: Timestamp,
}

/// There is nothing to correct (any more).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResubmitError {
    #[error("not returned: {status:?}")]
    NotReturned { status: StatusKind },
    /// The address changed while the form was filled in.
    #[error("the form is of another address")]
    OtherAddress,
}

impl Application {
    pub fn resubmit(self, command: Resubmit, now: Timestamp) -> Result<Decided, ResubmitError> {
        match &self.status {
            Status::Returned { .. } => {}
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Withdrawn { .. } => {
                return Err(ResubmitError::NotReturned { status: self.status.kind() });
            }
        }
        if command.form.email.key() != self.form.email.key() {
            return Err(ResubmitError::OtherAddress);
        }
        let Resubmit { form, terms_version, agreed_at } = command;
        let before = self.desk();
        let corrected = Self { form, terms_version, agreed_at, ..self };
        let moved_from = (corrected.desk() != before).then_some(before);
        Ok(corrected.moved(Status::Submitted, AuditEvent::Resubmitted { moved_from }, now))
    }
}
