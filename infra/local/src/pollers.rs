//! Event-source mappings: messages of a queue, in batches, to the function that the template names.
//!
//! Architecture invariant: a message is deleted only after an invocation that did not name it as failed;
//! everything else comes again, until the dead-letter queue takes it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use crate::{
    blueprint::{Blueprint, REGION, TriggerSpec},
    function::{Function, Functions},
    ledger::{Ledger, LedgerError, QueuedMessage, hex},
};

/// Lambda begins with several pollers a queue; two are enough to bring batches into one another's way.
const POLLERS_PER_QUEUE: usize = 2;
/// A delay or a visibility time-out ends without anybody telling: look again this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// One event-source mapping.
pub(crate) struct Mapping {
    pub(crate) function: Arc<Function>,
    pub(crate) queue: String,
    pub(crate) arn: String,
    pub(crate) batch_size: usize,
    /// `ReportBatchItemFailures`.
    pub(crate) partial_failures: bool,
    pub(crate) ledger: Arc<Ledger>,
}

/// Starts the pollers of every queue trigger.
pub(crate) fn start(
    blueprint: &Blueprint,
    functions: &Functions,
    ledger: &Arc<Ledger>,
    tasks: &mut JoinSet<()>,
) {
    for mapping in mappings(blueprint, functions, ledger) {
        let mapping = Arc::new(mapping);
        for _ in 0..POLLERS_PER_QUEUE {
            tasks.spawn(Arc::clone(&mapping).poll());
        }
    }
}

fn mappings(blueprint: &Blueprint, functions: &Functions, ledger: &Arc<Ledger>) -> Vec<Mapping> {
    let mut mappings = Vec::new();
    for spec in &blueprint.functions {
        for trigger in &spec.triggers {
            let TriggerSpec::Queue { queue, batch_size, partial_failures } = trigger else { continue };
            let (Some(function), Some(described)) = (functions.get(&spec.name), blueprint.queue(queue))
            else {
                continue;
            };
            mappings.push(Mapping {
                function: Arc::clone(function),
                queue: queue.clone(),
                arn: described.arn.clone(),
                batch_size: usize::try_from(*batch_size).unwrap_or(1),
                partial_failures: *partial_failures,
                ledger: Arc::clone(ledger),
            });
        }
    }
    mappings
}

impl Mapping {
    async fn poll(self: Arc<Self>) {
        let mut changes = self.ledger.changes();
        loop {
            changes.mark_unchanged();
            match self.run_batch().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(queue = self.queue, %error, "the queue cannot be polled"),
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// Receives and processes one batch; `false` if there was nothing to receive.
    async fn run_batch(&self) -> Result<bool, LedgerError> {
        let batch = self.ledger.receive(&self.queue, self.batch_size)?;
        if batch.is_empty() {
            return Ok(false);
        }
        let returned = self.function.invoke(self.event(&batch), &self.ledger.new_id()).await;
        let failed = match returned {
            Ok(returned) if self.partial_failures => Failed::of_response(&returned),
            Ok(_) => Failed::Only(HashSet::new()),
            Err(_) => Failed::All,
        };
        for message in &batch {
            if failed.contains(&message.id) {
                self.ledger.release(&self.queue, &message.receipt)?;
            } else {
                self.ledger.delete(&self.queue, &message.receipt)?;
            }
        }
        Ok(true)
    }

    fn event(&self, batch: &[QueuedMessage]) -> Value {
        let records: Vec<Value> = batch.iter().map(|message| self.record(message)).collect();
        json!({ "Records": records })
    }

    fn record(&self, message: &QueuedMessage) -> Value {
        json!({
            "messageId": message.id,
            "receiptHandle": message.receipt,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": message.receive_count.to_string(),
                "SentTimestamp": message.sent_at.as_millisecond().to_string(),
                "SenderId": "local",
                "ApproximateFirstReceiveTimestamp": message.first_received_at.as_millisecond().to_string(),
            },
            "messageAttributes": message.attributes.as_ref().map_or_else(|| json!({}), lambda_attributes),
            "md5OfBody": hex(&Md5::digest(&message.body)),
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": REGION,
        })
    }
}

/// Which messages of a batch failed.
enum Failed {
    All,
    Only(HashSet<String>),
}

impl Failed {
    /// Reads `batchItemFailures`; what cannot be read fails the whole batch, as Lambda has it.
    fn of_response(returned: &Value) -> Self {
        let failures = match returned.get("batchItemFailures") {
            None | Some(Value::Null) => return Self::Only(HashSet::new()),
            Some(Value::Array(failures)) => failures,
            Some(_) => return Self::All,
        };
        let ids: Option<HashSet<String>> = failures
            .iter()
            .map(|failure| failure["itemIdentifier"].as_str().filter(|id| !id.is_empty()).map(str::to_owned))
            .collect();
        ids.map_or(Self::All, Self::Only)
    }

    fn contains(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }
}

/// SQS writes `DataType`, Lambda hands it on as `dataType`.
fn lambda_attributes(attributes: &Value) -> Value {
    let lower_first = |name: &str| {
        let mut letters = name.chars();
        letters
            .next()
            .map(|first| first.to_lowercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    let attribute = |value: &Value| -> Value {
        let fields = value.as_object().into_iter().flatten();
        Value::Object(fields.map(|(name, value)| (lower_first(name), value.clone())).collect())
    };
    let all = attributes.as_object().into_iter().flatten();
    Value::Object(all.map(|(name, value)| (name.clone(), attribute(value))).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_names_its_failed_messages() {
        let table = [
            (json!({ "batchItemFailures": [] }), "", false),
            (Value::Null, "", false),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "a" }] }), "a", true),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "a" }] }), "b", false),
            (json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }), "b", true),
            (json!({ "batchItemFailures": [{ "wrong": "a" }] }), "b", true),
            (json!({ "batchItemFailures": "a" }), "b", true),
        ];
        for (response, message, expected) in table {
            assert_eq!(Failed::of_response(&response).contains(message), expected, "{response} {message}");
        }
    }

    #[test]
    fn attributes_are_named_as_lambda_names_them() {
        let sqs = json!({ "trace": { "DataType": "String", "StringValue": "x" } });
        assert_eq!(lambda_attributes(&sqs), json!({ "trace": { "dataType": "String", "stringValue": "x" } }));
    }
}
