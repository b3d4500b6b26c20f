//! GET /application/check — 入力内容確認: one row an answer, and the way back to each.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::form::{Answer, FieldWarning, Parsed},
    web::{Cookies, Page, Problem},
};

use crate::{App, form::as_list, standing::Standing};

#[derive(Template, Serialize)]
#[template(path = "check.html")]
pub(crate) struct CheckPage {
    answers: Vec<Row>,
    #[serde(serialize_with = "as_list")]
    warnings: Vec<FieldWarning>,
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
    match Standing::of(&session) {
        Standing::Ready(ready) => Ok(Page::ok(CheckPage::of(ready.parsed)).into_response()),
        missing @ (Standing::Form | Standing::Terms | Standing::Submitted { .. }) => {
            Ok(missing.see().into_response())
        }
    }
}

impl CheckPage {
    fn of(parsed: Parsed) -> Self {
        Self { answers: parsed.form.answers().into_iter().map(Row::of).collect(), warnings: parsed.warnings }
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

    #[test]
    fn every_answer_has_its_row_and_its_way_back() {
        let form = form_of(&nara_hospital_input());
        let warnings = form.warnings();
        let page = CheckPage::of(Parsed { form, warnings }).render().unwrap();
        for field in FIELDS {
            assert!(page.contains(&format!("/application/form#{}\"", field.name)), "{}", field.name);
            assert!(page.contains(&format!("<dt>{}</dt>", field.label)), "{}", field.label);
        }
        assert_eq!(page.matches("入力なし").count(), 3);
        assert!(page.contains(r#"action="/application/submit""#) && page.contains(">申請する</button>"));
    }
}
