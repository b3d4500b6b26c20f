//! POST /sign-out and POST /staff/sign-out — the session ends in the store, not only in the browser.

use axum::extract::State;
use shared::web::{Cookies, Problem, STAFF_COOKIE, STAFF_SIGN_IN, SeeOther, USER_COOKIE};

use crate::App;

pub(crate) async fn user(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let removed = app.sessions.end(&cookies, USER_COOKIE).await?;
    Ok(SeeOther::to("/sign-in").with_cookie(removed))
}

pub(crate) async fn staff(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let removed = app.sessions.end(&cookies, STAFF_COOKIE).await?;
    Ok(SeeOther::to(STAFF_SIGN_IN).with_cookie(removed))
}
