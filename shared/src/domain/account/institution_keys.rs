//! The names under which one institution is known: its codes, and its name at its place.

use crate::domain::form::ApplicationForm;

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
    let mut keys = Vec::with_capacity(3);
    let desk = form.institution_kind.desk().as_str();
    let prefecture = form.prefecture.code2();
    if let Some(code) = &form.institution_code {
        keys.push(InstitutionKey(format!("code:{prefecture}:{desk}:{}", code.as_str())));
    }
    if let Some(code) = &form.insurance_code {
        keys.push(InstitutionKey(format!("insurance:{}", code.as_str())));
    }
    keys.push(InstitutionKey(format!(
        "place:{}:{}:{}",
        form.postal_code.as_str(),
        form.institution_kind.as_str(),
        form.institution_name.as_key()
    )));
    keys
}
