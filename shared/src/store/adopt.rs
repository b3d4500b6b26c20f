//! Accounts that were there before: those of the lists become accounts of the system when somebody needs them.
//!
//! Architecture invariant: an account that the system issued itself stands before one of a list. An adopted account
//! claims its institution's keys as every account does, so that it is the only one.

use jiff::Timestamp;

use super::{CommitError, Found, Store, StoreError};
use crate::domain::{
    account::{Account, InstitutionKey},
    ids::LoginId,
    prefecture::PrefectureDesk,
    registry::{List, LookUpKey},
};

/// Rows of the lists that one key leads to at most; all but one are of lists that hold no more.
const MOST_ROWS: i32 = 20;

impl Store {
    /// The account of an institution of this desk: the system's own, or one of the list of accounts, which is adopted.
    pub async fn find_or_adopt_account(
        &self,
        keys: &[InstitutionKey],
        desk: PrefectureDesk,
        now: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        if let Some(account) = self.find_account(keys).await? {
            return Ok(Some(account));
        }
        let listed = self.find_listed(keys, desk, List::Accounts).await?;
        let Some(account) = listed.and_then(|row| Account::of_list(&row.registered, now)) else {
            return Ok(None);
        };
        self.adopt(&account).await?;
        self.find_account(keys).await
    }

    /// The account that the desk's list of accounts has for an institution, and since when that list holds. It is not
    /// adopted by that.
    pub async fn find_listed_account(
        &self,
        keys: &[InstitutionKey],
        desk: PrefectureDesk,
        now: Timestamp,
    ) -> Result<Option<(Account, Timestamp)>, StoreError> {
        let Some(row) = self.find_listed(keys, desk, List::Accounts).await? else { return Ok(None) };
        let Some(account) = Account::of_list(&row.registered, now) else { return Ok(None) };
        let mut lists = self.load_lists(List::Accounts, &[desk]).await?;
        let Some((import, _)) = lists.remove(&desk) else { return Ok(None) };
        let import = self.load_import(&import).await?;
        Ok(import.map(|import| (account, import.held_since())))
    }

    /// The row of a desk's list that names the institution by one of these keys, the surest first.
    pub async fn find_listed(
        &self,
        keys: &[InstitutionKey],
        desk: PrefectureDesk,
        list: List,
    ) -> Result<Option<Found>, StoreError> {
        if self.load_lists(list, &[desk]).await?.is_empty() {
            return Ok(None);
        }
        for key in keys {
            let Some(asked) = LookUpKey::of(key) else { continue };
            let rows = self.look_up(Some(desk), &asked, MOST_ROWS).await?;
            let is_it = |row: &Found| row.list == list && row.registered.keys().contains(key);
            if let Some(found) = rows.into_iter().find(is_it) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The account with this login ID: the system's own, or one of the list of accounts, which is adopted.
    pub async fn load_or_adopt_account(
        &self,
        login_id: &LoginId,
        now: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        if let Some(account) = self.load_account(login_id).await? {
            return Ok(Some(account));
        }
        let asked = LookUpKey::LoginId(login_id.as_str().to_owned());
        let found = self.look_up(None, &asked, MOST_ROWS).await?;
        let Some(account) = found.first().and_then(|row| Account::of_list(&row.registered, now)) else {
            return Ok(None);
        };
        self.adopt(&account).await?;
        self.load_account(login_id).await
    }

    /// Whoever comes second finds what the first one made. What else has the login ID or a key stays as it is: the list
    /// is wrong there, and the system's own account is right.
    async fn adopt(&self, account: &Account) -> Result<(), StoreError> {
        match self.commit_account(account).await {
            Ok(()) => {
                tracing::info!(event = "account_adopted", "an account of a list was adopted");
                Ok(())
            }
            Err(CommitError::Lost(what)) => {
                tracing::warn!(event = "account_not_adopted", what, "somebody else has it");
                Ok(())
            }
            Err(CommitError::Store(error)) => Err(error),
        }
    }
}
