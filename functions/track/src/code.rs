//! GET and POST /track/code — the code, or another one; the right one opens the look at the application.
//!
//! The page does not tell what became of the mail: whether there is one is what a stranger must not learn.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    codes::{Attempt, Begun, CodePaths, CodePrompt, Verifications, typed_code},
    domain::{
        contact::EmailAddress,
        form::FieldErrors,
        ids::ApplicationNumber,
        mail::CodePurpose,
        session::{Holder, Session},
        verification::{Purpose, Verification},
    },
    store::StoreError,
    web::{Body, ClientNetwork, Cookies, Page, Problem, SeeOther, SetCookie, TRACK_COOKIE, Token},
};

use crate::{ASK, App, CODE, STATUS};

#[derive(Template, Serialize)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    #[serde(flatten)]
    prompt: CodePrompt,
    #[serde(skip)]
    paths: CodePaths,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    code: String,
    /// 「認証コードを再送する」: anything.
    resend: String,
}

const PATHS: CodePaths = CodePaths {
    verify: CODE,
    resend: CODE,
    change: ASK,
    change_label: "申請番号とメールアドレスを入力し直す",
};

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Track, now).await?;
    Ok(match CodePage::of(&verification, FieldErrors::new(), now) {
        Some(page) => Page::ok(page).into_response(),
        None => SeeOther::to(ASK).into_response(),
    })
}

pub(crate) async fn verify(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Track, now).await?;
    if !typed.resend.is_empty() {
        app.codes.send(verification, &network, now).await?;
        return Ok(SeeOther::to(CODE).into_response());
    }
    let code = match typed_code(&typed.code) {
        Ok(code) => code,
        Err(errors) => return Ok(again(&verification, errors, now)),
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
        Attempt::Again(verification, errors) => Ok(again(&verification, errors, now)),
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

fn again(verification: &Verification, errors: FieldErrors, now: Timestamp) -> Response {
    match CodePage::of(verification, errors.clone(), now) {
        Some(page) => Page::invalid(page, errors).into_response(),
        None => SeeOther::to(ASK).into_response(),
    }
}

impl CodePage {
    fn of(verification: &Verification, errors: FieldErrors, now: Timestamp) -> Option<Self> {
        Some(Self { prompt: CodePrompt::of(verification, now)?, paths: PATHS, errors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
        CodePage::of(&sent, FieldErrors::new(), now()).unwrap()
    }

    #[test]
    fn the_page_does_not_tell_whether_number_and_address_belong_together() {
        let (known, unknown) = (page(true), page(false));
        assert_eq!(known.render().unwrap(), unknown.render().unwrap());
        assert_eq!(serde_json::to_value(&known).unwrap(), serde_json::to_value(&unknown).unwrap());
        assert!(known.render().unwrap().contains("name=\"resend\""));
    }
}
