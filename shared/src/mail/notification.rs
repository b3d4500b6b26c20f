//! What SES reports about a mail, as it arrives through SNS and SQS, read into a delivery event.
//!
//! Architecture invariant: a report of an unknown type, with unknown fields or without the fields it
//! should have is still an event of type Unknown or a named error; it never stops the reports behind it.

use jiff::{Timestamp, fmt::strtime};
use serde_json::Value;
use thiserror::Error;

use crate::domain::{
    delivery::{
        BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind, ServerWords, plain_name,
    },
    ids::MailId,
    mail::MailKind,
};

/// One report, with what it says about the mail that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// From the tag `mail`; `None` if there is none or it is no id of ours (then `ses_message_id` is left).
    pub mail: Option<MailId>,
    /// From the tag `kind`.
    pub kind: Option<MailKind>,
    /// From the tag `try`.
    pub try_number: Option<u32>,
    /// The id that SES gave the mail; empty if the report names none.
    pub ses_message_id: String,
    pub event: DeliveryEvent,
}

/// Why a message of the queue is no report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotificationError {
    #[error("the message is not JSON")]
    NotJson,
    #[error("the message was published to another topic: {topic}")]
    ForeignTopic { topic: String },
    /// SNS and SES announce their own set-up through the topic too.
    #[error("the message is no mail event: {what}")]
    NotAnEvent { what: String },
    #[error("the event has no readable `{field}`")]
    Malformed { field: &'static str },
}

impl NotificationError {
    /// Nothing is lost if the message is acknowledged: it never was a report for us. What is left over is
    /// for a person to see, in the dead-letter queue.
    pub fn may_be_dropped(&self) -> bool {
        match self {
            Self::ForeignTopic { .. } | Self::NotAnEvent { .. } => true,
            Self::NotJson | Self::Malformed { .. } => false,
        }
    }
}

/// Reads the body of an SQS message: an SNS envelope around the report, or the report itself (raw message
/// delivery). An envelope must name `expected_topic`, if one is given; a bare report names no topic.
pub fn parse_notification(
    body: &str,
    expected_topic: Option<&str>,
) -> Result<Notification, NotificationError> {
    let outer: Value = serde_json::from_str(body).map_err(|_| NotificationError::NotJson)?;
    let (Some(envelope_type), Some(message)) = (text(&outer, "/Type"), text(&outer, "/Message")) else {
        return notification(&outer, None);
    };
    let topic = text(&outer, "/TopicArn").unwrap_or_default();
    if expected_topic.is_some_and(|expected| expected != topic) {
        return Err(NotificationError::ForeignTopic { topic: plain_name(topic) });
    }
    if envelope_type != "Notification" {
        return Err(NotificationError::NotAnEvent { what: plain_name(envelope_type) });
    }
    if message.starts_with("Successfully validated SNS topic") {
        return Err(NotificationError::NotAnEvent { what: "topic validation".to_owned() });
    }
    let inner = serde_json::from_str(message).map_err(|_| NotificationError::NotJson)?;
    notification(&inner, time(&outer, "/Timestamp"))
}

fn notification(report: &Value, published_at: Option<Timestamp>) -> Result<Notification, NotificationError> {
    let event_type = text(report, "/eventType")
        .or_else(|| text(report, "/notificationType"))
        .ok_or(NotificationError::Malformed { field: "eventType" })?;
    let mail = tag(report, "mail").and_then(MailId::parse);
    let try_number = tag(report, "try").and_then(|number| number.parse().ok());
    let ses_message_id = plain_name(text(report, "/mail/messageId").unwrap_or_default());
    let kind = event_kind(event_type, report);
    let at = event_time(&kind, report).or(published_at);
    let at = match (at, &kind) {
        (Some(at), _) => at,
        (None, EventKind::Unknown { .. }) => Timestamp::UNIX_EPOCH,
        (None, _) => return Err(NotificationError::Malformed { field: "timestamp" }),
    };
    Ok(Notification {
        mail,
        kind: tag(report, "kind").and_then(MailKind::parse),
        try_number,
        event: DeliveryEvent::new(kind, at, try_number, ses_message_id.clone()),
        ses_message_id,
    })
}

