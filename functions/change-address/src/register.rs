//! POST /review/address-changes/{id}/register — 別のアドレスを登録する: an application under way goes on at the proven
//! address, after the officer has asked the institution.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{address_change::Register, form::FieldErrors, ids::ApplicationNumber},
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
    number: String,
    /// 「報告機関に電話で確認しました」.
    confirmed: String,
}

pub(crate) async fn register(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let (reviewer, now) = (&officer.reviewer, officer.now);
    let number = ApplicationNumber::parse(&typed.number).ok_or_else(Problem::not_found)?;
    let mut race = app.store.race();
    loop {
        let change = app.desk_change(asked, reviewer.desk).await?;
        let path = format!("{OF_DESK}/{}", change.id);
        if typed.confirmed.is_empty() {
            let errors = FieldErrors::of("confirmed_application", CONFIRMED_SENTENCE);
            let page = app.case_page(&officer.looks(), &change, Look::default(), errors.clone()).await?;
            return Ok(Page::invalid(page, errors).into_response());
        }
        let application = app.store.load_application(number).await?;
        let application = application.filter(|application| application.is_visible_to(reviewer.desk));
        let application = application.ok_or_else(|| Problem::not_found().because("unknown-number"))?;
        let command = Register {
            mails: app.store.list_mails_of(&application).await?,
            application,
            new: app.draw_link(now),
            warning: app.draw_mail(now),
        };
        let decided = change.register(command, reviewer, now).map_err(|refused| refusal(&refused, &path))?;
        if race.settle(app.store.commit_address_change(&decided).await).await?.is_some() {
            app.done(&decided).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}
