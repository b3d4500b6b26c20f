//! Rules about alarms: each can ring, and whoever hears it knows what to do.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::{
    Deployment, Finding,
    template::{Resource, list},
};
use crate::run::{Failure, root};

/// Where our own metrics live; what AWS counts is not ours to check.
const NAMESPACE: &str = "GMIS/Registration";
const KIND: &str = "AWS::CloudWatch::Alarm";

/// A metric that a function's code counts: the function, and the name in the list `Metric`.
pub(super) type Counted = BTreeSet<(String, String)>;

/// An alarm on a metric that no code counts never rings.
pub(super) fn metrics_are_counted(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for alarm in deployment.template.resources(KIND) {
        let own = metrics_of(alarm).into_iter().filter(|metric| metric["Namespace"] == NAMESPACE);
        for metric in own {
            let name = metric["MetricName"].as_str().unwrap_or_default().to_owned();
            let function = match &list(&metric["Dimensions"])[..] {
                [only] if only["Name"] == "Function" => only["Value"].as_str().unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            if !deployment.counted.contains(&(function.clone(), name.clone())) {
                let fact = format!("watches {name} of {function:?}, which no code counts");
                findings.push(Finding::new(alarm.id, fact));
            }
        }
    }
    findings
}

/// An alarm says in plain words what is the matter, and after `Do:` what to do.
pub(super) fn alarms_say_what_to_do(deployment: &Deployment) -> Vec<Finding> {
    let alarms = deployment.template.resources(KIND).into_iter();
    let silent = alarms.filter(|alarm| {
        let words = alarm.property("AlarmDescription").as_str().unwrap_or_default();
        words.split_once(". Do: ").is_none_or(|(fact, act)| fact.is_empty() || act.len() < 20)
    });
    silent.map(|alarm| Finding::new(alarm.id, "does not say what to do")).collect()
}

/// The operator's page has a row for every alarm.
pub(super) fn alarms_are_on_the_operators_page(deployment: &Deployment) -> Vec<Finding> {
    let alarms = deployment.template.resources(KIND).into_iter();
    let missing = alarms.filter(|alarm| !deployment.operations.contains(&format!("`{}`", alarm.id)));
    missing.map(|alarm| Finding::new(alarm.id, "is not in infra/OPERATIONS.md")).collect()
}

/// Every `Metric::Name` in the sources of the functions.
pub(super) fn counted(folders: &BTreeSet<String>) -> Result<Counted, Failure> {
    let mut counted = Counted::new();
    for folder in folders {
        let mut sources = String::new();
        read_sources(&root().join("functions").join(folder).join("src"), &mut sources)?;
        for rest in sources.split("Metric::").skip(1) {
            let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            counted.insert((folder.clone(), name));
        }
    }
    Ok(counted)
}

/// The operator's page.
pub(super) fn operations() -> Result<String, Failure> {
    fs::read_to_string(root().join("infra/OPERATIONS.md"))
        .map_err(|error| Failure(format!("infra/OPERATIONS.md: {error}")))
}

fn read_sources(folder: &Path, sources: &mut String) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure(format!("{}: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            read_sources(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(())
}

/// The metric of a plain alarm, or those that its arithmetic reads.
fn metrics_of(alarm: Resource<'_>) -> Vec<&Value> {
    let read = list(alarm.property("Metrics")).into_iter();
    let mut metrics: Vec<&Value> =
        read.map(|one| &one["MetricStat"]["Metric"]).filter(|one| !one.is_null()).collect();
    metrics.extend(alarm.properties().filter(|own| own["MetricName"].is_string()));
    metrics
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::testing::{broken, real},
        *,
    };

    #[test]
    fn an_alarm_on_a_misspelt_metric() {
        let pointer = "/OldestPendingMailAlarm/Properties/MetricName";
        let findings = broken(metrics_are_counted, pointer, json!("OldestMailAge"));
        let fact = "watches OldestMailAge of \"sweep-outbox\", which no code counts";
        assert_eq!(findings, [format!("OldestPendingMailAlarm: {fact}")]);
    }

    #[test]
    fn an_alarm_on_a_metric_of_another_function() {
        let pointer = "/UnknownOutcomesAlarm/Properties/Dimensions/0/Value";
        let findings = broken(metrics_are_counted, pointer, json!("send-mail"));
        let fact = "watches LeasesRunOut of \"send-mail\", which no code counts";
        assert_eq!(findings, [format!("UnknownOutcomesAlarm: {fact}")]);
        let findings =
            broken(metrics_are_counted, "/UnknownOutcomesAlarm/Properties/Dimensions", json!(null));
        assert_eq!(findings.len(), 1, "{findings:?}");
    }

    #[test]
    fn arithmetic_over_a_metric_that_nobody_counts() {
        let pointer = "/UndeliverableRateAlarm/Properties/Metrics/1/MetricStat/Metric/MetricName";
        let findings = broken(metrics_are_counted, pointer, json!("Bounces"));
        let fact = "watches Bounces of \"record-delivery\", which no code counts";
        assert_eq!(findings, [format!("UndeliverableRateAlarm: {fact}")]);
    }

    #[test]
    fn code_that_stops_counting() {
        let mut deployment = real();
        deployment.counted.remove(&("send-mail".to_owned(), "MailsFailed".to_owned()));
        let fact = "watches MailsFailed of \"send-mail\", which no code counts";
        assert_eq!(metrics_are_counted(&deployment), [Finding::new("MailsFailedAlarm", fact)]);
    }

    #[test]
    fn an_alarm_without_advice() {
        for words in [json!("Mails wait."), json!(null), json!("Mails wait. Do: look.")] {
            let findings = broken(alarms_say_what_to_do, "/MailAgeAlarm/Properties/AlarmDescription", words);
            assert_eq!(findings, ["MailAgeAlarm: does not say what to do"]);
        }
    }

    #[test]
    fn an_alarm_that_the_page_forgets() {
        let mut deployment = real();
        deployment.operations = deployment.operations.replace("`MailsFailedAlarm`", "");
        let findings = alarms_are_on_the_operators_page(&deployment);
        assert_eq!(findings, [Finding::new("MailsFailedAlarm", "is not in infra/OPERATIONS.md")]);
    }
}
