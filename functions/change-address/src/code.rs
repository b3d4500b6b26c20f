//! GET and POST /change-address/code — the code that went to the new address; the right one hands the request in.
//!
//! Invariant: code, request and its receipt are one commit; the right code hands in once, and who comes again after a
//! lost answer is led to where that ended.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    codes::{Begins, Begun, CodeEntry, Tried, TypedCode, Verifications},
    domain::{
        address_change::ChangeStatus,
        form::FieldErrors,
        ids::MailId,
        mail::CodePurpose,
        verification::{Purpose, Verification},
    },
    web::{Body, ClientNetwork, Cookies, Problem, SeeOther},
};

use crate::{App, CODE, DONE, START};

#[derive(Template, Serialize)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    #[serde(flatten)]
    entry: CodeEntry,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Change, now).await?;
    if app.is_handed_in(&verification).await? {
        return Ok(done());
    }
    app.verifications.page(&verification, FieldErrors::new(), now, CodePage::of).await
}

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<TypedCode>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Change, now).await?;
    if app.is_handed_in(&verification).await? {
        return Ok(done());
    }
    if typed.asks_for_another() {
        app.codes.send(verification, &network, now).await?;
        return Ok(SeeOther::to(CODE).into_response());
    }
    let code = match typed.code() {
        Ok(code) => code,
        Err(errors) => return app.verifications.page(&verification, errors, now, CodePage::of).await,
    };
    match app.verifications.attempt_with(verification, &code, &HandIn { app: &app, now }, now).await? {
        Tried::Again(verification, errors) => {
            app.verifications.page(&verification, errors, now, CodePage::of).await
        }
        Tried::Right(begun) => {
            let Begun::Change(decided) = begun else {
                return Err(Problem::internal("a proof of a new address that began something else"));
            };
            app.done(&decided).await;
            Ok(done())
        }
    }
}

fn done() -> Response {
    SeeOther::to(DONE).with_cookie(Verifications::cookie_removed(CodePurpose::Change)).into_response()
}

impl App {
    /// Whether the request of this proof is on its way already.
    async fn is_handed_in(&self, verification: &Verification) -> Result<bool, Problem> {
        let Purpose::Change { id } = verification.purpose else { return Ok(false) };
        let change = self.store.load_address_change(id).await?;
        Ok(change.is_some_and(|change| change.status != ChangeStatus::Unproven))
    }
}

/// The request goes to its desk.
struct HandIn<'a> {
    app: &'a App,
    now: Timestamp,
}

impl Begins for HandIn<'_> {
    async fn begin(&self, proven: &Verification) -> Result<Begun, Problem> {
        let Self { app, now } = *self;
        let Purpose::Change { id } = proven.purpose else { return Err(Problem::sign_in_first(START)) };
        let draft = app.store.load_address_change(id).await?;
        let draft = draft.ok_or_else(|| Problem::sign_in_first(START))?;
        let receipt = MailId::from_parts(now, app.entropy.bytes());
        let decided = draft.prove(receipt, now).map_err(|_| {
            Problem::conflict("この依頼は、既に受け付けています。").with_next(DONE, "受付の画面へ")
        })?;
        Ok(Begun::Change(Box::new(decided)))
    }
}

impl CodePage {
    fn of(entry: CodeEntry) -> Self {
        Self { entry }
    }
}
