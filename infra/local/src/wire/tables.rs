//! The blueprint's tables in the embedded database.

use dynoxide::{
    Database, actions::create_table::CreateTableRequest,
    actions::update_time_to_live::UpdateTimeToLiveRequest,
};
use serde_json::{Value, json};

use super::WireError;
use crate::blueprint::{KeySpec, Projection, TableSpec};

/// Makes every table that is not there yet, with its indexes and its time to live.
pub(super) fn create_missing(database: &Database, tables: &[TableSpec]) -> Result<(), WireError> {
    for table in tables {
        let refuse = |problem: String| WireError::Table { table: table.name.clone(), problem };
        let known = database.get_table_metadata(&table.name).map_err(|error| refuse(error.to_string()))?;
        if known.is_some() {
            continue;
        }
        let request: CreateTableRequest =
            serde_json::from_value(description(table)).map_err(|error| refuse(error.to_string()))?;
        database.create_table(request).map_err(|error| refuse(error.to_string()))?;
        if let Some(attribute) = &table.ttl_attribute {
            let request = json!({"TableName": table.name,
                "TimeToLiveSpecification": {"AttributeName": attribute, "Enabled": true}});
            let request: UpdateTimeToLiveRequest =
                serde_json::from_value(request).map_err(|error| refuse(error.to_string()))?;
            database.update_time_to_live(request).map_err(|error| refuse(error.to_string()))?;
        }
    }
    Ok(())
}

fn description(table: &TableSpec) -> Value {
    let attributes: Vec<Value> = table
        .attributes
        .iter()
        .map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind}))
        .collect();
    let mut description = json!({
        "TableName": table.name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes,
        "KeySchema": key_schema(&table.key),
    });
    if !table.indexes.is_empty() {
        let indexes = table.indexes.iter().map(|index| {
            json!({
                "IndexName": index.name,
                "KeySchema": key_schema(&index.key),
                "Projection": projection(&index.projection),
            })
        });
        description["GlobalSecondaryIndexes"] = indexes.collect();
    }
    description
}

fn key_schema(key: &KeySpec) -> Value {
    let hash = json!({"AttributeName": key.hash, "KeyType": "HASH"});
    let range = key.range.as_ref().map(|range| json!({"AttributeName": range, "KeyType": "RANGE"}));
    std::iter::once(hash).chain(range).collect()
}

fn projection(projection: &Projection) -> Value {
    match projection {
        Projection::All => json!({"ProjectionType": "ALL"}),
        Projection::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
        Projection::Include(attributes) => {
            json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": attributes})
        }
    }
}
