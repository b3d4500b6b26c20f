//! What an applicant is asked to correct: the form of it, and what may stand in it.

use askama::Template;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, CORRECTION_DAYS, NOTE_LIMIT},
        form::{EMAIL, FIELDS, Field, FieldErrors},
    },
    web::Choice,
};

use crate::{
    note,
    officer::{Officer, Staff},
};

/// What the officer ticked and typed, right or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CorrectionInput {
    pub(crate) fields: Vec<String>,
    pub(crate) note: String,
    pub(crate) days: String,
}

/// Named fields in the order of the form, words that may be mailed, days that are on offer.
pub(crate) struct Correction {
    pub(crate) fields: Vec<Field>,
    pub(crate) note: String,
    pub(crate) days: u32,
}

#[derive(Template, Serialize)]
#[template(path = "return.html")]
pub(crate) struct CorrectionPage {
    staff: Staff,
    number: String,
    institution_name: String,
    version: u64,
    #[serde(flatten)]
    input: CorrectionInput,
    /// Every field that can be named, with the present answer.
    answers: Vec<Answer>,
    #[serde(skip)]
    note_hint: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Answer {
    name: &'static str,
    label: &'static str,
    text: String,
    is_named: bool,
}

impl CorrectionInput {
    /// Every error at once.
    pub(crate) fn parse(&self) -> Result<Correction, FieldErrors> {
        let mut errors = FieldErrors::new();
        let fields: Vec<Field> = correctable().filter(|field| self.names(field)).collect();
        if fields.is_empty() {
            errors.push("fields", "＊修正していただく項目を選択してください");
        }
        let note = note::words(&self.note).map_err(|sentence| errors.push("note", sentence));
        let days = CORRECTION_DAYS.into_iter().find(|days| days.to_string() == self.days);
        if days.is_none() {
            errors.push("days", "＊修正の期限を選択してください");
        }
        match (note, days) {
            (Ok(note), Some(days)) if errors.is_empty() => Ok(Correction { fields, note, days }),
            _ => Err(errors),
        }
    }

    fn names(&self, field: &Field) -> bool {
        self.fields.iter().any(|name| name == field.name)
    }
}

/// The address is the proven one: it cannot be corrected in the form.
fn correctable() -> impl Iterator<Item = Field> {
    FIELDS.into_iter().filter(|field| *field != EMAIL)
}

impl CorrectionPage {
    pub(crate) fn of(
        application: &Application,
        officer: &Officer,
        version: u64,
        input: CorrectionInput,
    ) -> Self {
        let answers = application.form.answers().into_iter().filter(|answer| answer.field != EMAIL);
        let answers = answers.map(|answer| Answer {
            name: answer.field.name,
            label: answer.field.label,
            text: answer.text,
            is_named: input.names(&answer.field),
        });
        Self {
            staff: officer.staff(),
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            version,
            answers: answers.collect(),
            input,
            note_hint: format!(
                "差戻しのお知らせメールと、申請者の修正画面に、このまま記載されます（{NOTE_LIMIT}文字以内）。"
            ),
            errors: FieldErrors::new(),
        }
    }

    pub(crate) fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }
}

pub(crate) fn days_on_offer() -> Vec<Choice> {
    CORRECTION_DAYS.map(|days| Choice::new(days.to_string(), format!("{days}営業日後"))).into()
}

#[cfg(test)]
mod tests {
    use shared::domain::application::samples::{NOON, nara_medical, submitted};

    use super::*;

    fn input(fields: &[&str], note: &str, days: &str) -> CorrectionInput {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        CorrectionInput { fields, note: note.into(), days: days.into() }
    }

    #[test]
    fn every_error_is_said_at_once_and_fields_stand_in_the_order_of_the_form() {
        let Err(errors) = input(&["email", "nonsense"], " ", "4").parse() else { panic!("nothing is right") };
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["fields", "note", "days"]);
        let Ok(correction) =
            input(&["street", "institution_name"], "番地を\r\nご確認ください。", "5").parse()
        else {
            panic!("all is right")
        };
        let names: Vec<_> = correction.fields.iter().map(|field| field.name).collect();
        assert_eq!((names, correction.days), (vec!["institution_name", "street"], 5));
        assert_eq!(correction.note, "番地を\nご確認ください。");
    }

    #[test]
    fn a_refused_form_keeps_every_tick_and_word() {
        let officer = Officer { reviewer: nara_medical(), now: *NOON };
        let input = input(&["street"], "<b>番地</b>", "");
        let Err(errors) = input.parse() else { panic!("no days were chosen") };
        let html = CorrectionPage::of(&submitted(), &officer, 3, input).with_errors(errors).render().unwrap();
        for expected in [
            "value=\"street\" checked",
            "&#60;b&#62;番地&#60;/b&#62;",
            "<title>エラー：",
            "href=\"#days\"",
            "登大路町30",
            "name=\"version\" value=\"3\"",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert_eq!(html.matches(" checked").count(), 1);
    }
}
