//! GET /user-Registration-Form/confirm — a look at the address before a code is sent to it.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::mail::CodePurpose,
    web::{Cookies, Page, Problem},
};

use crate::{App, CODE, ENTRY, mail_domain::likely_meant};

#[derive(Template, Serialize)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    email: String,
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
    let suggested_domain = likely_meant(verification.email.domain());
    let email = verification.email.as_str().to_owned();
    Ok(Page::ok(Confirm { email, suggested_domain, send: CODE, change: ENTRY }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(suggested_domain: Option<&'static str>) -> String {
        let email = "info@gmial.com".to_owned();
        Confirm { email, suggested_domain, send: CODE, change: ENTRY }.render().unwrap()
    }

    #[test]
    fn a_likely_typo_is_a_question_with_two_answers() {
        let page = rendered(Some("gmail.com"));
        assert!(page.contains("value=\"gmail.com\"") && page.contains("「gmail.com」に直す"));
        assert!(page.contains("このまま進む"));
        let page = rendered(None);
        assert!(page.contains("認証メールを送信する") && !page.contains("に直す"));
    }
}
