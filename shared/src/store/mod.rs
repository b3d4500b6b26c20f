//! DynamoDB: the only place that knows tables, keys and expressions.
//!
//! Architecture invariant: what changes is written by one conditional transaction, whose condition is the
//! state that the decision started from; what is read back and does not fit is an error that names it.

mod accounts;
mod address_changes;
mod adopt;
mod applications;
mod batch;
mod changes;
mod claims;
mod code_traffic;
mod commit;
mod counter;
mod desk_contacts;
mod desks;
mod drafts;
mod error;
mod failures;
mod figures;
#[cfg(any(test, feature = "testing"))]
mod fill;
mod imports;
mod institutions;
mod item;
mod mails;
mod race;
mod removals;
mod runs;
mod search;
mod sessions;
mod settings;
mod staff;
mod tables;
mod transaction;
mod verifications;

use std::collections::HashMap;

use aws_sdk_dynamodb::{Client, types::AttributeValue};

pub use accounts::{LinkBrings, LinkCounters, PasswordChange};
pub use address_changes::{ChangeList, ChangePage};
pub use applications::WaitingPage;
pub use changes::{Change, DeskCounts};
pub use counter::Counter;
pub use desks::{DeskList, DeskPage};
pub use error::{CommitError, Inconsistent, StoreError};
pub use failures::{NetworkFailure, NetworkFailures};
pub use imports::PROBLEMS_A_PAGE;
pub use institutions::Found;
pub use mails::MailsPage;
pub use race::Race;
pub use search::FoundPage;
pub use tables::{Table, Tables};
pub use verifications::{EnquiryPaid, MailUsageKeys, Opened};

use crate::runtime::{ConfigError, Entropy, Environment};

/// An item as DynamoDB keeps it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The tables of one function.
#[derive(Clone)]
pub struct Store {
    client: Client,
    tables: Tables,
    entropy: Entropy,
}

impl Store {
    pub fn of(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            client: environment.dynamodb()?,
            tables: Tables::of(&environment.config),
            entropy: environment.entropy.clone(),
        })
    }

    /// Attempts at one decision, when others change the same items.
    pub fn race(&self) -> Race {
        Race::new(self.entropy.clone())
    }

    async fn load(&self, table: Table, key: &str) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(self.tables.name(table)?)
            .key("pk", AttributeValue::S(key.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(answer.item)
    }
}
