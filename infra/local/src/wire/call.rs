//! One call on the wire: what is known about it, where it can be disturbed, how it is counted.

use std::{future::Future, pin::Pin};

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::Serialize;

/// A call as it arrived, its caller known, its permission not yet checked.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function's name.
    pub caller: String,
    /// `dynamodb`, `sqs` or `ses`.
    pub service: &'static str,
    /// The operation: `TransactWriteItems`, `SendMessage`, `SendEmail`, …
    pub operation: String,
    /// Counts from 1 for each caller and operation.
    pub number: u64,
    pub body: Bytes,
}

/// An answer as it goes out.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// What happens to a call before it takes effect.
#[derive(Debug)]
pub enum Before {
    /// It goes on.
    Proceed,
    /// It has no effect and this is the answer (a throttle, a conflict, an outage).
    Answer(Answer),
    /// It has no effect and the connection closes without an answer.
    Hang,
}

/// What happens to an answer after the call took effect.
#[derive(Debug)]
pub enum After {
    /// It goes out.
    Deliver,
    /// Another one goes out.
    Replace(Answer),
    /// The connection closes without an answer.
    Lose,
}

type Deciding<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Consulted before and after every call: the place where faults are injected.
pub trait Interception: Send + Sync {
    fn before<'a>(&'a self, call: &'a Call) -> Deciding<'a, Before>;
    fn after<'a>(&'a self, call: &'a Call, answer: &'a Answer) -> Deciding<'a, After>;
}

/// Every call as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Undisturbed;

impl Interception for Undisturbed {
    fn before<'a>(&'a self, _call: &'a Call) -> Deciding<'a, Before> {
        Box::pin(async { Before::Proceed })
    }

    fn after<'a>(&'a self, _call: &'a Call, _answer: &'a Answer) -> Deciding<'a, After> {
        Box::pin(async { After::Deliver })
    }
}

/// How often a caller did something.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CallCount {
    pub caller: String,
    pub service: &'static str,
    pub operation: String,
    pub requests: u64,
    /// Refused by the policy.
    pub denied: u64,
    /// Answered with any other error.
    pub failed: u64,
    /// `ConsumedCapacity` as far as the answers carried it.
    pub capacity_units: f64,
}
