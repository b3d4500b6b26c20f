//! Password hashing: argon2id, 19 MiB, two passes, one lane (the library's defaults, OWASP's first choice).

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc};
use unicode_normalization::UnicodeNormalization;

use crate::{domain::account::PasswordHash, runtime::Entropy};

/// A password as it was typed. No `Debug`; gone with the request.
pub struct Password(String);

impl Password {
    /// In the form NFKC: an input method in full width, or one that composes marks another way, must not
    /// make another password of it (NIST SP 800-63B §3.1.1.2).
    pub fn new(typed: impl AsRef<str>) -> Self {
        Self(typed.as_ref().nfkc().collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Hashes it with a fresh salt. Takes tens of milliseconds, and is meant to.
    pub fn hash(&self, entropy: &Entropy) -> Result<PasswordHash, HashError> {
        let hash = Argon2::default()
            .hash_password_with_salt(self.0.as_bytes(), &entropy.bytes::<16>())
            .map_err(|error| HashError(error.to_string()))?;
        Ok(PasswordHash::from_phc(hash.to_string()))
    }

    /// Whether it is the password behind `hash`.
    pub fn matches(&self, hash: &PasswordHash) -> bool {
        phc::PasswordHash::new(hash.as_phc())
            .is_ok_and(|hash| Argon2::default().verify_password(self.0.as_bytes(), &hash).is_ok())
    }

    /// Does the work of a comparison where there is no hash to compare with, so that an unknown name takes
    /// as long as a known one.
    pub fn matches_nothing(&self, entropy: &Entropy) -> bool {
        let _same_work = self.hash(entropy);
        false
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed: {0}")]
pub struct HashError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let entropy = Entropy::seeded(1);
        let hash = Password::new("correct horse battery").hash(&entropy).unwrap();
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(Password::new("correct horse battery").matches(&hash));
        assert!(!Password::new("correct horse batterY").matches(&hash));
        assert!(!Password::new("correct horse battery").matches(&PasswordHash::from_phc("nonsense")));
    }

    #[test]
    fn the_width_of_letters_makes_no_other_password() {
        let hash = Password::new("が horse 2027").hash(&Entropy::seeded(1)).unwrap();
        assert!(Password::new("か\u{3099}　ｈｏｒｓｅ　２０２７").matches(&hash));
    }
}
