//! The secret behind the second factor of a member of staff: derived, so that neither the table nor the key
//! alone gives it away.

use crate::{
    domain::account::{StaffAccount, TotpSecret},
    runtime::Key,
};

/// The secret of this member of staff under the deployment's `LINK_KEY`. A new seed makes a new secret.
pub fn totp_secret(link_key: &Key, staff: &StaffAccount) -> TotpSecret {
    let message = [staff.id.as_str().as_bytes(), b"#", &staff.totp_seed].concat();
    TotpSecret::from_digest(link_key.hmac("totp", &message))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;
    use crate::domain::account::samples::{at, staff};

    #[test]
    fn key_person_and_seed_each_change_the_secret() {
        let key = |byte| Key::from_base64(&STANDARD.encode([byte; 32])).unwrap();
        let other_seed = StaffAccount { totp_seed: [8; 16], ..staff() };
        let codes = [
            totp_secret(&key(1), &staff()).code_at(at(0)),
            totp_secret(&key(2), &staff()).code_at(at(0)),
            totp_secret(&key(1), &other_seed).code_at(at(0)),
        ];
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        assert_eq!(totp_secret(&key(1), &staff()).code_at(at(0)), codes[0]);
    }
}
