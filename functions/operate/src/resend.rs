//! POST /operate/applications/{number}/resend — ①, ② or ③ leaves again, to the address of the application.
//!
//! Invariant: only the version that the secretary saw is acted on, so a button pressed twice sends once.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        account::{Account, NewLink},
        application::{Application, Requester, ResendError, ResendNotice, Status},
        ids::MailId,
    },
    mail::{keyed_hash, link_token_for},
    store::StoreError,
    web::{Body, Problem, SeeOther},
};

use crate::{
    App,
    operator::{Asked, Operator},
};

#[derive(Deserialize)]
pub(crate) struct ResendForm {
    version: u64,
}

pub(crate) async fn resend(
    State(app): State<App>,
    operator: Operator,
    asked: Asked,
    Body(form): Body<ResendForm>,
) -> Result<Response, Problem> {
    let mut race = app.store.race();
    loop {
        let application = app.asked_case(asked).await?;
        let path = format!("/operate/applications/{}", application.number);
        if application.version != form.version {
            return Err(Problem::conflict(CHANGED).with_next(path, "申請を確認する"));
        }
        let account = app.account_of(&application).await?;
        let by = Requester::Secretariat {
            id: operator.secretary.id.clone(),
            name: operator.secretary.name.clone(),
        };
        let command = ResendNotice { by, account, new: app.draw_link(operator.now) };
        let decided = application
            .resend_notice(command, operator.now)
            .map_err(|error| Problem::conflict(sentence(error)).with_next(&path, "申請を確認する"))?;
        if let Some((_, mails)) = race.settle(app.store.commit(decided).await).await? {
            app.mails.ring_mails(&mails).await;
            return Ok(SeeOther::to(path).into_response());
        }
    }
}

/// What the button sends again in this state; nothing where there is none.
pub(crate) fn what(application: &Application) -> Option<&'static str> {
    match &application.status {
        Status::Issuing { .. } => Some("①事前確認メール"),
        Status::Issued { password_set_at: None, .. } => Some("利用案内のメール（②又は③）"),
        Status::Issued { password_set_at: Some(_), .. }
        | Status::Submitted
        | Status::Approved
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Returned { .. }
        | Status::Withdrawn { .. } => None,
    }
}

impl App {
    async fn account_of(&self, application: &Application) -> Result<Option<Account>, StoreError> {
        match &application.status {
            Status::Issued { login_id, .. } => self.store.load_account(login_id).await,
            Status::Issuing { .. }
            | Status::Submitted
            | Status::Approved
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => Ok(None),
        }
    }

    pub(crate) fn draw_link(&self, now: jiff::Timestamp) -> NewLink {
        let mail = MailId::from_parts(now, self.entropy.bytes::<10>());
        let token = link_token_for(&self.link_key, &mail);
        NewLink { hash: keyed_hash(&self.pepper, "link", token.expose()), mail }
    }
}

const CHANGED: &str =
    "画面を開いた後に、この申請の状態が変わりました。再送はしていません。最新の状態を確認してください。";

fn sentence(error: ResendError) -> String {
    match error {
        ResendError::NothingToSend { status } => {
            format!("この申請は「{}」のため、再送するメールがありません。", status.label())
        }
        ResendError::PasswordSet => {
            "パスワードが設定済みのため、再送は不要です。パスワードの再設定をご案内ください。".to_owned()
        }
        ResendError::NotByApplicant | ResendError::NoAccount => {
            "この申請のメールは再送できません。".to_owned()
        }
    }
}