fn event_kind(event_type: &str, report: &Value) -> EventKind {
    let recipients = recipients(report);
    let words = |pointer| text(report, pointer).and_then(|said| ServerWords::about(said, &recipients));
    let name = |pointer| text(report, pointer).map(plain_name);
    match event_type {
        "Send" => EventKind::Send,
        "Delivery" => EventKind::Delivery { smtp_response: words("/delivery/smtpResponse") },
        "Bounce" => bounce(report, &recipients),
        "Complaint" => EventKind::Complaint {
            feedback_id: name("/complaint/feedbackId"),
            suppressed: text(report, "/complaint/complaintSubType") == Some("OnAccountSuppressionList"),
        },
        "Reject" => EventKind::Reject { reason: words("/reject/reason") },
        "DeliveryDelay" => EventKind::DeliveryDelay {
            delay_type: name("/deliveryDelay/delayType").unwrap_or_else(|| "Undetermined".to_owned()),
        },
        // Written with a space in the reports, without one in the settings.
        "Rendering Failure" | "RenderingFailure" => EventKind::RenderingFailure {
            template: words("/failure/templateName"),
            message: words("/failure/errorMessage"),
        },
        other => EventKind::Unknown { event_type: plain_name(other) },
    }
}

/// A bounce of a type that SES has not documented yet counts as undetermined, and keeps its name.
fn bounce(report: &Value, recipients: &[&str]) -> EventKind {
    let type_name = text(report, "/bounce/bounceType").unwrap_or("Undetermined");
    let sub_type_name = text(report, "/bounce/bounceSubType");
    let (bounce_type, sub_type) = if let Some(known) = BounceType::parse(type_name) {
        (known, BounceSubType::parse(sub_type_name.unwrap_or("General")))
    } else {
        let name = format!("{type_name}/{}", sub_type_name.unwrap_or_default());
        (BounceType::Undetermined, BounceSubType::parse(&name))
    };
    let bounced = report.pointer("/bounce/bouncedRecipients").and_then(Value::as_array);
    let words = |recipient: &Value, pointer| {
        text(recipient, pointer).and_then(|said| ServerWords::about(said, recipients))
    };
    EventKind::Bounce {
        bounce_type,
        sub_type,
        recipients: bounced
            .into_iter()
            .flatten()
            .map(|recipient| BouncedRecipient {
                action: words(recipient, "/action"),
                status: words(recipient, "/status"),
                diagnostic: words(recipient, "/diagnosticCode"),
            })
            .collect(),
        feedback_id: text(report, "/bounce/feedbackId").map(plain_name),
    }
}

/// The time of the event itself where the report has one, else the time at which SES took the mail.
fn event_time(kind: &EventKind, report: &Value) -> Option<Timestamp> {
    let own = match kind {
        EventKind::Delivery { .. } => time(report, "/delivery/timestamp"),
        EventKind::Bounce { .. } => time(report, "/bounce/timestamp"),
        EventKind::Complaint { .. } => time(report, "/complaint/timestamp"),
        EventKind::DeliveryDelay { .. } => time(report, "/deliveryDelay/timestamp"),
        EventKind::Send
        | EventKind::Reject { .. }
        | EventKind::RenderingFailure { .. }
        | EventKind::Unknown { .. } => None,
    };
    own.or_else(|| time(report, "/mail/timestamp"))
}

/// Every address that the report names, to be masked in what remote servers say.
fn recipients(report: &Value) -> Vec<&str> {
    let list = |pointer| report.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let destinations = list("/mail/destination").filter_map(Value::as_str);
    let bounced = list("/bounce/bouncedRecipients").filter_map(|recipient| text(recipient, "/emailAddress"));
    destinations.chain(bounced).collect()
}

