//! Where a list of accounts contradicts the system's own accounts, which stand before it.

use std::collections::HashMap;

use super::Registered;
use crate::domain::{
    account::{Account, InstitutionKey},
    ids::LoginId,
};

/// What the system's own accounts have of the login IDs and of the institutions that some rows name.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    pub accounts: HashMap<LoginId, Account>,
    pub institutions: HashMap<InstitutionKey, LoginId>,
}

impl Claims {
    /// Why the account of this row would never be used; nothing where it may be.
    pub fn clashes_with(&self, row: &Registered) -> Vec<String> {
        let Some(listed) = &row.account else { return Vec::new() };
        let keys = row.keys();
        let holder = self.accounts.get(&listed.login_id);
        let of_another = holder.filter(|holder| !holder.keys.iter().any(|key| keys.contains(key)));
        let taken = of_another.map(|holder| {
            format!(
                "ログインID「{}」は、別の機関「{}」の発行済みのアカウントが使っています。取り込んでも、この行のアカウントは使われません。ログインIDを確認してください",
                listed.login_id.as_str(),
                holder.institution_name
            )
        });
        let mut owners = keys.iter().filter_map(|key| self.institutions.get(key));
        let other = owners.find(|owner| **owner != listed.login_id).map(|owner| {
            format!(
                "この機関には、別のログインID「{}」の発行済みのアカウントがあります。取り込んでも、この行のアカウントは使われません。機関の番号とログインIDを確認してください",
                owner.as_str()
            )
        });
        taken.into_iter().chain(other).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::Right,
        application::samples::NOON,
        contact::EmailAddress,
        registry::{RegisteredAccount, samples::clinic},
    };

    fn row(name: &str, code: &str, login_id: &str) -> Registered {
        Registered {
            email: EmailAddress::parse("a@example.jp").ok(),
            account: Some(RegisteredAccount {
                login_id: LoginId::parse(login_id).unwrap(),
                rights: [Right::MedicalInformation].into(),
            }),
            ..clinic(name, code)
        }
    }

    /// The account of 甲医院.
    fn claims() -> Claims {
        let account = Account::of_list(&row("甲医院", "001", "nara0001"), *NOON).unwrap();
        let institutions = account.keys.iter().map(|key| (key.clone(), account.login_id.clone())).collect();
        Claims { institutions, accounts: [(account.login_id.clone(), account)].into() }
    }

    #[test]
    fn what_the_system_has_for_another_institution_is_told() {
        let told = |row: Registered| claims().clashes_with(&row).join("\n");
        assert_eq!(told(row("甲医院", "001", "nara0001")), "", "the same institution's own");
        assert_eq!(told(row("乙医院", "002", "nara0002")), "");
        insta::assert_snapshot!(
            told(row("乙医院", "002", "nara0001")),
            @"ログインID「nara0001」は、別の機関「甲医院」の発行済みのアカウントが使っています。取り込んでも、この行のアカウントは使われません。ログインIDを確認してください"
        );
        insta::assert_snapshot!(
            told(row("甲医院", "001", "nara0002")),
            @"この機関には、別のログインID「nara0001」の発行済みのアカウントがあります。取り込んでも、この行のアカウントは使われません。機関の番号とログインIDを確認してください"
        );
        let no_list = Registered { account: None, ..row("甲医院", "001", "nara0002") };
        assert_eq!(told(no_list), "");
    }
}
