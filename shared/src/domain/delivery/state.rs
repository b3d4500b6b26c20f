//! The delivery state of a mail, by the table of the design notes (RELIABILITY §1) and nothing else:
//!
//! | seen for this mail | state |
//! |---|---|
//! | Permanent, Reject, Transient with a sub-type other than General, or Transient/Undetermined with a DSN that says failed or 5.x | undeliverable |
//! | Delivery or Complaint, and at most DSN-less Transient/Undetermined | delivered (an auto-reply is noted) |
//! | anything else, or nothing | sending; after 24 hours it needs attention |
//!
//! One row is ours: a Complaint that says `OnAccountSuppressionList` reports a mail that SES never sent,
//! so without a Delivery beside it it is undeliverable (SES API reference, `Complaint.complaintSubType`).

use jiff::{SignedDuration, Timestamp};

use super::{BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind, EventSet, ServerWords};

/// SES gives up after 14 hours at most; a mail without a final report by then is for a person to look at.
pub const ATTENTION_AFTER: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    Sending,
    /// Nothing final is known 24 hours after SES took the mail.
    NeedsAttention,
    /// Taken by the recipient's server, which does not say that anybody read it.
    Delivered {
        at: Timestamp,
        auto_reply: bool,
    },
    Undeliverable {
        at: Timestamp,
        reason: UndeliverableReason,
        /// What the remote server said, in plain text and without addresses.
        remote: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UndeliverableReason {
    NoSuchAddress,
    MailboxFull,
    SuppressionList,
    ContentRefused,
    TooLarge,
    Unknown,
}

/// The state that follows from the events seen. `accepted_at` is when SES took the mail; while that is
/// not recorded yet, the oldest event stands for it.
pub fn delivery_state(events: &EventSet, accepted_at: Option<Timestamp>, now: Timestamp) -> DeliveryState {
    if let Some((event, reason)) = decisive_failure(events) {
        return DeliveryState::Undeliverable { at: event.at, reason, remote: remote_words(event) };
    }
    if let Some(at) = delivered_at(events) {
        return DeliveryState::Delivered { at, auto_reply: events.iter().any(is_auto_reply) };
    }
    let since = accepted_at.or_else(|| events.iter().map(|event| event.at).min());
    match since {
        Some(since) if now.duration_since(since) >= ATTENTION_AFTER => DeliveryState::NeedsAttention,
        Some(_) | None => DeliveryState::Sending,
    }
}

impl DeliveryState {
    /// The word that the desk and the applicant read.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Sending => "送信中",
            Self::NeedsAttention => "要確認",
            Self::Delivered { .. } => "送信完了",
            Self::Undeliverable { .. } => "不達",
        }
    }

    /// The stable word for JSON and logs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::NeedsAttention => "needs-attention",
            Self::Delivered { .. } => "delivered",
            Self::Undeliverable { .. } => "undeliverable",
        }
    }
}

impl UndeliverableReason {
    pub const ALL: [Self; 6] = [
        Self::NoSuchAddress,
        Self::MailboxFull,
        Self::SuppressionList,
        Self::ContentRefused,
        Self::TooLarge,
        Self::Unknown,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::NoSuchAddress => "宛先なし",
            Self::MailboxFull => "受信箱満杯",
            Self::SuppressionList => "配信停止リスト",
            Self::ContentRefused => "内容拒否",
            Self::TooLarge => "サイズ超過",
            Self::Unknown => "不明",
        }
    }

    /// The stable word for the store, JSON and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchAddress => "no-such-address",
            Self::MailboxFull => "mailbox-full",
            Self::SuppressionList => "suppression-list",
            Self::ContentRefused => "content-refused",
            Self::TooLarge => "too-large",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// Of all failing events the one that says most: a known reason before an unknown one, then the oldest;
/// the fingerprint makes the choice independent of the order in which they came.
fn decisive_failure(events: &EventSet) -> Option<(&DeliveryEvent, UndeliverableReason)> {
    let delivered = events.iter().any(|event| matches!(event.kind, EventKind::Delivery { .. }));
    events
        .iter_stored()
        .filter(|(_, event)| !(delivered && is_suppressed_complaint(event)))
        .filter_map(|(fingerprint, event)| failure(&event.kind).map(|reason| (fingerprint, event, reason)))
        .min_by_key(|(fingerprint, event, reason)| {
            (*reason == UndeliverableReason::Unknown, event.at, *fingerprint)
        })
        .map(|(_, event, reason)| (event, reason))
}

