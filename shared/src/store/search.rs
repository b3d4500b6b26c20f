//! The search index: for each desk, keys that lead to its applications, in the order of text.
//!
//! Architecture invariant: the index is made from the applications and is never asked what they are: whoever finds a
//! number here reads the application, and looks whether it still has what was searched.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, PutRequest, ReturnConsumedCapacity, WriteRequest,
};

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    applications::application_of,
    item::{Reader, Writer},
};
use crate::domain::{
    application::Application, desk::search_keys, ids::ApplicationNumber, prefecture::PrefectureDesk,
};

/// In a cursor of all desks: no desk's key has it.
const DESK_ENDS: char = '~';

/// The applications that a text leads to, and the key after which the next page begins.
pub struct FoundPage {
    pub numbers: Vec<ApplicationNumber>,
    pub next: Option<String>,
}

/// Which keys of an application are in the index.
struct Indexed {
    desk: PrefectureDesk,
    keys: BTreeSet<String>,
    version: u64,
}

impl Store {
    /// The applications of a desk with a key that begins with `prefix`.
    pub async fn list_found(
        &self,
        desk: PrefectureDesk,
        prefix: &str,
        after: Option<&str>,
        most: i32,
    ) -> Result<FoundPage, StoreError> {
        let start = after.map(|after| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(desk.as_key())),
                ("sk".to_owned(), AttributeValue::S(after.to_owned())),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Search)?)
            .key_condition_expression("#pk = :desk AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", "pk")
            .expression_attribute_names("#sk", "sk")
            .expression_attribute_values(":desk", AttributeValue::S(desk.as_key()))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .set_exclusive_start_key(start)
            .limit(most)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::call)?;
        let next = answer.last_evaluated_key().and_then(|key| key.get("sk")?.as_s().ok().cloned());
        Ok(FoundPage { numbers: numbers_of(answer.items())?, next })
    }

    /// The applications of every desk with a key that begins with `prefix`, which is not empty.
    pub async fn list_found_anywhere(
        &self,
        prefix: &str,
        after: Option<&str>,
        most: i32,
    ) -> Result<FoundPage, StoreError> {
        let beginning = AttributeValue::S(beginning_of(prefix));
        let start = after.and_then(|after| after.split_once(DESK_ENDS)).map(|(desk, after)| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(desk.to_owned())),
                ("sk".to_owned(), AttributeValue::S(after.to_owned())),
                ("beginning".to_owned(), beginning.clone()),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Search)?)
            .index_name("by-beginning")
            .key_condition_expression("#beginning = :beginning AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#beginning", "beginning")
            .expression_attribute_names("#sk", "sk")
            .expression_attribute_values(":beginning", beginning)
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .set_exclusive_start_key(start)
            .limit(most)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::call)?;
        let text = |key: &Item, name: &str| key.get(name)?.as_s().ok().cloned();
        let next = answer
            .last_evaluated_key()
            .and_then(|key| Some(format!("{}{DESK_ENDS}{}", text(key, "pk")?, text(key, "sk")?)));
        Ok(FoundPage { numbers: numbers_of(answer.items())?, next })
    }

    /// Those of the applications that exist, in the order of the numbers; a hundred at a time.
    pub async fn load_applications(
        &self,
        numbers: &[ApplicationNumber],
    ) -> Result<Vec<Application>, StoreError> {
        let keys = numbers.iter().map(ToString::to_string).collect();
        let loaded = self.load_all(Table::Applications, keys, application_of).await?;
        let mut loaded: HashMap<_, _> = loaded.into_iter().map(|one| (one.number, one)).collect();
        Ok(numbers.iter().filter_map(|number| loaded.remove(number)).collect())
    }

    /// Brings the index up to date with an application; how many keys were written or taken away.
    pub async fn index_application(&self, application: &Application) -> Result<usize, CommitError> {
        let (desk, keys) = (application.desk(), search_keys(application));
        let before = self.load_indexed(application.number).await?;
        let had = |key: &String| {
            before.as_ref().is_some_and(|before| before.desk == desk && before.keys.contains(key))
        };
        let added: Vec<&String> = keys.iter().filter(|key| !had(key)).collect();
        let gone = before.iter().flat_map(|before| {
            let stays = |key: &&String| before.desk == desk && keys.contains(*key);
            before.keys.iter().filter(move |key| !stays(key)).map(|key| (before.desk, key))
        });
        let gone: Vec<_> = gone.collect();
        if added.is_empty() && gone.is_empty() {
            return Ok(0);
        }
        let number = application.number;
        let puts = added.iter().map(|key| put_of(desk, key, number));
        self.write_batches(Table::Search, &puts.collect::<Result<Vec<_>, _>>()?).await?;
        // Whoever comes second with an older picture takes nothing away.
        self.commit_indexed(
            number,
            &Indexed { desk, keys: keys.clone(), version: next_version(before.as_ref()) },
        )
        .await?;
        let deletes = gone.iter().map(|(desk, key)| delete_of(*desk, key, number));
        self.write_batches(Table::Search, &deletes.collect::<Result<Vec<_>, _>>()?).await?;
        Ok(added.len() + gone.len())
    }

    async fn load_indexed(&self, number: ApplicationNumber) -> Result<Option<Indexed>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(self.tables.name(Table::Search)?)
            .set_key(Some(indexed_key(number).finish()))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(answer.item.map(|item| indexed_of(&item)).transpose()?)
    }

    async fn commit_indexed(&self, number: ApplicationNumber, indexed: &Indexed) -> Result<(), CommitError> {
        let item = indexed_key(number)
            .number("version", indexed.version)
            .text("desk", indexed.desk.as_key())
            .texts("keys", indexed.keys.iter().cloned())
            .finish();
        let transaction = super::transaction::Transaction::default().upsert(
            "indexed",
            Table::Search,
            item,
            indexed.version,
        );
        self.execute(transaction).await
    }
}

