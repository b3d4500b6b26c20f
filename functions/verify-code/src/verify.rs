//! POST /user-Registration-Form/verify — a code is typed in; the right one opens the application form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    codes::{Attempt, Begun, Verifications, typed_code},
    domain::{
        form::FieldErrors,
        mail::CodePurpose,
        session::{APPLICANT_TTL, ApplicantSession},
        verification::Verification,
    },
    web::{APPLICANT_COOKIE, Body, Cookies, Page, Problem, SeeOther, SetCookie, Token},
};

use crate::{App, CONFIRM, FORM};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    code: String,
}

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    let code = match typed_code(&typed.code) {
        Ok(code) => code,
        Err(errors) => return app.again(&verification, errors, now).await,
    };
    let draft = app.store.load_draft(&verification.email, now).await?;
    let token = Token::new(&app.entropy);
    let id = token.hash(&app.pepper);
    let session_for = |proven: &Verification| {
        let begun = ApplicantSession::begin(id.clone(), proven.email.clone(), now);
        Begun::Applicant(Box::new(match &draft {
            Some(draft) => begun.with_draft(draft.clone()),
            None => begun,
        }))
    };
    match app.verifications.attempt(verification, &code, session_for, now).await? {
        Attempt::Again(verification, errors) => app.again(&verification, errors, now).await,
        Attempt::Right => Ok(SeeOther::to(FORM)
            .with_cookie(SetCookie::host(APPLICANT_COOKIE, token.expose(), APPLICANT_TTL))
            .with_cookie(Verifications::cookie_removed(CodePurpose::Apply))
            .into_response()),
    }
}

impl App {
    /// 422 with the page as it stands after the try.
    async fn again(
        &self,
        verification: &Verification,
        errors: FieldErrors,
        now: Timestamp,
    ) -> Result<Response, Problem> {
        Ok(match self.code_page(verification, errors.clone(), now).await? {
            Some(page) => Page::invalid(page, errors).into_response(),
            None => SeeOther::to(CONFIRM).into_response(),
        })
    }
}
