//! 設定完了: the person of the institution has set a password.

use jiff::Timestamp;

use super::{Application, AuditEvent, Decided, Status};

impl Application {
    /// Notes the first password. `None` if it is noted already.
    pub fn password_set(self, now: Timestamp) -> Option<Decided> {
        match self.status.clone() {
            Status::Issued { login_id, notice, delivered_at, password_set_at: None } => {
                let status = Status::Issued { login_id, notice, delivered_at, password_set_at: Some(now) };
                Some(self.moved(status, AuditEvent::PasswordSet, now))
            }
            Status::Issued { .. }
            | Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => None,
        }
    }
}
