//! Rules about what a function's role may do.

use serde_json::{Value, json};

use super::{
    Deployment, Finding,
    template::{Resource, Template, list, referred, strings},
};

/// No `*` in an action, a resource or a principal: in no role, no queue's policy and no topic's.
pub(super) fn nothing_is_a_wildcard(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let of_roles = template.resources("AWS::IAM::Role").into_iter().flat_map(|role| {
        let policies = list(role.property("Policies")).into_iter();
        let documents = policies.map(|policy| &policy["PolicyDocument"]);
        let documents = documents.chain([role.property("AssumeRolePolicyDocument")]);
        documents.flat_map(|document| list(&document["Statement"])).map(move |statement| (role.id, statement))
    });
    let resource_policies = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
    let of_resources = resource_policies.into_iter().flat_map(|kind| template.resources(kind));
    let of_resources = of_resources.flat_map(|policy| {
        policy.policy_statements().into_iter().map(move |statement| (policy.id, statement))
    });
    let mut findings = Vec::new();
    for (id, statement) in of_roles.chain(of_resources) {
        for part in ["Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"] {
            let wild = strings(&statement[part]).into_iter().filter(|text| text.contains('*'));
            let wild = wild.filter(|text| part != "Resource" || *text != "*" || !has_no_resource(statement));
            findings.extend(wild.map(|text| Finding::new(id, format!("{part} {text} is a wildcard"))));
            if part.starts_with("Not") && !statement[part].is_null() {
                findings.push(Finding::new(id, format!("{part} allows what nobody listed")));
            }
        }
    }
    findings
}

/// Whether the statement is about SES's suppression list alone, which is the account's: IAM has no resource for it
/// (Service Authorization Reference, "Actions, resources, and condition keys for Amazon Simple Email Service v2").
fn has_no_resource(statement: &Value) -> bool {
    let actions = strings(&statement["Action"]);
    actions == ["ses:DeleteSuppressedDestination"] || actions == ["ses:GetSuppressedDestination"]
}

/// A function has a role of its own whose statements stand in the template: nothing is added by a managed
/// policy or by SAM, and nobody but Lambda takes the role.
pub(super) fn roles_are_the_functions_own(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let mut findings = Vec::new();
    for function in template.functions() {
        let expected = format!("{}Role", function.id.strip_suffix("Function").unwrap_or(function.id));
        if referred(function.property("Role")) != [expected.as_str()] {
            findings.push(Finding::new(function.id, format!("has another role than {expected}")));
        }
        if !function.property("Policies").is_null() {
            findings.push(Finding::new(function.id, "has policies beside its role: SAM drops them"));
        }
        let Some(role) = template.resource(&expected) else { continue };
        if !role.property("ManagedPolicyArns").is_null() {
            findings.push(Finding::new(role.id, "has managed policies"));
        }
        let takers = list(&role.property("AssumeRolePolicyDocument")["Statement"]).into_iter();
        let others =
            takers.filter(|statement| statement["Principal"] != json!({ "Service": "lambda.amazonaws.com" }));
        findings.extend(others.map(|_| Finding::new(role.id, "can be taken by others than Lambda")));
    }
    findings
}

/// A function that may not write its log fails in silence.
pub(super) fn functions_may_log(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let silent = template.functions().into_iter().filter(|function| {
        let logs = referred(&template.of_function(*function, "LoggingConfig")["LogGroup"]);
        let may = |action| logs.iter().any(|group| template.may(*function, action, group));
        !may("logs:CreateLogStream") || !may("logs:PutLogEvents")
    });
    silent.map(|function| Finding::new(function.id, "may not write its log")).collect()
}

/// `send-mail` is the only function that may call SES.
pub(super) fn only_send_mail_sends(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let functions = template.functions().into_iter();
    let others =
        functions.filter(|function| may_send(template, *function) && function.id != "SendMailFunction");
    others.map(|function| Finding::new(function.id, "may send mail; only send-mail may")).collect()
}

/// No role can both send mail and read password hashes.
pub(super) fn sender_reads_no_accounts(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let senders = template.functions().into_iter().filter(|function| may_send(template, *function));
    let both = senders.filter(|function| {
        let statements = template.statements(*function);
        let mut resources = statements.iter().flat_map(|statement| referred(&statement["Resource"]));
        resources.any(|id| id == "AccountsTable")
    });
    both.map(|function| Finding::new(function.id, "may send mail and reach password hashes")).collect()
}

