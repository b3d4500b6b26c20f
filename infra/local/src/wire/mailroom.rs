//! SES behind its API: what becomes of an accepted mail, and how it is told.
//!
//! Architecture invariant: an event reaches a queue only along what the template connects: configuration
//! set, event destination, topic (whose policy must let SES in), subscription, queue (whose policy must let
//! the topic in).

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::Timestamp;
use serde_json::json;
use shared::runtime::Clock;

use super::{
    event::{EventKind, EventRequest, Planned, iso, render},
    ses::configuration_set_arn,
};
use crate::{
    blueprint::{ACCOUNT, Blueprint, ConfigurationSetSpec, REGION, SubscriptionSpec},
    ledger::{AcceptedMail, Ledger, LedgerError, OwedEvent},
    policy::{Context, Statement, allows},
};

/// SES behind the API.
pub struct Mailroom {
    blueprint: Arc<Blueprint>,
    ledger: Arc<Ledger>,
    clock: Clock,
    rules: Mutex<Vec<DeliveryRule>>,
}

/// Which mails get which events.
#[derive(Clone, Debug, Default)]
pub struct DeliveryRule {
    /// Only mails to this address.
    pub to: Option<String>,
    /// Only mails whose tag `kind` is this.
    pub kind: Option<String>,
    /// Instead of Send and Delivery; empty: SES stays silent.
    pub events: Vec<EventRequest>,
}

/// Why an asked-for event cannot be published.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("there is no mail {0}")]
    NoSuchMail(String),
    #[error("the mail {0} was not sent through a configuration set that publishes this event")]
    NotPublished(String),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl DeliveryRule {
    fn matches(&self, mail: &AcceptedMail) -> bool {
        self.to.as_ref().is_none_or(|to| mail.to.iter().any(|address| address.eq_ignore_ascii_case(to)))
            && self.kind.as_ref().is_none_or(|kind| mail.tags.get("kind") == Some(kind))
    }
}

impl Mailroom {
    pub(super) fn new(blueprint: Arc<Blueprint>, ledger: Arc<Ledger>, clock: Clock) -> Self {
        Self { blueprint, ledger, clock, rules: Mutex::default() }
    }

    /// From now on mails that match get these events. The rule added last wins.
    pub fn add_rule(&self, rule: DeliveryRule) {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
    }

