//! One Lambda: what `main.rs` runs on AWS and what the local stack invokes, behind the same adapter.

use std::{future::Future, pin::Pin, sync::Arc};

use lambda_http::{Adapter, request::LambdaRequest, tower::Service};
use lambda_runtime::{Context, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ConfigError, Environment};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Handling = Pin<Box<dyn Future<Output = Result<Vec<String>, BoxError>> + Send>>;

/// A function's program: routes behind API Gateway, or a handler of messages and schedules.
#[derive(Clone)]
pub enum Lambda {
    Http(axum::Router),
    Events(EventHandler),
}

/// Handles a trigger and names the messages that failed (only those come again).
#[derive(Clone)]
pub struct EventHandler(Arc<dyn Fn(Trigger) -> Handling + Send + Sync>);

/// What woke the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A batch from the function's queue.
    Messages(Vec<Message>),
    /// A schedule.
    Tick,
}

/// One message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: String,
    pub body: String,
}

impl Lambda {
    /// A function woken by messages or a schedule. `handle` returns the ids of the failed messages.
    pub fn events<F, Handled>(handle: F) -> Self
    where
        F: Fn(Trigger) -> Handled + Send + Sync + 'static,
        Handled: Future<Output = Result<Vec<String>, BoxError>> + Send + 'static,
    {
        Self::Events(EventHandler(Arc::new(move |trigger| Box::pin(handle(trigger)))))
    }

    /// A function woken by its queue: each message by itself, and one that fails comes again alone.
    pub fn on_messages<App, Handled>(app: App, each: fn(App, Message) -> Handled) -> Self
    where
        App: Clone + Send + Sync + 'static,
        Handled: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        Self::events(move |trigger| {
            let app = app.clone();
            async move {
                match trigger {
                    Trigger::Messages(messages) => Ok(one_by_one(app, each, messages).await),
                    Trigger::Tick => Err("this function is woken by its queue only".into()),
                }
            }
        })
    }

    /// A function woken by its schedule.
    pub fn on_schedule<App, Handled>(app: App, run: fn(App) -> Handled) -> Self
    where
        App: Clone + Send + Sync + 'static,
        Handled: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        Self::events(move |trigger| {
            let app = app.clone();
            async move {
                match trigger {
                    Trigger::Tick => run(app).await.map(|()| Vec::new()),
                    Trigger::Messages(_) => Err("this function is woken by its schedule only".into()),
                }
            }
        })
    }

    /// A function woken by its queue, and by a schedule that finds what lost messages left behind.
    pub fn on_messages_and_schedule<App, OfMessage, OfRun>(
        app: App,
        each: fn(App, Message) -> OfMessage,
        run: fn(App) -> OfRun,
    ) -> Self
    where
        App: Clone + Send + Sync + 'static,
        OfMessage: Future<Output = Result<(), BoxError>> + Send + 'static,
        OfRun: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        Self::events(move |trigger| {
            let app = app.clone();
            async move {
                match trigger {
                    Trigger::Messages(messages) => Ok(one_by_one(app, each, messages).await),
                    Trigger::Tick => run(app).await.map(|()| Vec::new()),
                }
            }
        })
    }

    /// One invocation: the event as AWS sends it, the response as the function returns it.
    pub async fn invoke(&self, event: Value, request_id: &str) -> Result<Value, BoxError> {
        match self {
            Self::Http(router) => {
                let request: LambdaRequest = serde_json::from_str(&event.to_string())?;
                let mut context = Context::default();
                request_id.clone_into(&mut context.request_id);
                // A router is always ready. The adapter itself is not `Send`, what it starts is.
                let answering = Adapter::from(router.clone()).call(LambdaEvent::new(request, context));
                let response = answering.await.map_err(BoxError::from)?;
                Ok(serde_json::to_value(&response)?)
            }
            Self::Events(handler) => handler.handle(event).await,
        }
    }

    async fn run(self) -> Result<(), BoxError> {
        match self {
            Self::Http(router) => lambda_http::run(router).await,
            Self::Events(handler) => {
                let handle = |event: LambdaEvent<Value>| {
                    let handler = handler.clone();
                    async move { handler.handle(event.payload).await }
                };
                lambda_runtime::run(lambda_runtime::service_fn(handle)).await
            }
        }
    }
}

/// Handles each message by itself; the ids of those that failed.
async fn one_by_one<App, Handled>(
    app: App,
    each: fn(App, Message) -> Handled,
    messages: Vec<Message>,
) -> Vec<String>
where
    App: Clone,
    Handled: Future<Output = Result<(), BoxError>>,
{
    let mut failed = Vec::new();
    for message in messages {
        let id = message.id.clone();
        if let Err(error) = each(app.clone(), message).await {
            tracing::error!(%error, message = id, "a message could not be handled");
            failed.push(id);
        }
    }
    failed
}

impl EventHandler {
    async fn handle(&self, event: Value) -> Result<Value, BoxError> {
        let failed = (self.0)(Trigger::of_event(event)?).await?;
        let failures: Vec<Value> = failed.iter().map(|id| json!({ "itemIdentifier": id })).collect();
        Ok(json!({ "batchItemFailures": failures }))
    }
}

impl Trigger {
    /// An SQS event has records; anything else that reaches an event function is its schedule.
    fn of_event(event: Value) -> Result<Self, BoxError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Record {
            message_id: String,
            body: String,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Batch {
            records: Vec<Record>,
        }
        if event.get("Records").is_none() {
            return Ok(Self::Tick);
        }
        let batch: Batch = serde_json::from_value(event)?;
        let messages =
            batch.records.into_iter().map(|record| Message { id: record.message_id, body: record.body });
        Ok(Self::Messages(messages.collect()))
    }
}

/// Starts a deployed function: logs, configuration, clients, then its triggers until the end.
pub async fn run(build: fn(&Environment) -> Result<Lambda, ConfigError>) -> Result<(), BoxError> {
    let environment = Environment::of_process();
    let filter = environment.config.optional("RUST_LOG").unwrap_or("info");
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_current_span(false)
        .init();
    build(&environment)?.run().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_and_a_schedule_are_told_apart() {
        let batch = json!({ "Records": [{ "messageId": "m1", "body": "{}", "receiptHandle": "r" }] });
        assert_eq!(
            Trigger::of_event(batch).unwrap(),
            Trigger::Messages(vec![Message { id: "m1".into(), body: "{}".into() }])
        );
        assert_eq!(Trigger::of_event(json!({ "schedule": "sweep" })).unwrap(), Trigger::Tick);
        assert!(Trigger::of_event(json!({ "Records": [{}] })).is_err());
    }

    #[tokio::test]
    async fn the_failed_messages_are_named() {
        let lambda = Lambda::events(|_| async { Ok(vec!["m2".to_owned()]) });
        let response = lambda.invoke(json!({ "Records": [] }), "r1").await.unwrap();
        assert_eq!(response, json!({ "batchItemFailures": [{ "itemIdentifier": "m2" }] }));
    }
}
