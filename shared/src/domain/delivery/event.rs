//! One event that SES reported about one mail, and the fingerprint that makes it the same event again.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::ServerWords;

/// An event as it happened. Two reports of the same event are equal and have the same fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryEvent {
    pub kind: EventKind,
    /// When it happened, in whole milliseconds (what SES reports and what is stored).
    pub at: Timestamp,
    /// Which sending of the mail it is about, from the tag; `None` if the report carried no tags.
    pub try_number: Option<u32>,
    /// The id that SES gave the mail when it took it.
    pub message_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// SES took the mail.
    Send,
    /// The recipient's server took the mail: not read, not even in the inbox for certain.
    Delivery { smtp_response: Option<ServerWords> },
    /// Somebody sent the mail back; also how an out-of-office answer is reported.
    Bounce {
        bounce_type: BounceType,
        sub_type: BounceSubType,
        recipients: Vec<BouncedRecipient>,
        feedback_id: Option<String>,
    },
    /// The recipient called it spam; or, if `suppressed`, SES never sent it because somebody once did
    /// (`complaintSubType` = `OnAccountSuppressionList`).
    Complaint { feedback_id: Option<String>, suppressed: bool },
    /// SES found a virus and sent nothing.
    Reject { reason: Option<ServerWords> },
    /// Not delivered yet; SES tries on.
    DeliveryDelay { delay_type: String },
    /// An SES template could not be filled in. We use none, so this says that something is set up wrong.
    RenderingFailure { template: Option<ServerWords>, message: Option<ServerWords> },
    /// A type that this version does not know: kept, counted, without effect on the state.
    Unknown { event_type: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BounceType {
    Permanent,
    Transient,
    Undetermined,
}

/// The sub-types that SES documents; whatever else comes is kept under its own name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BounceSubType {
    Undetermined,
    General,
    NoEmail,
    Suppressed,
    OnAccountSuppressionList,
    MailboxFull,
    MessageTooLarge,
    ContentRejected,
    AttachmentRejected,
    /// `MaxDeliverySeconds` of the configuration set went by.
    CustomTimeoutExceeded,
    Other(String),
}

/// What the report says about one recipient, without saying who that is. There is exactly one in our
/// mails; SES may report none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BouncedRecipient {
    /// `failed`, `delayed`, …: present only if a delivery status notification (RFC 3464) came with it.
    pub action: Option<ServerWords>,
    /// Enhanced status code (RFC 3463), `5.1.1`.
    pub status: Option<ServerWords>,
    pub diagnostic: Option<ServerWords>,
}

impl DeliveryEvent {
    pub fn new(kind: EventKind, at: Timestamp, try_number: Option<u32>, message_id: String) -> Self {
        Self { kind, at: whole_milliseconds(at), try_number, message_id }
    }

    /// The name under which the event stands in its set and in the store: the kind, the time in
    /// milliseconds, and 96 bits of a hash over everything in it. At most 64 of `[A-Za-z0-9_-]`.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        // No value holds a NUL, so the separator keeps neighbours apart.
        for (name, value) in self.to_stored() {
            hash.update(name.as_bytes());
            hash.update(b"=");
            hash.update(value.as_bytes());
            hash.update(b"\0");
        }
        let digest = hex::encode(hash.finalize());
        let digest = digest.get(..24).unwrap_or(&digest);
        format!("{}-{}-{digest}", self.kind.as_str(), self.at.as_millisecond())
    }
}

impl EventKind {
    /// The stored word and the first part of the fingerprint.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Delivery { .. } => "delivery",
            Self::Bounce { .. } => "bounce",
            Self::Complaint { .. } => "complaint",
            Self::Reject { .. } => "reject",
            Self::DeliveryDelay { .. } => "delivery-delay",
            Self::RenderingFailure { .. } => "rendering-failure",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// What the timeline of a mail calls it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Send => "送信受付",
            Self::Delivery { .. } => "送信完了",
            Self::Bounce { .. } => "返送",
            Self::Complaint { suppressed: false, .. } => "迷惑メールの申告",
            Self::Complaint { suppressed: true, .. } => "配信停止リストによる送信中止",
            Self::Reject { .. } => "送信拒否",
            Self::DeliveryDelay { .. } => "遅延",
            Self::RenderingFailure { .. } => "作成失敗",
            Self::Unknown { .. } => "その他の通知",
        }
    }
}