    /// From now on every mail is treated as SES does.
    pub fn clear_rules(&self) {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Publishes an event for a mail: `id` is the SES message id or the tag `mail` (then its last try).
    pub fn report_event(&self, id: &str, request: &EventRequest) -> Result<(), ReportError> {
        let mail = match self.ledger.mail(id)? {
            Some(mail) => mail,
            None => self
                .ledger
                .mails_tagged("mail", id)?
                .pop()
                .ok_or_else(|| ReportError::NoSuchMail(id.to_owned()))?,
        };
        if self.listeners(&mail, request.kind).is_empty() {
            return Err(ReportError::NotPublished(id.to_owned()));
        }
        let planned = Planned { recipients: mail.to.clone(), request: request.clone() };
        self.ledger.owe(&owed(&mail, &planned, self.clock.now() + request.after))?;
        self.publish_due()?;
        Ok(())
    }

    /// Publishes every owed event that is due by the clock; how many. Call it after moving the clock.
    pub fn publish_due(&self) -> Result<usize, LedgerError> {
        let due = self.ledger.due_events()?;
        for event in &due {
            let planned: Planned = serde_json::from_str(&event.request)
                .map_err(|error| LedgerError::Corrupt(format!("event {}: {error}", event.sequence)))?;
            let mail = self.ledger.mail(&event.message_id)?;
            let messages = mail.as_ref().map(|mail| self.messages(mail, &planned, event.due_at));
            self.ledger.publish(event, &messages.unwrap_or_default())?;
            if let Some(mail) = &mail {
                self.suppress(mail, &planned)?;
            }
        }
        Ok(due.len())
    }

    /// A message id in the form of SES, and the instant that it carries.
    pub(super) fn next_message_id(&self) -> (String, Timestamp) {
        let now = self.clock.now();
        (format!("0106{:012x}-{}-000000", now.as_millisecond(), self.ledger.new_id()), now)
    }

    /// Keeps a mail with the events that it will cause, and publishes those that are due at once.
    pub(super) fn accept(&self, mail: &AcceptedMail) -> Result<(), LedgerError> {
        let mut plan = Vec::new();
        for planned in self.plan(mail)? {
            if !self.listeners(mail, planned.request.kind).is_empty() {
                plan.push(owed(mail, &planned, mail.accepted_at + planned.request.after));
            }
        }
        self.ledger.accept(mail, &plan)?;
        self.publish_due()?;
        Ok(())
    }

    fn plan(&self, mail: &AcceptedMail) -> Result<Vec<Planned>, LedgerError> {
        let ruled = {
            let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
            rules.iter().rev().find(|rule| rule.matches(mail)).map(|rule| rule.events.clone())
        };
        if let Some(events) = ruled {
            let plan = events.into_iter().map(|request| Planned { recipients: mail.to.clone(), request });
            return Ok(plan.collect());
        }
        let send = Planned { recipients: mail.to.clone(), request: EventRequest::new(EventKind::Send) };
        let mut plan = vec![send];
        for address in &mail.to {
            for request in self.fate(mail, address)? {
                match plan.iter_mut().find(|planned| planned.request == request) {
                    Some(planned) => planned.recipients.push(address.clone()),
                    None => plan.push(Planned { recipients: vec![address.clone()], request }),
                }
            }
        }
        Ok(plan)
    }

    /// What happens to a mail on its way to one address: the mailbox simulator, the suppression list, or
    /// a delivery.
    fn fate(&self, mail: &AcceptedMail, address: &str) -> Result<Vec<EventRequest>, LedgerError> {
        let delivery = EventRequest::new(EventKind::Delivery);
        if let Some(scenario) = simulated(address) {
            return Ok(match scenario {
                "bounce" => vec![EventRequest::bounce("General")],
                "suppressionlist" => vec![EventRequest::bounce("Suppressed")],
                "ooto" => vec![delivery, EventRequest::new(EventKind::AutoReply)],
                "complaint" => vec![delivery, EventRequest::new(EventKind::Complaint)],
                _ => vec![delivery],
            });
        }
        let suppressed = self.ledger.suppressed(address)?;
        Ok(match suppressed.filter(|entry| self.suppresses(mail, &entry.reason)) {
            Some(_) => vec![EventRequest::bounce("OnAccountSuppressionList")],
            None => vec![delivery],
        })
    }

    /// A hard bounce or a complaint puts the address on the account's suppression list.
    fn suppress(&self, mail: &AcceptedMail, planned: &Planned) -> Result<(), LedgerError> {
        let request = &planned.request;
        let listed = request.sub_type.as_deref() == Some("OnAccountSuppressionList");
        let reason = match request.kind {
            EventKind::Bounce if request.bounce_type() == "Permanent" && !listed => "BOUNCE",
            EventKind::Complaint => "COMPLAINT",
            EventKind::Bounce
            | EventKind::Send
            | EventKind::Delivery
            | EventKind::Reject
            | EventKind::DeliveryDelay
            | EventKind::RenderingFailure
            | EventKind::AutoReply => return Ok(()),
        };
        if !self.suppresses(mail, reason) {
            return Ok(());
        }
        for address in planned.recipients.iter().filter(|address| simulated(address).is_none()) {
            self.ledger.suppress(address, reason)?;
        }
        Ok(())
    }

    fn suppresses(&self, mail: &AcceptedMail, reason: &str) -> bool {
        let reasons = self.set_of(mail).and_then(|set| set.suppression_reasons.as_ref());
        reasons.is_none_or(|reasons| reasons.iter().any(|listed| listed == reason))
    }

    fn set_of(&self, mail: &AcceptedMail) -> Option<&ConfigurationSetSpec> {
        self.blueprint.configuration_set(mail.configuration_set.as_deref()?)
    }

    /// The subscriptions that hear of this event of this mail.
    fn listeners(&self, mail: &AcceptedMail, kind: EventKind) -> Vec<&SubscriptionSpec> {
        let Some(set) = self.set_of(mail) else { return Vec::new() };
        let source = configuration_set_arn(&set.name);
        let topics = set
            .destinations
            .iter()
            .filter(|to| to.event_types.iter().any(|known| known == kind.event_type()));
        let topics = topics.map(|to| to.topic_arn.as_str()).filter(|topic| {
            let policy =
                self.blueprint.topics.iter().find(|known| known.arn == *topic).map(|known| &known.policy);
            let by_ses = policy
                .is_some_and(|policy| lets_in(policy, "ses.amazonaws.com", "sns:Publish", topic, &source));
            if !by_ses {
                tracing::warn!(topic, "the policy of the topic does not let SES publish");
            }
            by_ses
        });
        let topics: Vec<&str> = topics.collect();
        let heard =
            self.blueprint.subscriptions.iter().filter(|one| topics.contains(&one.topic_arn.as_str()));
        heard.filter(|subscription| self.queue_takes(subscription)).collect()
    }

    fn queue_takes(&self, subscription: &SubscriptionSpec) -> bool {
        let Some(queue) = self.blueprint.queue(&subscription.queue) else { return false };
        let topic = &subscription.topic_arn;
        let takes = lets_in(&queue.policy, "sns.amazonaws.com", "sqs:SendMessage", &queue.arn, topic);
        if !takes {
            tracing::warn!(queue = queue.name, topic, "the policy of the queue does not let the topic send");
        }
        takes
    }

    fn messages(&self, mail: &AcceptedMail, planned: &Planned, at: Timestamp) -> Vec<(String, String)> {
        let event = render(&self.blueprint, mail, planned, at, &self.ledger.new_id()).to_string();
        let wrapped = |subscription: &SubscriptionSpec| {
            let body = if subscription.raw {
                event.clone()
            } else {
                self.envelope(&subscription.topic_arn, &event, at)
            };
            (subscription.queue.clone(), body)
        };
        self.listeners(mail, planned.request.kind).into_iter().map(wrapped).collect()
    }

    /// What SNS puts around a message for a queue.
    fn envelope(&self, topic_arn: &str, message: &str, at: Timestamp) -> String {
        let host = format!("https://sns.{REGION}.amazonaws.com");
        json!({
            "Type": "Notification",
            "MessageId": self.ledger.new_id(),
            "TopicArn": topic_arn,
            "Subject": "Amazon SES Email Event Notification",
            "Message": message,
            "Timestamp": iso(at),
            "SignatureVersion": "1",
            "Signature": BASE64.encode(self.ledger.new_id()),
            "SigningCertURL": format!("{host}/SimpleNotificationService-local.pem"),
            "UnsubscribeURL": format!("{host}/?Action=Unsubscribe&SubscriptionArn={topic_arn}:local"),
        })
        .to_string()
    }
}

/// Whether a resource policy lets a service act for `source`, which belongs to this account.
fn lets_in(policy: &[Statement], service: &str, action: &str, resource: &str, source: &str) -> bool {
    let named: Vec<Statement> = policy.iter().filter(|one| one.names_principal(service)).cloned().collect();
    let context = Context::default()
        .with("aws:SourceArn", vec![source.to_owned()])
        .with("aws:SourceAccount", vec![ACCOUNT.to_owned()]);
    allows(&named, action, resource, &context)
}

fn owed(mail: &AcceptedMail, planned: &Planned, due_at: Timestamp) -> OwedEvent {
    let request = json!(planned).to_string();
    OwedEvent { sequence: 0, message_id: mail.message_id.clone(), request, due_at }
}

/// The scenario of an address of the SES mailbox simulator, without its label.
fn simulated(address: &str) -> Option<&str> {
    let (local, domain) = address.rsplit_once('@')?;
    let scenario = local.split('+').next().unwrap_or(local);
    domain.eq_ignore_ascii_case("simulator.amazonses.com").then_some(scenario)
}
