//! ログイン with a password, of accounts and of staff.
//!
//! Architecture invariant: a try is counted by the same conditional write that lets its outcome be shown,
//! and once the limit is reached a right password is refused like a wrong one.

use jiff::Timestamp;

use super::{Account, StaffAccount};
use crate::domain::limits::{FAILED_SIGN_INS, LimitReached, Usage};

/// What a try came to. Nobody may see it before the holder's next state in it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn<A> {
    Right(A),
    Wrong(A),
}

impl Account {
    /// Decides on a try; `matches` says whether the password was the account's.
    pub fn sign_in(self, matches: bool, now: Timestamp) -> Result<SignIn<Self>, LimitReached> {
        let counted = self.failures.used(FAILED_SIGN_INS, now)?;
        let version = self.version + 1;
        Ok(if matches && self.password.is_some() {
            SignIn::Right(Self { failures: Usage::default(), version, ..self })
        } else {
            SignIn::Wrong(Self { failures: counted, version, ..self })
        })
    }
}

impl StaffAccount {
    /// Decides on the first factor. A right one forgives nothing yet, or the second factor could be
    /// guessed without end by somebody who knows the password.
    pub fn sign_in(self, matches: bool, now: Timestamp) -> Result<SignIn<Self>, LimitReached> {
        let counted = self.failures.used(FAILED_SIGN_INS, now)?;
        let version = self.version + 1;
        Ok(if matches && !self.disabled && self.password.is_some() {
            SignIn::Right(Self { version, ..self })
        } else {
            SignIn::Wrong(Self { failures: counted, version, ..self })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::{account, at, staff};

    /// Tries at the given minutes, `right` or `wrong`; what came of each.
    fn tried<A>(
        mut holder: A,
        tries: &[(i64, &str)],
        sign_in: impl Fn(A, bool, Timestamp) -> Result<SignIn<A>, LimitReached>,
    ) -> String
    where
        A: Clone,
    {
        let line = |(minute, password): &(i64, &str)| {
            let outcome = match sign_in(holder.clone(), *password == "right", at(*minute)) {
                Ok(SignIn::Right(next)) => {
                    holder = next;
                    "in".to_owned()
                }
                Ok(SignIn::Wrong(next)) => {
                    holder = next;
                    "refused".to_owned()
                }
                Err(LimitReached { again_at }) => {
                    format!("locked until {}", again_at.duration_since(at(0)).as_mins())
                }
            };
            format!("{minute:>2} {password} -> {outcome}")
        };
        tries.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn five_wrong_passwords_lock_an_account_for_as_long_as_they_are_young() {
        let tries = [(0, "wrong"), (1, "wrong"), (2, "wrong"), (3, "wrong"), (4, "wrong"), (5, "right")];
        let later =
            [(14, "right"), (15, "wrong"), (15, "right"), (16, "right"), (17, "wrong"), (18, "right")];
        insta::assert_snapshot!(tried(account(), &[&tries[..], &later].concat(), Account::sign_in), @r"
         0 wrong -> refused
         1 wrong -> refused
         2 wrong -> refused
         3 wrong -> refused
         4 wrong -> refused
         5 right -> locked until 15
        14 right -> locked until 15
        15 wrong -> refused
        15 right -> locked until 16
        16 right -> in
        17 wrong -> refused
        18 right -> in
        ");
    }

    #[test]
    fn only_the_second_factor_forgives_staff() {
        let tries = [(0, "wrong"), (1, "wrong"), (2, "right"), (3, "wrong"), (4, "wrong"), (5, "wrong")];
        insta::assert_snapshot!(
            tried(staff(), &[&tries[..], &[(6, "right"), (15, "right")]].concat(), StaffAccount::sign_in), @r"
         0 wrong -> refused
         1 wrong -> refused
         2 right -> in
         3 wrong -> refused
         4 wrong -> refused
         5 wrong -> refused
         6 right -> locked until 15
        15 right -> in
        ");
    }

    #[test]
    fn who_has_no_password_yet_or_is_disabled_is_refused_like_anybody() {
        let new = Account { password: None, ..account() };
        assert!(
            matches!(new.sign_in(true, at(0)), Ok(SignIn::Wrong(next)) if next.failures.used_at == [at(0)])
        );
        let gone = StaffAccount { disabled: true, ..staff() };
        assert!(
            matches!(gone.sign_in(true, at(0)), Ok(SignIn::Wrong(next)) if next.failures.used_at == [at(0)])
        );
    }

    #[test]
    fn every_outcome_is_a_next_state() {
        for matches in [true, false] {
            let (SignIn::Right(next) | SignIn::Wrong(next)) = account().sign_in(matches, at(0)).unwrap();
            assert_eq!((next.version, next.epoch), (account().version + 1, account().epoch));
        }
    }
}