/// Who may send may do so as our address only, through our identity and configuration sets only.
pub(super) fn sender_is_one_address(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in deployment.template.functions() {
        for statement in
            deployment.template.statements(function).into_iter().filter(|statement| sends(statement))
        {
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

fn may_send(template: &Template, function: Resource<'_>) -> bool {
    template.statements(function).into_iter().any(sends)
}

fn sends(statement: &Value) -> bool {
    let actions = strings(&statement["Action"]);
    actions.iter().any(|action| action.to_lowercase().starts_with("ses:")) && !has_no_resource(statement)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    const SENDING: &str = "/SendMailRole/Properties/Policies/0/PolicyDocument/Statement/1";

    #[test]
    fn a_wildcard_action() {
        let pointer = "/ReviewRole/Properties/Policies/0/PolicyDocument/Statement/0/Action";
        let findings = broken(nothing_is_a_wildcard, pointer, json!(["dynamodb:*"]));
        assert_eq!(findings, ["ReviewRole: Action dynamodb:* is a wildcard"]);
    }

    #[test]
    fn a_wildcard_resource() {
        let pointer = "/TrackRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource";
        let findings =
            broken(nothing_is_a_wildcard, pointer, json!({ "Fn::Sub": "${MailsTable.Arn}/index/*" }));
        assert_eq!(findings, ["TrackRole: Resource ${MailsTable.Arn}/index/* is a wildcard"]);
    }

    #[test]
    fn a_wildcard_principal_of_a_queue() {
        let pointer = "/DeliveryQueuePolicy/Properties/PolicyDocument/Statement/0/Principal";
        let findings = broken(nothing_is_a_wildcard, pointer, json!("*"));
        assert_eq!(findings, ["DeliveryQueuePolicy: Principal * is a wildcard"]);
    }

    #[test]
    fn everything_but() {
        let pointer = "/TrackRole/Properties/Policies/0/PolicyDocument/Statement/0/NotAction";
        let findings = broken(nothing_is_a_wildcard, pointer, json!("iam:PassRole"));
        assert_eq!(findings, ["TrackRole: NotAction allows what nobody listed"]);
    }

    #[test]
    fn a_role_of_another_function() {
        let role = json!({ "Fn::GetAtt": "ReviewRole.Arn" });
        let findings = broken(roles_are_the_functions_own, "/TrackFunction/Properties/Role", role);
        assert_eq!(findings, ["TrackFunction: has another role than TrackRole"]);
    }

    #[test]
    fn a_role_that_sam_would_make() {
        let findings = broken(roles_are_the_functions_own, "/TrackFunction/Properties/Role", json!(null));
        assert_eq!(findings, ["TrackFunction: has another role than TrackRole"]);
    }

    #[test]
    fn policies_that_count_for_nothing() {
        let policies = json!([{ "DynamoDBCrudPolicy": {} }]);
        let findings = broken(roles_are_the_functions_own, "/TrackFunction/Properties/Policies", policies);
        assert_eq!(findings, ["TrackFunction: has policies beside its role: SAM drops them"]);
    }

    #[test]
    fn a_managed_policy() {
        let policies = json!(["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"]);
        let findings =
            broken(roles_are_the_functions_own, "/TrackRole/Properties/ManagedPolicyArns", policies);
        assert_eq!(findings, ["TrackRole: has managed policies"]);
    }

    #[test]
    fn a_role_for_somebody_else() {
        let pointer = "/TrackRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal";
        let findings =
            broken(roles_are_the_functions_own, pointer, json!({ "Service": "ec2.amazonaws.com" }));
        assert_eq!(findings, ["TrackRole: can be taken by others than Lambda"]);
    }

    #[test]
    fn a_function_without_a_log() {
        let pointer = "/SiteRole/Properties/Policies/0/PolicyDocument/Statement/1/Action";
        let findings = broken(functions_may_log, pointer, json!(["logs:PutLogEvents"]));
        assert_eq!(findings, ["SiteFunction: may not write its log"]);
    }

    #[test]
    fn another_sender() {
        let pointer = "/RequestCodeRole/Properties/Policies/0/PolicyDocument/Statement/0/Action";
        let findings = broken(only_send_mail_sends, pointer, json!("ses:SendEmail"));
        assert_eq!(findings, ["RequestCodeFunction: may send mail; only send-mail may"]);
    }

    #[test]
    fn a_sender_with_password_hashes() {
        let pointer = "/SendMailRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource";
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
