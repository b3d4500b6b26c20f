//! Several items in one request, of one table or of several.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity, WriteRequest};

use super::{Inconsistent, Item, Store, StoreError, Table, race::jitter};

/// What DynamoDB gives in one batch of reads.
const MOST_READ: usize = 100;
/// What DynamoDB takes in one batch of writes.
pub(super) const MOST_WRITTEN: usize = 25;
/// What DynamoDB did not get done of a batch is given again, so often.
const MOST_ATTEMPTS: u32 = 8;

impl Store {
    /// Those of the items that exist, in no order; a hundred at most. What DynamoDB leaves undone is asked for again.
    pub(super) async fn load_batch(
        &self,
        wanted: Vec<(Table, Vec<String>)>,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut wanted: HashMap<String, KeysAndAttributes> = wanted
            .into_iter()
            .map(|(table, keys)| Ok((self.tables.name(table)?.to_owned(), keys_of(keys)?)))
            .collect::<Result<_, StoreError>>()?;
        for attempt in 1..=MOST_ATTEMPTS {
            let request = self.client.batch_get_item().set_request_items(Some(wanted));
            let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
            let answer = request.send().await.map_err(StoreError::call)?;
            items.extend(answer.responses.into_iter().flat_map(HashMap::into_values).flatten());
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if wanted.is_empty() {
                return Ok(items);
            }
            tokio::time::sleep(jitter(&self.entropy, attempt)).await;
        }
        Err(StoreError::Contended)
    }

    /// Those of the items of a table that exist, each read by `of`, in no order; one request for a hundred of them.
    pub(super) async fn load_all<T>(
        &self,
        table: Table,
        keys: Vec<String>,
        of: fn(&Item) -> Result<T, Inconsistent>,
    ) -> Result<Vec<T>, StoreError> {
        let mut loaded = Vec::with_capacity(keys.len());
        for keys in keys.chunks(MOST_READ) {
            let items = self.load_batch(vec![(table, keys.to_vec())]).await?;
            loaded.extend(items.iter().map(of).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(loaded)
    }

    /// Puts and deletes of one table, whose order does not matter and of which each may be done alone.
    pub(super) async fn write_batches(
        &self,
        table: Table,
        writes: &[WriteRequest],
    ) -> Result<(), StoreError> {
        for batch in writes.chunks(MOST_WRITTEN) {
            self.write_batch(table, batch.to_vec()).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, table: Table, mut wanted: Vec<WriteRequest>) -> Result<(), StoreError> {
        let table = self.tables.name(table)?;
        for attempt in 1..=MOST_ATTEMPTS {
            let request = self.client.batch_write_item().request_items(table, wanted);
            let answer = request.send().await.map_err(StoreError::call)?;
            let left = answer.unprocessed_items.into_iter().flat_map(HashMap::into_values);
            wanted = left.flatten().collect();
            if wanted.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(jitter(&self.entropy, attempt)).await;
        }
        Err(StoreError::Contended)
    }
}

fn keys_of(keys: Vec<String>) -> Result<KeysAndAttributes, StoreError> {
    let keys = keys.into_iter().map(|key| HashMap::from([("pk".to_owned(), AttributeValue::S(key))]));
    let keys = KeysAndAttributes::builder().set_keys(Some(keys.collect())).consistent_read(true).build();
    keys.map_err(|error| StoreError::Call(error.to_string()))
}
