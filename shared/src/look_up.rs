//! One box for the telephone: what the lists and the accounts know of an institution, whether it ever applied or not.
//!
//! Architecture invariant: with a desk, only what is that desk's is ever read.

use serde::Serialize;

use crate::{
    domain::{
        account::{Account, Right},
        ids::LoginId,
        prefecture::PrefectureDesk,
        registry::{List, LookUp, LookUpKey, Registered},
    },
    store::{Found, Store, StoreError},
};

/// Rows that one key is followed to.
const MOST_ROWS: i32 = 50;
/// Institutions that are shown; more is no answer on the telephone.
pub const MOST_SHOWN: usize = 20;

/// An institution, with everything that is asked on the telephone. Empty is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownInstitution {
    pub institution_name: String,
    pub kind: &'static str,
    pub desk: String,
    pub institution_code: String,
    pub insurance_code: String,
    pub login_id: String,
    pub rights: Vec<&'static str>,
    pub email: String,
    pub phone: String,
    pub address: String,
    /// Where this is known from.
    pub sources: Vec<&'static str>,
}

impl Store {
    /// The institutions that the text leads to: of one desk, or of every desk.
    pub async fn list_known_institutions(
        &self,
        look_up: &LookUp,
        desk: Option<PrefectureDesk>,
    ) -> Result<Vec<KnownInstitution>, StoreError> {
        let mut groups: Vec<Vec<Found>> = Vec::new();
        let mut accounts = Vec::new();
        for key in look_up.keys(desk) {
            if let LookUpKey::LoginId(id) = &key
                && let Some(id) = LoginId::parse(id)
            {
                let account = self.load_account(&id).await?;
                accounts.extend(account.filter(|account| desk.is_none_or(|desk| account.desk() == desk)));
            }
            for found in self.look_up(desk, &key, MOST_ROWS).await? {
                group(&mut groups, found);
            }
        }
        groups.truncate(MOST_SHOWN);
        let mut known = Vec::with_capacity(groups.len());
        for mut group in groups {
            self.complete(&mut group).await?;
            let mut keys: Vec<_> = group.iter().flat_map(|found| found.registered.keys()).collect();
            keys.dedup();
            let account = self.find_account(&keys).await?;
            accounts
                .retain(|other| account.as_ref().is_none_or(|account| account.login_id != other.login_id));
            known.push(KnownInstitution::of(&group, account.as_ref()));
        }
        known.extend(accounts.iter().map(KnownInstitution::of_account));
        Ok(known)
    }

    /// What was found by a key of one list has its other half in the other list.
    async fn complete(&self, group: &mut Vec<Found>) -> Result<(), StoreError> {
        let Some(desk) = group.first().map(|found| found.registered.desk()) else { return Ok(()) };
        for list in List::ALL {
            if group.iter().all(|found| found.list != list) {
                let keys: Vec<_> = group.iter().flat_map(|found| found.registered.keys()).collect();
                group.extend(self.find_listed(&keys, desk, list).await?);
            }
        }
        Ok(())
    }
}

/// Rows of the two lists that name the same institution are one answer.
fn group(groups: &mut Vec<Vec<Found>>, found: Found) {
    let keys = found.registered.keys();
    let is_same = |other: &Found| {
        other.registered.desk() == found.registered.desk()
            && other.registered.keys().iter().any(|key| keys.contains(key))
    };
    match groups.iter_mut().find(|group| group.iter().any(is_same)) {
        Some(group) if group.contains(&found) => {}
        Some(group) => group.push(found),
        None => groups.push(vec![found]),
    }
}

impl KnownInstitution {
    fn of(group: &[Found], account: Option<&Account>) -> Self {
        let first = |text: fn(&Registered) -> Option<String>| {
            group.iter().find_map(|found| text(&found.registered)).unwrap_or_default()
        };
        let listed = group.iter().find_map(|found| found.registered.account.as_ref());
        let (login_id, rights) = match (account, listed) {
            (Some(account), _) => (account.login_id.as_str(), labels(&account.rights)),
            (None, Some(listed)) => (listed.login_id.as_str(), labels(&listed.rights)),
            (None, None) => ("", Vec::new()),
        };
        let mut sources: Vec<&'static str> = group.iter().map(|found| found.list.label()).collect();
        sources.extend(account.map(|_| OWN));
        Self {
            institution_name: first(|row| Some(row.name.as_str().to_owned())),
            kind: group.first().map_or("", |found| found.registered.kind.label()),
            desk: first(|row| Some(row.desk().label())),
            institution_code: first(|row| row.institution_code.as_ref().map(|code| code.as_str().to_owned())),
            insurance_code: first(|row| row.insurance_code.as_ref().map(|code| code.as_str().to_owned())),
            login_id: login_id.to_owned(),
            rights,
            email: account.map_or_else(
                || first(|row| row.email.as_ref().map(|email| email.as_str().to_owned())),
                |account| account.email.as_str().to_owned(),
            ),
            phone: first(|row| row.phone.as_ref().map(crate::domain::contact::PhoneNumber::national)),
            address: first(|row| row.address.as_ref().map(|address| address.as_str().to_owned())),
            sources,
        }
    }

    fn of_account(account: &Account) -> Self {
        Self {
            institution_name: account.institution_name.clone(),
            kind: account.institution_kind.label(),
            desk: account.desk().label(),
            institution_code: account.code_in_keys("code").unwrap_or_default().to_owned(),
            insurance_code: account.code_in_keys("insurance").unwrap_or_default().to_owned(),
            login_id: account.login_id.as_str().to_owned(),
            rights: labels(&account.rights),
            email: account.email.as_str().to_owned(),
            phone: String::new(),
            address: String::new(),
            sources: vec![OWN],
        }
    }
}

const OWN: &str = "発行済みのアカウント";

fn labels(rights: &std::collections::BTreeSet<Right>) -> Vec<&'static str> {
    rights.iter().copied().map(Right::label).collect()
}
