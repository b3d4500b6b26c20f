//! One conditional transaction.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem, Update,
        builders::UpdateBuilder,
    },
};

use super::{CommitError, Item, Store, StoreError, Table, race::jitter};

/// Writes that happen together or not at all. Each names what it is about, for the answer to a lost race.
#[derive(Default)]
pub(super) struct Transaction {
    writes: Vec<Write>,
}

struct Write {
    about: &'static str,
    table: Table,
    kind: Kind,
}

enum Kind {
    Create(Item),
    Put(Item),
    Replace { item: Item, expected: Vec<(&'static str, AttributeValue)> },
    Require { key: String, version: u64 },
    Delete { key: String },
    Add { key: String, amounts: Vec<(String, i64)>, at: (&'static str, AttributeValue) },
}

impl Transaction {
    /// A new item: its key must not be taken.
    pub(super) fn create(mut self, about: &'static str, table: Table, item: Item) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Create(item) });
        self
    }

    /// An item whose former state does not matter.
    pub(super) fn put(mut self, about: &'static str, table: Table, item: Item) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Put(item) });
        self
    }

    /// The next state of an item that must still be at this version.
    pub(super) fn replace(self, about: &'static str, table: Table, item: Item, version: u64) -> Self {
        self.replace_expecting(about, table, item, vec![("version", AttributeValue::N(version.to_string()))])
    }

    /// The next state of an item whose attributes must still be these.
    pub(super) fn replace_expecting(
        mut self,
        about: &'static str,
        table: Table,
        item: Item,
        expected: Vec<(&'static str, AttributeValue)>,
    ) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Replace { item, expected } });
        self
    }

    /// Creates an item at version 1, or replaces the version before.
    pub(super) fn upsert(self, about: &'static str, table: Table, item: Item, version: u64) -> Self {
        if version <= 1 {
            self.create(about, table, item)
        } else {
            self.replace(about, table, item, version - 1)
        }
    }

    /// An item that is not written must still be at this version.
    pub(super) fn require(mut self, about: &'static str, table: Table, key: &str, version: u64) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Require { key: key.to_owned(), version } });
        self
    }

    /// An item that must still be there, and is not any more afterwards.
    pub(super) fn delete(mut self, about: &'static str, table: Table, key: &str) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Delete { key: key.to_owned() } });
        self
    }

    /// Adds to numbers of an item, which need not be there yet, and notes a time in it.
    pub(super) fn add(
        mut self,
        about: &'static str,
        table: Table,
        key: &str,
        amounts: Vec<(String, i64)>,
        at: (&'static str, AttributeValue),
    ) -> Self {
        self.writes.push(Write { about, table, kind: Kind::Add { key: key.to_owned(), amounts, at } });
        self
    }
}

impl Store {
    /// Executes it. DynamoDB's own conflicts (others in the same items, at the same moment) are tried again
    /// with jitter; a failed condition is the caller's to decide again.
    pub(super) async fn execute(&self, transaction: Transaction) -> Result<(), CommitError> {
        const MOST_CONFLICTS: u32 = 8;
        let abouts: Vec<&'static str> = transaction.writes.iter().map(|write| write.about).collect();
        let writes = transaction
            .writes
            .into_iter()
            .map(|write| self.built(write))
            .collect::<Result<Vec<_>, StoreError>>()?;
        let mut conflicts = 0;
        loop {
            // Each attempt has a client token of its own, which the SDK's retries of the attempt share: a
            // lost reply is answered by DynamoDB as done, not as a conflict with itself.
            let sent =
                self.client.transact_write_items().set_transact_items(Some(writes.clone())).send().await;
            let Err(error) = sent else { return Ok(()) };
            match outcome(&error, &abouts) {
                Some(lost @ CommitError::Lost(_)) => return Err(lost),
                None if conflicts < MOST_CONFLICTS => {
                    conflicts += 1;
                    tokio::time::sleep(jitter(&self.entropy, conflicts)).await;
                }
                Some(CommitError::Store(_)) | None => return Err(StoreError::call(error).into()),
            }
        }
    }

    fn built(&self, write: Write) -> Result<TransactWriteItem, StoreError> {
        let table = self.tables.name(write.table)?;
        let built = match write.kind {
            Kind::Create(item) => {
                let put = Put::builder().table_name(table).set_item(Some(item));
                put.condition_expression("attribute_not_exists(pk)").build().map(put_item)
            }
            Kind::Put(item) => Put::builder().table_name(table).set_item(Some(item)).build().map(put_item),
            Kind::Replace { item, expected } => {
                let mut put = Put::builder().table_name(table).set_item(Some(item));
                let mut conditions = Vec::with_capacity(expected.len());
                for (index, (name, value)) in expected.into_iter().enumerate() {
                    conditions.push(format!("#n{index} = :v{index}"));
                    put = put.expression_attribute_names(format!("#n{index}"), name);
                    put = put.expression_attribute_values(format!(":v{index}"), value);
                }
                put.condition_expression(conditions.join(" AND ")).build().map(put_item)
            }
            Kind::Require { key, version } => ConditionCheck::builder()
                .table_name(table)
                .key("pk", AttributeValue::S(key))
                .condition_expression("#version = :version")
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", AttributeValue::N(version.to_string()))
                .build()
                .map(|check| TransactWriteItem::builder().condition_check(check).build()),
            Kind::Delete { key } => Delete::builder()
                .table_name(table)
                .key("pk", AttributeValue::S(key))
                .condition_expression("attribute_exists(pk)")
                .build()
                .map(|delete| TransactWriteItem::builder().delete(delete).build()),
            Kind::Add { key, amounts, at } => addition(table, key, amounts, at)
                .build()
                .map(|update| TransactWriteItem::builder().update(update).build()),
        };
        built.map_err(|error| StoreError::Call(error.to_string()))
    }
}

fn addition(
    table: &str,
    key: String,
    amounts: Vec<(String, i64)>,
    (noted, at): (&'static str, AttributeValue),
) -> UpdateBuilder {
    let mut update = Update::builder().table_name(table).key("pk", AttributeValue::S(key));
    let mut added = Vec::with_capacity(amounts.len());
    for (index, (name, amount)) in amounts.into_iter().enumerate() {
        added.push(format!("#n{index} :v{index}"));
        update = update.expression_attribute_names(format!("#n{index}"), name);
        update =
            update.expression_attribute_values(format!(":v{index}"), AttributeValue::N(amount.to_string()));
    }
    update
        .update_expression(format!("ADD {} SET #at = :at", added.join(", ")))
        .expression_attribute_names("#at", noted)
        .expression_attribute_values(":at", at)
}

fn put_item(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enum may grow: whatever it is, a failed call")]
/// `Lost` for a failed condition, `None` for a conflict that is worth another attempt, `Store` otherwise.
fn outcome<R>(error: &SdkError<TransactWriteItemsError, R>, abouts: &[&'static str]) -> Option<CommitError> {
    let unknown = Some(CommitError::Store(StoreError::Contended));
    let SdkError::ServiceError(service) = error else { return unknown };
    match service.err() {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            let reasons = cancelled.cancellation_reasons();
            let with = |code: &str| {
                reasons.iter().position(|reason: &CancellationReason| reason.code() == Some(code))
            };
            if let Some(index) = with("ConditionalCheckFailed") {
                return Some(CommitError::Lost(abouts.get(index).copied().unwrap_or("item")));
            }
            if with("TransactionConflict").is_some() { None } else { unknown }
        }
        TransactWriteItemsError::TransactionInProgressException(_) => None,
        _ => unknown,
    }
}
