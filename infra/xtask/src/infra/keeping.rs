//! Rules about what must survive, and what must never be written down.

use super::{Deployment, Finding, template::strings};

/// Tables outlive the stack, can be set back in time, forget what expired, and are paid by use.
pub(super) fn tables_survive(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for table in deployment.template.resources("AWS::DynamoDB::Table") {
        let mut refuse = |holds: bool, fact: &str| {
            if !holds {
                findings.push(Finding::new(table.id, fact));
            }
        };
        refuse(table.attribute("DeletionPolicy") == "Retain", "dies with the stack");
        refuse(table.attribute("UpdateReplacePolicy") == "Retain", "dies when it is replaced");
        let recovery = table.property("PointInTimeRecoverySpecification");
        refuse(recovery["PointInTimeRecoveryEnabled"] == true, "cannot be set back in time");
        let expiry = table.property("TimeToLiveSpecification");
        refuse(expiry["Enabled"] == true && expiry["AttributeName"] == "expires", "forgets nothing");
        refuse(
            table.property("SSESpecification")["SSEEnabled"] == true,
            "is not encrypted with a key of the account",
        );
        refuse(table.property("BillingMode") == "PAY_PER_REQUEST", "is not on demand");
    }
    findings
}

/// A secret is 32 bytes or more of base64, and outlives the stack.
pub(super) fn secrets_are_keys(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for secret in deployment.template.resources("AWS::SecretsManager::Secret") {
        let generated = secret.property("GenerateSecretString");
        let length = generated["PasswordLength"].as_u64().unwrap_or_default();
        // Four characters are three bytes; a length that is no multiple of four would want padding.
        let decodes = generated["ExcludePunctuation"] == true && length.is_multiple_of(4);
        if !decodes || length / 4 * 3 < 32 {
            findings.push(Finding::new(secret.id, "is not base64 of 32 bytes or more"));
        }
        if secret.attribute("DeletionPolicy") != "Retain" {
            findings.push(Finding::new(secret.id, "dies with the stack"));
        }
    }
    findings
}

/// No variable of API Gateway that holds a path or a query may be logged: the link of a password is in the path.
pub(super) fn logs_hold_no_path(deployment: &Deployment) -> Vec<Finding> {
    const SECRET: [&str; 6] = [
        "$context.path",
        "$context.http.path",
        "$context.requestOverride",
        "$request.",
        "rawPath",
        "$context.identity.",
    ];
    let mut findings = Vec::new();
    for api in deployment.template.resources("AWS::Serverless::HttpApi") {
        let settings = api.property("AccessLogSettings");
        if settings["DestinationArn"].is_null() {
            findings.push(Finding::new(api.id, "has no access log"));
        }
        let formats = strings(&settings["Format"]);
        let logged =
            SECRET.iter().filter(|variable| formats.iter().any(|format| format.contains(**variable)));
        findings.extend(logged.map(|variable| Finding::new(api.id, format!("logs {variable}"))));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    #[test]
    fn tables_that_can_be_lost() {
        for (pointer, fact) in [
            ("/DeletionPolicy", "dies with the stack"),
            ("/UpdateReplacePolicy", "dies when it is replaced"),
            ("/Properties/PointInTimeRecoverySpecification", "cannot be set back in time"),
            ("/Properties/TimeToLiveSpecification", "forgets nothing"),
            ("/Properties/SSESpecification", "is not encrypted with a key of the account"),
            ("/Properties/BillingMode", "is not on demand"),
        ] {
            let findings = broken(tables_survive, &format!("/AccountsTable{pointer}"), json!(null));
            assert_eq!(findings, [format!("AccountsTable: {fact}")]);
        }
    }

    #[test]
    fn an_expiry_on_another_attribute() {
        let pointer = "/SessionsTable/Properties/TimeToLiveSpecification/AttributeName";
        let findings = broken(tables_survive, pointer, json!("expires_at"));
        assert_eq!(findings, ["SessionsTable: forgets nothing"]);
    }

    #[test]
    fn secrets_that_do_not_decode() {
        let at = |name: &str| format!("/PepperSecret/Properties/GenerateSecretString/{name}");
        for (name, value) in [
            ("ExcludePunctuation", json!(false)),
            ("PasswordLength", json!(63)),
            ("PasswordLength", json!(40)),
        ] {
            let findings = broken(secrets_are_keys, &at(name), value);
            assert_eq!(findings, ["PepperSecret: is not base64 of 32 bytes or more"]);
        }
    }

    #[test]
    fn a_secret_that_dies_with_the_stack() {
        let findings = broken(secrets_are_keys, "/LinkKeySecret/DeletionPolicy", json!(null));
        assert_eq!(findings, ["LinkKeySecret: dies with the stack"]);
    }

    #[test]
    fn a_log_with_secrets() {
        let pointer = "/HttpApi/Properties/AccessLogSettings/Format";
        let findings = broken(logs_hold_no_path, pointer, json!("{\"path\":\"$context.path\"}"));
        assert_eq!(findings, ["HttpApi: logs $context.path"]);
    }

    #[test]
    fn no_log_at_all() {
        let findings = broken(logs_hold_no_path, "/HttpApi/Properties/AccessLogSettings", json!(null));
        assert_eq!(findings, ["HttpApi: has no access log"]);
    }
}