fn tag<'a>(report: &'a Value, name: &str) -> Option<&'a str> {
    report.pointer("/mail/tags")?.get(name)?.get(0)?.as_str()
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// `2017-08-05T00:41:02.669Z` or `2018-10-08T14:05:45 +0000`: SES writes both.
fn time(value: &Value, pointer: &str) -> Option<Timestamp> {
    let written = text(value, pointer)?;
    written
        .parse()
        .ok()
        .or_else(|| strtime::parse("%Y-%m-%dT%H:%M:%S%.f %z", written).ok()?.to_timestamp().ok())
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write, fs, path::Path};

    use super::*;

    const TOPIC: &str = "arn:aws:sns:ap-northeast-1:123456789012:ses-events";

    /// Every event file with the body of its one record.
    fn files() -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/record-delivery/events");
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let event: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                (name, text(&event, "/Records/0/body").unwrap().to_owned())
            })
            .collect();
        files.sort();
        files
    }

    #[test]
    fn every_event_file_is_read() {
        let mut table = String::new();
        // The bare ones say the same: the next test.
        for (name, body) in files().into_iter().filter(|(name, _)| !name.starts_with("raw-")) {
            match parse_notification(&body, Some(TOPIC)) {
                Ok(read) => {
                    let mail = read.mail.as_ref().map_or("-", MailId::as_str);
                    let kind = read.kind.map_or("-", MailKind::as_str);
                    let stored: Vec<_> =
                        read.event.to_stored().into_iter().map(|(n, v)| format!("{n}={v:?}")).collect();
                    writeln!(table, "{name}\n    {mail} {kind}\n    {}", stored.join("\n    ")).unwrap();
                }
                Err(error) => {
                    let then = if error.may_be_dropped() { "acknowledged" } else { "left in the queue" };
                    writeln!(table, "{name}\n    {error}: {then}").unwrap();
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn both_ways_of_delivery_give_the_same_event() {
        let files = files();
        let bare: Vec<_> =
            files.iter().filter_map(|(name, body)| Some((name.strip_prefix("raw-")?, body))).collect();
        assert!(bare.len() >= 20, "{}", bare.len());
        for (name, body) in bare {
            let (_, enveloped) = files.iter().find(|(other, _)| *other == format!("sns-{name}")).unwrap();
            let bare = parse_notification(body, Some(TOPIC));
            assert!(bare.is_ok(), "{name}: {bare:?}");
            assert_eq!(bare, parse_notification(enveloped, Some(TOPIC)), "{name}");
            assert_eq!(bare, parse_notification(enveloped, None), "{name}");
        }
    }

    #[test]
    fn no_event_holds_the_recipient() {
        for (name, body) in files() {
            if let Ok(read) = parse_notification(&body, None) {
                let shown = format!("{read:?}").to_lowercase();
                assert!(!shown.contains("taro") && !shown.contains('@'), "{name}: {shown}");
            }
        }
    }

    #[track_caller]
    fn check_time(written: &str, expected: Option<&str>) {
        let value = serde_json::json!({ "at": written });
        assert_eq!(time(&value, "/at").map(|at| at.to_string()).as_deref(), expected, "{written}");
    }

    #[test]
    fn both_time_formats_are_read() {
        check_time("2017-08-05T00:41:02.669Z", Some("2017-08-05T00:41:02.669Z"));
        check_time("2018-10-08T14:05:45 +0000", Some("2018-10-08T14:05:45Z"));
        check_time("2018-10-08T14:05:45.25 +0900", Some("2018-10-08T05:05:45.25Z"));
        check_time("yesterday", None);
        check_time("", None);
    }

    #[test]
    fn odd_bodies_are_named_errors_and_never_panics() {
        let odd = [
            "",
            "null",
            "[]",
            "{}",
            "\"text\"",
            "{\"eventType\":7}",
            "{\"Type\":\"Notification\",\"Message\":\"{\"}",
        ];
        for body in odd {
            let error = parse_notification(body, None).unwrap_err();
            assert!(!error.may_be_dropped(), "{body}: {error}");
        }
        let no_topic = r#"{"Type":"Notification","Message":"{}"}"#;
        assert_eq!(
            parse_notification(no_topic, Some(TOPIC)),
            Err(NotificationError::ForeignTopic { topic: String::new() })
        );
    }

    #[test]
    fn fields_of_a_wrong_type_are_as_good_as_missing() {
        let body = r#"{"eventType":"Bounce","mail":{"timestamp":"2027-01-05T00:00:00Z","destination":"x","tags":[]},
            "bounce":{"bounceType":"Sideways","bounceSubType":"Down","bouncedRecipients":[7,{"status":5}],"timestamp":0}}"#;
        let read = parse_notification(body, None).unwrap();
        assert_eq!(read.event.at.to_string(), "2027-01-05T00:00:00Z");
        assert_eq!(
            read.event.kind,
            EventKind::Bounce {
                bounce_type: BounceType::Undetermined,
                sub_type: BounceSubType::Other("Sideways/Down".into()),
                recipients: vec![BouncedRecipient::default(); 2],
                feedback_id: None,
            }
        );
    }

    #[test]
    fn a_report_of_256_kilobytes_is_read() {
        let padding = "x".repeat(250_000);
        let body = format!(
            r#"{{"eventType":"Delivery","mail":{{"messageId":"{padding}","timestamp":"2027-01-05T00:00:00Z"}},
            "delivery":{{"smtpResponse":"{padding}"}}}}"#
        );
        let read = parse_notification(&body, None).unwrap();
        assert!(read.event.to_stored().iter().map(|(_, value)| value.len()).sum::<usize>() < 1_000);
    }
}
