//! The page that asks for the code and tells what became of the mail that carries it.

use askama::Template;
use serde::Serialize;
use shared::codes::CodeEntry;

#[derive(Template, Serialize)]
#[template(path = "verify.html")]
pub(crate) struct CodePage {
    #[serde(flatten)]
    entry: CodeEntry,
}

impl CodePage {
    pub(crate) fn of(entry: CodeEntry) -> Self {
        Self { entry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use shared::{
        codes::{CodeStage, Told, TypedCode},
        domain::{
            contact::EmailAddress,
            delivery::{BounceSubType, BounceType, DeliveryEvent, EventKind},
            form::FieldErrors,
            ids::MailId,
            limits::Usage,
            mail::Mail,
            outbox::Outbox,
            verification::{IssuedCode, MailUsage, Purpose, Verification},
        },
    };

    fn now() -> Timestamp {
        "2027-01-22T03:00:00Z".parse().unwrap()
    }

    fn sent() -> (Verification, Mail) {
        let email = EmailAddress::parse("info@example.jp").unwrap();
        let usage = MailUsage { address: Usage::default(), network: Usage::default() };
        let begun = Verification::begin("id".into(), Purpose::Apply, email, now());
        let mail = MailId::from_parts(now(), [1; 10]);
        let requested = begun.request_code(&usage, mail, "right".into(), now()).unwrap();
        let outbox = Outbox::Sent { tries: 1, message_id: None, at: now() };
        (requested.next, requested.mail.unwrap().pending(now()).with_outbox(outbox))
    }

    fn rendered(verification: &Verification, mail: Mail, errors: FieldErrors) -> String {
        let told = Told { mail: Some(mail), usage: Usage::default() };
        CodePage::of(CodeEntry::of(verification, Some(&told), errors, now()).unwrap()).render().unwrap()
    }

    #[test]
    fn a_bounce_is_an_error_that_leads_back_to_the_address() {
        let (bounce_type, sub_type) = (BounceType::Permanent, BounceSubType::NoEmail);
        let kind = EventKind::Bounce { bounce_type, sub_type, recipients: vec![], feedback_id: None };
        let (verification, mail) = sent();
        let bounced = mail.learn(DeliveryEvent::new(kind, now(), Some(1), "ses-1".into())).unwrap();
        let html = rendered(&verification, bounced, FieldErrors::new());
        assert!(html.contains("<title>エラー：") && html.contains("このメールアドレスには届きませんでした"));
        assert!(html.contains("href=\"/user-Registration-Form\""));
    }

    #[test]
    fn the_field_is_there_while_the_code_can_be_typed_in() {
        let (verification, mail) = sent();
        let open = rendered(&verification, mail.clone(), FieldErrors::new());
        assert!(open.contains("autocomplete=\"one-time-code\"") && !open.contains("エラー："));
        assert!(open.contains("あと3回"), "what is left of the mails");
        let nothing_typed = TypedCode::default().code().err().unwrap();
        let wrong = rendered(&verification, mail.clone(), nothing_typed);
        assert!(wrong.contains("<title>エラー：") && wrong.contains("id=\"code-error\""));
        let code = verification.code.clone().unwrap();
        let expired = IssuedCode { valid_until: now(), ..code.clone() };
        let used_up = IssuedCode { tries: 5, ..code };
        for (code, stage) in [(expired, CodeStage::Expired), (used_up, CodeStage::UsedUp)] {
            let verification = Verification { code: Some(code), ..verification.clone() };
            let over = rendered(&verification, mail.clone(), stage.errors());
            assert!(!over.contains("one-time-code") && over.contains("<button class=\"button\""));
            assert!(over.contains(stage.sentence()) && over.contains("id=\"code\""), "{stage:?}");
        }
    }
}
