//! GET and POST /staff/second-factor — the code of the authenticator app, and with it the session of staff.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::{Role, SignIn},
        form::FieldErrors,
        ids::StaffId,
        session::{Holder, Session},
        text::digits,
    },
    second_factor::totp_secret,
    web::{Body, ClientNetwork, Cookies, Page, Problem, STAFF_COOKIE, STAFF_SIGN_IN, SeeOther, SetCookie},
};

use crate::{App, refusal::Door, tries::Tried};

#[derive(Template, Serialize)]
#[template(path = "second-factor.html")]
pub(crate) struct SecondFactorPage {
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    code: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    if app.sessions.staff(&cookies, now).await?.is_some() {
        return Ok(SeeOther::to("/staff/home").into_response());
    }
    let (_, id) = app.first_factor(&cookies, now).await?;
    if app.store.load_staff(&id).await?.is_some_and(|staff| !staff.enrolled) {
        return Ok(SeeOther::to("/staff/enrol").into_response());
    }
    Ok(Page::ok(SecondFactorPage { errors: FieldErrors::new() }).into_response())
}

pub(crate) async fn check(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (first, id) = app.first_factor(&cookies, now).await?;
    if digits(&typed.code).len() != 6 {
        return Ok(refused(FieldErrors::of("code", MALFORMED)).into_response());
    }
    let (tried, role) = app.try_code(&network, (&first, &id), &typed.code, now).await?;
    match tried {
        Tried::In { token, ttl } => {
            let cookie = SetCookie::host(STAFF_COOKIE, token.expose(), ttl).strict();
            Ok(SeeOther::to(home_of(role)).with_cookie(cookie).into_response())
        }
        Tried::Refused(refused) => Ok(DOOR.refuse(&refused, now, |errors| SecondFactorPage { errors })),
    }
}

impl App {
    pub(crate) async fn first_factor(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<(Session, StaffId), Problem> {
        let first = self.sessions.first_factor(cookies, now).await?;
        first.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))
    }

    async fn try_code(
        &self,
        network: &ClientNetwork,
        (first, id): (&Session, &StaffId),
        typed: &str,
        now: Timestamp,
    ) -> Result<(Tried, Role), Problem> {
        let mut race = self.store.race();
        loop {
            let staff = self.store.load_staff(id).await?;
            let staff = staff.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))?;
            let (role, secret) = (staff.role, totp_secret(&self.totp_key, &staff));
            let network = match self.network_failures(network).await?.one_more(now) {
                Ok(network) => network,
                Err(limit) => return Ok((Tried::busy_network(limit), role)),
            };
            let committed = match staff.second_factor(&secret, typed, now) {
                Ok(SignIn::Right(next)) => {
                    let holder = Holder::Staff { id: next.id.clone(), name: next.name.clone(), role };
                    let (session, tried) = self.begin(holder, next.epoch, now);
                    self.store.commit_second_factor(&next, &session, first).await.map(|()| tried)
                }
                Ok(SignIn::Wrong(next)) => {
                    let committed = self.store.commit_failed_staff_sign_in(&next, &network).await;
                    committed.map(|()| Tried::WRONG)
                }
                Err(limit) => Ok(Tried::locked(limit)),
            };
            if let Some(tried) = race.settle(committed).await? {
                return Ok((tried, role));
            }
        }
    }
}

const MALFORMED: &str = "＊認証アプリに表示されている6桁の数字を入力してください";
/// The limit is the password's too.
const DOOR: Door = Door {
    holder: "staff",
    field: "code",
    wrong: "＊確認コードが正しくありません。認証アプリに今表示されている6桁の数字を入力してください。一度使ったコードは使えません。次のコードが表示されるまでお待ちください",
    way_out: "",
};

fn home_of(role: Role) -> &'static str {
    match role {
        Role::Officer(_) | Role::DeskViewer(_) => "/review",
        Role::Secretariat | Role::SecretariatViewer => "/operate",
    }
}

fn refused(errors: FieldErrors) -> Page<SecondFactorPage> {
    Page::invalid(SecondFactorPage { errors: errors.clone() }, errors)
}
