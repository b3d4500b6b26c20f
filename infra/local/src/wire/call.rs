//! One call on the wire: what is known about it and where it can be disturbed.

use std::{fmt, future::Future, pin::Pin};

use axum::{body::Bytes, http::StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// A call as it arrived; its caller is known and may do it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function's name.
    pub caller: String,
    pub service: Service,
    /// `TransactWriteItems`, `SendMessage`, `SendEmail`, …
    pub operation: String,
    /// Counts from 1 for each caller and operation.
    pub number: u64,
    /// The SDK's id of the call: its own repeated attempts share it.
    pub invocation: String,
    /// What the path adds (the address of a suppression list call); mostly empty.
    pub subject: String,
    pub body: Bytes,
}

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    DynamoDb,
    Sqs,
    Ses,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::Ses => "ses",
        })
    }
}

/// An answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

impl Answer {
    /// A good answer.
    pub fn ok(service: Service, body: &Value) -> Self {
        Self::new(service, StatusCode::OK, body)
    }

    /// An error in the service's own form; `code` is the exception's name: `ThrottlingException`.
    pub fn error(service: Service, status: StatusCode, code: &str, message: &str) -> Self {
        let namespace = match service {
            Service::DynamoDb => "com.amazonaws.dynamodb.v20120810",
            Service::Sqs => "com.amazonaws.sqs",
            Service::Ses => "com.amazonaws.sesv2",
        };
        let body = match service {
            Service::DynamoDb | Service::Sqs => {
                json!({"__type": format!("{namespace}#{code}"), "message": message})
            }
            Service::Ses => json!({ "message": message }),
        };
        let mut answer = Self::new(service, status, &body);
        answer.headers.push(("x-amzn-errortype", code.to_owned()));
        if service == Service::Sqs {
            let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
            answer.headers.push(("x-amzn-query-error", format!("{};{fault}", query_code(code))));
        }
        answer
    }

    fn new(service: Service, status: StatusCode, body: &Value) -> Self {
        let content_type = match service {
            Service::DynamoDb | Service::Sqs => "application/x-amz-json-1.0",
            Service::Ses => "application/json",
        };
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: Bytes::from(body.to_string()),
        }
    }
}

/// What SQS called its errors before it spoke JSON; the SDK still goes by these names.
fn query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "AccessDeniedException" => "AccessDenied".to_owned(),
        "EmptyBatchRequest"
        | "TooManyEntriesInBatchRequest"
        | "BatchEntryIdsNotDistinct"
        | "BatchRequestTooLong"
        | "MessageNotInflight"
        | "UnsupportedOperation" => format!("AWS.SimpleQueueService.{code}"),
        other => other.to_owned(),
    }
}

/// What happens to a call before it takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// It goes on.
    Proceed,
    /// It has no effect and this is the answer (a throttle, a conflict, an outage).
    Answer(Answer),
    /// It has no effect and the connection closes without an answer.
    Hang,
    /// It has no effect: the calling function's process dies here.
    Crash,
}

/// What happens to an answer after the call took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It goes out.
    Deliver,
    /// Another one goes out.
    Replace(Answer),
    /// The connection closes without an answer.
    Lose,
    /// The calling function's process dies here.
    Crash,
}

/// A decision that may take its time (to let another call go first, say).
pub type Deciding<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Consulted before and after every permitted call: the place where faults are injected.
pub trait Interception: Send + Sync {
    fn before<'a>(&'a self, call: &'a Call) -> Deciding<'a, Before>;
    fn after<'a>(&'a self, call: &'a Call, answer: &'a Answer) -> Deciding<'a, After>;
}

/// Every call as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Undisturbed;

impl Interception for Undisturbed {
    fn before<'a>(&'a self, _call: &'a Call) -> Deciding<'a, Before> {
        Box::pin(std::future::ready(Before::Proceed))
    }

    fn after<'a>(&'a self, _call: &'a Call, _answer: &'a Answer) -> Deciding<'a, After> {
        Box::pin(std::future::ready(After::Deliver))
    }
}
