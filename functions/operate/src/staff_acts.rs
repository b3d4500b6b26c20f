//! POST /operate/staff/{id}/role, …/disable, …/enable, …/renew — what is done to the account of a member of staff.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        account::{Role, StaffAccount, StaffRefused},
        form::FieldErrors,
    },
    web::{Body, Page, Problem, SeeOther},
};

use crate::{App, operator::Operator, staff::PersonPage};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct RoleForm {
    role: String,
}

pub(crate) async fn change_role(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Body(form): Body<RoleForm>,
) -> Result<Response, Problem> {
    let Some(role) = Role::from_stored(&form.role) else {
        let errors = FieldErrors::of("role", "＊権限を選択してください");
        let staff = app.asked_staff(&id).await?;
        return Ok(
            Page::invalid(PersonPage::of(&operator.viewer(), &staff, errors.clone()), errors).into_response()
        );
    };
    let decide = |staff: StaffAccount| staff.change_role(role, &operator.secretary, operator.now);
    app.change_staff(&operator, &id, decide).await
}

pub(crate) async fn disable(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    app.change_staff(&operator, &id, |staff| staff.disable(&operator.secretary, operator.now)).await
}

pub(crate) async fn enable(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    app.change_staff(&operator, &id, |staff| staff.enable(&operator.secretary, operator.now)).await
}

pub(crate) async fn renew(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mut race = app.store.race();
    loop {
        let (actor, staff) = (app.actor(&operator).await?, app.asked_staff(&id).await?);
        let (seed, link) = (app.entropy.bytes(), app.draw_link(operator.now));
        let invited = staff
            .renew(seed, link, &operator.secretary, operator.now)
            .map_err(|error| refusal(error, &id))?;
        let committed = app.store.commit_invitation(&invited, &actor, operator.now).await;
        if race.settle(committed).await?.is_some() {
            app.mails.ring_mails([&invited.mail.id]).await;
            return Ok(done(&invited.staff));
        }
    }
}

impl App {
    async fn change_staff(
        &self,
        operator: &Operator,
        id: &str,
        decide: impl Fn(StaffAccount) -> Result<StaffAccount, StaffRefused>,
    ) -> Result<Response, Problem> {
        let mut race = self.store.race();
        loop {
            let (actor, staff) = (self.actor(operator).await?, self.asked_staff(id).await?);
            let next = decide(staff).map_err(|error| refusal(error, id))?;
            let committed = self.store.commit_staff_change(&next, &actor).await;
            if race.settle(committed).await?.is_some() {
                return Ok(done(&next));
            }
        }
    }
}

fn done(staff: &StaffAccount) -> Response {
    let change = staff.history.last().map_or("none", |event| event.change.as_str());
    tracing::info!(
        event = "staff_changed",
        staff = staff.id.as_str(),
        change,
        "an account of staff was changed"
    );
    SeeOther::to(format!("/operate/staff/{}", staff.id.as_str())).into_response()
}

fn refusal(error: StaffRefused, id: &str) -> Problem {
    let sentence = match error {
        StaffRefused::Yourself => {
            "自分のアカウントは変更できません。ほかの事務局の担当者に依頼してください。"
        }
        StaffRefused::Disabled => "このアカウントは利用を停止しています。",
        StaffRefused::NotDisabled => "このアカウントは利用を停止していません。",
        StaffRefused::SameRole => "選択した権限は、現在の権限と同じです。",
        StaffRefused::NoAddress => "メールアドレスが登録されていないため、メールを送信できません。",
    };
    Problem::conflict(sentence).with_next(format!("/operate/staff/{id}"), "担当者の画面へ")
}
