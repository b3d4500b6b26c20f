//! What `!Ref` and `!GetAtt` give for each kind of resource.

use serde_json::{Map, Value};

use super::{
    intrinsics::{Resolver, scalar},
    place::{ACCOUNT, REGION},
};

/// `!Ref`, as the resource's page in `CloudFormation`'s reference says.
pub(super) fn reference(
    resolver: &Resolver<'_>,
    logical_id: &str,
    resource: &Map<String, Value>,
    depth: usize,
) -> Result<String, String> {
    let name = name(resolver, logical_id, resource, depth)?;
    Ok(match kind(resource) {
        "AWS::SQS::Queue" => queue_url(resolver.endpoint(), &name),
        "AWS::SNS::Topic" | "AWS::SecretsManager::Secret" => arn(resource, &name)?,
        _ => name,
    })
}

/// `!GetAtt`.
pub(super) fn attribute(
    resolver: &Resolver<'_>,
    logical_id: &str,
    resource: &Map<String, Value>,
    attribute: &str,
    depth: usize,
) -> Result<String, String> {
    let name = name(resolver, logical_id, resource, depth)?;
    match (kind(resource), attribute) {
        (_, "Arn") | ("AWS::SNS::Topic", "TopicArn") | ("AWS::SecretsManager::Secret", "Id") => {
            arn(resource, &name)
        }
        ("AWS::SQS::Queue", "QueueName") | ("AWS::SNS::Topic", "TopicName") => Ok(name),
        ("AWS::SQS::Queue", "QueueUrl") => Ok(queue_url(resolver.endpoint(), &name)),
        (kind, _) => Err(format!("the attribute {attribute} of {logical_id} ({kind}) is not understood")),
    }
}

/// The resource's own name: what the template gives it, else its logical id.
pub(super) fn name(
    resolver: &Resolver<'_>,
    logical_id: &str,
    resource: &Map<String, Value>,
    depth: usize,
) -> Result<String, String> {
    let property = match kind(resource) {
        "AWS::SQS::Queue" => "QueueName",
        "AWS::DynamoDB::Table" => "TableName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::SES::ConfigurationSet" | "AWS::SecretsManager::Secret" => "Name",
        "AWS::SES::EmailIdentity" => "EmailIdentity",
        "AWS::Serverless::Function" => "FunctionName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        _ => return Ok(logical_id.to_owned()),
    };
    match resource.get("Properties").and_then(|properties| properties.get(property)) {
        Some(given) => match resolver.at_depth(given, depth + 1)? {
            Some(value) => scalar(&value),
            None => Ok(logical_id.to_owned()),
        },
        None => Ok(logical_id.to_owned()),
    }
}

pub(super) fn arn(resource: &Map<String, Value>, name: &str) -> Result<String, String> {
    let tail = match kind(resource) {
        "AWS::SQS::Queue" => format!("sqs:{REGION}:{ACCOUNT}:{name}"),
        "AWS::DynamoDB::Table" => format!("dynamodb:{REGION}:{ACCOUNT}:table/{name}"),
        "AWS::SNS::Topic" => format!("sns:{REGION}:{ACCOUNT}:{name}"),
        "AWS::SES::ConfigurationSet" => format!("ses:{REGION}:{ACCOUNT}:configuration-set/{name}"),
        "AWS::SES::EmailIdentity" => format!("ses:{REGION}:{ACCOUNT}:identity/{name}"),
        "AWS::SecretsManager::Secret" => format!("secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"),
        "AWS::Serverless::Function" => format!("lambda:{REGION}:{ACCOUNT}:function:{name}"),
        "AWS::IAM::Role" => format!("iam::{ACCOUNT}:role/{name}"),
        "AWS::Logs::LogGroup" => format!("logs:{REGION}:{ACCOUNT}:log-group:{name}:*"),
        "AWS::KMS::Key" => format!("kms:{REGION}:{ACCOUNT}:key/{name}"),
        kind => return Err(format!("the ARN of {name} ({kind}) is not understood")),
    };
    Ok(format!("arn:aws:{tail}"))
}

pub(super) fn queue_url(endpoint: &str, name: &str) -> String {
    format!("{endpoint}/{ACCOUNT}/{name}")
}

pub(super) fn kind(resource: &Map<String, Value>) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}
