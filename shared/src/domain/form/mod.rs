//! The application form: typed strings in, a form of typed values out, or every error at once.
//!
//! Invariant: an [`ApplicationForm`] is complete. Nothing behind it asks again whether a field is there or well formed.

mod address;
mod errors;
mod field;
mod input;
mod reading;
mod suspicion;

pub use self::errors::{FieldError, FieldErrors, FieldWarning};
pub use self::field::{
    BUILDING, CITY, CONTACT_FAMILY_NAME, CONTACT_GIVEN_NAME, DEPARTMENT, DEPARTMENT_PHONE, EMAIL, FIELDS,
    Field, INSTITUTION_CODE, INSTITUTION_KIND, INSTITUTION_NAME, INSTITUTION_SUBKIND, INSURANCE_CODE, PHONE,
    POSTAL_CODE, PREFECTURE, STREET,
};
pub use self::input::FormInput;

use super::{
    contact::{Building, City, Department, EmailAddress, PersonName, PhoneNumber, PostalCode, Street},
    institution::{
        CodeRules, InstitutionCode, InstitutionKind, InstitutionName, InstitutionSubkind, InsuranceCode,
    },
    prefecture::{Prefecture, PrefectureDesk},
};

/// What an institution applies with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationForm {
    pub institution_name: InstitutionName,
    pub institution_code: Option<InstitutionCode>,
    /// 「未付番」 was chosen: there is no 機関コード. Never together with one.
    pub unnumbered: bool,
    pub institution_kind: InstitutionKind,
    pub institution_subkind: InstitutionSubkind,
    pub phone: PhoneNumber,
    pub insurance_code: Option<InsuranceCode>,
    pub postal_code: PostalCode,
    pub prefecture: Prefecture,
    pub city: City,
    pub street: Street,
    pub building: Option<Building>,
    pub department: Option<Department>,
    pub contact_family_name: PersonName,
    pub contact_given_name: PersonName,
    pub department_phone: PhoneNumber,
    pub email: EmailAddress,
}

/// A form without errors, and what may be wrong with it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub form: ApplicationForm,
    pub warnings: Vec<FieldWarning>,
}

impl Parsed {
    /// Whether the applicant must see the warnings before going on.
    pub fn must_be_confirmed(&self, input: &FormInput) -> bool {
        !self.warnings.is_empty() && !input.confirmed_warnings
    }
}

/// The answer of an institution that has no 機関コード.
pub const UNNUMBERED: &str = "未付番（機関コードがない）";

/// One answer as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub field: Field,
    /// Empty where an optional field was left out.
    pub text: String,
}

impl ApplicationForm {
    /// Parses the form with the code rules that hold where nothing else is configured; `email` is the verified one.
    pub fn parse(input: &FormInput, email: EmailAddress) -> Result<Parsed, FieldErrors> {
        Self::parse_with(input, email, &CodeRules::default())
    }

    /// Parses the form; all of its errors at once, in the order of the fields.
    pub fn parse_with(
        input: &FormInput,
        email: EmailAddress,
        rules: &CodeRules,
    ) -> Result<Parsed, FieldErrors> {
        let form = reading::read(input, email, rules)?;
        let warnings = form.warnings();
        Ok(Parsed { form, warnings })
    }

    /// The same for an address that is typed like the rest: a proxy application, whose address ① proves.
    pub fn parse_typed(input: &FormInput, rules: &CodeRules) -> Result<Parsed, FieldErrors> {
        let form = reading::read_typed(input, rules)?;
        let warnings = form.warnings();
        Ok(Parsed { form, warnings })
    }

    /// What may be wrong: shown to the applicant before the form is sent, and to the desk beside it.
    pub fn warnings(&self) -> Vec<FieldWarning> {
        suspicion::warnings_of(self)
    }

    /// The desk that the application belongs to.
    pub fn desk(&self) -> PrefectureDesk {
        PrefectureDesk { prefecture: self.prefecture, desk: self.institution_kind.desk() }
    }

    /// 「田中 花子」.
    pub fn contact_name(&self) -> String {
        format!("{} {}", self.contact_family_name.as_str(), self.contact_given_name.as_str())
    }

    /// The form as one would type it in, for showing it in the fields again.
    pub fn to_input(&self) -> FormInput {
        FormInput {
            institution_name: self.institution_name.as_str().to_owned(),
            institution_code: text_of(self.institution_code.as_ref().map(InstitutionCode::as_str)),
            institution_kind: self.institution_kind.as_str().to_owned(),
            institution_subkind: self.institution_subkind.as_str().to_owned(),
            phone: self.phone.national(),
            insurance_code: text_of(self.insurance_code.as_ref().map(InsuranceCode::as_str)),
            postal_code: self.postal_code.display(),
            prefecture: self.prefecture.name().to_owned(),
            city: self.city.as_str().to_owned(),
            street: self.street.as_str().to_owned(),
            building: text_of(self.building.as_ref().map(Building::as_str)),
            department: text_of(self.department.as_ref().map(Department::as_str)),
            contact_family_name: self.contact_family_name.as_str().to_owned(),
            contact_given_name: self.contact_given_name.as_str().to_owned(),
            department_phone: self.department_phone.national(),
            email: self.email.as_str().to_owned(),
            unnumbered: self.unnumbered,
            confirmed_warnings: false,
        }
    }

    /// Every answer as people read it, in the order of [`FIELDS`]: for the check page, the download, mails, files.
    pub fn answers(&self) -> Vec<Answer> {
        let typed = self.to_input();
        let read = FormInput {
            institution_code: if self.unnumbered {
                UNNUMBERED.to_owned()
            } else {
                typed.institution_code.clone()
            },
            institution_kind: self.institution_kind.label().to_owned(),
            institution_subkind: self.institution_subkind.label().to_owned(),
            ..typed
        };
        let answer = |field: Field| Answer { field, text: text_of(read.typed(field.name)) };
        FIELDS.map(answer).into()
    }
}

fn text_of(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
