//! SQS, in its JSON protocol.

use std::time::Duration;

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use md5::{Digest, Md5};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{Answer, Call, Service, access::Demand};
use crate::{
    blueprint::{ACCOUNT, Blueprint, QueueSpec, REGION},
    ledger::{Ledger, LedgerError, NewMessage, QueuedMessage, hex},
};

/// The largest message, and the largest sum of a batch, in bytes.
const LARGEST: usize = 1_048_576;

/// What the operation needs.
pub(super) fn demands(blueprint: &Blueprint, operation: &str, body: &Value) -> Vec<Demand> {
    let action = match operation {
        "SendMessageBatch" => "SendMessage",
        "DeleteMessageBatch" => "DeleteMessage",
        other => other,
    };
    let name = queue_name(body);
    let arn = blueprint
        .queue(&name)
        .map_or_else(|| format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"), |queue| queue.arn.clone());
    vec![Demand::new(format!("sqs:{action}"), arn)]
}

/// Does what is asked.
pub(super) async fn perform(blueprint: &Blueprint, ledger: &Ledger, call: &Call, body: &Value) -> Answer {
    let Some(queue) = blueprint.queue(&queue_name(body)) else {
        return refuse("QueueDoesNotExist", "The specified queue does not exist.");
    };
    let done = match call.operation.as_str() {
        "SendMessage" => send(ledger, queue, body),
        "SendMessageBatch" => send_batch(ledger, queue, body),
        "ReceiveMessage" => receive(ledger, queue, body).await,
        "DeleteMessage" => delete(ledger, queue, body),
        "DeleteMessageBatch" => delete_batch(ledger, queue, body),
        "ChangeMessageVisibility" => change_visibility(ledger, queue, body),
        "GetQueueAttributes" => attributes(ledger, queue),
        "StartMessageMoveTask" => start_move(ledger, queue),
        "GetQueueUrl" => Ok(json!({"QueueUrl": queue.url})),
        other => Err(refuse("UnsupportedOperation", &format!("{other} is not part of the local stack."))),
    };
    match done {
        Ok(answer) => Answer::ok(Service::Sqs, &answer),
        Err(refusal) => refusal,
    }
}

type Done = Result<Value, Answer>;

fn send(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    let message = new_message(body)?;
    let id = ledger.send_message(&queue.name, &message).map_err(|error| failed(&error))?;
    Ok(sent(&id, &message))
}

fn send_batch(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    let entries = entries(body)?;
    let size: usize = entries.iter().map(|entry| text(entry, "MessageBody").map_or(0, str::len)).sum();
    if size > LARGEST {
        return Err(refuse(
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.",
        ));
    }
    let (mut successful, mut unsuccessful) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = text(entry, "Id").unwrap_or_default();
        match send(ledger, queue, entry) {
            Ok(mut sent) => {
                sent["Id"] = id.into();
                successful.push(sent);
            }
            Err(_) => {
                unsuccessful.push(json!({"Id": id, "Code": "InvalidParameterValue", "SenderFault": true}));
            }
        }
    }
    Ok(json!({"Successful": successful, "Failed": unsuccessful}))
}

/// With `WaitTimeSeconds` it waits for a message as long as that, in real time.
async fn receive(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    let number = |name: &str, default: u64| body.get(name).and_then(Value::as_u64).unwrap_or(default);
    let max = usize::try_from(number("MaxNumberOfMessages", 1)).unwrap_or_default();
    if !(1..=10).contains(&max) {
        return Err(refuse("InvalidParameterValue", "MaxNumberOfMessages must be between 1 and 10."));
    }
    let visibility = number("VisibilityTimeout", u64::from(queue.visibility_timeout_seconds));
    let visibility = u32::try_from(visibility).unwrap_or(u32::MAX);
    let until = Instant::now() + Duration::from_secs(number("WaitTimeSeconds", 0).min(20));
    let mut changes = ledger.changes();
    loop {
        changes.mark_unchanged();
        let received = ledger.receive_for(&queue.name, max, visibility).map_err(|error| failed(&error))?;
        let waited = received.is_empty() && tokio::time::timeout_at(until, changes.changed()).await.is_ok();
        if !waited {
            let messages: Vec<Value> = received.iter().map(|message| as_received(message, body)).collect();
            return Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) });
        }
    }
}

fn as_received(message: &QueuedMessage, asked: &Value) -> Value {
    let wanted = |name: &str| {
        let lists = ["MessageSystemAttributeNames", "AttributeNames"].into_iter();
        let mut names = lists.filter_map(|list| asked.get(list)?.as_array()).flatten();
        names.any(|wanted| wanted == "All" || wanted == name)
    };
    let all = [
        ("ApproximateReceiveCount", message.receive_count.to_string()),
        ("SentTimestamp", message.sent_at.as_millisecond().to_string()),
        ("ApproximateFirstReceiveTimestamp", message.first_received_at.as_millisecond().to_string()),
        ("SenderId", ACCOUNT.to_owned()),
    ];
    let attributes: Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| wanted(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let mut received = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": md5_hex(message.body.as_bytes()),
        "Attributes": attributes,
    });
    if let Some(given) = &message.attributes {
        received["MD5OfMessageAttributes"] = attributes_md5(given).into();
        received["MessageAttributes"] = given.clone();
    }
    received
}

fn delete(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    // A receipt that is no longer good is no error: the message is gone or somebody else's by now.
    ledger.delete(&queue.name, required(body, "ReceiptHandle")?).map_err(|error| failed(&error))?;
    Ok(json!({}))
}

fn delete_batch(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    let mut successful = Vec::new();
    for entry in entries(body)? {
        delete(ledger, queue, entry)?;
        successful.push(json!({"Id": text(entry, "Id").unwrap_or_default()}));
    }
    Ok(json!({"Successful": successful, "Failed": []}))
}

