//! The application that the browser's session looks at, and what its acts need besides.
//!
//! Invariant: a session is of one address. It ends when the application gets another one.

use jiff::Timestamp;
use shared::{
    domain::{
        account::{Account, NewLink},
        application::{Application, Status},
        ids::MailId,
    },
    mail::{keyed_hash, link_token_for},
    store::StoreError,
    web::{Cookies, Problem},
};

use crate::{ASK, App, STATUS};

impl App {
    pub(crate) async fn tracked(&self, cookies: &Cookies, now: Timestamp) -> Result<Application, Problem> {
        let over = || Problem::sign_in_first(ASK);
        let (number, epoch) = self.sessions.tracker(cookies, now).await?.ok_or_else(over)?;
        let application = self.store.load_application(number).await?.ok_or_else(Problem::not_found)?;
        if application.address_epoch() == epoch { Ok(application) } else { Err(over()) }
    }

    /// The account that came of it, where there is one.
    pub(crate) async fn account_of(&self, application: &Application) -> Result<Option<Account>, StoreError> {
        match &application.status {
            Status::Issued { login_id, .. } => self.store.load_account(login_id).await,
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => Ok(None),
        }
    }

    /// A mail's id, with the hash of the link that it would carry.
    pub(crate) fn draw_link(&self, now: Timestamp) -> NewLink {
        let mail = MailId::from_parts(now, self.entropy.bytes::<10>());
        let token = link_token_for(&self.link_key, &mail);
        NewLink { hash: keyed_hash(&self.pepper, "link", token.expose()), mail }
    }
}

/// The act is not possible (any more); nothing was done.
pub(crate) fn too_late(what: impl Into<String>) -> Problem {
    Problem::conflict(what).with_next(STATUS, "申請状況の画面へ")
}
