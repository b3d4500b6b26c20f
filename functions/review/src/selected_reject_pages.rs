//! The pages of many rejections: the form, and the last look.

use askama::Template;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, NOTE_LIMIT, RejectionReason},
        form::FieldErrors,
    },
    web::Choice,
};

use crate::{
    note::{Refusal, RefusalInput},
    officer::{Officer, Staff},
    preview::Letter,
    selected::{Candidate, LeftOut, Sorted},
};

#[derive(Template, Serialize)]
#[template(path = "selected-reject.html")]
pub(crate) struct ManyRejectPage {
    staff: Staff,
    /// What goes.
    applications: Vec<Candidate>,
    /// What does not, and why.
    left_out: Vec<LeftOut>,
    reason: String,
    note: String,
    #[serde(skip)]
    note_hint: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Template, Serialize)]
#[template(path = "selected-reject-preview.html")]
pub(crate) struct ManyPreviewPage {
    staff: Staff,
    reason_label: &'static str,
    rows: Vec<Decided>,
    left_out: Vec<LeftOut>,
    /// Of the first one that gets one.
    pub(crate) mail: Option<Letter>,
    #[serde(skip)]
    reason: &'static str,
    #[serde(skip)]
    note: String,
}

#[derive(Serialize)]
struct Decided {
    number: String,
    institution_name: String,
    /// To be sent with the decision: what the officer saw.
    version: u64,
    /// Whether it gets the mail: nobody has proven the address of a proxy application.
    gets_mail: bool,
}

impl ManyRejectPage {
    pub(crate) fn of(sorted: &Sorted, officer: &Officer, input: RefusalInput, errors: FieldErrors) -> Self {
        let RefusalInput { reason, note } = input;
        Self {
            staff: officer.staff(),
            applications: sorted.applications.iter().map(|one| Candidate::of(one, officer)).collect(),
            left_out: sorted.left_out.clone(),
            reason,
            note,
            note_hint: format!(
                "却下のお知らせメールの「■都道府県からのご連絡」に、全ての申請で同じように記載されます（{NOTE_LIMIT}文字以内）。"
            ),
            errors,
        }
    }

    fn choices() -> Vec<Choice> {
        RejectionReason::ALL.map(|reason| Choice::new(reason.as_str(), reason.label())).into()
    }
}

impl ManyPreviewPage {
    pub(crate) fn of(sorted: &Sorted, officer: &Officer, refusal: &Refusal) -> Self {
        Self {
            staff: officer.staff(),
            reason_label: refusal.reason.label(),
            rows: Vec::new(),
            left_out: sorted.left_out.clone(),
            mail: None,
            reason: refusal.reason.as_str(),
            note: refusal.note.clone(),
        }
    }

    pub(crate) fn add(&mut self, application: &Application, version: u64) {
        self.rows.push(Decided {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            version,
            gets_mail: application.address_is_proven(),
        });
    }
}
