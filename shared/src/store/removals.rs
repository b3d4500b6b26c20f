//! Requests to take addresses off SES's suppression list, beside the mails.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    contact::EmailAddress,
    ids::StaffId,
    suppression::{Removal, RemovalId, RemovalOutcome, RemovalReason},
};

/// The partitions of the sparse index of requests.
const WAITING: &str = "waiting";
const CONCLUDED: &str = "concluded";

impl Store {
    /// A new request (version 1), or one that is concluded.
    pub async fn commit_removal(&self, removal: &Removal) -> Result<(), CommitError> {
        let (item, version) = (item_of(removal), removal.version);
        self.execute(Transaction::default().upsert("removal", Table::Mails, item, version)).await
    }

    /// The requests that wait, the oldest first.
    pub async fn list_waiting_removals(&self, most: i32) -> Result<Vec<Removal>, StoreError> {
        self.removals_of(WAITING, true, most).await
    }

    /// The requests that were concluded, the newest first.
    pub async fn list_concluded_removals(&self, most: i32) -> Result<Vec<Removal>, StoreError> {
        self.removals_of(CONCLUDED, false, most).await
    }

    async fn removals_of(
        &self,
        partition: &str,
        is_oldest_first: bool,
        most: i32,
    ) -> Result<Vec<Removal>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Mails)?)
            .index_name("removals")
            .key_condition_expression("#removals = :removals")
            .expression_attribute_names("#removals", "removals")
            .expression_attribute_values(":removals", AttributeValue::S(partition.to_owned()))
            .scan_index_forward(is_oldest_first)
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(answer.items().iter().map(removal_of).collect::<Result<_, _>>()?)
    }
}

fn item_of(removal: &Removal) -> Item {
    let writer = Writer::keyed(format!("removal#{}", removal.id.as_str()))
        .number("schema", 1)
        .number("version", removal.version)
        .text("address", removal.address.as_str())
        .text("reason", removal.reason.as_str())
        .text("by", removal.by.as_str())
        .text("by_name", &removal.by_name)
        .time("asked_at", removal.asked_at)
        .text("removals", if removal.outcome.is_none() { WAITING } else { CONCLUDED });
    match removal.outcome {
        Some((outcome, at)) => writer.text("outcome", outcome.as_str()).time("concluded_at", at).finish(),
        None => writer.finish(),
    }
}

fn removal_of(item: &Item) -> Result<Removal, Inconsistent> {
    let reader = Reader::new("removal", item)?;
    let outcome = reader.optional_parsed("outcome", RemovalOutcome::parse)?;
    Ok(Removal {
        id: reader.parsed("pk", |key| key.strip_prefix("removal#").and_then(RemovalId::parse))?,
        address: reader.parsed("address", EmailAddress::from_stored)?,
        reason: reader.parsed("reason", RemovalReason::from_stored)?,
        by: reader.parsed("by", StaffId::parse)?,
        by_name: reader.text("by_name")?.to_owned(),
        asked_at: reader.time("asked_at")?,
        outcome: match outcome {
            Some(outcome) => Some((outcome, reader.time("concluded_at")?)),
            None => None,
        },
        version: reader.number("version")?,
    })
}
