//! The form as it was typed in, before anything is decided about it.
//!
//! Invariant: every string is exactly what came over the wire, so that a page with errors shows it again unchanged.

use super::FIELDS;
use std::fmt;

/// The sixteen typed-in strings. `Debug` does not show them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormInput {
    pub institution_name: String,
    pub institution_code: String,
    pub institution_kind: String,
    pub institution_subkind: String,
    pub phone: String,
    pub insurance_code: String,
    pub postal_code: String,
    pub prefecture: String,
    pub city: String,
    pub street: String,
    pub building: String,
    pub department: String,
    pub contact_family_name: String,
    pub contact_given_name: String,
    pub department_phone: String,
    /// For showing only: the address of an application is the verified one.
    pub email: String,
    /// 「未付番」: the institution has no 機関コード.
    pub unnumbered: bool,
    /// Whoever typed this has seen the warnings and goes on.
    pub confirmed_warnings: bool,
}

impl FormInput {
    /// The strings in the order of [`FIELDS`].
    fn values(&self) -> [&str; 16] {
        [
            &self.institution_name,
            &self.institution_code,
            &self.institution_kind,
            &self.institution_subkind,
            &self.phone,
            &self.insurance_code,
            &self.postal_code,
            &self.prefecture,
            &self.city,
            &self.street,
            &self.building,
            &self.department,
            &self.contact_family_name,
            &self.contact_given_name,
            &self.department_phone,
            &self.email,
        ]
    }

    /// An input of what `typed` says for each name; its warnings are not confirmed.
    pub fn from_typed(mut typed: impl FnMut(&'static str) -> String) -> Self {
        let [
            institution_name,
            institution_code,
            institution_kind,
            institution_subkind,
            phone,
            insurance_code,
            postal_code,
            prefecture,
            city,
            street,
            building,
            department,
            contact_family_name,
            contact_given_name,
            department_phone,
            email,
        ] = FIELDS.map(|field| typed(field.name));
        Self {
            institution_name,
            institution_code,
            institution_kind,
            institution_subkind,
            phone,
            insurance_code,
            postal_code,
            prefecture,
            city,
            street,
            building,
            department,
            contact_family_name,
            contact_given_name,
            department_phone,
            email,
            unnumbered: false,
            confirmed_warnings: false,
        }
    }

    /// What was typed into the field of this name; `None` if there is no such field.
    pub fn typed(&self, field: &str) -> Option<&str> {
        FIELDS.iter().zip(self.values()).find(|(known, _)| known.name == field).map(|(_, typed)| typed)
    }
}

impl fmt::Debug for FormInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormInput")
            .field("confirmed_warnings", &self.confirmed_warnings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_goes_by_the_name_of_its_field() {
        let input = FormInput::from_typed(str::to_owned);
        assert_eq!(input.values(), FIELDS.map(|field| field.name));
        for field in FIELDS {
            assert_eq!(input.typed(field.name), Some(field.name));
        }
        assert_eq!((input.street.as_str(), input.department_phone.as_str()), ("street", "department_phone"));
        assert_eq!(input.typed("confirmed_warnings"), None);
    }

    #[test]
    fn debug_shows_nobody() {
        let input = FormInput { contact_family_name: "田中".to_owned(), ..FormInput::default() };
        assert!(!format!("{input:?}").contains("田中"));
    }
}
