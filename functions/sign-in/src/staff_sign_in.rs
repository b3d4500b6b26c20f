//! GET and POST /staff/sign-in — the first factor of staff. It opens nothing but the page of the second one.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{account::SignIn, form::FieldErrors, ids::StaffId, session::Holder},
    password::Password,
    store::StoreError,
    web::{Body, Cookies, Page, Problem, STAFF_COOKIE, SeeOther, SetCookie},
};

use crate::{
    App,
    tries::{Comparison, Tried, again_text, locked_out, log_refusal},
};

#[derive(Template, Serialize)]
#[template(path = "staff-sign-in.html")]
pub(crate) struct StaffSignInPage {
    pub(crate) staff_id: String,
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    staff_id: String,
    password: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    if app.sessions.staff(&cookies, now).await?.is_some() {
        return Ok(SeeOther::to("/staff/home").into_response());
    }
    Ok(Page::ok(StaffSignInPage { staff_id: String::new(), errors: FieldErrors::new() }).into_response())
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    cookies: Cookies,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (id, password) = match typed.parse() {
        Ok(command) => command,
        Err(errors) => return Ok(refused(typed.staff_id, errors).into_response()),
    };
    match try_password(&app, &id, &password, now).await? {
        Tried::In { token, ttl } => {
            app.sessions.end(&cookies, STAFF_COOKIE).await?;
            let cookie = SetCookie::host(STAFF_COOKIE, token.expose(), ttl).strict();
            Ok(SeeOther::to("/staff/second-factor").with_cookie(cookie).into_response())
        }
        Tried::Wrong => {
            log_refusal("staff", "wrong");
            Ok(refused(typed.staff_id, FieldErrors::of("password", WRONG)).into_response())
        }
        Tried::Locked { again_at } => {
            log_refusal("staff", "locked");
            let sentence = locked(again_at);
            let problem = locked_out(&sentence, again_at, now);
            let errors = FieldErrors::of("password", sentence);
            Ok(Page::refused(StaffSignInPage { staff_id: typed.staff_id, errors }, problem).into_response())
        }
    }
}

async fn try_password(
    app: &App,
    id: &StaffId,
    password: &Password,
    now: Timestamp,
) -> Result<Tried, StoreError> {
    let name = format!("staff#{}", id.as_str());
    let mut comparison = Comparison::new(password, &app.entropy);
    let mut race = app.store.race();
    loop {
        let staff = app.store.load_staff(id).await?;
        let failures = app.store.load_failures_of_nobody(&name).await?;
        let matches = comparison.matches(staff.as_ref().and_then(|staff| staff.password.as_ref()));
        let committed = match staff.map(|staff| staff.sign_in(matches, now)) {
            Some(Ok(SignIn::Right(next))) => {
                let (session, tried) =
                    app.begin(Holder::StaffFirstFactor { id: id.clone() }, next.epoch, now);
                app.store.commit_staff(&next, Some(&session)).await.map(|()| tried)
            }
            Some(Ok(SignIn::Wrong(next))) => app.store.commit_staff(&next, None).await.map(|()| Tried::Wrong),
            Some(Err(limit)) => Ok(Tried::Locked { again_at: limit.again_at }),
            None => Tried::as_nobody(app, &name, &failures, now).await,
        };
        if let Some(tried) = race.settle(committed).await? {
            return Ok(tried);
        }
    }
}

const WRONG: &str = "＊職員IDまたはパスワードが正しくありません。入力内容を確認してください。続けて5回誤ると、15分間ログインできなくなります";

/// Also said where the second factor is locked: both share one limit.
pub(crate) fn locked(again_at: Timestamp) -> String {
    format!(
        "＊続けて5回誤ったため、ログインを止めています。{}以降にもう一度お試しください",
        again_text(again_at)
    )
}

fn refused(staff_id: String, errors: FieldErrors) -> Page<StaffSignInPage> {
    Page::invalid(StaffSignInPage { staff_id, errors: errors.clone() }, errors)
}

impl Typed {
    fn parse(&self) -> Result<(StaffId, Password), FieldErrors> {
        let mut errors = FieldErrors::new();
        let id = StaffId::from_typed(&self.staff_id);
        if id.is_none() {
            errors
                .push("staff_id", "＊職員IDは半角の英小文字、数字、ハイフンで入力してください（3～40文字）");
        }
        if self.password.is_empty() {
            errors.push("password", "＊パスワードを入力してください");
        }
        match id {
            Some(id) if errors.is_empty() => Ok((id, Password::new(&self.password))),
            Some(_) | None => Err(errors),
        }
    }
}
