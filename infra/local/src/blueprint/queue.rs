//! SQS queues, their redrive and their policies.

use serde_json::Value;

use super::{
    FunctionSpec, QueueSpec, Redrive, TemplateError, TriggerSpec,
    function::document_statements,
    resource::{Node, Resource},
};

/// Reads every `AWS::SQS::Queue` with its `AWS::SQS::QueuePolicy`.
pub(super) fn read_all(all: &[Resource<'_>]) -> Result<Vec<QueueSpec>, TemplateError> {
    let queues = all.iter().filter(|resource| resource.kind == "AWS::SQS::Queue");
    let mut queues: Vec<QueueSpec> = queues.map(read).collect::<Result<_, _>>()?;
    for resource in all.iter().filter(|resource| resource.kind == "AWS::SQS::QueuePolicy") {
        let statements = document_statements(&resource.required("PolicyDocument")?)?;
        for url in resource.required("Queues")?.items()? {
            let url = url.to_text()?;
            let queue = queues.iter_mut().find(|queue| queue.url == url);
            let queue = queue.ok_or_else(|| resource.refuse("Queues", format!("there is no queue {url}")))?;
            queue.policy.extend(statements.clone());
        }
    }
    for resource in all.iter().filter(|resource| resource.kind == "AWS::SQS::Queue") {
        check_redrive(resource, &queues)?;
    }
    Ok(queues)
}

/// Every queue that starts a function must exist.
pub(super) fn check_triggers(functions: &[FunctionSpec], queues: &[QueueSpec]) -> Result<(), TemplateError> {
    for function in functions {
        for trigger in &function.triggers {
            match trigger {
                TriggerSpec::Queue { queue, .. } if !queues.iter().any(|known| &known.name == queue) => {
                    return Err(TemplateError::at(
                        &function.logical_id,
                        "Events",
                        format!("there is no queue {queue}"),
                    ));
                }
                TriggerSpec::Queue { .. } | TriggerSpec::Route { .. } | TriggerSpec::Schedule { .. } => {}
            }
        }
    }
    Ok(())
}

fn read(resource: &Resource<'_>) -> Result<QueueSpec, TemplateError> {
    if resource.text("FifoQueue")?.as_deref() == Some("true") {
        return Err(resource.refuse("FifoQueue", "is not understood"));
    }
    Ok(QueueSpec {
        logical_id: resource.logical_id.to_owned(),
        name: resource.name()?,
        url: resource.url()?,
        arn: resource.arn()?,
        visibility_timeout_seconds: resource.number("VisibilityTimeout", 30)?,
        retention_seconds: resource.number("MessageRetentionPeriod", 345_600)?,
        delay_seconds: resource.number("DelaySeconds", 0)?,
        redrive: resource.node("RedrivePolicy")?.as_ref().map(redrive).transpose()?,
        policy: Vec::new(),
    })
}

fn redrive(policy: &Node) -> Result<Redrive, TemplateError> {
    let arn = policy.required("deadLetterTargetArn")?;
    let max_receive_count = policy.required("maxReceiveCount")?;
    if max_receive_count.value() == &Value::from(0) {
        return Err(max_receive_count.refuse("is at least 1"));
    }
    Ok(Redrive {
        queue: arn.to_text()?.rsplit(':').next().unwrap_or_default().to_owned(),
        max_receive_count: max_receive_count.to_number()?,
    })
}

fn check_redrive(resource: &Resource<'_>, queues: &[QueueSpec]) -> Result<(), TemplateError> {
    let redrive =
        queues.iter().find(|queue| queue.logical_id == resource.logical_id).and_then(|q| q.redrive.as_ref());
    match redrive {
        Some(redrive) if !queues.iter().any(|queue| queue.name == redrive.queue) => Err(resource
            .refuse("RedrivePolicy.deadLetterTargetArn", format!("there is no queue {}", redrive.queue))),
        Some(_) | None => Ok(()),
    }
}
