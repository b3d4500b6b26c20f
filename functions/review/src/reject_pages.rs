//! The form of a rejection.

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
    note::RefusalInput,
    officer::{Officer, Staff},
};

/// The form.
#[derive(Template, Serialize)]
#[template(path = "reject.html")]
pub(crate) struct RejectPage {
    staff: Staff,
    number: String,
    institution_name: String,
    version: u64,
    #[serde(flatten)]
    input: RefusalInput,
    reasons: Vec<Reason>,
    #[serde(skip)]
    note_hint: String,
    #[serde(skip)]
    errors: FieldErrors,
}

/// A reason to choose, with the text that the officer begins with.
#[derive(Serialize)]
struct Reason {
    value: &'static str,
    label: &'static str,
    template: &'static str,
}

impl RejectPage {
    pub(crate) fn of(
        application: &Application,
        officer: &Officer,
        version: u64,
        input: RefusalInput,
    ) -> Self {
        let reason = |reason: RejectionReason| Reason {
            value: reason.as_str(),
            label: reason.label(),
            template: reason.template(),
        };
        Self {
            staff: officer.staff(),
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            version,
            input,
            reasons: RejectionReason::ALL.map(reason).into(),
            note_hint: format!(
                "却下のお知らせメールの「■都道府県からのご連絡」に、このまま記載されます（{NOTE_LIMIT}文字以内）。"
            ),
            errors: FieldErrors::new(),
        }
    }

    pub(crate) fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }

    fn choices(&self) -> Vec<Choice> {
        self.reasons.iter().map(|reason| Choice::new(reason.value, reason.label)).collect()
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::application::samples::{NOON, nara_medical, submitted};

    use super::*;
    use crate::officer::Officer;

    fn officer() -> Officer {
        Officer { reviewer: nara_medical(), now: *NOON }
    }

    #[test]
    fn the_form_begins_with_the_template_of_its_reason() {
        let input = RefusalInput::template_of(Some(RejectionReason::OutsidePrefecture));
        let html = RejectPage::of(&submitted(), &officer(), 3, input).render().unwrap();
        assert!(html.contains("value=\"outside-prefecture\" checked"), "{html}");
        let template = RejectionReason::OutsidePrefecture.template();
        assert_eq!(html.matches(template).count(), 2, "in the field and for the script");
        assert!(html.contains("<input type=\"hidden\" name=\"version\" value=\"3\">"));
        assert!(html.contains("<title>却下する理由の入力"));
    }

    #[test]
    fn a_refused_form_keeps_every_word() {
        let input = RefusalInput { reason: String::new(), note: "<b>自分の言葉</b>".into() };
        let errors = input.parse().unwrap_err();
        let html = RejectPage::of(&submitted(), &officer(), 1, input).with_errors(errors).render().unwrap();
        assert!(html.contains("<title>エラー：") && html.contains("href=\"#reason\""), "{html}");
        assert!(html.contains("&#60;b&#62;自分の言葉&#60;/b&#62;"), "{html}");
    }
}
