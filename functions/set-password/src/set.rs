//! POST /set-password/{token} — a typed password becomes the account's, and its person is signed in.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    domain::{
        account::{LinkRefused, PasswordHash, PasswordSet},
        application::Decided,
        form::FieldErrors,
        session::{Holder, Session},
    },
    mail::LinkToken,
    password::Password,
    store::{PasswordChange, StoreError},
    web::{Body, Cookies, Page, Problem, SeeOther, SetCookie, Token, USER_COOKIE},
};

use crate::{
    App,
    link::{SetPasswordPage, over, unknown},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    password: String,
}

/// What became of the typed password.
enum Outcome {
    Set(SetCookie),
    Unknown,
    Over(LinkRefused),
    Refused(SetPasswordPage, FieldErrors),
}

pub(crate) async fn set(
    State(app): State<App>,
    cookies: Cookies,
    Path(token): Path<String>,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let Some(token) = LinkToken::parse(&token) else { return Ok(unknown()) };
    Ok(match app.set_password(&token, &Password::new(&typed.password), now).await? {
        Outcome::Set(cookie) => {
            app.sessions.end(&cookies, USER_COOKIE).await?;
            SeeOther::to("/menu").with_cookie(cookie).into_response()
        }
        Outcome::Unknown => unknown(),
        Outcome::Over(refused) => over(refused, &token),
        Outcome::Refused(page, errors) => Page::invalid(page, errors).into_response(),
    })
}

impl App {
    /// Decides and commits. Of two at once one sets its password; the other finds the link used.
    async fn set_password(
        &self,
        token: &LinkToken,
        password: &Password,
        now: Timestamp,
    ) -> Result<Outcome, Problem> {
        let mut hashed = None;
        let mut race = self.store.race();
        loop {
            let Some(found) = self.find_link(token).await? else { return Ok(Outcome::Unknown) };
            if let Err(refused) = found.link.check(&found.account, now) {
                return Ok(Outcome::Over(refused));
            }
            if let Err(refused) = found.account.check_new_password(password.as_str()) {
                let errors = FieldErrors::of("password", refused.sentence());
                return Ok(Outcome::Refused(SetPasswordPage::of(&found, errors.clone()), errors));
            }
            let hash = self.hash_once(password, &mut hashed)?;
            let set = match found.account.set_password(hash, found.link, now) {
                Ok(set) => set,
                Err(refused) => return Ok(Outcome::Over(refused)),
            };
            let application = self.told_application(&set, now).await?;
            let (session, cookie) = self.begin(&set, now);
            let change = PasswordChange {
                account: &set.account,
                link: &set.link,
                session: &session,
                application: application.as_ref(),
            };
            if race.settle(self.store.commit_password(change).await).await?.is_some() {
                return Ok(Outcome::Set(cookie));
            }
        }
    }

    /// Hashing is made to be slow: once a request, however often the decision is made again.
    pub(crate) fn hash_once(
        &self,
        password: &Password,
        hashed: &mut Option<PasswordHash>,
    ) -> Result<PasswordHash, Problem> {
        let hash = match hashed.take() {
            Some(hash) => hash,
            None => password.hash(&self.entropy).map_err(Problem::internal)?,
        };
        *hashed = Some(hash.clone());
        Ok(hash)
    }

    /// What the application that the account came from learns of its first password.
    async fn told_application(
        &self,
        set: &PasswordSet,
        now: Timestamp,
    ) -> Result<Option<Decided>, StoreError> {
        let Some(number) = set.account.application.filter(|_| set.first) else { return Ok(None) };
        let application = self.store.load_application(number).await?;
        Ok(application.and_then(|application| application.password_set(now)))
    }

    fn begin(&self, set: &PasswordSet, now: Timestamp) -> (Session, SetCookie) {
        let token = Token::new(&self.entropy);
        let holder = Holder::User { login_id: set.account.login_id.clone() };
        let cookie = SetCookie::host(USER_COOKIE, token.expose(), holder.ttl());
        (Session::begin(token.hash(&self.pepper), holder, set.account.epoch, now), cookie)
    }
}
