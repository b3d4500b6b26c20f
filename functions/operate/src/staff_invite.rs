//! POST /operate/staff — somebody is invited: an account without a password, and a mail with the link that sets one.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        account::{Invitation, Role, StaffAccount},
        contact::{EmailAddress, PersonName},
        form::FieldErrors,
        ids::StaffId,
    },
    store::CommitError,
    web::{Body, Page, Problem, SeeOther},
};

use crate::{App, operator::Operator};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InviteForm {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: String,
}

pub(crate) async fn invite(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<InviteForm>,
) -> Result<Response, Problem> {
    let invitation = match form.parse() {
        Ok(invitation) => invitation,
        Err(errors) => return app.invitation_refused(&operator, form, errors).await,
    };
    let mut race = app.store.race();
    loop {
        let actor = app.actor(&operator).await?;
        let (seed, link) = (app.entropy.bytes(), app.draw_link(operator.now));
        let invited = StaffAccount::invite(invitation.clone(), seed, link, &operator.secretary, operator.now);
        let committed = app.store.commit_invitation(&invited, &actor, operator.now).await;
        if matches!(committed, Err(CommitError::Lost("staff"))) {
            let errors =
                FieldErrors::of("id", "＊この職員IDは既に使われています。別の職員IDを入力してください");
            return app.invitation_refused(&operator, form, errors).await;
        }
        if race.settle(committed).await?.is_some() {
            app.mails.ring_mails([&invited.mail.id]).await;
            let id = invited.staff.id.as_str();
            tracing::info!(event = "staff_invited", staff = id, by = actor.id.as_str(), "invited");
            return Ok(SeeOther::to(format!("/operate/staff/{id}")).into_response());
        }
    }
}

impl App {
    async fn invitation_refused(
        &self,
        operator: &Operator,
        form: InviteForm,
        errors: FieldErrors,
    ) -> Result<Response, Problem> {
        let page = self.staff_page(&operator.viewer(), None, form, errors.clone()).await?;
        Ok(Page::invalid(page, errors).into_response())
    }

    /// The account of who acts, as it is now: still the secretariat, or the act is refused.
    pub(crate) async fn actor(&self, operator: &Operator) -> Result<StaffAccount, Problem> {
        let actor = self.store.load_staff(&operator.secretary.id).await?;
        actor
            .filter(|actor| !actor.disabled && actor.role == Role::Secretariat)
            .ok_or_else(|| Problem::not_found().because("not-the-secretariat"))
    }
}

impl InviteForm {
    /// Every error at once.
    fn parse(&self) -> Result<Invitation, FieldErrors> {
        let mut errors = FieldErrors::new();
        let id = StaffId::from_typed(&self.id);
        if id.is_none() {
            errors.push("id", "＊職員IDは半角の英小文字、数字、ハイフンで入力してください（3～40文字）");
        }
        let name = PersonName::parse(&self.name).map_err(|error| errors.push("name", error.sentence("氏名")));
        let email = EmailAddress::parse(&self.email);
        if email.is_err() {
            errors.push("email", "＊メールアドレスは「name@example.jp」の形で入力してください");
        }
        let role = Role::from_stored(&self.role);
        if role.is_none() {
            errors.push("role", "＊権限を選択してください");
        }
        match (id, name, email, role) {
            (Some(id), Ok(name), Ok(email), Some(role)) => {
                Ok(Invitation { id, name: name.as_str().to_owned(), email, role })
            }
            _ => Err(errors),
        }
    }
}
