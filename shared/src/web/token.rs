//! Tokens that a browser holds: 256 random bits in a cookie, a keyed hash in the store.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::runtime::{Entropy, Key};

/// The token of a session or of a verification. Has no `Debug`.
pub struct Token(String);

impl Token {
    pub fn new(entropy: &Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()))
    }

    /// A token as a cookie brings it; `None` if it cannot be one of ours.
    pub fn parse(cookie: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        (bytes.len() == 32).then(|| Self(cookie.to_owned()))
    }

    /// The value for the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The id under which the store knows its holder.
    pub fn hash(&self, pepper: &Key) -> String {
        pepper.hash("token", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let token = Token::new(&Entropy::seeded(1));
        assert_eq!(token.expose().len(), 43);
        assert_eq!(Token::parse(token.expose()).map(|read| read.0), Some(token.0));
        for wrong in ["", "short", &"!".repeat(43), &"A".repeat(44)] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }
}