/// The reason if this event says that the mail did not arrive.
fn failure(kind: &EventKind) -> Option<UndeliverableReason> {
    match kind {
        EventKind::Reject { .. } => Some(UndeliverableReason::ContentRefused),
        EventKind::Complaint { suppressed, .. } => suppressed.then_some(UndeliverableReason::SuppressionList),
        EventKind::Bounce { bounce_type, sub_type, recipients, .. } => {
            let fails = match bounce_type {
                BounceType::Permanent => true,
                BounceType::Transient => {
                    *sub_type != BounceSubType::General || recipients.iter().any(BouncedRecipient::has_failed)
                }
                BounceType::Undetermined => recipients.iter().any(BouncedRecipient::has_failed),
            };
            fails.then(|| bounce_reason(sub_type, recipients))
        }
        EventKind::Send
        | EventKind::Delivery { .. }
        | EventKind::DeliveryDelay { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => None,
    }
}

fn bounce_reason(sub_type: &BounceSubType, recipients: &[BouncedRecipient]) -> UndeliverableReason {
    match sub_type {
        BounceSubType::NoEmail => UndeliverableReason::NoSuchAddress,
        BounceSubType::Suppressed | BounceSubType::OnAccountSuppressionList => {
            UndeliverableReason::SuppressionList
        }
        BounceSubType::MailboxFull => UndeliverableReason::MailboxFull,
        BounceSubType::MessageTooLarge => UndeliverableReason::TooLarge,
        BounceSubType::ContentRejected | BounceSubType::AttachmentRejected => {
            UndeliverableReason::ContentRefused
        }
        BounceSubType::Undetermined
        | BounceSubType::General
        | BounceSubType::CustomTimeoutExceeded
        | BounceSubType::Other(_) => recipients
            .iter()
            .filter_map(|recipient| recipient.status.as_ref().and_then(reason_of_status))
            .min()
            .unwrap_or(UndeliverableReason::Unknown),
    }
}

/// The enhanced status codes (RFC 3463 and the IANA registry) that name one of our reasons.
fn reason_of_status(status: &ServerWords) -> Option<UndeliverableReason> {
    let code = status.as_str().split_whitespace().next()?;
    let (_, detail) = code.split_once('.')?;
    match detail {
        "1.0" | "1.1" | "1.2" | "1.3" | "1.6" | "1.10" | "2.1" | "4.4" => {
            Some(UndeliverableReason::NoSuchAddress)
        }
        "2.2" => Some(UndeliverableReason::MailboxFull),
        "2.3" | "3.4" => Some(UndeliverableReason::TooLarge),
        _ if detail.starts_with("6.") || detail.starts_with("7.") => {
            Some(UndeliverableReason::ContentRefused)
        }
        _ => None,
    }
}

/// The oldest Delivery; a Complaint proves the arrival too, if no Delivery was reported.
fn delivered_at(events: &EventSet) -> Option<Timestamp> {
    let delivery = |event: &&DeliveryEvent| matches!(event.kind, EventKind::Delivery { .. });
    let complaint = |event: &&DeliveryEvent| matches!(event.kind, EventKind::Complaint { .. });
    let oldest =
        |proves: fn(&&DeliveryEvent) -> bool| events.iter().filter(proves).map(|event| event.at).min();
    oldest(delivery).or_else(|| oldest(complaint))
}

/// An out-of-office answer comes as a bounce without a delivery status notification.
fn is_auto_reply(event: &DeliveryEvent) -> bool {
    match &event.kind {
        EventKind::Bounce { recipients, .. } => recipients.iter().all(BouncedRecipient::has_no_dsn),
        EventKind::Send
        | EventKind::Delivery { .. }
        | EventKind::Complaint { .. }
        | EventKind::Reject { .. }
        | EventKind::DeliveryDelay { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => false,
    }
}

fn is_suppressed_complaint(event: &DeliveryEvent) -> bool {
    matches!(event.kind, EventKind::Complaint { suppressed: true, .. })
}

fn remote_words(event: &DeliveryEvent) -> Option<String> {
    let words = match &event.kind {
        EventKind::Bounce { recipients, .. } => recipients
            .iter()
            .find_map(|recipient| recipient.diagnostic.as_ref())
            .or_else(|| recipients.iter().find_map(|recipient| recipient.status.as_ref())),
        EventKind::Reject { reason } => reason.as_ref(),
        EventKind::Send
        | EventKind::Delivery { .. }
        | EventKind::Complaint { .. }
        | EventKind::DeliveryDelay { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => None,
    };
    words.map(ToString::to_string)
}
