//! Functions: environment, time-out, role and triggers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    FunctionSpec, TemplateError, TriggerSpec, api,
    intrinsics::Resolver,
    resource::{Node, Resource},
};
use crate::policy::Statement;

/// Managed policies about what the local stack has no part in: logs and traces.
const HARMLESS: [&str; 3] = [
    "AWSLambdaBasicExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
];

/// What the section `Globals` says for every function.
pub(super) struct Globals {
    environment: BTreeMap<String, String>,
    timeout_seconds: u32,
}

impl Globals {
    pub(super) fn read(resolver: &Resolver<'_>) -> Result<Self, TemplateError> {
        let declared = resolver.document().get("Globals").and_then(|globals| globals.get("Function"));
        let property = |name: &str| -> Result<Option<Node>, TemplateError> {
            let Some(value) = declared.and_then(|function| function.get(name)) else { return Ok(None) };
            let refuse = |problem: String| TemplateError::at("Globals.Function", name, problem);
            let value = resolver.resolve(value).map_err(refuse)?;
            Ok(value.map(|value| Node::new("Globals.Function", name, value)))
        };
        Ok(Self {
            environment: property("Environment")?.map_or(Ok(BTreeMap::new()), |node| variables(&node))?,
            timeout_seconds: property("Timeout")?.map_or(Ok(3), |node| node.to_number())?,
        })
    }
}

/// Reads one `AWS::Serverless::Function`.
pub(super) fn read(
    resource: &Resource<'_>,
    globals: &Globals,
    all: &[Resource<'_>],
) -> Result<FunctionSpec, TemplateError> {
    let mut environment = globals.environment.clone();
    if let Some(node) = resource.node("Environment")? {
        environment.extend(variables(&node)?);
    }
    Ok(FunctionSpec {
        name: kebab(resource.logical_id.strip_suffix("Function").unwrap_or(resource.logical_id)),
        logical_id: resource.logical_id.to_owned(),
        environment,
        timeout_seconds: resource.number("Timeout", globals.timeout_seconds)?,
        statements: statements(resource, all)?,
        triggers: triggers(resource)?,
    })
}

fn variables(environment: &Node) -> Result<BTreeMap<String, String>, TemplateError> {
    let Some(variables) = environment.child("Variables") else { return Ok(BTreeMap::new()) };
    variables.entries()?.into_iter().map(|(name, node)| Ok((name, node.to_text()?))).collect()
}

/// What the function may do: its `Policies`, or those of the role that it names.
fn statements(resource: &Resource<'_>, all: &[Resource<'_>]) -> Result<Vec<Statement>, TemplateError> {
    let mut statements = Vec::new();
    if let Some(policies) = resource.node("Policies")? {
        for policy in policies.one_or_many()? {
            statements.extend(inline_policy(&policy)?);
        }
    }
    if let Some(role_arn) = resource.text("Role")? {
        let roles = all.iter().filter(|other| other.kind == "AWS::IAM::Role");
        let mut found = None;
        for role in roles {
            if role.arn()? == role_arn {
                found = Some(role);
            }
        }
        let role = found.ok_or_else(|| resource.refuse("Role", format!("there is no role {role_arn}")))?;
        statements.extend(role_statements(role)?);
    }
    Ok(statements)
}

fn role_statements(role: &Resource<'_>) -> Result<Vec<Statement>, TemplateError> {
    let mut statements = Vec::new();
    if let Some(managed) = role.node("ManagedPolicyArns")? {
        for policy in managed.items()? {
            statements.extend(inline_policy(&policy)?);
        }
    }
    if let Some(policies) = role.node("Policies")? {
        for policy in policies.items()? {
            statements.extend(document_statements(&policy.required("PolicyDocument")?)?);
        }
    }
    Ok(statements)
}

fn inline_policy(policy: &Node) -> Result<Vec<Statement>, TemplateError> {
    if let Some(managed) = policy.value().as_str() {
        let name = managed.rsplit('/').next().unwrap_or(managed);
        return if HARMLESS.contains(&name) {
            Ok(Vec::new())
        } else {
            Err(policy
                .refuse(format!("the managed policy {managed} is not understood: write its statements")))
        };
    }
    if policy.child("Statement").is_none() {
        return Err(
            policy.refuse("is not a policy: write its statements (SAM policy templates are not understood)")
        );
    }
    document_statements(policy)
}

/// The statements of a policy document.
pub(super) fn document_statements(document: &Node) -> Result<Vec<Statement>, TemplateError> {
    let statements = document.required("Statement")?.one_or_many()?;
    let read =
        |node: &Node| Statement::parse(node.value()).map_err(|problem| node.refuse(problem.to_string()));
    statements.iter().map(read).collect()
}

fn triggers(resource: &Resource<'_>) -> Result<Vec<TriggerSpec>, TemplateError> {
    let Some(events) = resource.node("Events")? else { return Ok(Vec::new()) };
    let mut triggers = Vec::new();
    for (name, event) in events.entries()? {
        let kind = event.required_text("Type")?;
        let none = || {
            Node::new(resource.logical_id, &format!("Events.{name}.Properties"), Value::Object(Map::new()))
        };
        let properties = event.child("Properties").unwrap_or_else(none);
        match kind.as_str() {
            "HttpApi" => triggers.push(api::event_route(&properties)?),
            "SQS" => triggers.extend(queue_trigger(&properties)?),
            "ScheduleV2" | "Schedule" => triggers.extend(schedule(
                &properties,
                &format!("{}{name}", resource.logical_id),
                if kind == "Schedule" { "Schedule" } else { "ScheduleExpression" },
            )?),
            _ => return Err(event.refuse(format!("the event type {kind} is not understood"))),
        }
    }
    Ok(triggers)
}

fn queue_trigger(properties: &Node) -> Result<Option<TriggerSpec>, TemplateError> {
    if properties.text("Enabled")?.as_deref() == Some("false") {
        return Ok(None);
    }
    let arn = properties.required_text("Queue")?;
    let responses = properties.list("FunctionResponseTypes")?;
    Ok(Some(TriggerSpec::Queue {
        queue: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        batch_size: properties.child("BatchSize").map_or(Ok(10), |node| node.to_number())?,
        partial_failures: responses.iter().any(|node| node.value() == "ReportBatchItemFailures"),
    }))
}

/// A schedule of EventBridge Scheduler; `None` if it is switched off.
pub(super) fn schedule(
    properties: &Node,
    default_name: &str,
    expression: &str,
) -> Result<Option<TriggerSpec>, TemplateError> {
    let off = properties.text("State")?.as_deref() == Some("DISABLED")
        || properties.text("Enabled")?.as_deref() == Some("false");
    if off {
        return Ok(None);
    }
    let holder = properties.child("Target").unwrap_or_else(|| properties.clone());
    let input = holder.child("Input").map(|node| {
        let text = node.to_text()?;
        serde_json::from_str(&text).map_err(|error| node.refuse(format!("is not JSON: {error}")))
    });
    Ok(Some(TriggerSpec::Schedule {
        name: properties.text("Name")?.unwrap_or_else(|| default_name.to_owned()),
        expression: properties.required_text(expression)?,
        timezone: properties.text("ScheduleExpressionTimezone")?.unwrap_or_else(|| "UTC".to_owned()),
        input: input.transpose()?,
    }))
}

/// `RequestCode` is `request-code`.
fn kebab(pascal: &str) -> String {
    let mut name = String::new();
    for letter in pascal.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
