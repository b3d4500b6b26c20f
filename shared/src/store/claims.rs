//! What the system's own accounts have already of what a list of accounts names.

use super::{
    Store, StoreError, Table,
    accounts::{account_of, account_pk, institution_pk},
    item::Reader,
};
use crate::domain::{
    account::InstitutionKey,
    ids::LoginId,
    registry::{Claims, Registered},
};

/// Rows of one request: each has a login ID and at most three keys of its institution.
const ROWS_AT_ONCE: usize = 25;

impl Store {
    /// Of the rows of a list of accounts: one request for every 25 of them.
    pub async fn load_claims(&self, rows: &[Registered]) -> Result<Claims, StoreError> {
        let mut claims = Claims::default();
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let accounts = rows.iter().filter_map(|row| row.account.as_ref());
            let accounts = accounts.map(|account| account_pk(&account.login_id));
            let institutions = rows.iter().flat_map(Registered::keys).map(|key| institution_pk(&key));
            let mut keys: Vec<String> = accounts.chain(institutions).collect();
            // DynamoDB refuses a request that names an item twice.
            keys.sort();
            keys.dedup();
            for item in self.load_batch(vec![(Table::Accounts, keys)]).await? {
                let reader = Reader::new("account or institution", &item)?;
                if let Some(key) = reader.key().strip_prefix("institution#") {
                    let key = InstitutionKey::from_stored(key).ok_or_else(|| reader.unreadable("pk"))?;
                    claims.institutions.insert(key, reader.parsed("login_id", LoginId::parse)?);
                } else {
                    let account = account_of(&item)?;
                    claims.accounts.insert(account.login_id.clone(), account);
                }
            }
        }
        Ok(claims)
    }
}
