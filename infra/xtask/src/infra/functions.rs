//! Rules about functions: folders, code, routes, environment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Deployment, Finding,
    template::{Resource, Template, referred, strings},
};

/// A folder under `functions/` is a resource `<PascalCase>Function`, and the other way round.
pub(super) fn folders_and_resources_agree(deployment: &Deployment) -> Vec<Finding> {
    let functions = deployment.template.functions();
    let described: BTreeSet<&str> = functions.iter().map(|function| function.id).collect();
    let folders: BTreeMap<String, &String> =
        deployment.folders.iter().map(|folder| (resource_name(folder), folder)).collect();
    let without_resource = folders.iter().filter(|(id, _)| !described.contains(id.as_str()));
    let without_resource =
        without_resource.map(|(id, folder)| Finding::new(id, format!("functions/{folder} has no resource")));
    let without_folder = described.iter().filter(|id| !folders.contains_key(**id));
    let without_folder = without_folder.map(|id| Finding::new(id, "has no folder under functions/"));
    without_resource.chain(without_folder).collect()
}

/// A function runs the binary of its own folder, where `cargo xtask package` puts it.
pub(super) fn code_is_the_functions_own(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for function in deployment.template.functions() {
        let expected = format!("../target/lambda/{}/", folder_name(function.id));
        let code = function.property("CodeUri");
        if code != expected.as_str() {
            findings.push(Finding::new(function.id, format!("CodeUri is {code}, not {expected}")));
        }
        for (property, expected) in [("Runtime", "provided.al2023"), ("Handler", "bootstrap")] {
            let value = deployment.template.of_function(function, property);
            if value != expected {
                findings.push(Finding::new(function.id, format!("{property} is {value}, not {expected}")));
            }
        }
    }
    findings
}

/// Two functions (or one, twice) never claim the same route, and every route is on our API.
pub(super) fn routes_are_unique(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for event in deployment.template.events("HttpApi") {
        let text = |name: &str| event.properties[name].as_str().unwrap_or_default();
        // `/a/{x}` and `/a/{y}` are the same route to API Gateway.
        let path: Vec<&str> =
            text("Path").split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        let route = format!("{} {}", text("Method").to_uppercase(), path.join("/"));
        if let Some(owner) = owners.insert(route.clone(), event.function.id) {
            findings.push(Finding::new(event.function.id, format!("{route} is also a route of {owner}")));
        }
        if referred(&event.properties["ApiId"]) != ["HttpApi"] {
            findings.push(Finding::new(event.function.id, format!("{} names no ApiId of ours", event.name)));
        }
    }
    findings
}

/// A table stands in a function's environment exactly if its role may touch it, a queue exactly if it may be
/// sent to or is one for what failed and may be looked at (but for the queue of failed runs, to which Lambda itself
/// sends, and for those to which a redrive brings messages back).
pub(super) fn environment_and_permissions_agree(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let is =
        |id: &str, kind: &str| template.resource(id).is_some_and(|found| found.attribute("Type") == kind);
    let mut findings = Vec::new();
    for function in template.functions() {
        let told = environment_of(function).flat_map(referred);
        let told: BTreeSet<&str> =
            told.filter(|id| is(id, "AWS::DynamoDB::Table") || is(id, "AWS::SQS::Queue")).collect();
        let on_failure = referred(function.property("EventInvokeConfig"));
        let mut allowed = BTreeSet::new();
        for statement in template.statements(function) {
            let actions = strings(&statement["Action"]);
            let (sends, looks) =
                (actions.contains(&"sqs:SendMessage"), actions.contains(&"sqs:GetQueueAttributes"));
            allowed.extend(referred(&statement["Resource"]).into_iter().filter(|id| {
                is(id, "AWS::DynamoDB::Table")
                    || (sends && is(id, "AWS::SQS::Queue") && !on_failure.contains(id))
                    || (looks && id.ends_with("DeadLetterQueue"))
            }));
        }
        for id in told.difference(&allowed) {
            findings.push(Finding::new(function.id, format!("is told of {id} but may not use it")));
        }
        for id in allowed.difference(&told).filter(|id| !redrives_to(template, function, id)) {
            findings.push(Finding::new(function.id, format!("may use {id} but is not told of it")));
        }
    }
    findings
}

