//! Secret keys for keyed hashes and derived secrets.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A secret of at least 256 bits. Has no `Debug` and no way to read it back.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl Key {
    /// Reads base64; `None` if it is no base64 or shorter than 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        (bytes.len() >= 32).then_some(Self(bytes))
    }

    /// HMAC-SHA-256 of `message` under this key; `label` keeps the purposes apart.
    ///
    /// # Panics
    /// Never: HMAC takes a key of any length.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub fn hmac(&self, label: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        mac.update(&(label.len() as u64).to_le_bytes());
        mac.update(label.as_bytes());
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// The keyed hash under which a secret or an address is stored: 64 hex digits.
    pub fn hash(&self, label: &str, value: &str) -> String {
        hex::encode(self.hmac(label, value.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_or_malformed_key_is_refused() {
        assert!(Key::from_base64(&STANDARD.encode([7; 31])).is_none());
        assert!(Key::from_base64("not base64!").is_none());
        assert!(Key::from_base64(&STANDARD.encode([7; 32])).is_some());
    }

    #[test]
    fn labels_keep_purposes_apart() {
        let key = Key(vec![1; 32]);
        assert_ne!(key.hash("code", "x"), key.hash("link", "x"));
        assert_ne!(key.hash("ab", "c"), key.hash("a", "bc"));
    }
}
