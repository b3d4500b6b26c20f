//! 申請: an applicant hands the form in.

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
}

/// The new application, and its receipt (ユーザ登録申請完了メール).
pub fn submit(submission: Submission, now: Timestamp) -> (Application, NewMail) {
    let Submission { number, form, terms_version, agreed_at, receipt } = submission;
    let mail = NewMail {
        id: receipt,
        application: Some(number),
        to: form.email.clone(),
        content: MailContent::Receipt {
            institution_name: form.institution_name.as_str().to_owned(),
            contact_name: form.contact_name(),
        },
    };
    let application = Application {
        number,
        form,
        submitted_at: now,
        terms_version,
        agreed_at,
        status: Status::Submitted,
        entered_at: now,
        flags: Flags::default(),
        hold: None,
        history: vec![AuditEntry { at: now, event: AuditEvent::Submitted }],
        version: 1,
    };
    (application, mail)
}
