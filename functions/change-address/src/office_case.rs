//! GET /operate/address-changes/{id} — one request that a desk has checked: the account, and what the secretariat does.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::{
        address_change::{AddressChange, ChangeStatus},
        form::FieldErrors,
    },
    web::{Page, Problem},
};

use crate::{
    App,
    candidates::AccountRow,
    case::View,
    viewer::{Asked, AtOffice, Staff},
};

#[derive(Template, Serialize)]
#[template(path = "office-case.html")]
pub(crate) struct OfficePage {
    #[serde(skip)]
    staff: Staff,
    #[serde(flatten)]
    view: View,
    /// The account, as long as it waits.
    account: Option<AccountRow>,
    /// Whoever forwarded it cannot decide on it.
    is_own: bool,
    #[serde(skip)]
    reason: String,
    #[serde(skip)]
    errors: FieldErrors,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: AtOffice,
    asked: Asked,
) -> Result<Page<OfficePage>, Problem> {
    let change = app.office_change(asked).await?;
    Ok(Page::ok(app.office_page(&viewer, &change, String::new(), FieldErrors::new()).await?))
}

impl App {
    pub(crate) async fn office_page(
        &self,
        viewer: &AtOffice,
        change: &AddressChange,
        reason: String,
        errors: FieldErrors,
    ) -> Result<OfficePage, Problem> {
        let (account, is_own) = match &change.status {
            ChangeStatus::Forwarded { login_id, by } => {
                let account = self.store.load_account(login_id).await?;
                let row = |account| AccountRow::of(&account, None, &change.items.old_email);
                (account.map(row), *by == viewer.seat.id)
            }
            ChangeStatus::Unproven
            | ChangeStatus::Requested
            | ChangeStatus::Completed { .. }
            | ChangeStatus::Refused => (None, false),
        };
        let view = self.view(change, viewer.now).await?;
        Ok(OfficePage { staff: viewer.staff(), view, account, is_own, reason, errors })
    }
}

impl OfficePage {
    /// The part of the secretariat's console that it belongs to.
    fn part() -> &'static str {
        "address-changes"
    }
}
