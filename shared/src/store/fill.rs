//! Fills the tables at once, for measuring: what the functions would have left, without their transactions.
//!
//! For tests only, and nothing like it is needed in production. Every application leaves a change in the transaction that
//! creates or moves it (`changes.rs`), and `index-desks` makes counts, figures and search keys from changes: what is not
//! counted yet waits in the index of changes, however long `index-desks` stood still. Counts are never made anew from the
//! applications, so no command does that.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};

use super::{Item, Store, StoreError, Table, applications, item::Writer, search};
use crate::domain::{
    application::Application,
    desk::{Tab, search_keys},
    institution::InstitutionKind,
    prefecture::PrefectureDesk,
};

impl Store {
    /// Writes applications that no table knows yet, and their search keys if they are to be found.
    pub async fn fill(&self, applications: &[Application], is_searchable: bool) -> Result<(), StoreError> {
        self.put_all(Table::Applications, applications.iter().map(applications::item_of).collect()).await?;
        if !is_searchable {
            return Ok(());
        }
        let keys = applications.iter().flat_map(|application| {
            let keys = search_keys(application).into_iter();
            keys.map(|key| search::item_of(application.desk(), &key, application.number))
        });
        self.put_all(Table::Search, keys.collect()).await
    }

    /// Writes the counts of a desk as they must be.
    pub async fn fill_counts(
        &self,
        desk: PrefectureDesk,
        counts: &BTreeMap<(Tab, InstitutionKind), u64>,
    ) -> Result<(), StoreError> {
        let item =
            counts.iter().fold(Writer::keyed(format!("desk#{}", desk.as_key())), |item, (key, count)| {
                item.number(&format!("{}#{}", key.0.as_str(), key.1.as_str()), *count)
            });
        self.put_all(Table::Applications, vec![item.finish()]).await
    }

    async fn put_all(&self, table: Table, items: Vec<Item>) -> Result<(), StoreError> {
        let table = self.tables.name(table)?;
        for items in items.chunks(25) {
            let puts = items.iter().map(|item| {
                let put = PutRequest::builder().set_item(Some(item.clone())).build();
                Ok(WriteRequest::builder().put_request(put.map_err(call)?).build())
            });
            let puts: Vec<WriteRequest> = puts.collect::<Result<_, StoreError>>()?;
            let answer = self
                .client
                .batch_write_item()
                .request_items(table, puts)
                .send()
                .await
                .map_err(StoreError::call)?;
            if answer.unprocessed_items.is_some_and(|left: HashMap<_, _>| !left.is_empty()) {
                return Err(StoreError::Contended);
            }
        }
        Ok(())
    }

    /// How many items a query of a table's index by one partition counts, page after page: for tests that count anew.
    pub async fn count_partition(
        &self,
        index: &'static str,
        partition: &'static str,
        value: &str,
    ) -> Result<u64, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name(index)
            .key_condition_expression("#partition = :value")
            .expression_attribute_names("#partition", partition)
            .expression_attribute_values(":value", AttributeValue::S(value.to_owned()))
            .select(aws_sdk_dynamodb::types::Select::Count)
            .into_paginator()
            .send();
        let mut counted = 0;
        while let Some(page) = pages.next().await {
            counted += u64::try_from(page.map_err(StoreError::call)?.count()).unwrap_or_default();
        }
        Ok(counted)
    }
}

fn call(error: impl std::fmt::Display) -> StoreError {
    StoreError::Call(error.to_string())
}
