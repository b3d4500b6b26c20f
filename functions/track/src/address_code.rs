//! GET and POST /track/address/code — the code that went to the other address; the right one moves the application there.
//!
//! Invariant: code, application, account, mails and the session that looks on from the new address are one commit.

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
        application::{AddressBy, Application, ProveAddress},
        form::FieldErrors,
        ids::MailId,
        mail::CodePurpose,
        session::{Holder, Session},
        verification::{Purpose, Verification},
    },
    web::{Body, ClientNetwork, Cookies, Problem, SeeOther, SetCookie, TRACK_COOKIE, Token},
};

use crate::{ADDRESS, ADDRESS_CODE, App, STATUS, address::refusal};

#[derive(Template, Serialize)]
#[template(path = "address-code.html")]
pub(crate) struct AddressCodePage {
    #[serde(flatten)]
    entry: CodeEntry,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (_, verification) = app.proving(&cookies, now).await?;
    app.verifications.page(&verification, FieldErrors::new(), now, AddressCodePage::of).await
}

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<TypedCode>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (_, verification) = app.proving(&cookies, now).await?;
    if typed.asks_for_another() {
        app.codes.send(verification, &network, now).await?;
        return Ok(SeeOther::to(ADDRESS_CODE).into_response());
    }
    let code = match typed.code() {
        Ok(code) => code,
        Err(errors) => return app.verifications.page(&verification, errors, now, AddressCodePage::of).await,
    };
    let token = Token::new(&app.entropy);
    let begins = GoOn { app: &app, cookies: &cookies, token: &token, now };
    match app.verifications.attempt_with(verification, &code, &begins, now).await? {
        Tried::Again(verification, errors) => {
            app.verifications.page(&verification, errors, now, AddressCodePage::of).await
        }
        Tried::Right(begun) => {
            let Begun::Address { decided, session } = begun else {
                return Err(Problem::internal("a proof of an address that began something else"));
            };
            let mails: Vec<MailId> = decided.mails.into_iter().map(|mail| mail.id).collect();
            app.doorbell.ring_mails(&mails).await;
            Ok(SeeOther::to(STATUS)
                .with_cookie(SetCookie::host(TRACK_COOKIE, token.expose(), session.holder.ttl()))
                .with_cookie(Verifications::cookie_removed(CodePurpose::Address))
                .into_response())
        }
    }
}

impl App {
    /// The application and the verification of another address for it, both of this browser.
    async fn proving(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<(Application, Verification), Problem> {
        let application = self.tracked(cookies, now).await?;
        let verification = self.verifications.load(cookies, CodePurpose::Address, now).await?;
        if verification.purpose == (Purpose::Address { number: application.number }) {
            Ok((application, verification))
        } else {
            Err(Problem::sign_in_first(ADDRESS))
        }
    }
}

/// The application goes on at the proven address.
struct GoOn<'a> {
    app: &'a App,
    cookies: &'a Cookies,
    token: &'a Token,
    now: Timestamp,
}

impl Begins for GoOn<'_> {
    /// What the proof comes to, decided on the application as it stands.
    async fn begin(&self, proven: &Verification) -> Result<Begun, Problem> {
        let Self { app, cookies, token, now } = *self;
        let application = app.tracked(cookies, now).await?;
        let command = ProveAddress {
            email: proven.email.clone(),
            by: AddressBy::Applicant,
            account: app.account_of(&application).await?,
            new: app.draw_link(now),
            mails: app.store.list_mails_of(&application).await?,
        };
        let decided = application
            .clone()
            .prove_address(command, now)
            .map_err(|refused| refusal(&application, &refused))?;
        let holder = Holder::Tracker { number: application.number };
        let session = Session::begin(token.hash(&app.pepper), holder, decided.next.address_epoch(), now);
        Ok(Begun::Address { decided: Box::new(decided), session })
    }
}

impl AddressCodePage {
    fn of(entry: CodeEntry) -> Self {
        Self { entry }
    }
}
