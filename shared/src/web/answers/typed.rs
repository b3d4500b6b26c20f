//! What the body of a request may say: the fifteen answers that are typed, ticks, and the button that was pressed.
//!
//! Invariant: a field that is not named here (number, state, address …) is not read.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use super::{Confirmation, Fill};
use crate::domain::form::FormInput;

/// The form as it is sent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TypedForm {
    institution_name: String,
    institution_code: String,
    institution_kind: String,
    institution_subkind: String,
    phone: String,
    insurance_code: String,
    postal_code: String,
    prefecture: String,
    city: String,
    street: String,
    building: String,
    department: String,
    contact_family_name: String,
    contact_given_name: String,
    department_phone: String,
    unnumbered: Tick,
    confirmed_warnings: Tick,
    /// 「住所を自動入力」, or one of its places.
    address: String,
}

impl TypedForm {
    /// The answers, their warnings not confirmed yet; what was said about warnings; whether the address is to be
    /// filled in.
    pub fn into_parts(self) -> (FormInput, Confirmation, Fill) {
        let input = FormInput {
            institution_name: self.institution_name,
            institution_code: self.institution_code,
            institution_kind: self.institution_kind,
            institution_subkind: self.institution_subkind,
            phone: self.phone,
            insurance_code: self.insurance_code,
            postal_code: self.postal_code,
            prefecture: self.prefecture,
            city: self.city,
            street: self.street,
            building: self.building,
            department: self.department,
            contact_family_name: self.contact_family_name,
            contact_given_name: self.contact_given_name,
            department_phone: self.department_phone,
            email: String::new(),
            unnumbered: self.unnumbered.is_yes(),
            confirmed_warnings: false,
        };
        (input, Confirmation::of(self.confirmed_warnings), Fill::parse(&self.address))
    }
}

/// A box that is ticked or not: `yes` of a form, `true` of JSON, or the value that the page gave the box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tick {
    #[default]
    No,
    Yes,
    Of(String),
}

impl Tick {
    pub fn is_yes(&self) -> bool {
        matches!(self, Self::Yes)
    }
}

impl<'de> Deserialize<'de> for Tick {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TickVisitor)
    }
}

struct TickVisitor;

impl Visitor<'_> for TickVisitor {
    type Value = Tick;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tick")
    }

    fn visit_bool<E: Error>(self, ticked: bool) -> Result<Tick, E> {
        Ok(if ticked { Tick::Yes } else { Tick::No })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tick, E> {
        Ok(match value {
            "" | "no" | "false" | "off" => Tick::No,
            "yes" | "true" | "on" => Tick::Yes,
            other => Tick::Of(other.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::form::FIELDS, web::Body};
    use axum::{
        extract::{FromRequest, Request},
        http::header::CONTENT_TYPE,
    };

    async fn read(kind: &str, body: String) -> (FormInput, Confirmation, Fill) {
        let request = Request::post("/").header(CONTENT_TYPE, kind).body(body.into()).unwrap();
        let Ok(Body(typed)) = Body::<TypedForm>::from_request(request, &()).await else {
            panic!("the body is well formed");
        };
        typed.into_parts()
    }

    #[tokio::test]
    async fn forms_and_json_fill_every_field_but_the_address_and_nothing_else() {
        let names = FIELDS.map(|field| field.name);
        let form =
            names.map(|name| format!("{name}={name}")).join("&") + "&number=API-00000001&progress=agreed";
        let json = names.map(|name| format!("\"{name}\":\"{name}\"")).join(",");
        let expected = FormInput { email: String::new(), ..FormInput::from_typed(str::to_owned) };
        let (from_form, _, _) = read("application/x-www-form-urlencoded", form).await;
        let (from_json, _, _) = read("application/json", format!("{{{json},\"status\":1}}")).await;
        assert!(from_form == expected && from_json == expected);
    }

    #[tokio::test]
    async fn ticks_are_read_from_both() {
        for (kind, body, expected) in [
            ("application/json", r#"{"confirmed_warnings":true}"#, Confirmation::All),
            ("application/json", r#"{"confirmed_warnings":false}"#, Confirmation::None),
            ("application/x-www-form-urlencoded", "confirmed_warnings=yes", Confirmation::All),
            ("application/x-www-form-urlencoded", "confirmed_warnings=", Confirmation::None),
            ("application/x-www-form-urlencoded", "", Confirmation::None),
            (
                "application/x-www-form-urlencoded",
                "confirmed_warnings=ab12",
                Confirmation::These("ab12".into()),
            ),
        ] {
            assert_eq!(read(kind, body.into()).await.1, expected, "{body}");
        }
    }
}
