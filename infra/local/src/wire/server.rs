//! The loopback port: HTTP in, a decision what is asked by whom, HTTP out.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Request, Response, StatusCode},
};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use super::{
    After, Answer, Before, Call, Interception, Mailroom, Service, access, count::Counts, dynamodb, ses, sqs,
};
use crate::{blueprint::Blueprint, crash::Crashes, ledger::Ledger};

/// DynamoDB takes 16 MB, SES 40.
const LARGEST_BODY: usize = 56 * 1024 * 1024;

/// Everything that a call may touch.
pub(super) struct Desk {
    pub(super) blueprint: Arc<Blueprint>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) mailroom: Mailroom,
    pub(super) forwarder: dynamodb::Forwarder,
    pub(super) interception: Arc<dyn Interception>,
    pub(super) counts: Counts,
    pub(super) crashes: Crashes,
}

/// The connection closes without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer, by request of the interception")]
struct NoAnswer;

/// Takes connections until it is aborted; then they end with it.
pub(super) async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let desk = Arc::clone(&desk);
                    connections.spawn(async move {
                        let answer = hyper::service::service_fn(|request| respond(Arc::clone(&desk), request));
                        let _ = stream.set_nodelay(true);
                        let http = hyper::server::conn::http1::Builder::new();
                        if let Err(error) = http.serve_connection(TokioIo::new(stream), answer).await {
                            tracing::debug!(%error, "a connection ended");
                        }
                    });
                }
                Err(error) => tracing::warn!(%error, "a connection could not be taken"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn respond(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Body>, NoAnswer> {
    let answer = answer(&desk, request).await?;
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    if !answer.headers.iter().any(|(name, _)| *name == "x-amzn-requestid") {
        response = response.header("x-amzn-requestid", desk.ledger.new_id());
    }
    response.body(Body::from(answer.body)).map_err(|_| NoAnswer)
}

async fn answer(desk: &Desk, request: Request<Incoming>) -> Result<Answer, NoAnswer> {
    let (parts, body) = request.into_parts();
    let Some((service, operation, subject)) = asked(&parts.headers, &parts.method, parts.uri.path()) else {
        let status = StatusCode::NOT_FOUND;
        return Ok(Answer::error(
            Service::DynamoDb,
            status,
            "UnknownOperationException",
            "There is nothing here.",
        ));
    };
    // A client that went away in the middle of its request gets no answer either.
    let body = to_bytes(Body::new(body), LARGEST_BODY).await.map_err(|_| NoAnswer)?;
    let Some(caller) = access::caller(&parts.headers) else { return Ok(access::unknown_caller(service)) };
    let number = desk.counts.begin(&caller, service, &operation);
    let invocation = parts.headers.get("amz-sdk-invocation-id").and_then(|id| id.to_str().ok());
    let invocation = invocation.unwrap_or_default().to_owned();
    let call = Call { caller, service, operation, number, invocation, subject, body };
    take(desk, &parts.headers, call).await
}

/// Permission, interception, effect, interception.
async fn take(desk: &Desk, headers: &HeaderMap, call: Call) -> Result<Answer, NoAnswer> {
    let json: Value = serde_json::from_slice(&call.body).unwrap_or(Value::Null);
    let demands = match call.service {
        Service::DynamoDb => dynamodb::demands(&desk.blueprint, &call.operation, &json),
        Service::Sqs => sqs::demands(&desk.blueprint, &call.operation, &json),
        Service::Ses => ses::demands(&desk.blueprint, &call.operation, &json),
    };
    if let Err(denial) = access::check(&desk.blueprint, &call.caller, call.service, &demands) {
        desk.counts.denied(&call.caller, call.service, &call.operation);
        return Ok(denial);
    }
    let answer = match desk.interception.before(&call).await {
        Before::Proceed => {
            let answer = perform(desk, headers, &call, &json).await;
            match desk.interception.after(&call, &answer).await {
                After::Deliver => answer,
                After::Replace(other) => other,
                After::Lose => return Err(NoAnswer),
                After::Crash => return Err(crash(desk, &call).await),
            }
        }
        Before::Answer(answer) => answer,
        Before::Hang => return Err(NoAnswer),
        Before::Crash => return Err(crash(desk, &call).await),
    };
    desk.counts.answered(&call.caller, call.service, &call.operation, &answer);
    Ok(answer)
}

/// The caller dies, and nobody is left to answer: ends with the connection.
async fn crash(desk: &Desk, call: &Call) -> NoAnswer {
    desk.crashes.strike(&call.caller);
    std::future::pending().await
}

async fn perform(desk: &Desk, headers: &HeaderMap, call: &Call, json: &Value) -> Answer {
    match call.service {
        Service::DynamoDb => desk.forwarder.forward(&call.operation, headers, Bytes::clone(&call.body)).await,
        Service::Sqs => sqs::perform(&desk.blueprint, &desk.ledger, call, json).await,
        Service::Ses => ses::perform(&desk.blueprint, &desk.ledger, &desk.mailroom, call, json),
    }
}

/// Service, operation and what the path names.
fn asked(headers: &HeaderMap, method: &axum::http::Method, path: &str) -> Option<(Service, String, String)> {
    if let Some(target) = headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
        let (prefix, operation) = target.split_once('.')?;
        let service = match prefix {
            "DynamoDB_20120810" => Service::DynamoDb,
            "AmazonSQS" => Service::Sqs,
            _ => return None,
        };
        return Some((service, operation.to_owned(), String::new()));
    }
    let (operation, subject) = ses::operation(method, path)?;
    Some((Service::Ses, operation.to_owned(), subject))
}

/// The database's own port: its server ends when `stopped` does.
pub(super) async fn serve_database(
    listener: TcpListener,
    database: dynoxide::Database,
    stopped: tokio::sync::oneshot::Receiver<Infallible>,
) {
    let shutdown = async move {
        // The sender only ever goes away.
        let _ = stopped.await;
    };
    if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, shutdown).await {
        tracing::error!(error, "the embedded database stopped");
    }
}