fn change_visibility(ledger: &Ledger, queue: &QueueSpec, body: &Value) -> Done {
    let seconds = body.get("VisibilityTimeout").and_then(Value::as_u64).and_then(|s| u32::try_from(s).ok());
    let seconds = seconds.ok_or_else(|| refuse("MissingParameter", "VisibilityTimeout is missing."))?;
    let receipt = required(body, "ReceiptHandle")?;
    let changed = ledger.change_visibility(&queue.name, receipt, seconds).map_err(|error| failed(&error))?;
    if changed {
        Ok(json!({}))
    } else {
        Err(refuse("MessageNotInflight", "The specified message isn't in flight."))
    }
}

fn attributes(ledger: &Ledger, queue: &QueueSpec) -> Done {
    let pending = ledger.pending(&queue.name).map_err(|error| failed(&error))?;
    let mut attributes = json!({
        "QueueArn": queue.arn,
        "VisibilityTimeout": queue.visibility_timeout_seconds.to_string(),
        "MessageRetentionPeriod": queue.retention_seconds.to_string(),
        "DelaySeconds": queue.delay_seconds.to_string(),
        "ApproximateNumberOfMessages": pending.visible.to_string(),
        "ApproximateNumberOfMessagesNotVisible": pending.in_flight.to_string(),
        "ApproximateNumberOfMessagesDelayed": (pending.delayed + pending.held).to_string(),
    });
    if let Some(redrive) = &queue.redrive {
        let target = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", redrive.queue);
        let policy = json!({"deadLetterTargetArn": target, "maxReceiveCount": redrive.max_receive_count});
        attributes["RedrivePolicy"] = policy.to_string().into();
    }
    Ok(json!({ "Attributes": attributes }))
}

/// Everything goes back at once, where SQS takes its time; only to the queue that it came from.
fn start_move(ledger: &Ledger, queue: &QueueSpec) -> Done {
    match ledger.redrive(&queue.name).map_err(|error| failed(&error))? {
        Some(_) => Ok(json!({"TaskHandle": queue.name})),
        None => {
            Err(refuse("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."))
        }
    }
}

fn new_message(body: &Value) -> Result<NewMessage, Answer> {
    let text = required(body, "MessageBody")?;
    if text.len() > LARGEST {
        return Err(refuse(
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: the message is too long.",
        ));
    }
    let delay = body.get("DelaySeconds").and_then(Value::as_u64);
    Ok(NewMessage {
        body: text.to_owned(),
        delay_seconds: delay.map(|seconds| u32::try_from(seconds.min(900)).unwrap_or_default()),
        attributes: body.get("MessageAttributes").filter(|given| given.is_object()).cloned(),
    })
}

/// The SDK compares these sums with its own.
fn sent(id: &str, message: &NewMessage) -> Value {
    let mut sent = json!({"MessageId": id, "MD5OfMessageBody": md5_hex(message.body.as_bytes())});
    if let Some(given) = &message.attributes {
        sent["MD5OfMessageAttributes"] = attributes_md5(given).into();
    }
    sent
}

fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// The sum of message attributes, as the SQS developer guide defines it: by name, then name, type, kind of
/// value and value, each text with its length before it.
fn attributes_md5(attributes: &Value) -> String {
    fn put(sum: &mut Vec<u8>, bytes: &[u8]) {
        sum.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        sum.extend(bytes);
    }
    let mut named: Vec<_> = attributes.as_object().into_iter().flatten().collect();
    named.sort_by_key(|(name, _)| name.as_str());
    let mut sum = Vec::new();
    for (name, attribute) in named {
        put(&mut sum, name.as_bytes());
        put(&mut sum, text(attribute, "DataType").unwrap_or_default().as_bytes());
        if let Some(value) = text(attribute, "StringValue") {
            sum.push(1);
            put(&mut sum, value.as_bytes());
        } else {
            sum.push(2);
            put(
                &mut sum,
                &BASE64.decode(text(attribute, "BinaryValue").unwrap_or_default()).unwrap_or_default(),
            );
        }
    }
    md5_hex(&sum)
}

fn entries(body: &Value) -> Result<&Vec<Value>, Answer> {
    let entries = body.get("Entries").and_then(Value::as_array).filter(|entries| !entries.is_empty());
    let entries =
        entries.ok_or_else(|| refuse("EmptyBatchRequest", "There should be at least one entry."))?;
    if entries.len() > 10 {
        return Err(refuse("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10."));
    }
    let ids: std::collections::BTreeSet<_> = entries.iter().map(|entry| text(entry, "Id")).collect();
    if ids.len() < entries.len() {
        return Err(refuse("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id."));
    }
    Ok(entries)
}

/// From `QueueUrl`, or from `QueueName` or `SourceArn` where that is asked for.
fn queue_name(body: &Value) -> String {
    let named = text(body, "QueueUrl").or_else(|| text(body, "QueueName"));
    let url = named.or_else(|| text(body, "SourceArn")).unwrap_or_default();
    url.rsplit(['/', ':']).next().unwrap_or_default().to_owned()
}

fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

fn required<'a>(body: &'a Value, name: &str) -> Result<&'a str, Answer> {
    text(body, name)
        .ok_or_else(|| refuse("MissingParameter", &format!("The request must contain the parameter {name}.")))
}

fn refuse(code: &str, message: &str) -> Answer {
    Answer::error(Service::Sqs, StatusCode::BAD_REQUEST, code, message)
}

fn failed(error: &LedgerError) -> Answer {
    tracing::error!(%error, "the ledger failed");
    Answer::error(Service::Sqs, StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Internal error")
}
