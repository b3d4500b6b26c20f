//! What SES reports about a mail, in the form of its event publishing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    letter::address_of,
    ses::{identity_arn, identity_of},
};
use crate::{
    blueprint::{ACCOUNT, Blueprint},
    ledger::{AcceptedMail, Letter},
};

/// An event that SES is to report for a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRequest {
    pub kind: EventKind,
    /// `Permanent` (default), `Transient` or `Undetermined`, for a bounce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounce_type: Option<String>,
    /// As SES names it: `General`, `MailboxFull`, `OnAccountSuppressionList`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<String>,
    /// The DSN status, such as `5.1.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What the remote server said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<String>,
    /// How long after the acceptance (for a report: from now) it comes, as `PT2H`.
    #[serde(default)]
    pub after: SignedDuration,
}

/// What SES reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    Send,
    Delivery,
    Bounce,
    Complaint,
    Reject,
    DeliveryDelay,
    RenderingFailure,
    /// An out-of-office answer, which SES reports as a transient bounce without DSN fields.
    AutoReply,
}

impl EventRequest {
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            bounce_type: None,
            sub_type: None,
            status: None,
            diagnostic: None,
            after: SignedDuration::ZERO,
        }
    }

    /// A hard bounce of this sub-type.
    pub fn bounce(sub_type: &str) -> Self {
        Self { sub_type: Some(sub_type.to_owned()), ..Self::new(EventKind::Bounce) }
    }

    /// What was asked for, from an event of the ledger.
    pub(crate) fn of_stored(event: &str) -> serde_json::Result<Self> {
        Ok(serde_json::from_str::<Planned>(event)?.request)
    }

    /// The bounce type that it will carry.
    pub(super) fn bounce_type(&self) -> &str {
        match (self.kind, &self.bounce_type) {
            (_, Some(given)) => given,
            (EventKind::AutoReply, None) => "Transient",
            _ => "Permanent",
        }
    }

    fn sub_type(&self) -> &str {
        match &self.sub_type {
            Some(given) => given,
            None if self.bounce_type() == "Undetermined" => "Undetermined",
            None => "General",
        }
    }
}

impl EventKind {
    /// `eventType`, as the event itself and the event destination have it.
    pub(super) fn event_type(self) -> &'static str {
        match self {
            Self::Send => "Send",
            Self::Delivery => "Delivery",
            Self::Bounce | Self::AutoReply => "Bounce",
            Self::Complaint => "Complaint",
            Self::Reject => "Reject",
            Self::DeliveryDelay => "DeliveryDelay",
            Self::RenderingFailure => "Rendering Failure",
        }
    }
}

/// An event as it waits in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) recipients: Vec<String>,
    #[serde(flatten)]
    pub(super) request: EventRequest,
}

/// The event as SES publishes it.
pub(super) fn render(
    blueprint: &Blueprint,
    mail: &AcceptedMail,
    planned: &Planned,
    at: Timestamp,
    id: &str,
) -> Value {
    let request = &planned.request;
    let (name, detail) = match request.kind {
        EventKind::Send => ("send", json!({})),
        EventKind::Delivery => ("delivery", delivery(mail, planned, at)),
        EventKind::Bounce | EventKind::AutoReply => ("bounce", bounce(planned, at, id)),
        EventKind::Complaint => ("complaint", complaint(planned, at, id)),
        EventKind::Reject => {
            ("reject", json!({"reason": request.diagnostic.as_deref().unwrap_or("Bad content")}))
        }
        EventKind::DeliveryDelay => ("deliveryDelay", delivery_delay(mail, planned, at)),
        EventKind::RenderingFailure => (
            "failure",
            json!({"errorMessage": request.diagnostic.as_deref().unwrap_or("Missing variable"), "templateName": "none"}),
        ),
    };
    json!({"eventType": request.kind.event_type(), "mail": about(blueprint, mail), name: detail})
}

/// What every event says about its mail.
fn about(blueprint: &Blueprint, mail: &AcceptedMail) -> Value {
    let from = address_of(&mail.from);
    let headers = Letter::read(&mail.raw).headers;
    let mut common = json!({
        "from": [mail.from], "to": mail.to, "messageId": mail.message_id, "subject": mail.subject,
    });
    if let Some((_, date)) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Date")) {
        common["date"] = date.as_str().into();
    }
    let mut tags: Map<String, Value> =
        mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
    for (name, value) in [
        ("ses:operation", "SendEmail"),
        ("ses:configuration-set", mail.configuration_set.as_deref().unwrap_or_default()),
        ("ses:source-ip", "127.0.0.1"),
        ("ses:from-domain", domain),
        ("ses:caller-identity", &mail.caller),
    ] {
        tags.insert(name.to_owned(), json!([value]));
    }
    let headers: Vec<Value> =
        headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({
        "timestamp": iso(mail.accepted_at),
        "source": mail.from,
        "sourceArn": identity_arn(identity_of(blueprint, &from).unwrap_or(&from)),
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": mail.to,
        "headersTruncated": false,
        "headers": headers,
        "commonHeaders": common,
        "tags": tags,
    })
}

