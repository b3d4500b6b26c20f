//! POST /operate/address-changes/{id}/complete — the account gets its new address, by another person than who
//! forwarded the request.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use shared::{
    domain::{
        account::Account,
        address_change::{ChangeRefused, ChangeStatus, Complete},
        application::Application,
        mail::Mail,
    },
    web::{Problem, SeeOther},
};

use crate::{
    App, OF_OFFICE,
    act::refusal,
    viewer::{Asked, Operator},
};

pub(crate) async fn complete(
    State(app): State<App>,
    operator: Operator,
    asked: Asked,
) -> Result<Response, Problem> {
    let now = operator.now;
    let mut race = app.store.race();
    loop {
        let change = app.office_change(asked).await?;
        let path = format!("{OF_OFFICE}/{}", change.id);
        let refused = |refused: &ChangeRefused| refusal(refused, &path);
        let ChangeStatus::Forwarded { login_id, .. } = &change.status else {
            let (status, last) = (change.status.label(), change.last());
            return Err(refused(&ChangeRefused::NotOpen { status, last }));
        };
        let account = app.store.load_account(login_id).await?;
        let account = account.ok_or_else(|| Problem::internal("a request for an account that is gone"))?;
        let application = app.application_of(&account).await?;
        let mails = app.store.list_mails(&account.mails).await?;
        let command = Complete { account, mails, application, new: app.draw_link(now) };
        let decided = change.complete(command, &operator.secretary, now).map_err(|error| refused(&error))?;
        if race.settle(app.store.commit_address_change(&decided).await).await?.is_some() {
            app.done(&decided).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}

impl App {
    /// The application that the account came from, with its mails.
    async fn application_of(&self, account: &Account) -> Result<Option<(Application, Vec<Mail>)>, Problem> {
        let Some(number) = account.application else { return Ok(None) };
        let Some(application) = self.store.load_application(number).await? else { return Ok(None) };
        let mails = self.store.list_mails_of(&application).await?;
        Ok(Some((application, mails)))
    }
}
