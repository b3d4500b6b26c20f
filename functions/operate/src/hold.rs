//! POST /operate/applications/{number}/hold and …/release — one case out of the runs, and back into them.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::{Application, Decided, HoldError, HoldReason},
        form::FieldErrors,
    },
    web::{Body, Moment, Page, Problem, SeeOther},
};

use crate::{
    App,
    operator::{Asked, Operator},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct HoldForm {
    reason: String,
}

pub(crate) async fn hold(
    State(app): State<App>,
    operator: Operator,
    asked: Asked,
    Body(form): Body<HoldForm>,
) -> Result<Response, Problem> {
    let reason = match HoldReason::parse(&form.reason) {
        Ok(reason) => reason,
        Err(error) => {
            let errors = FieldErrors::of("reason", error.sentence("保留の理由"));
            let application = app.asked_case(asked).await?;
            let page = app.case_page(&operator.viewer(), &application, form.reason, errors.clone()).await?;
            return Ok(Page::invalid(page, errors).into_response());
        }
    };
    let decide =
        |application: Application| application.hold(reason.clone(), &operator.secretary, operator.now);
    app.decide(asked, decide).await
}

pub(crate) async fn release(
    State(app): State<App>,
    operator: Operator,
    asked: Asked,
) -> Result<Response, Problem> {
    app.decide(asked, |application| application.release(&operator.secretary, operator.now)).await
}

impl App {
    async fn decide(
        &self,
        asked: Asked,
        decide: impl Fn(Application) -> Result<Decided, HoldError>,
    ) -> Result<Response, Problem> {
        let mut race = self.store.race();
        loop {
            let application = self.asked_case(asked).await?;
            let path = format!("/operate/applications/{}", application.number);
            let decided =
                decide(application).map_err(|error| refusal(&error).with_next(&path, "申請を確認する"))?;
            if race.settle(self.store.commit(decided).await).await?.is_some() {
                return Ok(SeeOther::to(path).into_response());
            }
        }
    }
}

fn refusal(error: &HoldError) -> Problem {
    Problem::conflict(match error {
        HoldError::NotInIssuing { status } => {
            format!("この申請は「{}」のため、保留できません。", status.label())
        }
        HoldError::HeldAlready { by_name, at } => {
            format!("この申請は、{}に{by_name}が既に保留しています。", Moment::from(*at).text())
        }
        HoldError::NotHeld => "この申請は保留されていません。".to_owned(),
    })
}
