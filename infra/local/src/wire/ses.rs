//! SES v2: sending, and the suppression list.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Answer, Call, Service,
    access::Demand,
    letter::{Letter, address_of},
    mailroom::Mailroom,
};
use crate::{
    blueprint::{ACCOUNT, Blueprint, REGION},
    ledger::{AcceptedMail, Ledger, LedgerError, Suppressed},
};

const ROOT: &str = "/v2/email/suppression/addresses";

/// The operation that method and path ask for, and what the path names.
pub(super) fn operation(method: &Method, path: &str) -> Option<(&'static str, String)> {
    if path == "/v2/email/outbound-emails" && method == Method::POST {
        return Some(("SendEmail", String::new()));
    }
    let rest = path.strip_prefix(ROOT)?;
    let address = decode(rest.trim_start_matches('/'));
    match (method, address.is_empty()) {
        (&Method::PUT, true) => Some(("PutSuppressedDestination", String::new())),
        (&Method::GET, true) => Some(("ListSuppressedDestinations", String::new())),
        (&Method::GET, false) => Some(("GetSuppressedDestination", address)),
        (&Method::DELETE, false) => Some(("DeleteSuppressedDestination", address)),
        _ => None,
    }
}

/// What the operation needs. SES asks for `ses:SendRawEmail` when the content is raw, also in its v2 API.
pub(super) fn demands(blueprint: &Blueprint, operation: &str, body: &Value) -> Vec<Demand> {
    if operation != "SendEmail" {
        return vec![Demand::new(format!("ses:{operation}"), "*")];
    }
    let action = if body.pointer("/Content/Raw").is_some() { "ses:SendRawEmail" } else { "ses:SendEmail" };
    let letter = Letter::of_request(body).unwrap_or_default();
    let from = address_of(&letter.from);
    let identity = identity_of(blueprint, &from).unwrap_or(from.as_str());
    let set = body.get("ConfigurationSetName").and_then(Value::as_str);
    let resources = std::iter::once(identity_arn(identity)).chain(set.map(configuration_set_arn));
    resources
        .map(|resource| {
            Demand::new(action, resource)
                .with("ses:FromAddress", vec![from.clone()])
                .with("ses:Recipients", letter.to.clone())
        })
        .collect()
}

/// Does what is asked.
pub(super) fn perform(
    blueprint: &Blueprint,
    ledger: &Ledger,
    mailroom: &Mailroom,
    call: &Call,
    body: &Value,
) -> Answer {
    let done = match call.operation.as_str() {
        "SendEmail" => send(blueprint, mailroom, call, body),
        "PutSuppressedDestination" => put_suppressed(ledger, body),
        "ListSuppressedDestinations" => list_suppressed(ledger),
        "GetSuppressedDestination" => show_suppressed(ledger, &call.subject),
        "DeleteSuppressedDestination" => delete_suppressed(ledger, &call.subject),
        other => Err(refuse(StatusCode::NOT_FOUND, "UnknownOperationException", other)),
    };
    match done {
        Ok(answer) => Answer::ok(Service::Ses, &answer),
        Err(refusal) => refusal,
    }
}

type Done = Result<Value, Answer>;

fn send(blueprint: &Blueprint, mailroom: &Mailroom, call: &Call, body: &Value) -> Done {
    let mut letter = Letter::of_request(body).map_err(|problem| bad_request(&problem))?;
    check_recipients(&letter.to)?;
    if let Some((name, value)) = letter.tags.iter().find(|(name, value)| !is_tag(name) || !is_tag(value)) {
        return Err(bad_request(&format!("Invalid message tag <{name}: {value}>.")));
    }
    let from = address_of(&letter.from);
    let Some(_) = identity_of(blueprint, &from) else {
        let region = REGION.to_uppercase();
        return Err(refuse(
            StatusCode::BAD_REQUEST,
            "MessageRejected",
            &format!(
                "Email address is not verified. The following identities failed the check in region {region}: {from}"
            ),
        ));
    };
    if let Some(set) =
        letter.configuration_set.as_deref().filter(|set| blueprint.configuration_set(set).is_none())
    {
        let message = format!("Configuration set <{set}> does not exist.");
        return Err(refuse(StatusCode::NOT_FOUND, "NotFoundException", &message));
    }
    let (message_id, accepted_at) = mailroom.next_message_id();
    let raw = letter.take_raw(&message_id, accepted_at).map_err(|problem| bad_request(&problem))?;
    let mail = AcceptedMail {
        message_id,
        caller: call.caller.clone(),
        configuration_set: letter.configuration_set,
        from: letter.from,
        to: letter.to,
        subject: letter.subject,
        tags: letter.tags,
        raw,
        accepted_at,
    };
    mailroom.accept(&mail).map_err(|error| failed(&error))?;
    Ok(json!({"MessageId": mail.message_id}))
}

