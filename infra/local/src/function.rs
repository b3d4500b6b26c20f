//! One function of the template, invoked as Lambda does: isolated, within its time limit, counted.
//!
//! Architecture invariant: an invocation ends in exactly one of a response, an error, a panic or a
//! time-out, and none of them takes the caller or a neighbour down.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::Value;
use shared::runtime::{Environment, Lambda};
use tokio::sync::watch;

use crate::crash::Crashes;

/// A function that can be invoked.
pub(crate) struct Function {
    name: String,
    lambda: Lambda,
    environment: Environment,
    time_limit: Duration,
    running: Running,
    crashes: Crashes,
}

/// All functions of a stack by name.
pub(crate) type Functions = BTreeMap<String, Arc<Function>>;

/// How an invocation failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The function returned an error.
    Error(String),
    /// The function panicked.
    Panic(String),
    /// The function ran longer than its time limit, and was stopped.
    TimedOut(Duration),
    /// The function's process died, by request of the interception.
    Crashed,
}

impl Function {
    pub(crate) fn new(
        name: &str,
        lambda: Lambda,
        environment: Environment,
        time_limit: Duration,
        running: Running,
        crashes: Crashes,
    ) -> Self {
        Self { name: name.to_owned(), lambda, environment, time_limit, running, crashes }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// One invocation; failures are logged here, once.
    pub(crate) async fn invoke(&self, event: Value, request_id: &str) -> Result<Value, Failure> {
        let counted = self.running.begin();
        let result = self.invoke_isolated(event, request_id).await;
        drop(counted);
        if let Err(failure) = &result {
            tracing::error!(function = self.name, request_id, %failure, "the invocation failed");
        }
        result
    }

    async fn invoke_isolated(&self, event: Value, request_id: &str) -> Result<Value, Failure> {
        let (lambda, id) = (self.lambda.clone(), request_id.to_owned());
        let mut fuse = self.crashes.fuse(&self.name);
        let mut task = tokio::spawn(async move { lambda.invoke(event, &id).await });
        let ended = tokio::select! {
            ended = tokio::time::timeout(self.time_limit, &mut task) => ended,
            () = fuse.blown() => {
                task.abort();
                // It is gone only when it has let go of everything.
                let _aborted = task.await;
                return Err(Failure::Crashed);
            }
        };
        match ended {
            Ok(Ok(result)) => result.map_err(|error| Failure::Error(error.to_string())),
            Ok(Err(stopped)) => Err(Failure::Panic(panic_message(stopped))),
            Err(_) => {
                task.abort();
                Err(Failure::TimedOut(self.time_limit))
            }
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(error) => write!(f, "error: {error}"),
            Self::Panic(message) => write!(f, "panic: {message}"),
            Self::Crashed => f.write_str("crashed"),
            Self::TimedOut(limit) => write!(f, "timed out after {} s", limit.as_secs_f32()),
        }
    }
}

fn panic_message(stopped: tokio::task::JoinError) -> String {
    if stopped.is_cancelled() {
        return "the stack is shutting down".to_owned();
    }
    let payload = stopped.into_panic();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without words".to_owned())
}

/// How many invocations run now.
#[derive(Clone)]
pub(crate) struct Running(watch::Sender<usize>);

impl Running {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(crate) fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Wakes at every begin and end.
    pub(crate) fn changes(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }

    fn begin(&self) -> Counted {
        self.0.send_modify(|count| *count += 1);
        Counted(self.0.clone())
    }
}

/// Counts as running until dropped.
struct Counted(watch::Sender<usize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::runtime::{Clock, Config, Entropy};

    use super::*;

    fn function(lambda: Lambda) -> Function {
        let environment = Environment::new(Config::new(BTreeMap::new()), Clock::system(), Entropy::system());
        Function::new(
            "tested",
            lambda,
            environment,
            Duration::from_millis(50),
            Running::new(),
            Crashes::new(),
        )
    }

    #[tokio::test]
    async fn an_error_a_panic_and_a_time_out_are_told_apart() {
        let failing = function(Lambda::events(|_| async { Err("no such mail".into()) }));
        assert_eq!(failing.invoke(json!({}), "r").await, Err(Failure::Error("no such mail".into())));
        let panicking = function(Lambda::events(|_| async { panic!("{} is wrong", "this") }));
        assert_eq!(panicking.invoke(json!({}), "r").await, Err(Failure::Panic("this is wrong".into())));
        let hanging = function(Lambda::events(|_| std::future::pending()));
        assert_eq!(hanging.invoke(json!({}), "r").await, Err(Failure::TimedOut(Duration::from_millis(50))));
        assert_eq!(hanging.running.count(), 0);
    }

    #[tokio::test]
    async fn a_crash_ends_the_function_that_it_strikes_and_no_other() {
        let hanging = function(Lambda::events(|_| std::future::pending()));
        let crashes = hanging.crashes.clone();
        let strike = async {
            tokio::task::yield_now().await;
            crashes.strike("another");
            crashes.strike("tested");
        };
        let (ended, ()) = tokio::join!(hanging.invoke(json!({}), "r"), strike);
        assert_eq!(ended, Err(Failure::Crashed));
    }

    #[tokio::test]
    async fn an_invocation_counts_while_it_runs() {
        let running = Running::new();
        let seen = running.clone();
        let lambda = Lambda::events(move |_| {
            let seen = seen.clone();
            async move { Ok(vec![seen.count().to_string()]) }
        });
        let environment = Environment::new(Config::new(BTreeMap::new()), Clock::system(), Entropy::system());
        let function = Function::new(
            "tested",
            lambda,
            environment,
            Duration::from_secs(5),
            running.clone(),
            Crashes::new(),
        );
        let returned = function.invoke(json!({}), "r").await.unwrap();
        assert_eq!(returned["batchItemFailures"][0]["itemIdentifier"], "1");
        assert_eq!(running.count(), 0);
    }
}
