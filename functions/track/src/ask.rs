//! GET and POST /track — number and address; a code goes to the address if they belong together.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        contact::EmailAddress,
        form::{EMAIL, FieldErrors},
        ids::ApplicationNumber,
        verification::Purpose,
    },
    store::{CommitError, StoreError},
    web::{Body, ClientNetwork, Page, Problem, SeeOther},
};

use crate::{App, CODE};

const NUMBER: &str = "number";

#[derive(Template, Serialize)]
#[template(path = "ask.html")]
pub(crate) struct Ask {
    number: String,
    email: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    number: String,
    email: String,
}

pub(crate) async fn show() -> Page<Ask> {
    Page::ok(Ask { number: String::new(), email: String::new(), errors: FieldErrors::new() })
}

pub(crate) async fn send(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (number, email) = match typed.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let page = Ask { number: typed.number, email: typed.email, errors: errors.clone() };
            return Ok(Page::invalid(page, errors).into_response());
        }
    };
    let known = app.belong_together(number, &email).await?;
    let begun = app.verifications.begin(Purpose::Track { number, known }, email, None, now).await;
    let (verification, cookie) = match begun {
        Ok(begun) => begun,
        Err(lost @ CommitError::Lost(_)) => return Err(Problem::unavailable(lost)),
        Err(CommitError::Store(error)) => return Err(error.into()),
    };
    app.codes.send(verification, &network, now).await?;
    Ok(SeeOther::to(CODE).with_cookie(cookie).into_response())
}

impl App {
    async fn belong_together(
        &self,
        number: ApplicationNumber,
        email: &EmailAddress,
    ) -> Result<bool, StoreError> {
        let application = self.store.load_application(number).await?;
        Ok(application.is_some_and(|application| application.form.email.key() == email.key()))
    }
}

impl Typed {
    /// Everything that is wrong at once.
    fn parse(&self) -> Result<(ApplicationNumber, EmailAddress), FieldErrors> {
        let mut errors = FieldErrors::new();
        let number = ApplicationNumber::from_typed(&self.number);
        if number.is_none() {
            errors.push(NUMBER, number_sentence(&self.number));
        }
        let email = EmailAddress::parse(&self.email);
        if let Err(error) = &email {
            errors.push(EMAIL.name, error.sentence(EMAIL.label));
        }
        match (number, email) {
            (Some(number), Ok(email)) => Ok((number, email)),
            (Some(_) | None, Ok(_) | Err(_)) => Err(errors),
        }
    }
}

fn number_sentence(typed: &str) -> &'static str {
    if typed.trim().is_empty() {
        "＊申請番号を入力してください"
    } else {
        "＊申請番号は「API-」と8桁の数字で入力してください（例：API-00001750）"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(number: &str, email: &str) -> Typed {
        Typed { number: number.into(), email: email.into() }
    }

    #[test]
    fn both_fields_are_read_as_people_type_them() {
        let (number, email) = typed("ａｐｉ－１７５０", "ｉｊｉｋａ＠wakakusa.example.jp").parse().unwrap();
        assert_eq!(
            (number.to_string().as_str(), email.as_str()),
            ("API-00001750", "ijika@wakakusa.example.jp")
        );
    }

    #[test]
    fn both_errors_are_said_at_once() {
        let errors = typed("", "tanaka").parse().unwrap_err();
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["number", "email"]);
        assert!(typed("1750x", "").parse().unwrap_err().message_for("number").unwrap().contains("8桁"));
    }
}
