//! DynamoDB: what a request needs permission for, and its way to the embedded database.

use std::net::SocketAddr;

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Map, Value};

use super::{Answer, Service, access::Demand, direct, leading_keys::leading_keys};
use crate::blueprint::{ACCOUNT, Blueprint, REGION};

/// What the SDK sends that the database looks at.
const FORWARDED: [&str; 4] = ["content-type", "x-amz-target", "authorization", "x-amz-date"];
/// What the database says beside the body.
const RETURNED: [&str; 3] = ["content-type", "x-amzn-requestid", "x-amz-crc32"];

/// What the operation needs: an action on every table and index that it touches.
pub(super) fn demands(blueprint: &Blueprint, operation: &str, body: &Value) -> Vec<Demand> {
    match operation {
        "TransactWriteItems" => elements(body)
            .filter_map(|(kind, element)| {
                let action = match kind.as_str() {
                    "Put" => "PutItem",
                    "Update" => "UpdateItem",
                    "Delete" => "DeleteItem",
                    "ConditionCheck" => "ConditionCheckItem",
                    _ => return None,
                };
                Some(one(blueprint, action, element))
            })
            .collect(),
        "TransactGetItems" => elements(body).map(|(_, element)| one(blueprint, "GetItem", element)).collect(),
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body.get("RequestItems").and_then(Value::as_object);
            let each = tables.into_iter().flatten();
            each.map(|(table, requests)| {
                let keys = leading_keys(blueprint, operation, table_name(table), None, requests);
                demand(operation, resource(table, None), keys)
            })
            .collect()
        }
        "ListTables" | "DescribeLimits" | "DescribeEndpoints" => {
            vec![demand(operation, "*".to_owned(), None)]
        }
        _ => vec![one(blueprint, operation, body)],
    }
}

/// The elements of a transaction, each with its kind (`Put`, `Get`, …).
fn elements(body: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let items = body.get("TransactItems").and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object).flat_map(Map::iter)
}

fn one(blueprint: &Blueprint, action: &str, request: &Value) -> Demand {
    let Some(table) = request.get("TableName").and_then(Value::as_str) else {
        return demand(action, "*".to_owned(), None);
    };
    let index = request.get("IndexName").and_then(Value::as_str);
    let keys = leading_keys(blueprint, action, table_name(table), index, request);
    demand(action, resource(table, index), keys)
}

fn demand(action: &str, resource: String, leading_keys: Option<Vec<String>>) -> Demand {
    let demand = Demand::new(format!("dynamodb:{action}"), resource);
    match leading_keys {
        Some(keys) => demand.with("dynamodb:LeadingKeys", keys),
        None => demand,
    }
}

fn resource(table: &str, index: Option<&str>) -> String {
    let arn = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}", table_name(table));
    match index {
        Some(index) => format!("{arn}/index/{index}"),
        None => arn,
    }
}

/// A table may be named by its ARN.
fn table_name(table: &str) -> &str {
    table.rsplit_once(":table/").map_or(table, |(_, name)| name)
}

/// The way to the database: directly, or to its own port, where connections are kept.
pub(super) struct Forwarder {
    database: dynoxide::Database,
    client: reqwest::Client,
    url: String,
}

impl Forwarder {
    pub(super) fn new(database: dynoxide::Database, port: SocketAddr) -> Result<Self, std::io::Error> {
        let client =
            reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().map_err(std::io::Error::other)?;
        Ok(Self { database, client, url: format!("http://{port}/") })
    }

    pub(super) async fn forward(&self, operation: &str, headers: &HeaderMap, body: Bytes) -> Answer {
        if let Some(answer) = direct::answer(&self.database, operation, &body) {
            return answer;
        }
        let mut request = self.client.post(&self.url).body(body);
        for name in FORWARDED {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        match Self::answer(request).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, "the embedded database does not answer");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Answer::error(Service::DynamoDb, status, "InternalServerError", "Internal server error")
            }
        }
    }

    async fn answer(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let status = response.status();
        let text = |name: &'static str| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some((name, value.to_owned()))
        };
        let headers = RETURNED.into_iter().filter_map(text).collect();
        Ok(Answer { status, headers, body: response.bytes().await? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_element_of_a_transaction_needs_its_own_action() {
        let blueprint = Blueprint::parse(
            "Resources: {}",
            &crate::blueprint::Place {
                endpoint: String::new(),
                parameters: std::collections::BTreeMap::new(),
                secret: &|_, _| None,
            },
        )
        .unwrap();
        let of = |operation: &str, body: &Value| -> Vec<String> {
            let strip = |arn: &str| arn.rsplit_once("000000000000:").unwrap_or(("", arn)).1.to_owned();
            let demands = demands(&blueprint, operation, body);
            demands.iter().map(|demand| format!("{} {}", demand.action, strip(&demand.resource))).collect()
        };
        assert_eq!(
            of(
                "TransactWriteItems",
                &json!({"TransactItems": [
                    {"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}},
                    {"Update": {"TableName": "arn:aws:dynamodb:eu-west-1:1:table/c"}}, {"Delete": {"TableName": "d"}},
                ]})
            ),
            [
                "dynamodb:PutItem table/a",
                "dynamodb:ConditionCheckItem table/b",
                "dynamodb:UpdateItem table/c",
                "dynamodb:DeleteItem table/d"
            ]
        );
        assert_eq!(
            of("Query", &json!({"TableName": "a", "IndexName": "due"})),
            ["dynamodb:Query table/a/index/due"]
        );
        assert_eq!(
            of("BatchGetItem", &json!({"RequestItems": {"a": {"Keys": []}, "b": {"Keys": []}}})),
            ["dynamodb:BatchGetItem table/a", "dynamodb:BatchGetItem table/b"]
        );
        assert_eq!(of("ExecuteStatement", &json!({"Statement": "x"})), ["dynamodb:ExecuteStatement *"]);
    }
}
