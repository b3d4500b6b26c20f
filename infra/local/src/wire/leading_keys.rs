//! `dynamodb:LeadingKeys`: the partition keys that a request names.

use serde_json::{Map, Value};

use crate::blueprint::Blueprint;

/// The partition key values, or `None` if the request names none that could be checked.
pub(super) fn leading_keys(
    blueprint: &Blueprint,
    action: &str,
    table: &str,
    index: Option<&str>,
    request: &Value,
) -> Option<Vec<String>> {
    let table = blueprint.table(table)?;
    let hash = match index {
        Some(index) => &table.indexes.iter().find(|known| known.name == index)?.key.hash,
        None => &table.key.hash,
    };
    let value_in = |item: &Value| item.get(hash).and_then(scalar);
    match action {
        "PutItem" => Some(vec![value_in(request.get("Item")?)?]),
        "GetItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem" => {
            Some(vec![value_in(request.get("Key")?)?])
        }
        "Query" => Some(vec![queried(hash, request)?]),
        "BatchGetItem" => request.get("Keys")?.as_array()?.iter().map(value_in).collect(),
        "BatchWriteItem" => request.as_array()?.iter().map(|entry| value_in(written(entry)?)).collect(),
        _ => None,
    }
}

fn written(entry: &Value) -> Option<&Value> {
    entry.pointer("/PutRequest/Item").or_else(|| entry.pointer("/DeleteRequest/Key"))
}

/// The value that a key condition compares the partition key with: `#p = :p AND …`.
fn queried(hash: &str, request: &Value) -> Option<String> {
    let condition = request.get("KeyConditionExpression")?.as_str()?;
    let names = request.get("ExpressionAttributeNames").and_then(Value::as_object);
    let values = request.get("ExpressionAttributeValues")?.as_object()?;
    let plain = condition.replace(['(', ')'], " ").replace(" and ", " AND ");
    plain.split(" AND ").find_map(|clause| {
        let (left, right) = clause.split_once('=')?;
        let compared = attribute(left.trim(), names)?;
        (compared == hash).then(|| values.get(right.trim()).and_then(scalar)).flatten()
    })
}

fn attribute<'a>(written: &'a str, names: Option<&'a Map<String, Value>>) -> Option<&'a str> {
    if written.starts_with('#') { names?.get(written)?.as_str() } else { Some(written) }
}

/// `{"S": "x"}` is `x`.
fn scalar(value: &Value) -> Option<String> {
    let (_, value) = value.as_object()?.iter().next()?;
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::blueprint::Place;

    #[test]
    fn found_in_every_kind_of_request() {
        let template = r"
            Resources:
              Desks:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: desks
                  AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }, { AttributeName: d, AttributeType: S }]
                  KeySchema: [{ AttributeName: pk, KeyType: HASH }]
                  GlobalSecondaryIndexes:
                    - IndexName: by-d
                      KeySchema: [{ AttributeName: d, KeyType: HASH }]
                      Projection: { ProjectionType: ALL }";
        let place = Place { endpoint: String::new(), parameters: BTreeMap::new(), secret: &|_, _| None };
        let blueprint = Blueprint::parse(template, &place).unwrap();
        let of = |action, index, request: Value| leading_keys(&blueprint, action, "desks", index, &request);
        assert_eq!(of("GetItem", None, json!({"Key": {"pk": {"S": "29"}}})), Some(vec!["29".to_owned()]));
        assert_eq!(of("PutItem", None, json!({"Item": {"pk": {"S": "27"}}})), Some(vec!["27".to_owned()]));
        let query = json!({"KeyConditionExpression": "(#d = :d) AND begins_with(q, :q)",
            "ExpressionAttributeNames": {"#d": "d"}, "ExpressionAttributeValues": {":d": {"S": "13"}}});
        assert_eq!(of("Query", Some("by-d"), query.clone()), Some(vec!["13".to_owned()]));
        assert_eq!(of("Query", None, query), None, "not the key of the table itself");
        assert_eq!(
            of("BatchGetItem", None, json!({"Keys": [{"pk": {"S": "1"}}, {"pk": {"S": "2"}}]})),
            Some(vec!["1".to_owned(), "2".to_owned()])
        );
        assert_eq!(of("Scan", None, json!({})), None);
    }
}
