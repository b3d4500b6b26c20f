//! `cargo xtask check-infra`: the template against the rules that its readers count on.
//!
//! Architecture invariant: every rule is proven by a test that breaks the real template in exactly that way,
//! so a rule that has gone blind is noticed.

mod alarms;
mod expression;
mod functions;
mod keeping;
mod mailing;
mod permissions;
mod queues;
mod schedules;
mod template;

use std::{collections::BTreeSet, fmt, fs};

use crate::{
    machine,
    run::{Failure, root, run},
};

use template::Template;

/// The template, and what it must agree with: the folders under `functions/`, what their code counts, and
/// the operator's page.
pub(crate) struct Deployment {
    template: Template,
    folders: BTreeSet<String>,
    counted: alarms::Counted,
    operations: String,
}

/// What is wrong, and with which resource.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    resource: String,
    fact: String,
}

type Rule = fn(&Deployment) -> Vec<Finding>;

/// Every rule of ours, in the order of their rooms.
const RULES: [Rule; 29] = [
    functions::folders_and_resources_agree,
    functions::code_is_the_functions_own,
    functions::routes_are_unique,
    functions::environment_and_permissions_agree,
    permissions::nothing_is_a_wildcard,
    permissions::roles_are_the_functions_own,
    permissions::functions_may_log,
    permissions::only_send_mail_sends,
    permissions::sender_reads_no_accounts,
    permissions::sender_is_one_address,
    queues::visibility_outlasts_six_runs,
    queues::failures_are_partial,
    queues::readers_are_the_started,
    queues::dead_letters_outlast_messages,
    queues::dead_letters_are_watched,
    queues::topics_may_reach_their_queues,
    queues::queues_are_encrypted,
    schedules::expressions_are_valid,
    schedules::zone_is_tokyo,
    schedules::failed_runs_are_kept,
    mailing::event_names_exist,
    mailing::every_set_reports,
    mailing::time_limits_are_set,
    keeping::tables_survive,
    keeping::secrets_are_keys,
    keeping::logs_hold_no_path,
    alarms::metrics_are_counted,
    alarms::alarms_say_what_to_do,
    alarms::alarms_are_on_the_operators_page,
];

/// The command.
pub(crate) fn check() -> Result<(), Failure> {
    let text = fs::read_to_string(root().join("infra/template.yaml"))
        .map_err(|error| Failure(format!("infra/template.yaml: {error}")))?;
    let template =
        Template::parse(&text).map_err(|error| Failure(format!("infra/template.yaml: {error}")))?;
    let findings = Deployment::with(template)?.findings();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        return Err(Failure(format!("infra/template.yaml breaks our rules in {} places", findings.len())));
    }
    println!("{} rules of ours: no finding", RULES.len());
    let cfn_lint = machine::cfn_lint()?;
    run("", &format!("{cfn_lint} --regions ap-northeast-1 --template infra/template.yaml"))
}

/// The folders under `functions/`: one crate, one Lambda each.
pub(crate) fn function_folders() -> Result<BTreeSet<String>, Failure> {
    let failed = |error: std::io::Error| Failure(format!("functions/: {error}"));
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(root().join("functions")).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().join("Cargo.toml").is_file() {
            folders.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(folders)
}

impl Deployment {
    fn with(template: Template) -> Result<Self, Failure> {
        let folders = function_folders()?;
        let counted = alarms::counted(&folders)?;
        Ok(Self { template, folders, counted, operations: alarms::operations()? })
    }

    fn findings(&self) -> Vec<Finding> {
        RULES.iter().flat_map(|rule| rule(self)).collect()
    }
}

impl Finding {
    fn new(resource: &str, fact: impl Into<String>) -> Self {
        Self { resource: resource.to_owned(), fact: fact.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.resource, self.fact)
    }
}

#[cfg(test)]
mod testing {
    //! The real template, whole or broken in one place.

    use serde_json::Value;

    use super::{Deployment, Failure, Finding, Rule, template::Template};

    const TEMPLATE: &str = include_str!("../../../template.yaml");

    /// What `rule` finds once the value at `pointer` (under `Resources`) is `value`; `null` removes it.
    pub(super) fn broken(rule: Rule, pointer: &str, value: Value) -> Vec<String> {
        found(rule, |document| set(document, &format!("/Resources{pointer}"), value))
    }

    /// What `rule` finds after `breaking`; that it finds nothing before is checked too.
    pub(super) fn found(rule: Rule, breaking: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut deployment = real();
        assert_eq!(rule(&deployment), Vec::<Finding>::new(), "the template is sound before it is broken");
        deployment.template.change(breaking);
        rule(&deployment).iter().map(ToString::to_string).collect()
    }

    pub(super) fn real() -> Deployment {
        let template = Template::parse(TEMPLATE).expect("the template is YAML");
        Deployment::with(template).unwrap_or_else(|Failure(sentence)| panic!("{sentence}"))
    }

    /// Sets, adds or (with `null`) removes one value; everything above it must exist.
    pub(super) fn set(document: &mut Value, pointer: &str, value: Value) {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let name = name.replace("~1", "/").replace("~0", "~");
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is in the template")) {
            Value::Object(fields) if value.is_null() => {
                fields.remove(&name).unwrap_or_else(|| panic!("{pointer} is in the template"));
            }
            Value::Object(fields) => drop(fields.insert(name, value)),
            Value::Array(items) => items[name.parse::<usize>().expect("an index")] = value,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                panic!("{parent} holds nothing")
            }
        }
    }

    #[test]
    fn the_template_is_sound() {
        assert_eq!(real().findings(), Vec::<Finding>::new());
    }
}
