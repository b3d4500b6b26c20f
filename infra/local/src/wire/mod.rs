//! The AWS APIs on one loopback port, as the SDK for Rust speaks them: DynamoDB (forwarded to the embedded
//! database), SQS and SES v2.
//!
//! Architecture invariant: every call is checked against the policy of the function that makes it; the
//! access key id in the signature is the function's name.

mod call;

use std::{net::SocketAddr, sync::Arc};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use shared::runtime::{Clock, Entropy};

use crate::{
    blueprint::Blueprint,
    ledger::{AcceptedMail, Ledger, LedgerError},
};

pub use call::{After, Answer, Before, Call, CallCount, Interception, Undisturbed};

/// What the wire serves.
pub struct WireOptions {
    pub blueprint: Arc<Blueprint>,
    pub ledger: Arc<Ledger>,
    pub database: dynoxide::Database,
    pub clock: Clock,
    pub entropy: Entropy,
    pub interception: Arc<dyn Interception>,
}

/// The access key id that may do everything.
pub const ADMINISTRATOR: &str = "local-admin";

/// The running server.
pub struct Wire {
    address: SocketAddr,
}

/// Why the wire cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("the loopback port: {0}")]
    Port(#[from] std::io::Error),
    #[error("the table {table} cannot be made: {problem}")]
    Table { table: String, problem: String },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Wire {
    /// Makes the blueprint's tables where they are missing and serves on `listener`.
    pub async fn start(_listener: tokio::net::TcpListener, _options: WireOptions) -> Result<Self, WireError> {
        todo!()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has been asked so far, by caller and action.
    pub fn calls(&self) -> Vec<CallCount> {
        todo!()
    }

    /// SES beyond its API: owed events, events on request, rules.
    pub fn mailroom(&self) -> &Mailroom {
        todo!()
    }

    /// Stops serving.
    pub async fn stop(self) {
        todo!()
    }
}

/// SES behind the API.
pub struct Mailroom {}

impl Mailroom {
    /// Publishes every owed event that is due by the clock; how many. Call it after moving the clock.
    pub fn publish_due(&self) -> Result<usize, LedgerError> {
        todo!()
    }

    /// Publishes an event for a mail: `id` is the SES message id or the tag `mail` (then its last try).
    pub fn report_event(&self, _id: &str, _request: &EventRequest) -> Result<(), ReportError> {
        todo!()
    }

    /// From now on mails that match get these events. The rule added last wins.
    pub fn add_rule(&self, _rule: DeliveryRule) {
        todo!()
    }

    pub fn clear_rules(&self) {
        todo!()
    }
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

impl DeliveryRule {
    pub fn matches(&self, mail: &AcceptedMail) -> bool {
        self.to.as_ref().is_none_or(|to| mail.to.iter().any(|address| address.eq_ignore_ascii_case(to)))
            && self.kind.as_ref().is_none_or(|kind| mail.tags.get("kind") == Some(kind))
    }
}
