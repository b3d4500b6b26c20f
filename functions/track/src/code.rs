//! GET and POST /track/code — the code, or another one; the right one opens the look at the application.
//!
//! The page does not tell what became of the mail: whether there is one is what a stranger must not learn.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    codes::{Attempt, Begun, CodeEntry, TypedCode, Verifications},
    domain::{
        contact::EmailAddress,
        form::FieldErrors,
        ids::ApplicationNumber,
        mail::CodePurpose,
        session::{Holder, Session},
        verification::{Purpose, Verification},
    },
    store::StoreError,
    web::{Body, ClientNetwork, Cookies, Problem, SeeOther, SetCookie, TRACK_COOKIE, Token},
};

use crate::{ASK, App, CODE, STATUS};

#[derive(Template, Serialize)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    #[serde(flatten)]
    entry: CodeEntry,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Track, now).await?;
    app.verifications.page(&verification, FieldErrors::new(), now, CodePage::of).await
}

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<TypedCode>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Track, now).await?;
    if typed.asks_for_another() {
        app.codes.send(verification, &network, now).await?;
        return Ok(SeeOther::to(CODE).into_response());
    }
    let code = match typed.code() {
        Ok(code) => code,
        Err(errors) => return app.verifications.page(&verification, errors, now, CodePage::of).await,
    };
    let Purpose::Track { number, .. } = verification.purpose else {
        return Err(Problem::sign_in_first(ASK));
    };
    let token = Token::new(&app.entropy);
    let epoch = app.epoch_at(number, &verification.email).await?;
    let holder = Holder::Tracker { number };
    let session = Session::begin(token.hash(&app.pepper), holder, epoch, now);
    let session_for = |_: &Verification| Begun::Tracker(session.clone());
    match app.verifications.attempt(verification, &code, session_for, now).await? {
        Attempt::Again(verification, errors) => {
            app.verifications.page(&verification, errors, now, CodePage::of).await
        }
        Attempt::Right => Ok(SeeOther::to(STATUS)
            .with_cookie(SetCookie::host(TRACK_COOKIE, token.expose(), session.holder.ttl()))
            .with_cookie(Verifications::cookie_removed(CodePurpose::Track))
            .into_response()),
    }
}

impl App {
    /// The application's count of addresses, if it is still at the one that the code went to; else a count that it
    /// never has, so that the session sees nothing.
    async fn epoch_at(&self, number: ApplicationNumber, email: &EmailAddress) -> Result<u64, StoreError> {
        let application = self.store.load_application(number).await?;
        let at_it = application.filter(|application| application.form.email.key() == email.key());
        Ok(at_it.map_or(u64::MAX, |application| application.address_epoch()))
    }
}

impl CodePage {
    fn of(entry: CodeEntry) -> Self {
        Self { entry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use shared::domain::{ids::MailId, limits::Usage, verification::MailUsage};

    fn now() -> Timestamp {
        "2027-01-22T03:00:00Z".parse().unwrap()
    }

    fn page(known: bool) -> CodePage {
        let number = ApplicationNumber::new(1750).unwrap();
        let email = EmailAddress::parse("ijika@wakakusa.example.jp").unwrap();
        let begun = Verification::begin("id".into(), Purpose::Track { number, known }, email, now());
        let usage = MailUsage { address: Usage::default(), network: Usage::default() };
        let mail = MailId::from_parts(now(), [1; 10]);
        let sent = begun.request_code(&usage, mail, "hash".into(), now()).unwrap().next;
        CodePage::of(CodeEntry::of(&sent, None, FieldErrors::new(), now()).unwrap())
    }

    #[test]
    fn the_page_does_not_tell_whether_number_and_address_belong_together() {
        let (known, unknown) = (page(true), page(false));
        assert_eq!(known.render().unwrap(), unknown.render().unwrap());
        assert_eq!(serde_json::to_value(&known).unwrap(), serde_json::to_value(&unknown).unwrap());
        assert!(known.render().unwrap().contains("name=\"resend\""));
    }
}
