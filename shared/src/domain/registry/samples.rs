//! A row of a list for tests.

use super::Registered;
use crate::domain::{
    institution::{InstitutionCode, InstitutionKind, InstitutionName},
    prefecture::Prefecture,
};

/// A clinic of Nara of which the list tells no more than name and 機関コード.
pub fn clinic(name: &str, code: &str) -> Registered {
    Registered {
        name: InstitutionName::parse(name).expect("a name"),
        kind: InstitutionKind::Clinic,
        prefecture: Prefecture::Nara,
        institution_code: InstitutionCode::from_stored(code),
        insurance_code: None,
        postal_code: None,
        address: None,
        phone: None,
        email: None,
        account: None,
    }
}
