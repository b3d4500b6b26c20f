//! The second factor of staff: six digits that an authenticator app shows for half a minute (TOTP, RFC 6238).
//!
//! Architecture invariant: the step of an accepted code is stored, and no code of it or of an earlier one
//! is accepted again.

use jiff::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};

use super::{SignIn, StaffAccount};
use crate::domain::{
    limits::{FAILED_SIGN_INS, LimitReached, Usage},
    text,
};

/// What the app and we share. No `Debug`: whoever reads it can sign in.
#[derive(Clone)]
pub struct TotpSecret([u8; 20]);

/// How many digits a code has, and for how many seconds it is shown.
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// Codes of the step before and of the step after are accepted: clocks differ, and people type slowly.
const SKEW_STEPS: u16 = 1;
/// The name that the app shows above the code.
const ISSUER: &str = "G-MIS";

impl TotpSecret {
    /// A secret from a keyed hash, cut to the 160 bits that RFC 4226 recommends and every app takes.
    pub fn from_digest(digest: [u8; 32]) -> Self {
        let mut secret = [0; 20];
        secret.copy_from_slice(&digest[..20]);
        Self(secret)
    }

    /// The code that the app shows at this moment.
    pub fn code_at(&self, at: Timestamp) -> String {
        self.totp("").generate(seconds(at)).to_string()
    }

    /// The secret as a person types it into the app: groups of four letters and digits.
    pub fn typed(&self) -> String {
        let plain = self.totp("").secret().to_base32();
        let groups: Vec<String> =
            plain.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        groups.join(" ")
    }

    /// What the app is given, mostly as a QR code: `otpauth://totp/G-MIS:nara-iryo?secret=…`.
    pub fn otpauth_url(&self, staff: &StaffAccount) -> String {
        self.totp(staff.id.as_str()).to_url().unwrap_or_default()
    }

    /// The step of the code that was typed, if it is right now.
    fn step_of(&self, typed: &str, now: Timestamp) -> Option<u64> {
        self.totp("").check(&text::digits(typed), seconds(now))
    }

    fn totp(&self, name: &str) -> Totp {
        Builder::new()
            // SHA-1: some apps silently use nothing else, and HMAC does not suffer from its collisions.
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP_SECONDS)
            .with_skew(SKEW_STEPS)
            .with_secret(self.0.as_slice())
            .with_issuer(Some(ISSUER))
            .with_account_name(name)
            .build_noncompliant()
    }
}

impl StaffAccount {
    /// Decides on the second factor of somebody whose password was right. Both factors share one limit.
    pub fn second_factor(
        self,
        secret: &TotpSecret,
        typed: &str,
        now: Timestamp,
    ) -> Result<SignIn<Self>, LimitReached> {
        let counted = self.failures.used(FAILED_SIGN_INS, now)?;
        let version = self.version + 1;
        let fresh = |step: &u64| self.totp_last_step.is_none_or(|last| *step > last);
        Ok(match secret.step_of(typed, now).filter(fresh) {
            Some(step) if !self.disabled => SignIn::Right(Self {
                totp_last_step: Some(step),
                enrolled: true,
                last_sign_in_at: Some(now),
                failures: Usage::default(),
                version,
                ..self
            }),
            Some(_) | None => SignIn::Wrong(Self { failures: counted, version, ..self }),
        })
    }
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::staff;

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    fn secret() -> TotpSecret {
        TotpSecret(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1: the last six of the eight digits given there.
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(secret().code_at(second(at)), code);
        }
    }

    #[test]
    fn a_code_is_right_one_step_before_and_after_its_own() {
        let now = 1_800_000_015;
        let table: Vec<String> = (-3..=3)
            .map(|steps| {
                let code = secret().code_at(second(now + steps * 30));
                let outcome = match staff().second_factor(&secret(), &code, second(now)) {
                    Ok(SignIn::Right(next)) => format!("in, {:?}", next.totp_last_step),
                    Ok(SignIn::Wrong(next)) => format!("refused, {} counted", next.failures.used_at.len()),
                    Err(_) => "locked".to_owned(),
                };
                format!("{steps:>2} -> {outcome}")
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        -3 -> refused, 1 counted
        -2 -> refused, 1 counted
        -1 -> in, Some(59999999)
         0 -> in, Some(60000000)
         1 -> in, Some(60000001)
         2 -> refused, 1 counted
         3 -> refused, 1 counted
        ");
    }

    #[test]
    fn no_code_works_twice_nor_an_older_one_after_it() {
        let now = second(1_800_000_015);
        let (before, current) = (secret().code_at(second(1_799_999_985)), secret().code_at(now));
        let SignIn::Right(next) = staff().second_factor(&secret(), &current, now).unwrap() else { panic!() };
        for code in [current, before] {
            let again = next.clone().second_factor(&secret(), &code, now).unwrap();
            assert!(matches!(again, SignIn::Wrong(_)), "{code}");
        }
        let following = second(1_800_000_045);
        let code = secret().code_at(following);
        assert!(matches!(next.second_factor(&secret(), &code, following), Ok(SignIn::Right(_))));
    }

    #[test]
    fn both_factors_share_one_limit_and_the_second_one_forgives() {
        let now = second(1_800_000_015);
        let code = secret().code_at(now);
        let four = StaffAccount { failures: Usage { used_at: vec![now; 4] }, ..staff() };
        let SignIn::Right(next) = four.clone().second_factor(&secret(), &code, now).unwrap() else {
            panic!()
        };
        assert_eq!(next.failures, Usage::default());
        let SignIn::Wrong(five) = four.sign_in(false, now).unwrap() else { panic!() };
        assert!(five.second_factor(&secret(), &code, now).is_err(), "a right code does not open the lock");
    }

    #[test]
    fn what_is_typed_may_be_full_width_and_what_is_no_code_is_wrong() {
        let now = second(1_800_000_015);
        let wide: String = secret()
            .code_at(now)
            .bytes()
            .filter_map(|byte| char::from_u32(u32::from(byte) + 0xFEE0))
            .collect();
        assert!(matches!(staff().second_factor(&secret(), &wide, now), Ok(SignIn::Right(_))));
        for typed in ["", "12345", "1234567", "abcdef"] {
            assert!(matches!(staff().second_factor(&secret(), typed, now), Ok(SignIn::Wrong(_))), "{typed}");
        }
        let disabled = StaffAccount { disabled: true, ..staff() };
        let code = secret().code_at(now);
        assert!(matches!(disabled.second_factor(&secret(), &code, now), Ok(SignIn::Wrong(_))));
    }

    #[test]
    fn the_address_for_the_app_is_pinned() {
        insta::assert_snapshot!(secret().otpauth_url(&staff()), @"otpauth://totp/G-MIS:nara-iryo?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=G-MIS");
    }
}
