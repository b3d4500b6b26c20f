//! Rules about what a function's role may do.

use serde_json::Value;

use super::{
    Deployment, Finding,
    template::{Resource, list, referred, strings},
};

/// No `*` in an action, a resource or a principal: not in a function's policy, not in a queue's or a topic's.
pub(super) fn nothing_is_a_wildcard(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let of_functions = template.functions().into_iter().flat_map(|function| {
        function.statements().into_iter().map(move |statement| (function.id, statement))
    });
    let resource_policies = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
    let of_resources = resource_policies.into_iter().flat_map(|kind| template.resources(kind));
    let of_resources = of_resources.flat_map(|policy| {
        let statements = list(&policy.property("PolicyDocument")["Statement"]);
        statements.into_iter().map(move |statement| (policy.id, statement))
    });
    let mut findings = Vec::new();
    for (id, statement) in of_functions.chain(of_resources) {
        for part in ["Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"] {
            let wild = strings(&statement[part]).into_iter().filter(|text| text.contains('*'));
            findings.extend(wild.map(|text| Finding::new(id, format!("{part} {text} is a wildcard"))));
            if part.starts_with("Not") && !statement[part].is_null() {
                findings.push(Finding::new(id, format!("{part} allows what nobody listed")));
            }
        }
    }
    findings
}

/// A function's policies are statements of its own: no managed policy, no SAM template, no role elsewhere.
pub(super) fn policies_are_statements(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in deployment.template.functions() {
        for policy in list(function.property("Policies")) {
            if policy["Statement"].as_array().is_none_or(Vec::is_empty) {
                findings.push(Finding::new(function.id, format!("the policy {policy} has no statements")));
            }
        }
        if !function.property("Role").is_null() {
            findings.push(Finding::new(function.id, "has a role from elsewhere"));
        }
    }
    findings
}

/// `send-mail` is the only function that may call SES.
pub(super) fn only_send_mail_sends(deployment: &Deployment) -> Vec<Finding> {
    let functions = deployment.template.functions().into_iter();
    let others = functions.filter(|function| may_send(*function) && function.id != "SendMailFunction");
    others.map(|function| Finding::new(function.id, "may send mail; only send-mail may")).collect()
}

/// No role can both send mail and read password hashes.
pub(super) fn sender_reads_no_accounts(deployment: &Deployment) -> Vec<Finding> {
    let senders = deployment.template.functions().into_iter().filter(|function| may_send(*function));
    let both = senders.filter(|function| {
        let statements = function.statements();
        let mut resources = statements.iter().flat_map(|statement| referred(&statement["Resource"]));
        resources.any(|id| id == "AccountsTable")
    });
    both.map(|function| Finding::new(function.id, "may send mail and reach password hashes")).collect()
}

/// Who may send may do so as our address only, through our identity and configuration sets only.
pub(super) fn sender_is_one_address(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in deployment.template.functions() {
        for statement in function.statements().into_iter().filter(|statement| sends(statement)) {
            if referred(&statement["Condition"]["StringEquals"]["ses:FromAddress"]) != ["MailFromAddress"] {
                findings.push(Finding::new(function.id, "may send as any address"));
            }
            let mut through = referred(&statement["Resource"]);
            through.retain(|id| !id.starts_with("AWS::"));
            through.sort_unstable();
            if through != ["CodeMailConfigurationSet", "MailConfigurationSet", "MailIdentity"] {
                findings.push(Finding::new(function.id, format!("may send through {through:?}")));
            }
        }
    }
    findings
}

fn may_send(function: Resource<'_>) -> bool {
    function.statements().into_iter().any(sends)
}

fn sends(statement: &Value) -> bool {
    strings(&statement["Action"]).iter().any(|action| action.to_lowercase().starts_with("ses:"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    const SENDING: &str = "/SendMailFunction/Properties/Policies/0/Statement/1";

    #[test]
    fn a_wildcard_action() {
        let pointer = "/ReviewFunction/Properties/Policies/0/Statement/0/Action";
        let findings = broken(nothing_is_a_wildcard, pointer, json!(["dynamodb:*"]));
        assert_eq!(findings, ["ReviewFunction: Action dynamodb:* is a wildcard"]);
    }

    #[test]
    fn a_wildcard_resource() {
        let pointer = "/TrackFunction/Properties/Policies/0/Statement/0/Resource";
        let findings =
            broken(nothing_is_a_wildcard, pointer, json!({ "Fn::Sub": "${MailsTable.Arn}/index/*" }));
        assert_eq!(findings, ["TrackFunction: Resource ${MailsTable.Arn}/index/* is a wildcard"]);
    }

    #[test]
    fn a_wildcard_principal_of_a_queue() {
        let pointer = "/DeliveryQueuePolicy/Properties/PolicyDocument/Statement/0/Principal";
        let findings = broken(nothing_is_a_wildcard, pointer, json!("*"));
        assert_eq!(findings, ["DeliveryQueuePolicy: Principal * is a wildcard"]);
    }

    #[test]
    fn everything_but() {
        let pointer = "/TrackFunction/Properties/Policies/0/Statement/0/NotAction";
        let findings = broken(nothing_is_a_wildcard, pointer, json!("iam:PassRole"));
        assert_eq!(findings, ["TrackFunction: NotAction allows what nobody listed"]);
    }

    #[test]
    fn a_managed_policy_or_a_sam_template() {
        let pointer = "/TrackFunction/Properties/Policies";
        let findings = broken(policies_are_statements, pointer, json!(["AmazonDynamoDBFullAccess"]));
        assert_eq!(findings, ["TrackFunction: the policy \"AmazonDynamoDBFullAccess\" has no statements"]);
        let findings = broken(policies_are_statements, pointer, json!([{ "DynamoDBCrudPolicy": {} }]));
        assert_eq!(findings, ["TrackFunction: the policy {\"DynamoDBCrudPolicy\":{}} has no statements"]);
    }

    #[test]
    fn a_role_from_elsewhere() {
        let findings =
            broken(policies_are_statements, "/TrackFunction/Properties/Role", json!("arn:aws:iam::1:role/r"));
        assert_eq!(findings, ["TrackFunction: has a role from elsewhere"]);
    }

    #[test]
    fn another_sender() {
        let pointer = "/RequestCodeFunction/Properties/Policies/0/Statement/0/Action";
        let findings = broken(only_send_mail_sends, pointer, json!("ses:SendEmail"));
        assert_eq!(findings, ["RequestCodeFunction: may send mail; only send-mail may"]);
    }

    #[test]
    fn a_sender_with_password_hashes() {
        let pointer = "/SendMailFunction/Properties/Policies/0/Statement/0/Resource";
        let findings =
            broken(sender_reads_no_accounts, pointer, json!({ "Fn::GetAtt": "AccountsTable.Arn" }));
        assert_eq!(findings, ["SendMailFunction: may send mail and reach password hashes"]);
    }

    #[test]
    fn a_sender_of_any_address() {
        let findings = broken(sender_is_one_address, &format!("{SENDING}/Condition"), json!(null));
        assert_eq!(findings, ["SendMailFunction: may send as any address"]);
    }

    #[test]
    fn a_sender_without_configuration_sets() {
        let identity = json!([{ "Fn::Sub": "arn:${AWS::Partition}:ses:r:a:identity/${MailIdentity}" }]);
        let findings = broken(sender_is_one_address, &format!("{SENDING}/Resource"), identity);
        assert_eq!(findings, ["SendMailFunction: may send through [\"MailIdentity\"]"]);
    }
}
