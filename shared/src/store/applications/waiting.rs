//! What waits for what: the sparse index `work`, whole, for the people who look after it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, Select};
use jiff::Timestamp;

use super::{Inconsistent, Reader, Store, StoreError, Table, application_of, stored_time};
use crate::domain::{
    application::{Application, Queue},
    ids::ApplicationNumber,
};

/// Items that DynamoDB reads at once.
const MOST_AT_ONCE: usize = 100;

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

    /// These applications as they stand now, in the order asked for; those that are not there are left out.
    pub async fn load_applications(
        &self,
        numbers: &[ApplicationNumber],
    ) -> Result<Vec<Application>, StoreError> {
        let table = self.tables.name(Table::Applications)?;
        let mut found: HashMap<ApplicationNumber, Application> = HashMap::new();
        for group in numbers.chunks(MOST_AT_ONCE) {
            let mut keys: Vec<_> = group
                .iter()
                .map(|number| HashMap::from([("pk".to_owned(), AttributeValue::S(number.to_string()))]))
                .collect();
            while !keys.is_empty() {
                let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
                let asked = asked.map_err(|error| StoreError::Call(error.to_string()))?;
                let answer = self.client.batch_get_item().request_items(table, asked).send().await;
                let answer = answer.map_err(StoreError::call)?;
                let items = answer.responses().and_then(|tables| tables.get(table)).into_iter().flatten();
                let applications = items.map(application_of).collect::<Result<Vec<_>, Inconsistent>>()?;
                found.extend(applications.into_iter().map(|one| (one.number, one)));
                let left = answer.unprocessed_keys().and_then(|tables| tables.get(table));
                keys = left.map(|left| left.keys().to_vec()).unwrap_or_default();
            }
        }
        Ok(numbers.iter().filter_map(|number| found.remove(number)).collect())
    }
}
