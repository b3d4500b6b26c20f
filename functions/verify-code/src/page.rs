//! The page that asks for the code and tells what became of the mail that carries it.

use askama::Template;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    codes::{CodePaths, CodePrompt},
    domain::{
        delivery::DeliveryState,
        form::FieldErrors,
        mail::{Fate, Mail},
        verification::Verification,
    },
    store::StoreError,
    web::Moment,
};

use crate::{App, VERIFY};

#[derive(Template, Serialize)]
#[template(path = "verify.html")]
pub(crate) struct CodePage {
    #[serde(flatten)]
    prompt: CodePrompt,
    delivery: Delivery,
    #[serde(skip)]
    now: Moment,
    #[serde(skip)]
    paths: CodePaths,
    #[serde(skip)]
    errors: FieldErrors,
}

/// What became of the mail, as far as it matters to the one who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Delivery {
    state: &'static str,
    /// Whether it is worth waiting.
    arrives: bool,
    sentence: &'static str,
}

const PATHS: CodePaths = CodePaths {
    verify: VERIFY,
    resend: "/user-Registration-Form/code",
    change: "/user-Registration-Form",
    change_label: "メールアドレスを変更する",
};

const SENDING: Delivery = Delivery {
    state: "sending",
    arrives: true,
    sentence: "認証メールを送信しています。届くまでに、数分かかることがあります。",
};
const DELIVERED: Delivery = Delivery {
    state: "delivered",
    arrives: true,
    sentence: "認証メールは、宛先のメールサーバーに届きました。見当たらないときは、迷惑メールフォルダをご確認ください。",
};
const UNDELIVERABLE: Delivery = Delivery {
    state: "undeliverable",
    arrives: false,
    sentence: "このメールアドレスには届きませんでした。メールアドレスに間違いがないか、受信箱の空き容量があるかをご確認ください。",
};
const NOT_SENT: Delivery = Delivery {
    state: "not-sent",
    arrives: false,
    sentence: "認証メールを送信できませんでした。しばらく待ってから、再送してください。",
};

impl App {
    /// The page of the newest code; `None` where there is none.
    pub(crate) async fn code_page(
        &self,
        verification: &Verification,
        errors: FieldErrors,
        now: Timestamp,
    ) -> Result<Option<CodePage>, StoreError> {
        let prompt = self.verifications.prompt(verification, now).await?;
        let (Some(prompt), Some(code)) = (prompt, &verification.code) else { return Ok(None) };
        let mail = self.store.load_mail(&code.mail).await?;
        Ok(Some(CodePage::new(prompt, Delivery::of(mail.as_ref(), now), errors, now)))
    }
}

impl CodePage {
    fn new(prompt: CodePrompt, delivery: Delivery, errors: FieldErrors, now: Timestamp) -> Self {
        Self { prompt, delivery, now: now.into(), paths: PATHS, errors }
    }
}

impl Delivery {
    fn of(mail: Option<&Mail>, now: Timestamp) -> Self {
        match mail.map(|mail| mail.fate(now)) {
            None | Some(Fate::Sending | Fate::Known(DeliveryState::Sending)) => SENDING,
            Some(Fate::Known(DeliveryState::Delivered { .. })) => DELIVERED,
            Some(Fate::Known(DeliveryState::Undeliverable { .. })) => UNDELIVERABLE,
            Some(Fate::Known(DeliveryState::NeedsAttention) | Fate::NeedsAttention | Fate::Cancelled) => {
                NOT_SENT
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::{
        codes::{CodeStage, Resend, typed_code},
        domain::{
            contact::EmailAddress,
            delivery::{BounceSubType, BounceType, DeliveryEvent, EventKind},
            ids::MailId,
            mail::{CodePurpose, MailContent, NewMail},
            outbox::Outbox,
        },
    };

    fn now() -> Timestamp {
        "2027-01-22T03:00:00Z".parse().unwrap()
    }

    fn mail() -> Mail {
        let content = MailContent::Code { purpose: CodePurpose::Apply, valid_until: now() };
        let to = EmailAddress::parse("info@example.jp").unwrap();
        NewMail { id: MailId::from_parts(now(), [1; 10]), application: None, to, content }.pending(now())
    }

    fn sent() -> Mail {
        let outbox = Outbox::Sent { tries: 1, message_id: None, at: now() };
        mail().with_outbox(outbox)
    }

    fn reported(kind: EventKind) -> Mail {
        sent().learn(DeliveryEvent::new(kind, now(), Some(1), "ses-1".into())).unwrap()
    }

    fn bounced() -> Mail {
        let (bounce_type, sub_type) = (BounceType::Permanent, BounceSubType::NoEmail);
        reported(EventKind::Bounce { bounce_type, sub_type, recipients: vec![], feedback_id: None })
    }

    fn page(stage: CodeStage, delivery: Delivery, errors: FieldErrors) -> CodePage {
        let valid_until = now().into();
        let prompt = CodePrompt {
            email: "info@example.jp".into(),
            stage,
            valid_until,
            tries_left: 4,
            resend: Some(Resend::default()),
        };
        CodePage::new(prompt, delivery, errors, now())
    }

    #[test]
    fn the_fate_of_the_mail_is_told() {
        let failed = Outbox::Failed { tries: 1, reason: "rejected".into(), at: now() };
        assert_eq!(Delivery::of(Some(&mail()), now()), SENDING);
        assert_eq!(Delivery::of(Some(&sent()), now()), SENDING);
        assert_eq!(
            Delivery::of(Some(&reported(EventKind::Delivery { smtp_response: None })), now()),
            DELIVERED
        );
        assert_eq!(Delivery::of(Some(&bounced()), now()), UNDELIVERABLE);
        assert_eq!(Delivery::of(Some(&mail().with_outbox(failed)), now()), NOT_SENT);
    }

    #[test]
    fn a_bounce_is_an_error_that_leads_back_to_the_address() {
        let html = page(CodeStage::Open, UNDELIVERABLE, FieldErrors::new()).render().unwrap();
        assert!(html.contains("<title>エラー：") && html.contains("このメールアドレスには届きませんでした"));
        assert!(html.contains("href=\"/user-Registration-Form\""));
    }

    #[test]
    fn the_field_is_there_while_the_code_can_be_typed_in() {
        let open = page(CodeStage::Open, SENDING, FieldErrors::new()).render().unwrap();
        assert!(open.contains("autocomplete=\"one-time-code\"") && !open.contains("エラー："));
        let wrong = page(CodeStage::Open, SENDING, typed_code("1").err().unwrap()).render().unwrap();
        assert!(wrong.contains("<title>エラー：") && wrong.contains("id=\"code-error\""));
        for stage in [CodeStage::Expired, CodeStage::UsedUp] {
            let over = page(stage, DELIVERED, stage.errors()).render().unwrap();
            assert!(!over.contains("one-time-code") && over.contains("<button class=\"button\""));
            assert!(over.contains(stage.sentence()) && over.contains("id=\"code\""), "{stage:?}");
        }
    }

    #[test]
    fn a_script_reads_the_same() {
        let json = serde_json::to_value(page(CodeStage::Open, SENDING, FieldErrors::new())).unwrap();
        assert_eq!(json["stage"], "open");
        assert_eq!(json["delivery"]["state"], "sending");
        assert_eq!(json["valid_until"], "2027-01-22T03:00:00Z");
        assert_eq!(json["tries_left"], 4);
    }
}
