//! Whose address it may be: the accounts and applications of the desk that the items of a request lead to.
//!
//! Invariant: an index only leads; each candidate is read, and dropped unless it is the desk's.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{Account, keys_of},
        address_change::{AddressChange, is_of_desk},
        application::Application,
        contact::EmailAddress,
        desk::SearchQuery,
        ids::LoginId,
        prefecture::PrefectureDesk,
    },
    store::StoreError,
    web::Moment,
};

use crate::App;

/// Keys that are followed for one item of a request.
const MOST: i32 = 10;

/// An account whose address may be meant.
#[derive(Serialize)]
pub(crate) struct AccountRow {
    pub(crate) login_id: String,
    pub(crate) institution_name: String,
    pub(crate) email: String,
    /// Whether the registered address is the one that the request calls the old one.
    pub(crate) is_old_email: bool,
    pub(crate) application: Option<String>,
    /// Where the institution is asked.
    pub(crate) phone: Option<String>,
    pub(crate) created_at: Moment,
}

/// An application on its way to an account.
#[derive(Serialize)]
pub(crate) struct ApplicationRow {
    pub(crate) number: String,
    pub(crate) institution_name: String,
    pub(crate) status_label: &'static str,
    pub(crate) email: String,
    pub(crate) is_old_email: bool,
    pub(crate) phone: String,
}

pub(crate) struct Candidates {
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) applications: Vec<ApplicationRow>,
}

impl App {
    /// `typed`: a login ID that the officer looked up himself.
    pub(crate) async fn candidates(
        &self,
        change: &AddressChange,
        typed: &str,
        desk: PrefectureDesk,
        now: Timestamp,
    ) -> Result<Candidates, StoreError> {
        let applications = self.applications_for(change, desk).await?;
        let mut login_ids: Vec<LoginId> = LoginId::from_typed(typed).into_iter().collect();
        login_ids.extend(applications.iter().filter_map(|one| one.status.login_id().cloned()));
        let mut accounts: Vec<Account> = Vec::new();
        if let Some(code) = &change.items.institution_code {
            let items = &change.items;
            let keys = keys_of(items.prefecture, items.institution_kind, Some(code), None, None);
            accounts.extend(self.store.find_or_adopt_account(&keys, desk, now).await?);
        }
        for login_id in login_ids {
            if !accounts.iter().any(|account| account.login_id == login_id) {
                accounts.extend(self.store.load_or_adopt_account(&login_id, now).await?);
            }
        }
        accounts.retain(|account| is_of_desk(account, desk));
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            let origin = match account.application {
                Some(number) => self.store.load_application(number).await?,
                None => None,
            };
            rows.push(AccountRow::of(&account, origin.as_ref(), &change.items.old_email));
        }
        let under_way = applications.iter().filter(|one| one.status.kind().is_open());
        let applications = under_way.map(|one| ApplicationRow::of(one, &change.items.old_email)).collect();
        Ok(Candidates { accounts: rows, applications })
    }

    /// By the number, by the address of before, by the name.
    async fn applications_for(
        &self,
        change: &AddressChange,
        desk: PrefectureDesk,
    ) -> Result<Vec<Application>, StoreError> {
        let items = &change.items;
        let mut numbers: Vec<_> = items.number.into_iter().collect();
        for typed in [items.old_email.as_str(), items.institution_name.as_str()] {
            let Some(query) = SearchQuery::parse(typed) else { continue };
            let page = self.store.list_found(desk, &query.prefix(), None, MOST).await?;
            numbers.extend(page.numbers);
        }
        let mut seen = Vec::new();
        numbers.retain(|number| {
            !seen.contains(number) && {
                seen.push(*number);
                true
            }
        });
        let mut applications = self.store.load_applications(&numbers).await?;
        applications.retain(|application| application.is_visible_to(desk));
        Ok(applications)
    }
}

impl AccountRow {
    pub(crate) fn of(account: &Account, origin: Option<&Application>, old: &EmailAddress) -> Self {
        Self {
            login_id: account.login_id.as_str().to_owned(),
            institution_name: account.institution_name.clone(),
            email: account.email.as_str().to_owned(),
            is_old_email: account.email.key() == old.key(),
            application: account.application.map(|number| number.to_string()),
            phone: origin.map(|application| application.form.phone.national()),
            created_at: account.created_at.into(),
        }
    }
}

impl ApplicationRow {
    fn of(application: &Application, old: &EmailAddress) -> Self {
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            status_label: application.status.kind().label(),
            email: application.form.email.as_str().to_owned(),
            is_old_email: application.form.email.key() == old.key(),
            phone: application.form.phone.national(),
        }
    }
}
