//! POST /review/address-changes/{id}/refuse and /operate/address-changes/{id}/refuse — the request is not granted; the
//! new address is told why.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{address_change::Decider, form::FieldErrors, settings::PublicText},
    web::{Body, Page, Problem, SeeOther},
};

use crate::{
    App, OF_DESK, OF_OFFICE,
    act::refusal,
    case::Look,
    viewer::{Asked, Officer, Operator},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    reason: String,
}

pub(crate) async fn at_desk(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let reviewer = &officer.reviewer;
    let mut race = app.store.race();
    loop {
        let change = app.desk_change(asked, reviewer.desk).await?;
        let reason = match typed.parse() {
            Ok(reason) => reason,
            Err(errors) => {
                let look = Look { reason: typed.reason, ..Look::default() };
                let page = app.case_page(&officer.looks(), &change, look, errors.clone()).await?;
                return Ok(Page::invalid(page, errors).into_response());
            }
        };
        let path = format!("{OF_DESK}/{}", change.id);
        let decided = change
            .refuse(&reason, Decider::Desk(reviewer), app.draw_mail(officer.now), officer.now)
            .map_err(|refused| refusal(&refused, &path))?;
        if race.settle(app.store.commit_address_change(&decided).await).await?.is_some() {
            app.done(&decided).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}

pub(crate) async fn at_office(
    State(app): State<App>,
    operator: Operator,
    asked: Asked,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let secretary = &operator.secretary;
    let mut race = app.store.race();
    loop {
        let change = app.office_change(asked).await?;
        let reason = match typed.parse() {
            Ok(reason) => reason,
            Err(errors) => {
                let page = app.office_page(&operator.looks(), &change, typed.reason, errors.clone()).await?;
                return Ok(Page::invalid(page, errors).into_response());
            }
        };
        let path = format!("{OF_OFFICE}/{}", change.id);
        let decided = change
            .refuse(&reason, Decider::Secretariat(secretary), app.draw_mail(operator.now), operator.now)
            .map_err(|refused| refusal(&refused, &path))?;
        if race.settle(app.store.commit_address_change(&decided).await).await?.is_some() {
            app.done(&decided).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}

impl Typed {
    fn parse(&self) -> Result<PublicText, FieldErrors> {
        PublicText::parse(&self.reason)
            .map_err(|error| FieldErrors::of("reason", error.sentence("お受けできない理由")))
    }
}
