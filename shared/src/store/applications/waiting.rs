//! What waits for what: the sparse index `work`, whole, for the people who look after it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use jiff::Timestamp;

use super::{Reader, Store, StoreError, Table, stored_time};
use crate::domain::{application::Queue, ids::ApplicationNumber};

/// A page of a queue, the longest due first, and where the next one begins.
pub struct WaitingPage {
    pub numbers: Vec<ApplicationNumber>,
    pub next: Option<(ApplicationNumber, Timestamp)>,
}

impl Store {
    /// What waits in a queue, due or not.
    pub async fn list_waiting(
        &self,
        queue: Queue,
        after: Option<(ApplicationNumber, Timestamp)>,
        most: i32,
    ) -> Result<WaitingPage, StoreError> {
        let start = after.map(|(number, due)| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(number.to_string())),
                ("work".to_owned(), AttributeValue::S(queue.as_str().to_owned())),
                ("work_at".to_owned(), AttributeValue::S(stored_time(due))),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name("work")
            .key_condition_expression("#work = :work")
            .expression_attribute_names("#work", "work")
            .expression_attribute_values(":work", AttributeValue::S(queue.as_str().to_owned()))
            .set_exclusive_start_key(start)
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        let mut places = Vec::new();
        for item in answer.items() {
            let reader = Reader::new("application", item)?;
            let number = ApplicationNumber::parse(reader.key()).ok_or_else(|| reader.unreadable("pk"))?;
            places.push((number, reader.time("work_at")?));
        }
        let next = places.last().copied().filter(|_| answer.last_evaluated_key().is_some());
        Ok(WaitingPage { numbers: places.into_iter().map(|(number, _)| number).collect(), next })
    }

    /// How much waits in a queue, at most `most`.
    pub async fn count_waiting(&self, queue: Queue, most: u16) -> Result<usize, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name("work")
            .key_condition_expression("#work = :work")
            .expression_attribute_names("#work", "work")
            .expression_attribute_values(":work", AttributeValue::S(queue.as_str().to_owned()))
            .select(Select::Count)
            .limit(i32::from(most))
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(usize::try_from(answer.count()).unwrap_or_default())
    }
}
