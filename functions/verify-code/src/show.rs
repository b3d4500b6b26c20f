//! GET /user-Registration-Form/verify — the code is asked for.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    domain::{form::FieldErrors, mail::CodePurpose},
    web::{Cookies, Page, Problem, SeeOther},
};

use crate::{App, CONFIRM};

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    Ok(match app.code_page(&verification, FieldErrors::new(), now).await? {
        Some(page) => Page::ok(page).into_response(),
        None => SeeOther::to(CONFIRM).into_response(),
    })
}
