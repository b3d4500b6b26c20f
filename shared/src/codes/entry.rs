//! The page where a code is typed in, whatever the code opens: what it tells, and what it is sent.
//!
//! Architecture invariant: who looks an application up is told nothing of its mail: whether there is one, and whether
//! somebody else asks too, is what a stranger must not learn.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CodeDelivery, CodePlaces, CodePrompt, Verifications, places::places, prompt::typed_code};
use crate::{
    domain::{
        form::FieldErrors,
        limits::Usage,
        mail::Mail,
        verification::{IssuedCode, Purpose, Verification},
    },
    mail::VerificationCode,
    store::StoreError,
    web::{Moment, Page, Problem, SeeOther},
};

/// What the macros of `codes.html` draw.
#[derive(Debug, Serialize)]
pub struct CodeEntry {
    #[serde(flatten)]
    pub prompt: CodePrompt,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<CodeDelivery>,
    /// The domain that was probably meant, where no page asked about it before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_domain: Option<&'static str>,
    #[serde(skip)]
    pub now: Moment,
    #[serde(skip)]
    pub places: CodePlaces,
    #[serde(skip)]
    pub errors: FieldErrors,
}

/// What was read about the newest code's mail and its address.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub mail: Option<Mail>,
    /// The code mails to the address so far.
    pub usage: Usage,
}

/// What the page sends.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct TypedCode {
    code: String,
    /// 「認証コードを再送する」: anything.
    resend: String,
}

impl TypedCode {
    pub fn asks_for_another(&self) -> bool {
        !self.resend.is_empty()
    }

    /// A wrong length is an error of the field, and no try.
    pub fn code(&self) -> Result<VerificationCode, FieldErrors> {
        typed_code(&self.code)
    }
}

impl CodeEntry {
    /// `None`: no code was sent yet, or it was used.
    pub fn of(
        verification: &Verification,
        told: Option<&Told>,
        errors: FieldErrors,
        now: Timestamp,
    ) -> Option<Self> {
        let prompt = CodePrompt::of(verification, now)?;
        let suggested_domain = match verification.purpose {
            Purpose::Apply | Purpose::Track { .. } => None,
            Purpose::Address { .. } | Purpose::Change { .. } => verification.email.likely_domain(),
        };
        Some(Self {
            delivery: told.map(|told| CodeDelivery::of(told.mail.as_ref(), now)),
            prompt: match told {
                Some(told) => prompt.with_resend(&told.usage, now),
                None => prompt,
            },
            suggested_domain,
            now: now.into(),
            places: places(verification.purpose.of_code()),
            errors,
        })
    }

    /// Whether it is worth waiting for the mail, as far as the page may tell.
    pub fn arrives(&self) -> bool {
        self.delivery.is_none_or(CodeDelivery::arrives)
    }

    /// Whether the page goes on asking what became of the mail.
    pub fn awaits(&self) -> bool {
        self.prompt.stage.is_open() && self.delivery.is_some()
    }
}

impl Verifications {
    /// The page of the newest code, 422 with `errors`; where there is no code, the way to where one is asked for.
    pub async fn page<P: Template + Serialize + Send + Sync + 'static>(
        &self,
        verification: &Verification,
        errors: FieldErrors,
        now: Timestamp,
        page: impl FnOnce(CodeEntry) -> P,
    ) -> Result<Response, Problem> {
        let told = match &verification.code {
            Some(code) if tells_of_its_mail(verification.purpose) => {
                Some(self.told(verification, code).await?)
            }
            Some(_) | None => None,
        };
        let Some(entry) = CodeEntry::of(verification, told.as_ref(), errors.clone(), now) else {
            return Ok(SeeOther::to(places(verification.purpose.of_code()).send).into_response());
        };
        Ok(if errors.is_empty() {
            Page::ok(page(entry)).into_response()
        } else {
            Page::invalid(page(entry), errors).into_response()
        })
    }

    async fn told(&self, verification: &Verification, code: &IssuedCode) -> Result<Told, StoreError> {
        let mail = self.store.load_mail(&code.mail).await?;
        let read = self.store.load_address_usage(&self.address_key(&verification.email)).await?;
        Ok(Told { mail, usage: read.usage })
    }
}

fn tells_of_its_mail(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Apply | Purpose::Address { .. } | Purpose::Change { .. } => true,
        Purpose::Track { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        contact::EmailAddress,
        ids::{ApplicationNumber, ChangeId, MailId},
        verification::MailUsage,
    };

    fn now() -> Timestamp {
        "2027-01-22T03:00:00Z".parse().unwrap()
    }

    fn sent(purpose: Purpose, email: &str) -> Verification {
        let email = EmailAddress::parse(email).unwrap();
        let usage = MailUsage { address: Usage::default(), network: Usage::default() };
        let begun = Verification::begin("id".into(), purpose, email, now());
        begun.request_code(&usage, MailId::from_parts(now(), [1; 10]), "right".into(), now()).unwrap().next
    }

    #[test]
    fn a_likely_typo_is_told_where_no_page_asked_before() {
        let change = Purpose::Change { id: ChangeId::from_parts(now(), [1; 10]) };
        let suggested = |purpose, email| {
            let entry = CodeEntry::of(&sent(purpose, email), None, FieldErrors::new(), now());
            entry.unwrap().suggested_domain
        };
        assert_eq!(suggested(change, "soumu@gmial.com"), Some("gmail.com"));
        assert_eq!(suggested(change, "soumu@example.jp"), None);
        assert_eq!(suggested(Purpose::Apply, "soumu@gmial.com"), None, "the confirm page asked");
    }

    #[test]
    fn who_looks_an_application_up_is_told_nothing_of_its_mail() {
        let number = ApplicationNumber::new(1750).unwrap();
        let change = Purpose::Change { id: ChangeId::from_parts(now(), [1; 10]) };
        assert!([Purpose::Apply, Purpose::Address { number }, change].into_iter().all(tells_of_its_mail));
        for known in [true, false] {
            assert!(!tells_of_its_mail(Purpose::Track { number, known }));
        }
    }

    #[test]
    fn a_script_reads_the_same() {
        let told = Told::default();
        let verification = sent(Purpose::Apply, "info@example.jp");
        let entry = CodeEntry::of(&verification, Some(&told), FieldErrors::new(), now());
        let json = serde_json::to_value(entry.unwrap()).unwrap();
        assert_eq!(json["stage"], "open");
        assert_eq!(json["delivery"]["state"], "sending");
        assert_eq!(json["valid_until"], "2027-01-22T03:10:00Z");
        assert_eq!(json["tries_left"], 5);
        assert_eq!(json["resend"]["left"], 3);
    }
}
