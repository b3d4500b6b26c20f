//! Reading the sixteen fields: each is parsed whatever became of the others.
//!
//! Invariant: the errors come in the order of the fields, so that the summary on top of a page reads downwards.

use super::{
    ApplicationForm, BUILDING, CITY, CONTACT_FAMILY_NAME, CONTACT_GIVEN_NAME, DEPARTMENT, DEPARTMENT_PHONE,
    EMAIL, Field, FieldErrors, FormInput, INSTITUTION_CODE, INSTITUTION_KIND, INSTITUTION_NAME,
    INSTITUTION_SUBKIND, INSURANCE_CODE, PHONE, POSTAL_CODE, PREFECTURE, STREET, suspicion,
};
use crate::domain::{
    contact::{Building, City, Department, EmailAddress, PersonName, PhoneNumber, PostalCode, Street},
    institution::{
        CodeRules, InstitutionCode, InstitutionKind, InstitutionName, InstitutionSubkind, InsuranceCode,
    },
    prefecture::Prefecture,
    text::TextError,
};

pub(super) fn read(
    input: &FormInput,
    email: EmailAddress,
    rules: &CodeRules,
) -> Result<ApplicationForm, FieldErrors> {
    read_with(input, rules, |_| Some(email))
}

/// The address is typed like the rest, and proven by nobody.
pub(super) fn read_typed(input: &FormInput, rules: &CodeRules) -> Result<ApplicationForm, FieldErrors> {
    read_with(input, rules, |reader| {
        let read = EmailAddress::parse(&reader.input.email);
        reader.keep(EMAIL, read.map_err(|error| error.sentence(EMAIL.label)))
    })
}

fn read_with(
    input: &FormInput,
    rules: &CodeRules,
    email: impl FnOnce(&mut Reader<'_>) -> Option<EmailAddress>,
) -> Result<ApplicationForm, FieldErrors> {
    let mut reader = Reader { input, rules, errors: FieldErrors::new() };
    let read = Answers {
        institution_name: reader.line(INSTITUTION_NAME, &input.institution_name, InstitutionName::parse),
        institution_code: reader.institution_code(),
        unnumbered: input.unnumbered,
        institution_kind: reader.chosen(INSTITUTION_KIND, &input.institution_kind, InstitutionKind::parse),
        institution_subkind: reader.subkind(),
        phone: reader.phone(PHONE, &input.phone),
        insurance_code: reader.insurance_code(),
        postal_code: reader.postal_code(),
        prefecture: reader.chosen(PREFECTURE, &input.prefecture, Prefecture::parse),
        city: reader.line(CITY, &input.city, City::parse),
        street: reader.line(STREET, &input.street, Street::parse),
        building: reader.optional_line(BUILDING, &input.building, Building::parse),
        department: reader.optional_line(DEPARTMENT, &input.department, Department::parse),
        contact_family_name: reader.line(CONTACT_FAMILY_NAME, &input.contact_family_name, PersonName::parse),
        contact_given_name: reader.line(CONTACT_GIVEN_NAME, &input.contact_given_name, PersonName::parse),
        department_phone: reader.phone(DEPARTMENT_PHONE, &input.department_phone),
    };
    let email = email(&mut reader);
    let form = email.and_then(|email| read.complete(email)).filter(|_| reader.errors.is_empty());
    form.ok_or(reader.errors)
}

/// What each field gave; `None` where it gave an error, or where an optional one was left out.
struct Answers {
    institution_name: Option<InstitutionName>,
    institution_code: Option<InstitutionCode>,
    unnumbered: bool,
    institution_kind: Option<InstitutionKind>,
    institution_subkind: Option<InstitutionSubkind>,
    phone: Option<PhoneNumber>,
    insurance_code: Option<InsuranceCode>,
    postal_code: Option<PostalCode>,
    prefecture: Option<Prefecture>,
    city: Option<City>,
    street: Option<Street>,
    building: Option<Building>,
    department: Option<Department>,
    contact_family_name: Option<PersonName>,
    contact_given_name: Option<PersonName>,
    department_phone: Option<PhoneNumber>,
}

impl Answers {
    fn complete(self, email: EmailAddress) -> Option<ApplicationForm> {
        Some(ApplicationForm {
            institution_name: self.institution_name?,
            institution_code: self.institution_code,
            unnumbered: self.unnumbered,
            institution_kind: self.institution_kind?,
            institution_subkind: self.institution_subkind?,
            phone: self.phone?,
            insurance_code: self.insurance_code,
            postal_code: self.postal_code?,
            prefecture: self.prefecture?,
            city: self.city?,
            street: self.street?,
            building: self.building,
            department: self.department,
            contact_family_name: self.contact_family_name?,
            contact_given_name: self.contact_given_name?,
            department_phone: self.department_phone?,
            email,
        })
    }
}

struct Reader<'a> {
    input: &'a FormInput,
    rules: &'a CodeRules,
    errors: FieldErrors,
}

