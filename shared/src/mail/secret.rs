//! Codes and links: derived from a key and the mail's id, so that a mail that is sent twice carries the
//! same secret and nothing secret is stored.
//!
//! Architecture invariant: neither type can be printed by accident (no `Debug`, no `Display`), and what is
//! stored of them is a keyed hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    domain::{ids::MailId, mail::MailKind},
    runtime::Key,
};

/// 認証コード: six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(String);

/// The last part of a password link: 256 bits, 43 characters of base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

/// The secret that a mail of this kind carries.
#[derive(Clone, PartialEq, Eq)]
pub enum DerivedSecret {
    Code(VerificationCode),
    Link(LinkToken),
}

/// The code of a mail. `2^64` is no multiple of a million; the bias is below `10^-13`.
pub fn code_for(link_key: &Key, mail: &MailId) -> VerificationCode {
    let digest = link_key.hmac("code", mail.as_str().as_bytes());
    let number = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    VerificationCode(format!("{:06}", number % 1_000_000))
}

/// The link token of a mail.
pub fn link_token_for(link_key: &Key, mail: &MailId) -> LinkToken {
    LinkToken(URL_SAFE_NO_PAD.encode(link_key.hmac("link", mail.as_str().as_bytes())))
}

/// What is stored of a secret or an address: its HMAC-SHA-256 in 64 hex digits, apart for each purpose.
pub fn keyed_hash(pepper: &Key, purpose: &str, value: &str) -> String {
    pepper.hash(purpose, value)
}

impl DerivedSecret {
    /// What the mail has to carry; `None` for kinds without a secret.
    pub fn of(link_key: &Key, kind: MailKind, mail: &MailId) -> Option<Self> {
        match kind {
            MailKind::Code => Some(Self::Code(code_for(link_key, mail))),
            MailKind::LoginNotice
            | MailKind::PasswordReset
            | MailKind::StaffInvitation
            | MailKind::StaffPasswordReset => Some(Self::Link(link_token_for(link_key, mail))),
            MailKind::Receipt
            | MailKind::Rejection
            | MailKind::AdvanceNotice
            | MailKind::ExistingAccountNotice
            | MailKind::AlreadyEntitledNote
            | MailKind::Returned
            | MailKind::Withdrawn
            | MailKind::AddressChanged
            | MailKind::StuckDigest
            | MailKind::LoginIdReminder
            | MailKind::ChangeRequest => None,
        }
    }
}

impl VerificationCode {
    /// Exactly six ASCII digits (what was typed is normalised before).
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(text.to_owned()))
    }

    /// The digits, for the mail or for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl LinkToken {
    /// 43 characters of base64url without padding, 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The characters, for the mail or for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use jiff::Timestamp;

    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_base64(&STANDARD.encode([byte; 32])).unwrap()
    }

    fn mail(byte: u8) -> MailId {
        MailId::from_parts(Timestamp::UNIX_EPOCH, [byte; 10])
    }

    #[test]
    fn the_same_mail_carries_the_same_secret_and_no_other_does() {
        let token = link_token_for(&key(1), &mail(1));
        assert!(token == link_token_for(&key(1), &mail(1)));
        assert!(token != link_token_for(&key(1), &mail(2)));
        assert!(token != link_token_for(&key(2), &mail(1)));
        assert_eq!(token.expose().len(), 43);
        assert!(LinkToken::parse(token.expose()).is_some_and(|read| read == token));
    }

    #[test]
    fn codes_have_six_digits_and_use_all_of_them() {
        let codes: Vec<_> =
            (0..=255).map(|byte| code_for(&key(1), &mail(byte)).expose().to_owned()).collect();
        assert!(codes.iter().all(|code| VerificationCode::parse(code).is_some()));
        for place in 0..6 {
            let digits: std::collections::BTreeSet<_> =
                codes.iter().map(|code| code.as_bytes()[place]).collect();
            assert_eq!(digits.len(), 10, "place {place}");
        }
    }

    #[test]
    fn malformed_secrets_are_refused() {
        for code in ["", "12345", "1234567", "12345x", "１２３４５６"] {
            assert!(VerificationCode::parse(code).is_none(), "{code}");
        }
        for token in
            ["", "abc", &"a".repeat(42), &"a".repeat(44), &"=".repeat(43), &format!("{}.", "a".repeat(42))]
        {
            assert!(LinkToken::parse(token).is_none(), "{token}");
        }
    }

    #[test]
    fn every_kind_with_a_secret_gets_its_own() {
        let shown: Vec<_> = MailKind::ALL
            .into_iter()
            .filter_map(|kind| {
                DerivedSecret::of(&key(1), kind, &mail(1)).map(|secret| (kind.as_str(), secret))
            })
            .map(|(kind, secret)| match secret {
                DerivedSecret::Code(_) => format!("{kind}: code"),
                DerivedSecret::Link(_) => format!("{kind}: link"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "code: code",
                "login-notice: link",
                "password-reset: link",
                "staff-invitation: link",
                "staff-password-reset: link"
            ]
        );
        assert_eq!(keyed_hash(&key(1), "code", "123456").len(), 64);
        assert_ne!(keyed_hash(&key(1), "code", "123456"), keyed_hash(&key(1), "link", "123456"));
    }
}
