//! GET and POST /application/form — the sixteen fields.
//!
//! Invariant: what was typed is stored before anything is said about it, right or wrong, so that loading the page
//! again loses nothing.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        form::{ApplicationForm, FieldErrors, FormInput},
        institution::CodeRules,
        session::{ApplicantSession, Progress},
    },
    runtime::Key,
    web::{
        Body, Cookies, Moment, Page, Problem, Query, SeeOther,
        answers::{AddressHelp, Confirmation, Questions, TypedForm},
    },
};

use crate::{
    App,
    standing::{Standing, progress_with},
    task::Correction,
};

/// What the address of the page says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// 「住所を自動入力」 was pressed.
    address: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    cookies: Cookies,
    Query(query): Query<Asked>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let session = app.applicant(&cookies, now).await?;
    match Standing::of(&session, &app.code_rules) {
        submitted @ Standing::Submitted { .. } => Ok(submitted.see().into_response()),
        Standing::Form | Standing::Terms | Standing::Ready(_) => {
            // Whoever only had the address filled in, or comes back, has not finished: nothing is missing yet.
            let asked =
                session.input != FormInput::default() && query.address.is_empty() && !session.restored;
            let page = FormPage::of(&session, asked, &app.pepper, &app.code_rules);
            let mut page = page.with_correction(app.correction_of(&session).await?);
            page.questions.address = AddressHelp::of(&query.address, &session.input);
            Ok(Page::ok(page).into_response())
        }
    }
}

pub(crate) async fn save(
    State(app): State<App>,
    cookies: Cookies,
    Body(typed): Body<TypedForm>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (input, confirmation, fill) = typed.into_parts();
    let input = fill.applied(input);
    let rules = &app.code_rules;
    let session = app
        .move_on(&cookies, now, |session| {
            filled_in(session, input.clone(), &confirmation, &app.pepper, rules)
        })
        .await?;
    let standing = Standing::of(&session, rules);
    if let (Some(asked), Standing::Form | Standing::Terms | Standing::Ready(_)) = (fill.asked(), &standing) {
        let form = SeeOther::to(format!("/application/form?address={asked}#postal_code"));
        return Ok(form.into_response());
    }
    match standing {
        Standing::Form => {
            let correction = app.correction_of(&session).await?;
            let page = FormPage::of(&session, true, &app.pepper, rules);
            let to_mend = page.questions.to_mend();
            Ok(Page::invalid(page.with_correction(correction), to_mend).into_response())
        }
        next @ (Standing::Terms | Standing::Ready(_) | Standing::Submitted { .. }) => {
            Ok(next.see().into_response())
        }
    }
}

/// The session's answers after `input` was sent; nothing where they were handed in already.
fn filled_in(
    session: &ApplicantSession,
    input: FormInput,
    confirmation: &Confirmation,
    pepper: &Key,
    rules: &CodeRules,
) -> Option<(FormInput, Progress)> {
    if let Progress::Submitted { .. } = session.progress {
        return None;
    }
    let confirmed_warnings = match ApplicationForm::parse_with(&input, session.email.clone(), rules) {
        Ok(parsed) => confirmation.covers(&parsed.warnings, &input, pepper) && !parsed.warnings.is_empty(),
        Err(_) => false,
    };
    let input = FormInput { confirmed_warnings, ..input };
    let progress = progress_with(session, &input, rules);
    Some((input, progress))
}

#[derive(Template, Serialize)]
#[template(path = "form.html")]
pub(crate) struct FormPage {
    #[serde(flatten)]
    questions: Questions,
    /// What is wrong with the answers themselves, for the list on top.
    #[serde(skip)]
    wrong: FieldErrors,
    email: String,
    /// What the desk asked to correct, where the application was returned.
    correction: Option<Correction>,
    /// The answers are those of an earlier session.
    restored: bool,
    expires_at: Moment,
}

impl FormPage {
    /// `asked`: the form was sent before, so that what is missing is an error by now.
    fn of(session: &ApplicantSession, asked: bool, pepper: &Key, rules: &CodeRules) -> Self {
        let parsed = ApplicationForm::parse_with(&session.input, session.email.clone(), rules);
        let parsed = parsed.map_err(|errors| if asked { errors } else { FieldErrors::new() });
        let questions = Questions::of(&session.input, parsed, pepper, rules);
        Self {
            wrong: questions.errors.clone(),
            questions,
            email: session.email.as_str().to_owned(),
            correction: None,
            restored: session.restored,
            expires_at: session.expires_at.into(),
        }
    }

    /// The fields that the desk named are marked, each where it stands, as long as nothing else is said of them.
    fn with_correction(mut self, correction: Option<Correction>) -> Self {
        for field in correction.iter().flat_map(|correction| &correction.fields) {
            if self.questions.errors.message_for(field.name).is_none() {
                self.questions.errors.push(field.name, ASKED_TO_CORRECT);
            }
        }
        Self { correction, ..self }
    }
}

const ASKED_TO_CORRECT: &str = "＊都道府県から修正を求められている項目です。内容を確認し、修正してください";

#[cfg(test)]
mod tests;
