//! The stored form of an event: a flat list of named strings, ready to be one DynamoDB map of strings.
//!
//! | name | for | value |
//! |---|---|---|
//! | `kind` | all | `EventKind::as_str` |
//! | `at` | all | RFC 3339, UTC, milliseconds |
//! | `message_id` | all | the id that SES gave |
//! | `try` | all, if known | decimal |
//! | `smtp_response` | delivery, if any | server words |
//! | `bounce_type`, `bounce_sub_type` | bounce | SES's words |
//! | `recipients` | bounce, if any | a line a recipient: action TAB status TAB diagnostic |
//! | `feedback_id` | bounce, complaint, if any | |
//! | `suppressed` | complaint | `true` if SES never sent the mail |
//! | `reason` | reject, if any | server words |
//! | `delay_type` | delivery-delay | SES's word |
//! | `template`, `message` | rendering-failure, if any | server words |
//! | `event_type` | unknown | SES's word |
//!
//! Architecture invariant: reading back what was written gives an equal event, hence the same fingerprint.
//! The fingerprint is a hash over this form: renaming a field here renames every stored event.

use std::fmt::Display;

use jiff::Timestamp;
use thiserror::Error;

use super::{
    BounceSubType, BounceType, BouncedRecipient, DeliveryEvent, EventKind, ServerWords,
    event::whole_milliseconds,
};

/// A stored event that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the stored delivery event has no readable `{attribute}`")]
pub struct UnreadableEvent {
    pub attribute: &'static str,
}

type Fields = Vec<(&'static str, String)>;

impl DeliveryEvent {
    /// Names and values in a fixed order; what is not there is left out.
    pub fn to_stored(&self) -> Fields {
        let mut fields = vec![
            ("kind", self.kind.as_str().to_owned()),
            ("at", format!("{:.3}", whole_milliseconds(self.at))),
            ("message_id", self.message_id.clone()),
        ];
        push(&mut fields, "try", self.try_number.as_ref());
        self.kind.push_fields(&mut fields);
        fields
    }

    /// The event that `to_stored` wrote; `field` looks a value up by its name.
    pub fn from_stored<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Result<Self, UnreadableEvent> {
        let at: Timestamp = needed(&field, "at")?.parse().map_err(|_| UnreadableEvent { attribute: "at" })?;
        let try_number = field("try")
            .map(|number| number.parse().map_err(|_| UnreadableEvent { attribute: "try" }))
            .transpose()?;
        let message_id = needed(&field, "message_id")?.to_owned();
        Ok(Self::new(EventKind::from_stored(&field)?, at, try_number, message_id))
    }
}

impl EventKind {
    fn push_fields(&self, fields: &mut Fields) {
        match self {
            Self::Send => {}
            Self::Delivery { smtp_response } => push(fields, "smtp_response", smtp_response.as_ref()),
            Self::Bounce { bounce_type, sub_type, recipients, feedback_id } => {
                push(fields, "bounce_type", Some(bounce_type.as_str()));
                push(fields, "bounce_sub_type", Some(sub_type.as_str()));
                let lines: Vec<_> = recipients.iter().map(BouncedRecipient::to_line).collect();
                push(fields, "recipients", (!lines.is_empty()).then(|| lines.join("\n")));
                push(fields, "feedback_id", feedback_id.as_ref());
            }
            Self::Complaint { feedback_id, suppressed } => {
                push(fields, "feedback_id", feedback_id.as_ref());
                push(fields, "suppressed", Some(suppressed));
            }
            Self::Reject { reason } => push(fields, "reason", reason.as_ref()),
            Self::DeliveryDelay { delay_type } => push(fields, "delay_type", Some(delay_type)),
            Self::RenderingFailure { template, message } => {
                push(fields, "template", template.as_ref());
                push(fields, "message", message.as_ref());
            }
            Self::Unknown { event_type } => push(fields, "event_type", Some(event_type)),
        }
    }

    fn from_stored<'a>(field: &impl Fn(&str) -> Option<&'a str>) -> Result<Self, UnreadableEvent> {
        let words = |name| field(name).and_then(ServerWords::new);
        let feedback_id = || field("feedback_id").map(str::to_owned);
        Ok(match needed(field, "kind")? {
            "send" => Self::Send,
            "delivery" => Self::Delivery { smtp_response: words("smtp_response") },
            "bounce" => Self::Bounce {
                bounce_type: BounceType::parse(needed(field, "bounce_type")?)
                    .ok_or(UnreadableEvent { attribute: "bounce_type" })?,
                sub_type: BounceSubType::parse(needed(field, "bounce_sub_type")?),
                recipients: field("recipients")
                    .map(|lines| lines.split('\n').map(BouncedRecipient::from_line).collect())
                    .unwrap_or_default(),
                feedback_id: feedback_id(),
            },
            "complaint" => Self::Complaint {
                feedback_id: feedback_id(),
                suppressed: needed(field, "suppressed")?
                    .parse()
                    .map_err(|_| UnreadableEvent { attribute: "suppressed" })?,
            },
            "reject" => Self::Reject { reason: words("reason") },
            "delivery-delay" => Self::DeliveryDelay { delay_type: needed(field, "delay_type")?.to_owned() },
            "rendering-failure" => {
                Self::RenderingFailure { template: words("template"), message: words("message") }
            }
            "unknown" => Self::Unknown { event_type: needed(field, "event_type")?.to_owned() },
            _ => return Err(UnreadableEvent { attribute: "kind" }),
        })
    }
}

