//! パスワードの設定: a typed new password uses its link up and ends every session of before.

use jiff::Timestamp;

use super::{Account, LinkRefused, PasswordHash, PasswordLink};
use crate::domain::limits::Usage;

/// The account with its new password, and the link that is used up by it: committed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSet {
    pub account: Account,
    pub link: PasswordLink,
    /// Whether it is the account's first one: then its application learns of it.
    pub first: bool,
}

impl Account {
    /// The epoch rises: sessions and links of before are void. Failed sign-ins are forgiven.
    pub fn set_password(
        self,
        hash: PasswordHash,
        link: PasswordLink,
        now: Timestamp,
    ) -> Result<PasswordSet, LinkRefused> {
        link.check(&self, now)?;
        let first = self.password.is_none();
        Ok(PasswordSet {
            link: PasswordLink { used_at: Some(now), version: link.version + 1, ..link },
            account: Self {
                password: Some(hash),
                epoch: self.epoch + 1,
                failures: Usage::default(),
                version: self.version + 1,
                ..self
            },
            first,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::samples::{account, at, link},
        ids::LoginId,
    };

    fn hash() -> PasswordHash {
        PasswordHash::from_phc("$argon2id$new")
    }

    #[test]
    fn a_link_in_every_state() {
        let links = [
            ("fresh", link()),
            ("in its last minute", PasswordLink { expires_at: at(6), ..link() }),
            ("expired", PasswordLink { expires_at: at(5), ..link() }),
            ("used", PasswordLink { used_at: Some(at(1)), ..link() }),
            ("used and expired", PasswordLink { used_at: Some(at(1)), expires_at: at(2), ..link() }),
            ("of before the last password", PasswordLink { epoch: link().epoch - 1, ..link() }),
            ("of another account", PasswordLink { login_id: LoginId::parse("other123").unwrap(), ..link() }),
        ];
        let table = links.map(|(name, link)| match account().set_password(hash(), link, at(5)) {
            Ok(set) => format!("{name} -> set, link used, epoch {}", set.account.epoch),
            Err(refused) => format!("{name} -> {refused}"),
        });
        insta::assert_snapshot!(table.join("\n"), @r"
        fresh -> set, link used, epoch 3
        in its last minute -> set, link used, epoch 3
        expired -> the link ended at 2027-01-22T03:05:00Z
        used -> the link was used at 2027-01-22T03:01:00Z
        used and expired -> the link was used at 2027-01-22T03:01:00Z
        of before the last password -> a password was set since the link was made
        of another account -> the link belongs to another account
        ");
    }

    #[test]
    fn a_new_password_ends_what_was_before() {
        let locked = Account { failures: Usage { used_at: vec![at(1); 5] }, ..account() };
        let set = locked.set_password(hash(), link(), at(5)).unwrap();
        assert_eq!(set.account.password, Some(hash()));
        assert_eq!(set.account.failures, Usage::default());
        assert_eq!((set.account.version, set.link.version), (account().version + 1, link().version + 1));
        assert!(!set.first);
        let again = set.account.clone().set_password(hash(), set.link, at(5));
        assert_eq!(again, Err(LinkRefused::Used { at: at(5) }));
        let sibling =
            set.account.set_password(hash(), PasswordLink { hash: "sibling".into(), ..link() }, at(5));
        assert_eq!(
            sibling,
            Err(LinkRefused::Superseded),
            "a second mail's link is void with the first one's"
        );
    }

    #[test]
    fn the_first_password_is_told_from_a_later_one() {
        let new = Account { password: None, ..account() };
        assert!(new.set_password(hash(), link(), at(5)).unwrap().first);
    }
}
