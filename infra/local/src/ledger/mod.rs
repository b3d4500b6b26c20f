//! What SQS and SES would remember, in one SQLite file: messages, accepted mails, the events that SES
//! still owes, the suppression list, and small values of the stack itself.
//!
//! Architecture invariant: what a call has answered is on the disk (WAL, `synchronous=FULL`); a kill at
//! any moment loses nothing that was acknowledged.

mod hostile;
mod letter;
mod mails;
mod messages;
mod rows;
#[cfg(test)]
mod tests;
mod values;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use rusqlite::Connection;
use shared::runtime::{Clock, Entropy};
use tokio::sync::watch;

use crate::blueprint::QueueSpec;
use hostile::Hostility;

pub use hostile::HostileCounts;
pub use letter::Letter;
pub use mails::{AcceptedMail, OwedEvent};
pub use messages::{NewMessage, Pending, QueuedMessage};
pub(crate) use rows::hex;
pub use values::Suppressed;

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
    connection: Mutex<Connection>,
    queues: Mutex<BTreeMap<String, QueueSpec>>,
    directory: Option<PathBuf>,
    clock: Clock,
    entropy: Entropy,
    hostility: Option<Hostility>,
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

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS message (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL, queue TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT,
        sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
        rank INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0,
        receive_count INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER, receipt TEXT UNIQUE
    ) STRICT;
    CREATE INDEX IF NOT EXISTS message_by_rank ON message (queue, rank, sequence);
    CREATE TABLE IF NOT EXISTS mail (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL UNIQUE, caller TEXT NOT NULL, configuration_set TEXT,
        sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, tags TEXT NOT NULL,
        raw BLOB NOT NULL, accepted_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS event (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        message_id TEXT NOT NULL, request TEXT NOT NULL,
        due_at INTEGER NOT NULL, published INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS event_owed ON event (due_at) WHERE published = 0;
    CREATE TABLE IF NOT EXISTS suppressed (
        address TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS value (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
";

impl Ledger {
    /// Opens the file (or makes it). Whoever had received messages died with the process before:
    /// they are visible again.
    pub fn open(options: LedgerOptions) -> Result<Self, LedgerError> {
        let connection = match &options.directory {
            Some(directory) => {
                std::fs::create_dir_all(directory.join("mails"))?;
                Connection::open(directory.join("ledger.sqlite"))?
            }
            None => Connection::open_in_memory()?,
        };
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        connection.execute_batch(SCHEMA)?;
        connection
            .execute("UPDATE message SET receipt = NULL, visible_at = 0 WHERE receipt IS NOT NULL", [])?;
        let ledger = Self {
            connection: Mutex::new(connection),
            queues: Mutex::new(BTreeMap::new()),
            directory: options.directory,
            clock: options.clock,
            entropy: options.entropy,
            hostility: options.hostile.map(Hostility::new),
            changes: watch::Sender::new(0),
        };
        ledger.restore_files()?;
        Ok(ledger)
    }

    /// Tells the ledger which queues exist; messages of others are kept but cannot be reached.
    pub fn declare(&self, queues: &[QueueSpec]) {
        let mut known = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(queues.iter().map(|queue| (queue.name.clone(), queue.clone())));
        drop(known);
        self.wake();
    }

    /// Changes whenever there may be something new to receive.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Lets everybody who waits for a change look again: call it after moving the clock.
    pub fn wake(&self) {
        self.changes.send_modify(|change| *change += 1);
    }

    /// What hostile mode has done since the ledger was opened.
    pub fn hostile_counts(&self) -> HostileCounts {
        self.hostility.as_ref().map(Hostility::counts).unwrap_or_default()
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self, name: &str) -> Result<QueueSpec, LedgerError> {
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.get(name).cloned().ok_or_else(|| LedgerError::NoSuchQueue(name.to_owned()))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An identifier in the form of a UUID.
    pub(crate) fn new_id(&self) -> String {
        let mut bytes = self.entropy.bytes::<16>();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = rows::hex(&bytes);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}
