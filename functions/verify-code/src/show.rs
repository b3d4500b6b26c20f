//! GET /user-Registration-Form/verify — the code is asked for.

use axum::{extract::State, response::Response};
use shared::{
    domain::{form::FieldErrors, mail::CodePurpose},
    web::{Cookies, Problem},
};

use crate::{App, page::CodePage};

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    app.verifications.page(&verification, FieldErrors::new(), now, CodePage::of).await
}