impl Reader<'_> {
    fn keep<T>(&mut self, field: Field, read: Result<T, String>) -> Option<T> {
        read.map_err(|sentence| self.errors.push(field.name, sentence)).ok()
    }

    fn line<T>(&mut self, field: Field, typed: &str, parse: fn(&str) -> Result<T, TextError>) -> Option<T> {
        self.keep(field, parse(typed).map_err(|error| error.sentence(field.label)))
    }

    fn optional_line<T>(
        &mut self,
        field: Field,
        typed: &str,
        parse: fn(&str) -> Result<T, TextError>,
    ) -> Option<T> {
        let read = match parse(typed) {
            Ok(line) => Ok(Some(line)),
            Err(TextError::Missing) => Ok(None),
            Err(error) => Err(error.sentence(field.label)),
        };
        self.keep(field, read).flatten()
    }

    fn phone(&mut self, field: Field, typed: &str) -> Option<PhoneNumber> {
        self.keep(field, PhoneNumber::parse(typed).map_err(|error| error.sentence(field.label)))
    }

    fn postal_code(&mut self) -> Option<PostalCode> {
        let read = PostalCode::parse(&self.input.postal_code);
        self.keep(POSTAL_CODE, read.map_err(|error| error.sentence(POSTAL_CODE.label)))
    }

    /// One of a list: what is empty or not on it has to be chosen.
    fn chosen<T>(&mut self, field: Field, typed: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        self.keep(field, parse(typed).ok_or_else(|| choose(field)))
    }

    fn subkind(&mut self) -> Option<InstitutionSubkind> {
        let subkind = InstitutionSubkind::parse(&self.input.institution_subkind);
        let read = match (subkind, self.kind()) {
            (None, _) => Err(choose(INSTITUTION_SUBKIND)),
            (Some(subkind), Some(kind)) if subkind.kind() != kind => Err(of_another_kind(subkind, kind)),
            (Some(subkind), _) => Ok(subkind),
        };
        self.keep(INSTITUTION_SUBKIND, read)
    }

    fn institution_code(&mut self) -> Option<InstitutionCode> {
        let rule = self.rules.rule_for(self.prefecture());
        if self.input.unnumbered && given(&self.input.institution_code).is_some() {
            return self.keep(INSTITUTION_CODE, Err(BOTH.to_owned()));
        }
        let read =
            given(&self.input.institution_code).map(|typed| InstitutionCode::parse(typed, rule)).transpose();
        self.keep(INSTITUTION_CODE, read.map_err(|error| error.sentence(INSTITUTION_CODE.label))).flatten()
    }

    fn insurance_code(&mut self) -> Option<InsuranceCode> {
        let parse = |typed| InsuranceCode::parse_for(typed, self.prefecture(), self.kind());
        let read = given(&self.input.insurance_code).map(parse).transpose();
        let is_elsewhere = suspicion::looks_like_an_insurance_code(&self.input.institution_code);
        let read = read.map_err(|error| {
            let swapped = if is_elsewhere {
                "。機関コードと入れ違っていないかご確認ください"
            } else {
                ""
            };
            format!("{}{swapped}", error.sentence(INSURANCE_CODE.label))
        });
        self.keep(INSURANCE_CODE, read).flatten()
    }

    fn prefecture(&self) -> Option<Prefecture> {
        Prefecture::parse(&self.input.prefecture)
    }

    fn kind(&self) -> Option<InstitutionKind> {
        InstitutionKind::parse(&self.input.institution_kind)
    }
}

/// A code and 「未付番」.
const BOTH: &str = "＊機関コードと「未付番」の両方が指定されています。機関コードをお持ちの場合は「未付番」の選択を外し、お持ちでない場合は機関コードを空欄にしてください";

/// What was typed into an optional field, if anything was.
fn given(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

fn choose(field: Field) -> String {
    format!("＊{}を選択してください", field.label)
}

fn of_another_kind(subkind: InstitutionSubkind, kind: InstitutionKind) -> String {
    let fitting: Vec<String> = kind.subkinds().map(|subkind| format!("「{}」", subkind.label())).collect();
    format!(
        "＊{}「{}」は{}「{}」に当てはまりません。{}を選択してください",
        INSTITUTION_SUBKIND.label,
        subkind.label(),
        INSTITUTION_KIND.label,
        kind.label(),
        fitting.join("又は")
    )
}
