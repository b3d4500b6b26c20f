//! The names under which one institution is known: its codes, and its name at its place.

use crate::domain::{
    contact::PostalCode,
    form::ApplicationForm,
    institution::{InstitutionCode, InstitutionKind, InstitutionName, InsuranceCode},
    prefecture::Prefecture,
};

/// One name of an institution, as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstitutionKey(String);

impl InstitutionKey {
    pub fn from_stored(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        (["code", "insurance", "place"].contains(&kind) && !rest.is_empty()).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Every key of the institution that an application names, the surest first: the prefecture's own code,
/// the insurance code, then the folded name at its postal code.
pub fn institution_keys(form: &ApplicationForm) -> Vec<InstitutionKey> {
    keys_of(
        form.prefecture,
        form.institution_kind,
        form.institution_code.as_ref(),
        form.insurance_code.as_ref(),
        Some((&form.postal_code, &form.institution_name)),
    )
}

/// The keys of an institution of which this much is known.
pub fn keys_of(
    prefecture: Prefecture,
    kind: InstitutionKind,
    institution_code: Option<&InstitutionCode>,
    insurance_code: Option<&InsuranceCode>,
    place: Option<(&PostalCode, &InstitutionName)>,
) -> Vec<InstitutionKey> {
    let mut keys = Vec::with_capacity(3);
    if let Some(code) = institution_code {
        let (prefecture, desk) = (prefecture.code2(), kind.desk().as_str());
        keys.push(InstitutionKey(format!("code:{prefecture}:{desk}:{}", code.as_str())));
    }
    if let Some(code) = insurance_code {
        keys.push(InstitutionKey(format!("insurance:{}", code.as_str())));
    }
    if let Some((postal_code, name)) = place {
        let (postal_code, kind) = (postal_code.as_str(), kind.as_str());
        keys.push(InstitutionKey(format!("place:{postal_code}:{kind}:{}", name.as_key())));
    }
    keys
}
