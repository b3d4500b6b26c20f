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
    web::{Body, ClientNetwork, Cookies, Page, Problem, STAFF_COOKIE, SeeOther, SetCookie},
};

use crate::{
    App,
    refusal::Door,
    tries::{Comparison, Tried},
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
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (id, password) = match typed.parse() {
        Ok(command) => command,
        Err(errors) => return Ok(refused(typed.staff_id, errors).into_response()),
    };
    match try_password(&app, &network, &id, &password, now).await? {
        Tried::In { token, ttl } => {
            app.sessions.end(&cookies, STAFF_COOKIE).await?;
            let cookie = SetCookie::host(STAFF_COOKIE, token.expose(), ttl).strict();
            Ok(SeeOther::to("/staff/second-factor").with_cookie(cookie).into_response())
        }
        Tried::Refused(refused) => {
            Ok(DOOR.refuse(&refused, now, |errors| StaffSignInPage { staff_id: typed.staff_id, errors }))
        }
    }
}

async fn try_password(
    app: &App,
    network: &ClientNetwork,
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
        let network = match app.network_failures(network).await?.one_more(now) {
            Ok(network) => network,
            Err(limit) => return Ok(Tried::busy_network(limit)),
        };
        let matches = comparison.matches(staff.as_ref().and_then(|staff| staff.password.as_ref()));
        let committed = match staff.map(|staff| staff.sign_in(matches, now)) {
            Some(Ok(SignIn::Right(next))) => {
                let (session, tried) =
                    app.begin(Holder::StaffFirstFactor { id: id.clone() }, next.epoch, now);
                app.store.commit_staff(&next, Some(&session)).await.map(|()| tried)
            }
            Some(Ok(SignIn::Wrong(next))) => {
                app.store.commit_failed_staff_sign_in(&next, &network).await.map(|()| Tried::WRONG)
            }
            Some(Err(limit)) => Ok(Tried::locked(limit)),
            None => Tried::as_nobody(app, &name, &failures, &network, now).await,
        };
        if let Some(tried) = race.settle(committed).await? {
            return Ok(tried);
        }
    }
}

const DOOR: Door = Door {
    holder: "staff",
    field: "password",
    wrong: "＊職員ID又はパスワードが正しくありません。入力内容を確認してください。続けて5回誤ると、15分間ログインできなくなります",
    way_out: "",
};

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
