//! The sixteen fields of the application, in the order of the guide.
//!
//! Invariant: a field's name is its name in forms and JSON; its label is what every page, mail and file calls it.

/// One field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// `name` of the form control and of the JSON member.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    pub required: bool,
}

impl Field {
    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        FIELDS.into_iter().find(|field| field.name == name)
    }
}

const fn required(name: &'static str, label: &'static str) -> Field {
    Field { name, label, required: true }
}

const fn optional(name: &'static str, label: &'static str) -> Field {
    Field { name, label, required: false }
}

pub const INSTITUTION_NAME: Field = required("institution_name", "機関名");
pub const INSTITUTION_CODE: Field = optional("institution_code", "機関コード");
pub const INSTITUTION_KIND: Field = required("institution_kind", "機関区分");
pub const INSTITUTION_SUBKIND: Field = required("institution_subkind", "機関判別区分");
pub const PHONE: Field = required("phone", "電話番号");
pub const INSURANCE_CODE: Field = optional("insurance_code", "保険機関コード");
pub const POSTAL_CODE: Field = required("postal_code", "郵便番号");
pub const PREFECTURE: Field = required("prefecture", "都道府県");
pub const CITY: Field = required("city", "市区町村");
pub const STREET: Field = required("street", "町名・番地");
pub const BUILDING: Field = optional("building", "建物名");
pub const DEPARTMENT: Field = optional("department", "担当部署");
pub const CONTACT_FAMILY_NAME: Field = required("contact_family_name", "担当者(姓)");
pub const CONTACT_GIVEN_NAME: Field = required("contact_given_name", "担当者(名)");
pub const DEPARTMENT_PHONE: Field = required("department_phone", "担当部署電話番号");
pub const EMAIL: Field = required("email", "メールアドレス");

/// All of them, as the form, the check page and every file list them.
pub const FIELDS: [Field; 16] = [
    INSTITUTION_NAME,
    INSTITUTION_CODE,
    INSTITUTION_KIND,
    INSTITUTION_SUBKIND,
    PHONE,
    INSURANCE_CODE,
    POSTAL_CODE,
    PREFECTURE,
    CITY,
    STREET,
    BUILDING,
    DEPARTMENT,
    CONTACT_FAMILY_NAME,
    CONTACT_GIVEN_NAME,
    DEPARTMENT_PHONE,
    EMAIL,
];
