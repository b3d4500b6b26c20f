//! GET and POST /sign-in — an institution signs in with login ID and password.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{account::SignIn, form::FieldErrors, ids::LoginId, session::Holder},
    password::Password,
    store::StoreError,
    web::{Body, ClientNetwork, Cookies, Page, Problem, SeeOther, SetCookie, USER_COOKIE},
};

use crate::{
    App,
    refusal::Door,
    tries::{Comparison, Tried},
};

#[derive(Template, Serialize)]
#[template(path = "sign-in.html")]
pub(crate) struct SignInPage {
    pub(crate) login_id: String,
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) login_id: String,
    pub(crate) password: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    if app.sessions.user(&cookies, now).await?.is_some() {
        return Ok(SeeOther::to("/menu").into_response());
    }
    Ok(Page::ok(SignInPage { login_id: String::new(), errors: FieldErrors::new() }).into_response())
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (login_id, password) = match typed.parse() {
        Ok(command) => command,
        Err(errors) => return Ok(refused(typed.login_id, errors).into_response()),
    };
    match try_password(&app, &network, &login_id, &password, now).await? {
        Tried::In { token, ttl } => {
            app.sessions.end(&cookies, USER_COOKIE).await?;
            let cookie = SetCookie::host(USER_COOKIE, token.expose(), ttl);
            Ok(SeeOther::to("/menu").with_cookie(cookie).into_response())
        }
        Tried::Refused(refused) => {
            Ok(DOOR.refuse(&refused, now, |errors| SignInPage { login_id: typed.login_id, errors }))
        }
    }
}

async fn try_password(
    app: &App,
    network: &ClientNetwork,
    login_id: &LoginId,
    password: &Password,
    now: Timestamp,
) -> Result<Tried, StoreError> {
    let name = format!("user#{}", login_id.as_str());
    let mut comparison = Comparison::new(password, &app.entropy);
    let mut race = app.store.race();
    loop {
        let account = app.store.load_account(login_id).await?;
        let failures = app.store.load_failures_of_nobody(&name).await?;
        let network = match app.network_failures(network).await?.one_more(now) {
            Ok(network) => network,
            Err(limit) => return Ok(Tried::busy_network(limit)),
        };
        let matches = comparison.matches(account.as_ref().and_then(|account| account.password.as_ref()));
        let committed = match account.map(|account| account.sign_in(matches, now)) {
            Some(Ok(SignIn::Right(next))) => {
                let (session, tried) =
                    app.begin(Holder::User { login_id: login_id.clone() }, next.epoch, now);
                app.store.commit_sign_in(&next, &session).await.map(|()| tried)
            }
            Some(Ok(SignIn::Wrong(next))) => {
                app.store.commit_failed_sign_in(&next, &network).await.map(|()| Tried::WRONG)
            }
            Some(Err(limit)) => Ok(Tried::locked(limit)),
            None => Tried::as_nobody(app, &name, &failures, &network, now).await,
        };
        if let Some(tried) = race.settle(committed).await? {
            return Ok(tried);
        }
    }
}

/// Right or wrong ID: the same words.
const DOOR: Door = Door {
    holder: "user",
    field: "password",
    wrong: "＊ログインID又はパスワードが正しくありません。入力内容を確認してください。続けて5回誤ると、15分間ログインできなくなります",
    way_out: "。パスワードをお忘れの場合は、再設定するとすぐにログインできます",
};

fn refused(login_id: String, errors: FieldErrors) -> Page<SignInPage> {
    Page::invalid(SignInPage { login_id, errors: errors.clone() }, errors)
}

impl Typed {
    fn parse(&self) -> Result<(LoginId, Password), FieldErrors> {
        let mut errors = FieldErrors::new();
        let login_id = LoginId::from_typed(&self.login_id);
        if login_id.is_none() {
            errors.push("login_id", "＊ログインIDは半角英数字7～8文字で入力してください");
        }
        if self.password.is_empty() {
            errors.push("password", "＊パスワードを入力してください");
        }
        match login_id {
            Some(login_id) if errors.is_empty() => Ok((login_id, Password::new(&self.password))),
            Some(_) | None => Err(errors),
        }
    }
}