impl BounceType {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permanent => "Permanent",
            Self::Transient => "Transient",
            Self::Undetermined => "Undetermined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Permanent, Self::Transient, Self::Undetermined]
            .into_iter()
            .find(|known| known.as_str() == text)
    }
}

impl BounceSubType {
    const KNOWN: [Self; 10] = [
        Self::Undetermined,
        Self::General,
        Self::NoEmail,
        Self::Suppressed,
        Self::OnAccountSuppressionList,
        Self::MailboxFull,
        Self::MessageTooLarge,
        Self::ContentRejected,
        Self::AttachmentRejected,
        Self::CustomTimeoutExceeded,
    ];

    pub fn as_str(&self) -> &str {
        match self {
            Self::Undetermined => "Undetermined",
            Self::General => "General",
            Self::NoEmail => "NoEmail",
            Self::Suppressed => "Suppressed",
            Self::OnAccountSuppressionList => "OnAccountSuppressionList",
            Self::MailboxFull => "MailboxFull",
            Self::MessageTooLarge => "MessageTooLarge",
            Self::ContentRejected => "ContentRejected",
            Self::AttachmentRejected => "AttachmentRejected",
            Self::CustomTimeoutExceeded => "CustomTimeoutExceeded",
            Self::Other(name) => name,
        }
    }

    pub fn parse(text: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|known| known.as_str() == text)
            .unwrap_or_else(|| Self::Other(super::words::plain_name(text)))
    }
}

impl BouncedRecipient {
    /// The receiving side said so in a delivery status notification: it will not be delivered.
    pub(super) fn has_failed(&self) -> bool {
        let action =
            self.action.as_ref().is_some_and(|action| action.as_str().eq_ignore_ascii_case("failed"));
        action || self.status.as_ref().is_some_and(|status| status.as_str().starts_with("5."))
    }

    /// No delivery status notification: how an automatic answer looks.
    pub(super) fn has_no_dsn(&self) -> bool {
        self.action.is_none() && self.status.is_none()
    }
}

pub(super) fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn event(kind: EventKind, time: &str, try_number: Option<u32>) -> DeliveryEvent {
        DeliveryEvent::new(kind, at(time), try_number, "0100018f-message-000000".to_owned())
    }

    #[test]
    fn the_fingerprint_fits_a_map_key_even_for_the_longest_kind() {
        let kind = EventKind::RenderingFailure { template: None, message: ServerWords::new("x") };
        for time in [
            "2027-01-05T00:00:00.123Z",
            "9999-12-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "0001-01-03T00:00:00Z",
        ] {
            let fingerprint = event(kind.clone(), time, Some(u32::MAX)).fingerprint();
            assert!(fingerprint.len() <= 64, "{fingerprint}");
            assert!(
                fingerprint.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'),
                "{fingerprint}"
            );
        }
    }

    #[test]
    fn the_fingerprint_is_pinned_because_it_is_stored() {
        let sent = event(EventKind::Send, "2027-01-05T00:00:00.123456Z", Some(1));
        assert_eq!(sent.fingerprint(), sent.clone().fingerprint());
        insta::assert_snapshot!(sent.fingerprint(), @"send-1799107200123-b4f115255be030868321d405");
    }

    #[test]
    fn events_that_differ_in_anything_differ_in_their_fingerprint() {
        let bounce = |feedback: &str| EventKind::Bounce {
            bounce_type: BounceType::Transient,
            sub_type: BounceSubType::General,
            recipients: vec![],
            feedback_id: Some(feedback.to_owned()),
        };
        let time = "2027-01-05T00:00:00Z";
        let mut all = vec![
            event(EventKind::Send, time, Some(1)),
            event(EventKind::Send, time, Some(2)),
            event(EventKind::Send, time, None),
            event(EventKind::Send, "2027-01-05T00:00:00.001Z", Some(1)),
            event(EventKind::Delivery { smtp_response: None }, time, Some(1)),
            event(bounce("a"), time, Some(1)),
            event(bounce("b"), time, Some(1)),
            event(EventKind::DeliveryDelay { delay_type: "MailboxFull".into() }, time, Some(1)),
            event(EventKind::DeliveryDelay { delay_type: "IPFailure".into() }, time, Some(1)),
        ];
        all.push(DeliveryEvent { message_id: "another".into(), ..all[0].clone() });
        let distinct: std::collections::BTreeSet<_> = all.iter().map(DeliveryEvent::fingerprint).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
