//! GET /user-Registration-Form/confirm — a look at the address before a code is sent to it.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::{contact::EmailAddress, mail::CodePurpose},
    web::{Cookies, Page, Problem},
};

use crate::{App, CODE, ENTRY};

#[derive(Template, Serialize)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    email: String,
    #[serde(skip)]
    typed_domain: String,
    /// The domain that was probably meant; whoever typed it decides.
    suggested_domain: Option<&'static str>,
    #[serde(skip)]
    send: &'static str,
    #[serde(skip)]
    change: &'static str,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<Confirm>, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    Ok(Page::ok(Confirm::of(&verification.email)))
}

impl Confirm {
    fn of(email: &EmailAddress) -> Self {
        Self {
            email: email.as_str().to_owned(),
            typed_domain: email.domain().to_owned(),
            suggested_domain: email.likely_domain(),
            send: CODE,
            change: ENTRY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(email: &str) -> String {
        Confirm::of(&EmailAddress::parse(email).unwrap()).render().unwrap()
    }

    #[test]
    fn a_likely_typo_is_a_question_with_two_answers() {
        let page = rendered("info@gmial.com");
        assert!(page.contains("value=\"gmail.com\"") && page.contains("「gmail.com」に直す"));
        assert!(page.contains("「<strong>gmial.com</strong>」") && page.contains("このまま進む"));
        let page = rendered("info@example.jp");
        assert!(page.contains("認証メールを送信する") && !page.contains("に直す"));
    }
}
