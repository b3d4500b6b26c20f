//! POST /review/address-changes/{id}/forward — the officer has asked the institution; the secretariat goes on.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        address_change::{ChangeRefused, is_of_desk},
        form::FieldErrors,
        ids::LoginId,
    },
    web::{Body, Page, Problem, SeeOther},
};

use crate::{
    App, OF_DESK,
    act::refusal,
    case::{CONFIRMED_SENTENCE, Look},
    viewer::{Asked, Officer},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    login_id: String,
    /// 「報告機関に電話で確認しました」.
    confirmed: String,
}

pub(crate) async fn forward(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let (reviewer, now) = (&officer.reviewer, officer.now);
    let login_id = LoginId::from_typed(&typed.login_id);
    let mut errors = FieldErrors::new();
    if login_id.is_none() {
        errors.push("login_id", "＊対象のアカウントを選択してください");
    }
    if typed.confirmed.is_empty() {
        errors.push("confirmed", CONFIRMED_SENTENCE);
    }
    let mut race = app.store.race();
    loop {
        let change = app.desk_change(asked, reviewer.desk).await?;
        let path = format!("{OF_DESK}/{}", change.id);
        let Some(login_id) = login_id.as_ref().filter(|_| errors.is_empty()) else {
            let look = Look { login_id: typed.login_id, ..Look::default() };
            let page = app.case_page(&officer.looks(), &change, look, errors.clone()).await?;
            return Ok(Page::invalid(page, errors).into_response());
        };
        let account = app.store.load_account(login_id).await?;
        // An account of another desk and none at all look the same.
        let Some(account) = account.filter(|account| is_of_desk(account, reviewer.desk)) else {
            return Err(refusal(&ChangeRefused::AccountOfAnotherDesk, &path));
        };
        let decided = change
            .forward(&account, reviewer, app.draw_mail(now), now)
            .map_err(|refused| refusal(&refused, &path))?;
        if race.settle(app.store.commit_address_change(&decided).await).await?.is_some() {
            app.done(&decided).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}
