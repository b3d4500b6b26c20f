//! POST /user-Registration-Form/code — 「認証メールを送信する」 and 再送; or the address is put right first.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use shared::{
    domain::{
        contact::EmailAddress,
        mail::CodePurpose,
        verification::{Purpose, Verification},
    },
    store::CommitError,
    web::{Body, ClientNetwork, Cookies, Problem, SeeOther},
};

use crate::{App, CONFIRM, VERIFY};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Wanted {
    /// 「…に直す」: the domain that the confirm page suggested.
    domain: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(wanted): Body<Wanted>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let verification = app.verifications.load(&cookies, CodePurpose::Apply, now).await?;
    if !wanted.domain.is_empty() {
        return put_right(&app, &verification, &wanted.domain, now).await;
    }
    app.codes.send(verification, &network, now).await?;
    Ok(SeeOther::to(VERIFY).into_response())
}

/// Begins again with the suggested domain, and with no other one: a verification leads to one address.
async fn put_right(
    app: &App,
    verification: &Verification,
    domain: &str,
    now: Timestamp,
) -> Result<Response, Problem> {
    let email = corrected(&verification.email, domain).ok_or_else(|| {
        Problem::bad_request("メールアドレスを直せませんでした。初めから入力してください。")
    })?;
    match app.verifications.begin(Purpose::Apply, email, None, now).await {
        Ok((_, cookie)) => Ok(SeeOther::to(CONFIRM).with_cookie(cookie).into_response()),
        Err(lost @ CommitError::Lost(_)) => Err(Problem::unavailable(lost)),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

fn corrected(email: &EmailAddress, domain: &str) -> Option<EmailAddress> {
    let suggested = email.likely_domain().filter(|suggested| *suggested == domain)?;
    let (local, _) = email.as_str().rsplit_once('@')?;
    EmailAddress::parse(&format!("{local}@{suggested}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_suggestion_is_taken() {
        let typed = EmailAddress::parse("Info@gmial.com").unwrap();
        assert_eq!(corrected(&typed, "gmail.com").unwrap().as_str(), "Info@gmail.com");
        assert_eq!(corrected(&typed, "elsewhere.example"), None);
        let unsuspicious = EmailAddress::parse("info@example.jp").unwrap();
        assert_eq!(corrected(&unsuspicious, "gmail.com"), None);
    }
}
