//! Who calls, and whether they may.

use axum::http::{HeaderMap, StatusCode};

use super::{ADMINISTRATOR, Answer, Service};
use crate::{
    blueprint::{ACCOUNT, Blueprint},
    policy::{Context, allows},
};

/// Something that a call needs permission for.
pub(super) struct Demand {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) context: Context,
}

impl Demand {
    pub(super) fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), context: Context::default() }
    }

    pub(super) fn with(mut self, key: &str, values: Vec<String>) -> Self {
        self.context = self.context.with(key, values);
        self
    }
}

/// The access key id of a request with an AWS signature, which is the function's name.
pub(super) fn caller(headers: &HeaderMap) -> Option<String> {
    let authorization = headers.get("authorization")?.to_str().ok()?;
    let (_, credential) = authorization.split_once("Credential=")?;
    let access_key_id = credential.split('/').next()?;
    Some(access_key_id.to_owned()).filter(|id| !id.is_empty())
}

/// Whether `caller` may do all of it; the refusal as AWS words it if not.
pub(super) fn check(
    blueprint: &Blueprint,
    caller: &str,
    service: Service,
    demands: &[Demand],
) -> Result<(), Answer> {
    if caller == ADMINISTRATOR {
        return Ok(());
    }
    let Some(function) = blueprint.function(caller) else { return Err(unknown_caller(service)) };
    let denied = demands
        .iter()
        .find(|demand| !allows(&function.statements, &demand.action, &demand.resource, &demand.context));
    match denied {
        None => Ok(()),
        Some(demand) => Err(denial(service, caller, demand)),
    }
}

/// What AWS says to a key that it does not know.
pub(super) fn unknown_caller(service: Service) -> Answer {
    let (status, code) = match service {
        Service::DynamoDb => (StatusCode::BAD_REQUEST, "UnrecognizedClientException"),
        Service::Sqs | Service::Ses => (StatusCode::FORBIDDEN, "InvalidClientTokenId"),
    };
    Answer::error(service, status, code, "The security token included in the request is invalid.")
}

fn denial(service: Service, caller: &str, demand: &Demand) -> Answer {
    let user = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{caller}/{caller}");
    let Demand { action, resource, .. } = demand;
    tracing::warn!(caller, action, resource, "the function's policy does not allow this call");
    let message = match service {
        Service::DynamoDb | Service::Sqs => format!(
            "User: {user} is not authorized to perform: {action} on resource: {resource} \
             because no identity-based policy allows the {action} action"
        ),
        Service::Ses => {
            format!("User `{user}' is not authorized to perform `{action}' on resource `{resource}'")
        }
    };
    let status = match service {
        Service::DynamoDb => StatusCode::BAD_REQUEST,
        Service::Sqs | Service::Ses => StatusCode::FORBIDDEN,
    };
    Answer::error(service, status, "AccessDeniedException", &message)
}
