//! 申請: an applicant hands the form in, for the first time or again after 却下 or 取下げ.
//!
//! Architecture invariant: applying again makes a new application with a number of its own, which remembers the
//! one of before; that one is never touched (W8).

use jiff::Timestamp;

use super::{Application, AuditEntry, AuditEvent, Flags, Status};
use crate::domain::{
    form::ApplicationForm,
    ids::{ApplicationNumber, MailId},
    mail::{MailContent, NewMail},
};

/// What an applicant hands in, and the values that were drawn for it.
#[derive(Debug, Clone)]
pub struct Submission {
    pub number: ApplicationNumber,
    pub form: ApplicationForm,
    pub terms_version: String,
    pub agreed_at: Timestamp,
    pub receipt: MailId,
    /// The one that was rejected or taken back, where this one was filled in from it.
    pub applied_again_of: Option<ApplicationNumber>,
}

/// The new application, and its receipt (ユーザ登録申請完了メール).
pub fn submit(submission: Submission, now: Timestamp) -> (Application, NewMail) {
    let Submission { number, form, terms_version, agreed_at, receipt, applied_again_of } = submission;
    let mail = NewMail {
        id: receipt.clone(),
        application: Some(number),
        to: form.email.clone(),
        content: MailContent::Receipt {
            institution_name: form.institution_name.as_str().to_owned(),
            contact_name: form.contact_name(),
        },
    };
    let application = filed(number, form, (terms_version, agreed_at), AuditEvent::Submitted, now);
    (Application { applied_again_of, mails: vec![receipt], ..application }, mail)
}

/// An application at its beginning, which `event` was.
pub(super) fn filed(
    number: ApplicationNumber,
    form: ApplicationForm,
    (terms_version, agreed_at): (String, Timestamp),
    event: AuditEvent,
    now: Timestamp,
) -> Application {
    Application {
        number,
        form,
        submitted_at: now,
        terms_version,
        agreed_at,
        applied_again_of: None,
        status: Status::Submitted,
        entered_at: now,
        flags: Flags::default(),
        hold: None,
        history: vec![AuditEntry { at: now, event }],
        mails: Vec::new(),
        version: 1,
    }
}

impl Application {
    /// Whether a new application may be filled in from this one: it ended without an account.
    pub fn can_be_applied_again(&self) -> bool {
        match &self.status {
            Status::Rejected { .. } | Status::Withdrawn { .. } => true,
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Returned { .. } => false,
        }
    }
}
