//! Routes and schedules, whether a function declares them as its events or a resource of their own does.

use super::{
    FunctionSpec, TemplateError, TriggerSpec, function,
    resource::{Node, Resource},
};

/// A function's event of type `HttpApi`; without path and method it takes everything.
pub(super) fn event_route(properties: &Node) -> Result<TriggerSpec, TemplateError> {
    match (properties.text("Path")?, properties.text("Method")?) {
        (Some(path), Some(method)) => route(properties, &method, &path),
        (None, None) => Ok(catch_all()),
        (Some(_), None) => Err(properties.refuse("Method is missing")),
        (None, Some(_)) => Err(properties.refuse("Path is missing")),
    }
}

/// Gives the functions what resources outside of them start: API routes, schedules, queue mappings.
pub(super) fn attach(functions: &mut [FunctionSpec], all: &[Resource<'_>]) -> Result<(), TemplateError> {
    for resource in all {
        let (property, target, trigger) = match resource.kind {
            "AWS::ApiGatewayV2::Route" => {
                let key = resource.required("RouteKey")?;
                ("Target", integration_uri(resource, all)?, Some(keyed_route(&key)?))
            }
            "AWS::Scheduler::Schedule" => {
                let properties = scheduler_properties(resource)?;
                let arn = properties.required("Target")?.required_text("Arn")?;
                (
                    "Target.Arn",
                    arn,
                    function::schedule(&properties, resource.logical_id, "ScheduleExpression")?,
                )
            }
            "AWS::Lambda::EventSourceMapping"
            | "AWS::Events::Rule"
            | "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::Lambda::Function"
            | "AWS::Serverless::Api" => {
                return Err(resource.refuse("Type", format!("{} is not understood", resource.kind)));
            }
            "AWS::Serverless::HttpApi" if resource.node("DefinitionBody")?.is_some() => {
                return Err(resource.refuse("DefinitionBody", "routes in a document are not understood"));
            }
            _ => continue,
        };
        let function = functions.iter_mut().find(|function| {
            target.ends_with(&format!(":function:{}", function.logical_id))
                || target.contains(&format!(":function:{}/", function.logical_id))
        });
        match (function, trigger) {
            (Some(function), Some(trigger)) => function.triggers.push(trigger),
            (Some(_), None) => {}
            (None, _) => {
                return Err(resource.refuse(property, format!("{target} is no function of the template")));
            }
        }
    }
    Ok(())
}

fn keyed_route(key: &Node) -> Result<TriggerSpec, TemplateError> {
    let text = key.to_text()?;
    match text.split_once(' ') {
        Some((method, path)) => route(key, method, path),
        None if text == "$default" => Ok(catch_all()),
        None => Err(key.refuse(format!("{text} is not METHOD /path"))),
    }
}

fn route(at: &Node, method: &str, path: &str) -> Result<TriggerSpec, TemplateError> {
    let method = if method == "*" { "ANY".to_owned() } else { method.to_ascii_uppercase() };
    if !["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"].contains(&method.as_str()) {
        return Err(at.refuse(format!("{method} is not a method")));
    }
    if !path.starts_with('/') {
        return Err(at.refuse(format!("{path} does not begin with /")));
    }
    Ok(TriggerSpec::Route { route_key: format!("{method} {path}"), method, path: path.to_owned() })
}

fn catch_all() -> TriggerSpec {
    TriggerSpec::Route {
        method: "ANY".to_owned(),
        path: "$default".to_owned(),
        route_key: "$default".to_owned(),
    }
}

/// The URI of the integration that `Target` (`integrations/<id>`) names.
fn integration_uri(route: &Resource<'_>, all: &[Resource<'_>]) -> Result<String, TemplateError> {
    let target = route.required("Target")?.to_text()?;
    let id = target.strip_prefix("integrations/").unwrap_or(&target);
    let integration = all
        .iter()
        .find(|other| other.kind == "AWS::ApiGatewayV2::Integration" && other.logical_id == id)
        .ok_or_else(|| route.refuse("Target", format!("there is no integration {id}")))?;
    integration.required("IntegrationUri")?.to_text()
}

fn scheduler_properties(resource: &Resource<'_>) -> Result<Node, TemplateError> {
    let mut properties = serde_json::Map::new();
    for name in ["Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target"] {
        if let Some(node) = resource.node(name)? {
            properties.insert(name.to_owned(), node.value().clone());
        }
    }
    Ok(Node::new(resource.logical_id, "Properties", properties.into()))
}
