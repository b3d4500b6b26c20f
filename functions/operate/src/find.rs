//! GET /operate/find — a case by its number, or by the login ID that came of it.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::Queue,
        form::FieldErrors,
        ids::{ApplicationNumber, LoginId},
    },
    web::{Page, Problem, Query, SeeOther},
};

use crate::{App, operator::Viewer};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct FindQuery {
    q: String,
}

pub(crate) async fn find(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<FindQuery>,
) -> Result<Response, Problem> {
    if let Some(number) = app.find_case(&query.q).await? {
        return Ok(SeeOther::to(format!("/operate/applications/{number}")).into_response());
    }
    let errors = FieldErrors::of("q", NOT_FOUND);
    let page = app.issuing_page(&viewer, Queue::Issue, None, query.q, errors.clone()).await?;
    Ok(Page::invalid(page, errors).into_response())
}

const NOT_FOUND: &str =
    "＊該当する申請が見つかりません。申請番号（API-00001750など）またはログインIDを確認してください";

impl App {
    async fn find_case(&self, typed: &str) -> Result<Option<ApplicationNumber>, Problem> {
        if let Some(number) = ApplicationNumber::from_typed(typed)
            && self.store.load_application(number).await?.is_some()
        {
            return Ok(Some(number));
        }
        let Some(login_id) = LoginId::from_typed(typed) else { return Ok(None) };
        let account = self.store.load_account(&login_id).await?;
        Ok(account.and_then(|account| account.application))
    }
}
