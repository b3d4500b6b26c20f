//! The operations that functions call most, handed to the embedded database without HTTP in between, which
//! was a quarter of what a call cost.
//!
//! Architecture invariant: what the database refuses for another reason than a condition has had no effect,
//! and is asked again over HTTP, where its server words the refusal as DynamoDB does.

use std::fmt;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use axum::{body::Bytes, http::StatusCode};
use dynoxide::{Database, DynoxideError};
use serde::{Serialize, de::DeserializeOwned};

use super::Answer;

/// The database's answer; `None` where its server is to be asked.
pub(super) fn answer(database: &Database, operation: &str, body: &[u8]) -> Option<Answer> {
    match operation {
        "GetItem" => call(body, |request| database.get_item(request)),
        "PutItem" => call(body, |request| database.put_item(request)),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "DeleteItem" => call(body, |request| database.delete_item(request)),
        "Query" => call(body, |request| database.query(request)),
        "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
        _ => None,
    }
}

fn call<I, O>(body: &[u8], perform: impl FnOnce(I) -> dynoxide::Result<O>) -> Option<Answer>
where
    I: DeserializeOwned,
    O: Serialize,
{
    let (status, body) = match perform(serde_json::from_slice(body).ok()?) {
        Ok(output) => (StatusCode::OK, serde_json::to_vec(&output).ok()?),
        Err(refused) if is_condition(&refused) => (StatusCode::BAD_REQUEST, refused.to_json().into_bytes()),
        Err(_) => return None,
    };
    let headers = vec![("content-type", "application/x-amz-json-1.0".to_owned())];
    Some(Answer { status, headers, body: Bytes::from(body) })
}

fn is_condition(refused: &DynoxideError) -> bool {
    matches!(
        refused,
        DynoxideError::ConditionalCheckFailedException(..) | DynoxideError::TransactionCanceledException(..)
    )
}

/// An HTTP client without sockets: it reaches this database, by these operations, and nothing else. What is
/// under way at once gives way to the others before and after it reaches the database.
pub(crate) fn http_client(database: Database) -> SharedHttpClient {
    http_client_fn(move |_, _| SharedHttpConnector::new(Connector(database.clone())))
}

struct Connector(Database);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.0.clone();
        HttpConnectorFuture::new(async move {
            tokio::task::yield_now().await;
            let answered = respond(&database, &request);
            tokio::task::yield_now().await;
            answered
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

fn respond(database: &Database, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    let answer = answer(database, operation, body)
        .ok_or_else(|| ConnectorError::user(format!("{operation} is not answered here").into()))?;
    let status = answer.status.as_u16().try_into().map_err(|error| ConnectorError::user(Box::new(error)))?;
    let mut response = HttpResponse::new(status, answer.body.to_vec().into());
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
