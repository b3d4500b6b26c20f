//! What SQS and SES would remember, in one SQLite file: messages, accepted mails, the events that SES
//! still owes, the suppression list, and small values of the stack itself.
//!
//! Architecture invariant: what a call has answered is on the disk (WAL, `synchronous=FULL`); a kill at
//! any moment loses nothing that was acknowledged.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::Timestamp;
use shared::runtime::{Clock, Entropy};
use tokio::sync::watch;

use crate::blueprint::QueueSpec;

/// How to open a ledger.
pub struct LedgerOptions {
    /// Where `ledger.sqlite` and the `.eml` files live; `None` keeps all in memory.
    pub directory: Option<PathBuf>,
    pub clock: Clock,
    pub entropy: Entropy,
    /// Messages are doubled, held back and reordered by this seed.
    pub hostile: Option<u64>,
}

/// The store of queues and mails.
pub struct Ledger {
    changes: watch::Sender<u64>,
}

/// Why the ledger refused.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("the ledger's database: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the ledger's directory: {0}")]
    File(#[from] std::io::Error),
    #[error("a stored value cannot be read back: {0}")]
    Corrupt(String),
    #[error("there is no queue {0}")]
    NoSuchQueue(String),
}

/// A message as its receiver gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMessage {
    pub id: String,
    pub receipt: String,
    pub body: String,
    /// This receive included.
    pub receive_count: u32,
    pub sent_at: Timestamp,
    pub first_received_at: Timestamp,
    /// SQS message attributes as the sender gave them (a JSON object), if any.
    pub attributes: Option<serde_json::Value>,
}

/// How many messages a queue holds, by what keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Can be received now.
    pub visible: u64,
    /// Received, neither deleted nor released yet.
    pub in_flight: u64,
    /// Waits for the clock (`DelaySeconds`).
    pub delayed: u64,
    /// Held back by hostile mode: comes after some more receives, or when everything else is idle.
    pub held: u64,
}

impl Pending {
    /// Nothing that a poller could work on without the clock being moved.
    pub fn is_idle(self) -> bool {
        self.visible + self.in_flight + self.held == 0
    }
}

/// What hostile mode has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct HostileCounts {
    pub doubled: u64,
    pub delayed: u64,
    pub reordered: u64,
}

/// A mail that SES accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedMail {
    /// The SES message id.
    pub message_id: String,
    /// The function that sent it.
    pub caller: String,
    pub configuration_set: Option<String>,
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    /// The message tags: `mail`, `try`, `kind`.
    pub tags: BTreeMap<String, String>,
    /// The message as RFC 5322 has it.
    pub raw: Vec<u8>,
    pub accepted_at: Timestamp,
}

impl Ledger {
    pub fn open(_options: LedgerOptions) -> Result<Self, LedgerError> {
        todo!()
    }

    /// Tells the ledger which queues exist; messages of others are kept but cannot be reached.
    pub fn declare(&self, _queues: &[QueueSpec]) {
        todo!()
    }

    /// Sends a message; its id.
    pub fn send(&self, _queue: &str, _body: &str) -> Result<String, LedgerError> {
        todo!()
    }

    pub fn receive(&self, _queue: &str, _max: usize) -> Result<Vec<QueuedMessage>, LedgerError> {
        todo!()
    }

    /// The message is done. `false` if the receipt is no longer good.
    pub fn delete(&self, _queue: &str, _receipt: &str) -> Result<bool, LedgerError> {
        todo!()
    }

    /// The message could not be processed: visible again at once, or in the dead-letter queue if it was
    /// received too often. `false` if the receipt is no longer good.
    pub fn release(&self, _queue: &str, _receipt: &str) -> Result<bool, LedgerError> {
        todo!()
    }

    pub fn pending(&self, _queue: &str) -> Result<Pending, LedgerError> {
        todo!()
    }

    /// The bodies waiting in a queue, oldest first, untouched (for the queue page and for tests).
    pub fn peek(&self, _queue: &str, _max: usize) -> Result<Vec<String>, LedgerError> {
        todo!()
    }

    /// Changes whenever there may be something new to receive.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub fn hostile_counts(&self) -> HostileCounts {
        todo!()
    }

    /// All accepted mails, newest last.
    pub fn mails(&self) -> Result<Vec<AcceptedMail>, LedgerError> {
        todo!()
    }

    /// One mail, by its SES message id.
    pub fn mail(&self, _message_id: &str) -> Result<Option<AcceptedMail>, LedgerError> {
        todo!()
    }

    /// The mails whose tag `name` is `value`, newest last.
    pub fn mails_tagged(&self, _name: &str, _value: &str) -> Result<Vec<AcceptedMail>, LedgerError> {
        todo!()
    }

    pub fn mail_count(&self) -> Result<u64, LedgerError> {
        todo!()
    }

    /// When the next owed SES event is due.
    pub fn next_event_due_at(&self) -> Result<Option<Timestamp>, LedgerError> {
        todo!()
    }

    pub fn value(&self, _name: &str) -> Result<Option<String>, LedgerError> {
        todo!()
    }

    pub fn set_value(&self, _name: &str, _value: &str) -> Result<(), LedgerError> {
        todo!()
    }
}