/// Whether the function may redrive what this queue gave up: SQS then sends to it with the function's rights.
fn redrives_to(template: &Template, function: Resource<'_>, queue: &str) -> bool {
    let gives_up_to = template.resource(queue).map(|queue| referred(queue.property("RedrivePolicy")));
    let mut dead = gives_up_to.into_iter().flatten();
    dead.any(|dead| template.may(function, "sqs:StartMessageMoveTask", dead))
}

fn environment_of(function: Resource<'_>) -> impl Iterator<Item = &Value> {
    function.property("Environment")["Variables"].as_object().into_iter().flatten().map(|(_, value)| value)
}

/// `request-code` is `RequestCodeFunction`.
fn resource_name(folder: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    folder.split('-').map(capital).collect::<String>() + "Function"
}

/// `RequestCodeFunction` is `request-code`.
fn folder_name(id: &str) -> String {
    let mut name = String::new();
    for letter in id.strip_suffix("Function").unwrap_or(id).chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{broken, found, real, set},
        *,
    };

    #[test]
    fn a_function_without_a_folder() {
        let findings = found(folders_and_resources_agree, |document| {
            set(document, "/Resources/NowhereFunction", document["Resources"]["SiteFunction"].clone());
        });
        assert_eq!(findings, ["NowhereFunction: has no folder under functions/"]);
    }

    #[test]
    fn a_folder_without_a_function() {
        let mut deployment = real();
        deployment.folders.insert("print-leaflet".to_owned());
        let findings = folders_and_resources_agree(&deployment);
        assert_eq!(
            findings,
            [Finding::new("PrintLeafletFunction", "functions/print-leaflet has no resource")]
        );
    }

    #[test]
    fn code_of_another_function() {
        let pointer = "/SignInFunction/Properties/CodeUri";
        let findings = broken(code_is_the_functions_own, pointer, json!("../target/lambda/site/"));
        assert_eq!(
            findings,
            ["SignInFunction: CodeUri is \"../target/lambda/site/\", not ../target/lambda/sign-in/"]
        );
    }

    #[test]
    fn one_route_twice() {
        let pointer = "/SiteFunction/Properties/Events/HelpTopic/Properties/Path";
        let findings = broken(routes_are_unique, pointer, json!("/assets/{file}"));
        assert_eq!(findings, ["SiteFunction: GET /assets/{} is also a route of SiteFunction"]);
    }

    #[test]
    fn a_route_on_an_api_that_is_not_ours() {
        let pointer = "/SiteFunction/Properties/Events/Help/Properties/ApiId";
        let findings = broken(routes_are_unique, pointer, json!(null));
        assert_eq!(findings, ["SiteFunction: Help names no ApiId of ours"]);
    }

    #[test]
    fn a_table_that_may_not_be_used() {
        let pointer = "/SiteFunction/Properties/Environment";
        let environment = json!({ "Variables": {
            "MAILS_TABLE": { "Ref": "MailsTable" },
            "SETTINGS_TABLE": { "Ref": "SettingsTable" },
        } });
        let findings = broken(environment_and_permissions_agree, pointer, environment);
        assert_eq!(findings, ["SiteFunction: is told of MailsTable but may not use it"]);
    }

    #[test]
    fn a_permission_that_nobody_needs() {
        let pointer = "/FlagStuckFunction/Properties/Environment";
        let findings = broken(environment_and_permissions_agree, pointer, json!(null));
        let needless = ["ApplicationsTable", "MailQueue", "MailsTable", "SettingsTable"];
        let needless = needless.map(|one| format!("FlagStuckFunction: may use {one} but is not told of it"));
        assert_eq!(findings, needless);
    }
}
