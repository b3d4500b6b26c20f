//! The AWS APIs on one loopback port, as the SDK for Rust speaks them: DynamoDB (forwarded to the embedded
//! database), SQS and SES v2.
//!
//! Architecture invariant: every call is checked against the policy of the function that makes it; the
//! access key id in the signature is the function's name.

mod access;
mod call;
mod count;
mod direct;
mod dynamodb;
mod event;
mod leading_keys;
mod letter;
mod mailroom;
mod server;
mod ses;
mod sqs;
mod tables;
#[cfg(test)]
mod tests;

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use shared::runtime::Clock;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    blueprint::Blueprint,
    crash::Crashes,
    ledger::{Ledger, LedgerError},
};
use server::Desk;

pub use call::{After, Answer, Before, Call, Deciding, Interception, Service, Undisturbed};
pub use count::CallCount;
pub(crate) use direct::http_client;
pub use event::{EventKind, EventRequest};
pub use mailroom::{DeliveryRule, Mailroom, ReportError};

/// The access key id that may do everything.
pub const ADMINISTRATOR: &str = "local-admin";

/// What the wire serves.
pub struct WireOptions {
    pub blueprint: Arc<Blueprint>,
    pub ledger: Arc<Ledger>,
    pub database: dynoxide::Database,
    pub clock: Clock,
    pub interception: Arc<dyn Interception>,
    /// Where a function whose process is to die hears of it.
    pub crashes: Crashes,
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

/// The running server; it ends when this is dropped.
pub struct Wire {
    address: SocketAddr,
    desk: Arc<Desk>,
    server: JoinHandle<()>,
    /// When this goes away the database's server lets its last requests finish and ends.
    _running: oneshot::Sender<Infallible>,
}

impl Wire {
    /// Makes the blueprint's tables where they are missing, tells the ledger its queues, publishes what SES
    /// still owed, and serves on `listener`.
    pub async fn start(listener: TcpListener, options: WireOptions) -> Result<Self, WireError> {
        let WireOptions { blueprint, ledger, database, clock, interception, crashes } = options;
        tables::create_missing(&database, &blueprint.tables)?;
        ledger.declare(&blueprint.queues);
        let mailroom = Mailroom::new(Arc::clone(&blueprint), Arc::clone(&ledger), clock);
        mailroom.publish_due()?;
        let own = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let forwarder = dynamodb::Forwarder::new(database.clone(), own.local_addr()?)?;
        let counts = count::Counts::default();
        let desk = Arc::new(Desk { blueprint, ledger, mailroom, forwarder, interception, counts, crashes });
        let (running, stopped) = oneshot::channel();
        tokio::spawn(server::serve_database(own, database, stopped));
        Ok(Self {
            address: listener.local_addr()?,
            server: tokio::spawn(server::serve(listener, Arc::clone(&desk))),
            desk,
            _running: running,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has been asked so far, by caller and operation.
    pub fn calls(&self) -> Vec<CallCount> {
        self.desk.counts.all()
    }

    /// SES beyond its API: owed events, events on request, rules.
    pub fn mailroom(&self) -> &Mailroom {
        &self.desk.mailroom
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.server.abort();
    }
}