fn delivery(mail: &AcceptedMail, planned: &Planned, at: Timestamp) -> Value {
    json!({
        "timestamp": iso(at),
        "processingTimeMillis": at.duration_since(mail.accepted_at).as_millis().max(1).to_string().parse::<u64>().unwrap_or(1),
        "recipients": planned.recipients,
        "smtpResponse": planned.request.diagnostic.as_deref().unwrap_or("250 2.6.0 Message received"),
        "remoteMtaIp": "127.0.0.1",
        "reportingMTA": "a1-2.smtp-out.ap-northeast-1.amazonses.com",
    })
}

fn bounce(planned: &Planned, at: Timestamp, id: &str) -> Value {
    let request = &planned.request;
    let (bounce_type, sub_type) = (request.bounce_type(), request.sub_type());
    let dsn = dsn(request, bounce_type, sub_type);
    let recipient = |address: &String| {
        let mut recipient = json!({ "emailAddress": address });
        if let Some((status, diagnostic)) = &dsn {
            recipient["action"] = "failed".into();
            recipient["status"] = status.as_str().into();
            recipient["diagnosticCode"] = diagnostic.as_str().into();
        }
        recipient
    };
    // Without a report SES does not always know whom an undetermined bounce is about.
    let unknown = bounce_type == "Undetermined" && dsn.is_none();
    let recipients: Vec<Value> = planned.recipients.iter().filter(|_| !unknown).map(recipient).collect();
    let mut bounce = json!({
        "feedbackId": feedback_id(id),
        "bounceType": bounce_type,
        "bounceSubType": sub_type,
        "bouncedRecipients": recipients,
        "timestamp": iso(at),
    });
    if dsn.is_some() {
        bounce["reportingMTA"] = "dns; amazonses.com".into();
    }
    bounce
}

/// Status and diagnostic of the delivery report; none for an automatic answer and for what has no report.
fn dsn(request: &EventRequest, bounce_type: &str, sub_type: &str) -> Option<(String, String)> {
    let (status, said) = match (bounce_type, sub_type) {
        _ if request.kind == EventKind::AutoReply => return None,
        ("Permanent", "OnAccountSuppressionList" | "Suppressed") => (
            "5.1.1",
            "Amazon SES did not send the message to this address because it is on the suppression list",
        ),
        ("Permanent", _) => ("5.1.1", "smtp; 550 5.1.1 user unknown"),
        (_, "MailboxFull") => ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
        (_, "MessageTooLarge") => ("5.3.4", "smtp; 552 5.3.4 message too big"),
        (_, "ContentRejected" | "AttachmentRejected") => {
            ("5.7.1", "smtp; 550 5.7.1 message content rejected")
        }
        _ if request.status.is_none() && request.diagnostic.is_none() => return None,
        _ => ("5.0.0", "smtp; 550 5.0.0 not delivered"),
    };
    Some((
        request.status.clone().unwrap_or_else(|| status.to_owned()),
        request.diagnostic.clone().unwrap_or_else(|| said.to_owned()),
    ))
}

fn complaint(planned: &Planned, at: Timestamp, id: &str) -> Value {
    let recipients: Vec<Value> =
        planned.recipients.iter().map(|address| json!({ "emailAddress": address })).collect();
    json!({
        "feedbackId": feedback_id(id),
        "complaintSubType": null,
        "complainedRecipients": recipients,
        "timestamp": iso(at),
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": planned.request.sub_type.as_deref().unwrap_or("abuse"),
        "arrivalDate": iso(at),
    })
}

fn delivery_delay(mail: &AcceptedMail, planned: &Planned, at: Timestamp) -> Value {
    let status = planned.request.status.as_deref().unwrap_or("4.4.1");
    let said =
        planned.request.diagnostic.as_deref().unwrap_or("smtp; 421 4.4.1 unable to connect to remote host");
    let recipient =
        |address: &String| json!({"emailAddress": address, "status": status, "diagnosticCode": said});
    json!({
        "timestamp": iso(at),
        "delayType": planned.request.sub_type.as_deref().unwrap_or("TransientCommunicationFailure"),
        "expirationTime": iso(mail.accepted_at + SignedDuration::from_hours(14)),
        "delayedRecipients": planned.recipients.iter().map(recipient).collect::<Vec<_>>(),
    })
}

fn feedback_id(id: &str) -> String {
    format!("0106{id}-000000")
}

/// `2017-08-05T00:41:02.669Z`.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
