//! `/_local/tables`: the first hundred items of a table, read straight from the embedded database.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Page, Problem, answer};
use crate::machine::Machine;

const SHOWN: usize = 100;

#[derive(Template, Serialize)]
#[template(path = "tables.html")]
struct Tables {
    tables: Vec<String>,
}

#[derive(Template, Serialize)]
#[template(path = "table.html")]
struct TablePage {
    table: String,
    /// There are more items than these.
    more: bool,
    items: Vec<Value>,
    #[serde(skip)]
    pretty: Vec<String>,
}

pub(super) async fn list(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    let tables = machine.blueprint.tables.iter().map(|table| table.name.clone()).collect();
    answer(&headers, &Tables { tables })
}

pub(super) async fn show(
    State(machine): State<Arc<Machine>>,
    Path(table): Path<String>,
    headers: HeaderMap,
) -> Page {
    if machine.blueprint.table(&table).is_none() {
        return Err(Problem::not_found("テーブル"));
    }
    let request = serde_json::from_value(json!({ "TableName": table, "Limit": SHOWN }));
    let request = request.map_err(|error| Problem::internal(&error))?;
    let answered = machine.database.scan(request).map_err(|error| Problem::internal(&error))?;
    let answered = serde_json::to_value(answered).map_err(|error| Problem::internal(&error))?;
    let items: Vec<Value> = answered["Items"].as_array().into_iter().flatten().map(plain_item).collect();
    let pretty = items.iter().map(|item| format!("{item:#}")).collect();
    answer(&headers, &TablePage { table, more: answered["LastEvaluatedKey"].is_object(), items, pretty })
}

/// `{"pk": {"S": "a"}}` as `{"pk": "a"}`.
fn plain_item(item: &Value) -> Value {
    let attributes = item.as_object().into_iter().flatten();
    Value::Object(attributes.map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>())
}

fn plain(typed: &Value) -> Value {
    let Some((kind, value)) = typed.as_object().and_then(|typed| typed.iter().next()) else {
        return typed.clone();
    };
    match kind.as_str() {
        "N" => {
            value.as_str().and_then(|number| number.parse().ok()).map_or_else(|| value.clone(), Value::Number)
        }
        "NULL" => Value::Null,
        "M" => plain_item(value),
        "L" => value.as_array().into_iter().flatten().map(plain).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_shown_without_their_types() {
        let item = json!({
            "pk": { "S": "API-1" }, "version": { "N": "3" }, "gone": { "NULL": true }, "open": { "BOOL": true },
            "history": { "L": [{ "M": { "at": { "S": "t" } } }] }, "rights": { "SS": ["a", "b"] },
        });
        let plain = json!({
            "pk": "API-1", "version": 3, "gone": null, "open": true, "history": [{ "at": "t" }], "rights": ["a", "b"],
        });
        assert_eq!(plain_item(&item), plain);
    }
}