fn next_version(before: Option<&Indexed>) -> u64 {
    before.map_or(0, |before| before.version) + 1
}

fn indexed_key(number: ApplicationNumber) -> Writer {
    Writer::keyed(format!("application#{number}")).text("sk", "keys")
}

fn indexed_of(item: &Item) -> Result<Indexed, Inconsistent> {
    let reader = Reader::new("indexed keys", item)?;
    Ok(Indexed {
        desk: reader.parsed("desk", PrefectureDesk::parse)?,
        keys: reader.texts("keys")?.into_iter().map(str::to_owned).collect(),
        version: reader.number("version")?,
    })
}

/// Each once, in the order of their keys.
fn numbers_of(items: &[Item]) -> Result<Vec<ApplicationNumber>, Inconsistent> {
    let mut numbers = Vec::new();
    for item in items {
        let number = Reader::new("search key", item)?.parsed("application", ApplicationNumber::parse)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Ok(numbers)
}

/// What spreads the keys of the whole country over partitions.
fn beginning_of(key: &str) -> String {
    key.chars().take(1).collect()
}

/// What the index keeps of a key.
pub(super) fn item_of(desk: PrefectureDesk, key: &str, number: ApplicationNumber) -> Item {
    let item = entry(desk, key, number).text("application", number.to_string());
    item.text("beginning", beginning_of(key)).finish()
}

/// Two applications may have the same key: the number makes it one's own.
fn entry(desk: PrefectureDesk, key: &str, number: ApplicationNumber) -> Writer {
    Writer::keyed(desk.as_key()).text("sk", format!("{key}#{number}"))
}

fn put_of(desk: PrefectureDesk, key: &str, number: ApplicationNumber) -> Result<WriteRequest, StoreError> {
    let put = PutRequest::builder().set_item(Some(item_of(desk, key, number))).build();
    let put = put.map_err(|error| StoreError::Call(error.to_string()))?;
    Ok(WriteRequest::builder().put_request(put).build())
}

fn delete_of(desk: PrefectureDesk, key: &str, number: ApplicationNumber) -> Result<WriteRequest, StoreError> {
    let delete = DeleteRequest::builder().set_key(Some(entry(desk, key, number).finish())).build();
    let delete = delete.map_err(|error| StoreError::Call(error.to_string()))?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
