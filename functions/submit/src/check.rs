//! GET /application/check — 入力内容確認: one row an answer, and the way back to each.
//!
//! Invariant: of other people's applications the page says one sentence, which is the same for everybody.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::form::{Answer, FieldWarning, Parsed},
    web::{Cookies, Page, Problem, answers::warnings_as_list},
};

use crate::{App, standing::Standing};

#[derive(Template, Serialize)]
#[template(path = "check.html")]
pub(crate) struct CheckPage {
    answers: Vec<Row>,
    #[serde(serialize_with = "warnings_as_list")]
    warnings: Vec<FieldWarning>,
    /// An application for the same institution may have been accepted already.
    possibly_applied_for: bool,
    /// The application was returned, and is handed in again.
    is_correction: bool,
    /// The insurance code was made of its last seven digits.
    seven_digits: bool,
}

#[derive(Serialize)]
struct Row {
    field: &'static str,
    label: &'static str,
    text: String,
    change: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let session = app.applicant(&cookies, now).await?;
    match Standing::of(&session, &app.code_rules) {
        Standing::Ready(ready) => {
            let correction = app.correction_of(&session).await?;
            // A correction would find itself.
            let possibly_applied_for =
                correction.is_none() && app.store.is_possibly_applied_for(&ready.parsed.form).await?;
            let seven_digits = shared::domain::text::digits(&session.input.insurance_code).len() == 7;
            let page = CheckPage::of(ready.parsed, possibly_applied_for);
            Ok(Page::ok(CheckPage { is_correction: correction.is_some(), seven_digits, ..page })
                .into_response())
        }
        missing @ (Standing::Form | Standing::Terms | Standing::Submitted { .. }) => {
            Ok(missing.see().into_response())
        }
    }
}

impl CheckPage {
    fn of(parsed: Parsed, possibly_applied_for: bool) -> Self {
        let answers = parsed.form.answers().into_iter().map(Row::of).collect();
        let warnings = parsed.warnings;
        Self { answers, warnings, possibly_applied_for, is_correction: false, seven_digits: false }
    }
}

impl Row {
    fn of(Answer { field, text }: Answer) -> Self {
        let change = format!("/application/form#{}", field.name);
        Self { field: field.name, label: field.label, text, change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::{
        application::samples::{form_of, nara_hospital_input},
        form::FIELDS,
    };

    fn rendered(possibly_applied_for: bool) -> String {
        let form = form_of(&nara_hospital_input());
        let warnings = form.warnings();
        CheckPage::of(Parsed { form, warnings }, possibly_applied_for).render().unwrap()
    }

    #[test]
    fn a_possible_duplicate_is_told_and_can_be_overruled() {
        let sentence = "同じ機関からの申請が既に受け付けられている可能性があります";
        assert!(!rendered(false).contains(sentence));
        let told = rendered(true);
        assert!(
            told.contains(sentence)
                && told.contains("href=\"/track\"")
                && told.contains(">申請する</button>")
        );
        assert!(!told.contains("API-"), "nothing of the other application is shown");
    }

    #[test]
    fn every_answer_has_its_row_and_its_way_back() {
        let page = rendered(false);
        for field in FIELDS {
            assert!(page.contains(&format!("/application/form#{}\"", field.name)), "{}", field.name);
            assert!(page.contains(&format!("<dt>{}</dt>", field.label)), "{}", field.label);
        }
        assert_eq!(page.matches("入力なし").count(), 3);
        assert!(page.contains(r#"action="/application/submit""#) && page.contains(">申請する</button>"));
    }
}
