//! POST /user-Registration-Form/verify — a code is typed in; the right one opens the application form.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    codes::{Attempt, Begun, TypedCode, Verifications},
    domain::{
        mail::CodePurpose,
        session::{APPLICANT_TTL, ApplicantSession},
        verification::Verification,
    },
    web::{APPLICANT_COOKIE, Body, Cookies, Problem, SeeOther, SetCookie, Token},
};

use crate::{App, FORM, page::CodePage};

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    Body(typed): Body<TypedCode>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    let code = match typed.code() {
        Ok(code) => code,
        Err(errors) => return app.verifications.page(&verification, errors, now, CodePage::of).await,
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
        Attempt::Again(verification, errors) => {
            app.verifications.page(&verification, errors, now, CodePage::of).await
        }
        Attempt::Right => Ok(SeeOther::to(FORM)
            .with_cookie(SetCookie::host(APPLICANT_COOKIE, token.expose(), APPLICANT_TTL))
            .with_cookie(Verifications::cookie_removed(CodePurpose::Apply))
            .into_response()),
    }
}
