//! POST /track/correct and /track/apply-again — the form, filled in from this application.
//!
//! Invariant: whoever is here has proven to read the application's address, so the form begins with it proven. The
//! form's own check page is the confirmation.

use axum::extract::State;
use shared::{
    domain::{
        application::{Application, Status},
        session::{APPLICANT_TTL, ApplicantSession},
    },
    store::CommitError,
    web::{APPLICANT_COOKIE, Cookies, Problem, SeeOther, SetCookie, Token},
};

use crate::{App, tracked::too_late};

const FORM: &str = "/application/form";

pub(crate) async fn correct(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let application = app.tracked(&cookies, now).await?;
    let Status::Returned { .. } = &application.status else { return Err(not_now(&application)) };
    app.begin(|id| ApplicantSession::correct(id, &application, now)).await
}

pub(crate) async fn apply_again(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let application = app.tracked(&cookies, now).await?;
    if !application.can_be_applied_again() {
        return Err(not_now(&application));
    }
    app.begin(|id| ApplicantSession::apply_again(id, &application, now)).await
}

impl App {
    async fn begin(&self, session: impl FnOnce(String) -> ApplicantSession) -> Result<SeeOther, Problem> {
        let token = Token::new(&self.entropy);
        let session = session(token.hash(&self.pepper));
        match self.store.commit_applicant(&session).await {
            Ok(()) => {}
            Err(lost @ CommitError::Lost(_)) => return Err(Problem::unavailable(lost)),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let cookie = SetCookie::host(APPLICANT_COOKIE, token.expose(), APPLICANT_TTL);
        Ok(SeeOther::to(FORM).with_cookie(cookie))
    }
}

fn not_now(application: &Application) -> Problem {
    too_late(format!("この申請は、現在「{}」です。この操作は行えません。", application.status.kind().label()))
}
