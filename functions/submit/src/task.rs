//! What the form is filled in for, as its pages say it: 申請, もう一度の申請, or the correction of a returned application.
//!
//! Invariant: a correction is shown only while its application waits for it, at the address that the session proved.

use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEvent, Status},
        form::Field,
        session::{ApplicantSession, Task},
    },
    mail::{japan_date_text, japan_time_text},
    web::Problem,
};

use crate::App;

/// Where an application stands.
const STATE: (&str, &str) = ("/track/status", "申請状況の画面へ");

/// What the desk asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Correction {
    pub(crate) number: String,
    pub(crate) prefecture: &'static str,
    pub(crate) fields: Vec<NamedField>,
    pub(crate) note: String,
    pub(crate) due_on: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct NamedField {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
}

impl Correction {
    fn of(application: &Application) -> Option<Self> {
        let Status::Returned { fields, note, due_on, .. } = &application.status else { return None };
        Some(Self {
            number: application.number.to_string(),
            prefecture: application.form.prefecture.name(),
            fields: fields.iter().copied().map(NamedField::of).collect(),
            note: note.clone(),
            due_on: japan_date_text(*due_on),
        })
    }
}

impl NamedField {
    fn of(field: Field) -> Self {
        Self { name: field.name, label: field.label }
    }
}

impl App {
    /// What the desk asked for, where the session is for a correction; a problem where it is over by now.
    pub(crate) async fn correction_of(
        &self,
        session: &ApplicantSession,
    ) -> Result<Option<Correction>, Problem> {
        let Task::Correct { number } = session.task else { return Ok(None) };
        let application = self.store.load_application(number).await?;
        let application = application.ok_or_else(|| Problem::internal("a correction of no application"))?;
        let correction = Correction::of(&application).ok_or_else(|| not_to_correct(&application))?;
        if application.form.email.key() == session.email.key() {
            Ok(Some(correction))
        } else {
            Err(other_address())
        }
    }
}

/// The application has moved on while the form was open: who did what, and when.
pub(crate) fn not_to_correct(application: &Application) -> Problem {
    let entry = application.history.last();
    let what = match entry.map(|entry| (&entry.event, entry.at)) {
        Some((AuditEvent::Resubmitted { .. }, at)) => {
            format!("この申請は、{}に再申請されています。", japan_time_text(at))
        }
        Some((AuditEvent::Withdrawn, at)) => {
            format!("この申請は、{}に取り下げられています。", japan_time_text(at))
        }
        _ => format!("この申請は、現在「{}」です。", application.status.kind().label()),
    };
    Problem::conflict(format!("{what}内容を修正することはできません。")).with_next(STATE.0, STATE.1)
}

/// The address was changed while the form was open.
pub(crate) fn other_address() -> Problem {
    Problem::session_over(
        "入力の途中で、申請のメールアドレスが変更されました。お手数ですが、新しいメールアドレスで申請状況の画面を開き、修正をやり直してください。",
    )
    .with_next("/track", "申請状況を照会する")
}
