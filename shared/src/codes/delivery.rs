//! What became of the mail that carries a code, as far as it matters to the one who waits for it.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::{
    delivery::DeliveryState,
    mail::{Fate, Mail},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeDelivery {
    state: &'static str,
    /// Whether it is worth waiting.
    arrives: bool,
    sentence: &'static str,
}

const SENDING: CodeDelivery = CodeDelivery {
    state: "sending",
    arrives: true,
    sentence: "認証メールを送信しています。届くまでに、数分かかることがあります。",
};
const DELIVERED: CodeDelivery = CodeDelivery {
    state: "delivered",
    arrives: true,
    sentence: "認証メールは、宛先のメールサーバーに届きました。見当たらないときは、迷惑メールフォルダをご確認ください。",
};
const UNDELIVERABLE: CodeDelivery = CodeDelivery {
    state: "undeliverable",
    arrives: false,
    sentence: "このメールアドレスには届きませんでした。メールアドレスに間違いがないか、受信箱の空き容量があるかをご確認ください。",
};
const NOT_SENT: CodeDelivery = CodeDelivery {
    state: "not-sent",
    arrives: false,
    sentence: "認証メールを送信できませんでした。しばらく待ってから、再送してください。",
};

impl CodeDelivery {
    pub(super) fn of(mail: Option<&Mail>, now: Timestamp) -> Self {
        match mail.map(|mail| mail.fate(now)) {
            None | Some(Fate::Sending | Fate::Known(DeliveryState::Sending)) => SENDING,
            Some(Fate::Known(DeliveryState::Delivered { .. })) => DELIVERED,
            Some(Fate::Known(DeliveryState::Undeliverable { .. })) => UNDELIVERABLE,
            Some(Fate::Known(DeliveryState::NeedsAttention) | Fate::NeedsAttention | Fate::Cancelled) => {
                NOT_SENT
            }
        }
    }

    /// The stable name: a script that waits compares it.
    pub fn state(self) -> &'static str {
        self.state
    }

    pub fn arrives(self) -> bool {
        self.arrives
    }

    /// What happened, and where nothing arrives, what to do.
    pub fn sentence(self) -> &'static str {
        self.sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        contact::EmailAddress,
        delivery::{BounceSubType, BounceType, DeliveryEvent, EventKind},
        ids::MailId,
        mail::{CodePurpose, MailContent, NewMail},
        outbox::Outbox,
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

    #[test]
    fn the_fate_of_the_mail_is_told() {
        let failed = Outbox::Failed { tries: 1, reason: "rejected".into(), at: now() };
        let of = |mail: Mail| CodeDelivery::of(Some(&mail), now());
        assert_eq!(CodeDelivery::of(None, now()), SENDING);
        assert_eq!(of(mail()), SENDING);
        assert_eq!(of(sent()), SENDING);
        assert_eq!(of(reported(EventKind::Delivery { smtp_response: None })), DELIVERED);
        assert_eq!(of(bounced()), UNDELIVERABLE);
        assert_eq!(of(mail().with_outbox(failed)), NOT_SENT);
    }
}