impl BouncedRecipient {
    fn to_line(&self) -> String {
        let text = |words: &Option<ServerWords>| words.as_ref().map_or_else(String::new, ToString::to_string);
        [text(&self.action), text(&self.status), text(&self.diagnostic)].join("\t")
    }

    fn from_line(line: &str) -> Self {
        let mut parts = line.split('\t').map(ServerWords::new);
        let mut next = || parts.next().flatten();
        Self { action: next(), status: next(), diagnostic: next() }
    }
}

fn push(fields: &mut Fields, name: &'static str, value: Option<impl Display>) {
    if let Some(value) = value {
        fields.push((name, value.to_string()));
    }
}

fn needed<'a>(
    field: &impl Fn(&str) -> Option<&'a str>,
    name: &'static str,
) -> Result<&'a str, UnreadableEvent> {
    field(name).ok_or(UnreadableEvent { attribute: name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup<'a>(fields: &'a Fields) -> impl Fn(&str) -> Option<&'a str> {
        |name| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    fn bounce() -> DeliveryEvent {
        let kind = EventKind::Bounce {
            bounce_type: BounceType::Permanent,
            sub_type: BounceSubType::NoEmail,
            recipients: vec![
                BouncedRecipient {
                    action: ServerWords::new("failed"),
                    status: None,
                    diagnostic: ServerWords::new("smtp; 550\tno such user"),
                },
                BouncedRecipient::default(),
            ],
            feedback_id: Some("0100018f-feedback-000000".into()),
        };
        DeliveryEvent::new(kind, "2027-01-05T00:00:00.1Z".parse().unwrap(), Some(1), "0100018f-000000".into())
    }

    #[test]
    fn the_stored_form_is_pinned() {
        insta::assert_debug_snapshot!(bounce().to_stored(), @r#"
        [
            (
                "kind",
                "bounce",
            ),
            (
                "at",
                "2027-01-05T00:00:00.100Z",
            ),
            (
                "message_id",
                "0100018f-000000",
            ),
            (
                "try",
                "1",
            ),
            (
                "bounce_type",
                "Permanent",
            ),
            (
                "bounce_sub_type",
                "NoEmail",
            ),
            (
                "recipients",
                "failed\t\tsmtp; 550 no such user\n\t\t",
            ),
            (
                "feedback_id",
                "0100018f-feedback-000000",
            ),
        ]
        "#);
    }

    #[test]
    fn a_damaged_item_says_which_attribute() {
        let fields = bounce().to_stored();
        for missing in ["kind", "at", "message_id", "bounce_type", "bounce_sub_type"] {
            let damaged: Fields = fields.iter().filter(|(name, _)| *name != missing).cloned().collect();
            assert_eq!(
                DeliveryEvent::from_stored(lookup(&damaged)),
                Err(UnreadableEvent { attribute: missing })
            );
        }
        for (name, value) in
            [("kind", "posted"), ("at", "yesterday"), ("try", "first"), ("bounce_type", "Soft")]
        {
            let damaged: Fields = fields
                .iter()
                .map(|(n, v)| (*n, if *n == name { value.to_owned() } else { v.clone() }))
                .collect();
            assert_eq!(
                DeliveryEvent::from_stored(lookup(&damaged)),
                Err(UnreadableEvent { attribute: name })
            );
        }
    }
}
