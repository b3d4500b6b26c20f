//! The reports that SES writes, each with what the design notes' table says of it; nothing of it is taken from
//! the code under test.

use std::sync::LazyLock;

use jiff::Timestamp;
use shared::domain::delivery::{
    BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind, ServerWords, UndeliverableReason,
};

/// What one report says about the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Nothing,
    Delivered,
    /// Somebody called it spam: so it arrived, where no Delivery was reported.
    Complained,
    /// SES held it back because of an older complaint, unless a Delivery says otherwise.
    HeldBack,
    /// An automatic answer: no failure, but noted beside a delivery.
    AutoReply,
    Failed(UndeliverableReason),
}

/// What the design notes' table makes of everything that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Open,
    Delivered { at: Timestamp },
    Undeliverable,
}

/// By the table: any failure shows 不達; else a Delivery, or a complaint, shows 送信完了; else nothing is known.
pub(crate) fn verdict(said: &[(Says, Timestamp)]) -> Verdict {
    let oldest =
        |wanted: &[Says]| said.iter().filter(|(says, _)| wanted.contains(says)).map(|(_, at)| *at).min();
    let delivered = oldest(&[Says::Delivered]);
    let fails = |says: Says| match says {
        Says::Failed(_) => true,
        Says::HeldBack => delivered.is_none(),
        Says::Nothing | Says::Delivered | Says::Complained | Says::AutoReply => false,
    };
    if said.iter().any(|(says, _)| fails(*says)) {
        return Verdict::Undeliverable;
    }
    match delivered.or_else(|| oldest(&[Says::Complained])) {
        Some(at) => Verdict::Delivered { at },
        None => Verdict::Open,
    }
}

pub(crate) struct Sample {
    pub(crate) kind: EventKind,
    pub(crate) says: Says,
}

/// Every kind of report. The likely ones stand several times.
pub(crate) static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let mut samples = plain();
    samples.extend(bounces());
    samples
});

/// The place of a plain Delivery among the samples.
pub(crate) const DELIVERY: usize = 0;

fn plain() -> Vec<Sample> {
    let delivery = |words: &str| EventKind::Delivery { smtp_response: ServerWords::new(words) };
    let complaint = |suppressed| EventKind::Complaint { feedback_id: None, suppressed };
    let delay = |delay_type: &str| EventKind::DeliveryDelay { delay_type: delay_type.into() };
    let all = [
        (delivery("250 ok"), Says::Delivered),
        (delivery("250 ok"), Says::Delivered),
        (delivery("250 ok"), Says::Delivered),
        (delivery("250 queued"), Says::Delivered),
        (EventKind::Send, Says::Nothing),
        (delay("MailboxFull"), Says::Nothing),
        (delay("IPFailure"), Says::Nothing),
        (complaint(false), Says::Complained),
        (complaint(true), Says::HeldBack),
        (
            EventKind::Reject { reason: ServerWords::new("Bad content") },
            Says::Failed(UndeliverableReason::ContentRefused),
        ),
        (EventKind::RenderingFailure { template: None, message: None }, Says::Nothing),
        (EventKind::Unknown { event_type: "Open".into() }, Says::Nothing),
    ];
    all.into_iter().map(|(kind, says)| Sample { kind, says }).collect()
}

fn bounces() -> Vec<Sample> {
    use UndeliverableReason::{
        ContentRefused, MailboxFull, NoSuchAddress, SuppressionList, TooLarge, Unknown,
    };
    let failed = [
        ("Permanent/General", Unknown),
        ("Permanent/General failed 5.1.1", NoSuchAddress),
        ("Permanent/General failed 5.2.2", MailboxFull),
        ("Permanent/General failed 5.7.1", ContentRefused),
        ("Permanent/NoEmail failed 5.1.1", NoSuchAddress),
        ("Permanent/NoEmail failed 5.1.1", NoSuchAddress),
        ("Permanent/Suppressed failed 5.1.1", SuppressionList),
        ("Permanent/OnAccountSuppressionList failed 5.1.1", SuppressionList),
        ("Transient/General failed -", Unknown),
        ("Transient/General - 5.7.1", ContentRefused),
        ("Transient/General Failed 4.4.7", Unknown),
        ("Transient/MailboxFull", MailboxFull),
        ("Transient/MailboxFull failed 5.2.2", MailboxFull),
        ("Transient/MessageTooLarge", TooLarge),
        ("Transient/ContentRejected", ContentRefused),
        ("Transient/AttachmentRejected", ContentRefused),
        ("Undetermined/Undetermined failed 5.5.0", Unknown),
        ("Undetermined/Undetermined - 5.1.2", NoSuchAddress),
    ];
    let calm = [
        ("Transient/General", Says::AutoReply),
        ("Transient/General", Says::AutoReply),
        ("Undetermined/Undetermined", Says::AutoReply),
        ("Transient/General delayed 4.4.7", Says::Nothing),
        ("Transient/General - 4.2.2", Says::Nothing),
        ("Undetermined/Undetermined delayed 4.0.0", Says::Nothing),
    ];
    let failed = failed.map(|(text, reason)| (text, Says::Failed(reason)));
    failed.into_iter().chain(calm).map(|(text, says)| Sample { kind: bounce(text), says }).collect()
}

/// `Type/SubType`, and what a delivery status notification said: ` action status`.
fn bounce(text: &str) -> EventKind {
    let mut parts = text.split(' ');
    let (bounce_type, sub_type) = parts.next().and_then(|name| name.split_once('/')).expect("two names");
    let mut word = || parts.next().filter(|word| *word != "-").and_then(ServerWords::new);
    let recipient = BouncedRecipient { action: word(), status: word(), diagnostic: None };
    let with_notification = recipient != BouncedRecipient::default();
    EventKind::Bounce {
        bounce_type: BounceType::parse(bounce_type).expect("a type of SES"),
        sub_type: BounceSubType::parse(sub_type),
        recipients: if with_notification { vec![recipient] } else { Vec::new() },
        feedback_id: None,
    }
}

impl Sample {
    pub(crate) fn event(&self, at: Timestamp, of_try: Option<u32>, message_id: String) -> DeliveryEvent {
        DeliveryEvent::new(self.kind.clone(), at, of_try, message_id)
    }
}