/// SES takes plain ASCII addresses only (no SMTPUTF8), fifty at most.
fn check_recipients(to: &[String]) -> Result<(), Answer> {
    if to.is_empty() || to.len() > 50 {
        return Err(bad_request("Recipient count must be between 1 and 50."));
    }
    for address in to {
        let problem = match address.rsplit_once('@') {
            None => "Missing final '@domain'",
            Some(("", _)) => "Missing local name",
            Some((local, _)) if !local.chars().all(|c| c.is_ascii_graphic()) => {
                "Local address contains control or whitespace"
            }
            Some((_, domain)) if domain.is_empty() || domain.starts_with('.') || domain.ends_with('.') => {
                "Domain starts or ends with dot"
            }
            Some((_, domain))
                if !domain.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-') =>
            {
                "Domain contains illegal character"
            }
            Some(_) => continue,
        };
        return Err(bad_request(problem));
    }
    Ok(())
}

fn is_tag(text: &str) -> bool {
    (1..=256).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The verified identity that covers an address: itself, or its domain.
pub(super) fn identity_of<'a>(blueprint: &'a Blueprint, address: &str) -> Option<&'a str> {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let covering =
        |identity: &&String| identity.eq_ignore_ascii_case(address) || identity.eq_ignore_ascii_case(domain);
    blueprint.identities.iter().find(covering).map(String::as_str)
}

pub(super) fn identity_arn(identity: &str) -> String {
    format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{identity}")
}

pub(super) fn configuration_set_arn(name: &str) -> String {
    format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{name}")
}

fn put_suppressed(ledger: &Ledger, body: &Value) -> Done {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match (text("EmailAddress"), text("Reason")) {
        (Some(address), Some(reason @ ("BOUNCE" | "COMPLAINT"))) => {
            ledger.suppress(address, reason).map_err(|error| failed(&error))?;
            Ok(json!({}))
        }
        _ => Err(bad_request("EmailAddress and Reason (BOUNCE or COMPLAINT) are needed.")),
    }
}

fn list_suppressed(ledger: &Ledger) -> Done {
    let list = ledger.suppression_list().map_err(|error| failed(&error))?;
    Ok(json!({"SuppressedDestinationSummaries": list.iter().map(summary).collect::<Vec<_>>()}))
}

fn show_suppressed(ledger: &Ledger, address: &str) -> Done {
    match ledger.suppressed(address).map_err(|error| failed(&error))? {
        Some(entry) => Ok(json!({"SuppressedDestination": summary(&entry)})),
        None => Err(not_suppressed(address)),
    }
}

fn delete_suppressed(ledger: &Ledger, address: &str) -> Done {
    if ledger.unsuppress(address).map_err(|error| failed(&error))? {
        Ok(json!({}))
    } else {
        Err(not_suppressed(address))
    }
}

fn summary(entry: &Suppressed) -> Value {
    json!({"EmailAddress": entry.address, "Reason": entry.reason, "LastUpdateTime": entry.since.as_second()})
}

fn not_suppressed(address: &str) -> Answer {
    let message = format!("Email address {address} does not exist on your suppression list.");
    refuse(StatusCode::NOT_FOUND, "NotFoundException", &message)
}

/// `%40` is `@`.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%').then(|| after.get(..2)).flatten();
        let escaped = escaped.and_then(|hex| std::str::from_utf8(hex).ok());
        let decoded = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn bad_request(message: &str) -> Answer {
    refuse(StatusCode::BAD_REQUEST, "BadRequestException", message)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Answer {
    Answer::error(Service::Ses, status, code, message)
}

fn failed(error: &LedgerError) -> Answer {
    tracing::error!(%error, "the ledger failed");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", "Internal failure")
}
