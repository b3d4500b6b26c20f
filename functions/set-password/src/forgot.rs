//! GET and POST /forgot-password — パスワードをお忘れの方: a login ID is typed, a link goes to the registered
//! address. The answer is the same whether or not the ID exists.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{form::FieldErrors, ids::LoginId, limits::LINK_MAILS_PER_ACCOUNT},
    web::{Body, ClientNetwork, Page, Problem, Query, SeeOther},
};

use crate::{App, request_link::REQUESTED};

#[derive(Template, Serialize)]
#[template(path = "forgot-password.html")]
pub(crate) struct ForgotPage {
    pub(crate) login_id: String,
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

#[derive(Template, Serialize)]
#[template(path = "link-requested.html")]
pub(crate) struct RequestedPage {
    /// Mails to one account within an hour.
    pub(crate) most_mails: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Asked {
    sent: String,
}

impl Asked {
    /// Whether a request was just taken: the page says what happens now.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == "yes"
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    login_id: String,
}

pub(crate) async fn show(Query(asked): Query<Asked>) -> Response {
    if asked.is_sent() {
        return Page::ok(RequestedPage { most_mails: LINK_MAILS_PER_ACCOUNT.most }).into_response();
    }
    Page::ok(ForgotPage { login_id: String::new(), errors: FieldErrors::new() }).into_response()
}

pub(crate) async fn request(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let Some(login_id) = LoginId::from_typed(&typed.login_id) else {
        let errors = FieldErrors::of("login_id", "＊ログインIDは半角英数字7～8文字で入力してください");
        let page = ForgotPage { login_id: typed.login_id, errors: errors.clone() };
        return Ok(Page::invalid(page, errors).into_response());
    };
    app.request_link(&login_id, &network, now).await?;
    Ok(SeeOther::to(REQUESTED).into_response())
}
