//! Rules about schedules: they fire, when Japan's clocks say so, and a failed run is not lost.

use super::{Deployment, Finding, expression, template::referred};

/// Every expression is one that EventBridge Scheduler takes.
pub(super) fn expressions_are_valid(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for event in deployment.template.events("ScheduleV2") {
        let expression = event.properties["ScheduleExpression"].as_str().unwrap_or_default();
        if let Err(problem) = expression::check(expression) {
            findings
                .push(Finding::new(event.function.id, format!("{}: {expression}: {problem}", event.name)));
        }
    }
    findings
}

/// Every schedule names the zone, spelt right; Scheduler would take a schedule without one as UTC.
pub(super) fn zone_is_tokyo(deployment: &Deployment) -> Vec<Finding> {
    let events = deployment.template.events("ScheduleV2").into_iter();
    let elsewhere = events.filter(|event| event.properties["ScheduleExpressionTimezone"] != "Asia/Tokyo");
    elsewhere
        .map(|event| Finding::new(event.function.id, format!("{} is not in Asia/Tokyo", event.name)))
        .collect()
}

/// A run that Scheduler could not start, and one that failed to the end, are both kept; none is put off.
pub(super) fn failed_runs_are_kept(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for event in deployment.template.events("ScheduleV2") {
        let mut refuse =
            |fact: &str| findings.push(Finding::new(event.function.id, format!("{} {fact}", event.name)));
        if referred(&event.properties["DeadLetterConfig"]).is_empty() {
            refuse("loses runs that could not be started");
        }
        let on_failure = &event.function.property("EventInvokeConfig")["DestinationConfig"]["OnFailure"];
        let may_keep = |id: &&str| deployment.template.may(event.function, "sqs:SendMessage", id);
        if !referred(on_failure).iter().any(may_keep) {
            refuse("loses runs that failed");
        }
        if event.properties["RetryPolicy"]["MaximumEventAgeInSeconds"].is_null() {
            refuse("may start a day late");
        }
        if event.properties["FlexibleTimeWindow"]["Mode"] != "OFF" {
            refuse("may start when it likes");
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    const MORNING: &str = "/AnnounceAccountFunction/Properties/Events/Morning/Properties";

    #[test]
    fn a_cron_with_five_fields() {
        let pointer = format!("{MORNING}/ScheduleExpression");
        let findings = broken(expressions_are_valid, &pointer, json!("cron(0 9 * * MON-FRI)"));
        assert_eq!(
            findings,
            ["AnnounceAccountFunction: Morning: cron(0 9 * * MON-FRI): has 5 fields, not 6"]
        );
    }

    #[test]
    fn a_schedule_without_an_expression() {
        let findings = broken(expressions_are_valid, &format!("{MORNING}/ScheduleExpression"), json!(null));
        assert_eq!(findings, ["AnnounceAccountFunction: Morning: : is neither rate(…) nor cron(…)"]);
    }

    #[test]
    fn a_misspelt_zone() {
        let pointer = format!("{MORNING}/ScheduleExpressionTimezone");
        for zone in [json!("Asia/Tokio"), json!("JST"), json!("asia/tokyo"), json!(null)] {
            let findings = broken(zone_is_tokyo, &pointer, zone);
            assert_eq!(findings, ["AnnounceAccountFunction: Morning is not in Asia/Tokyo"]);
        }
    }

    #[test]
    fn a_failed_run_that_may_not_be_kept() {
        let pointer = "/SweepOutboxRole/Properties/Policies/0/PolicyDocument/Statement/3/Resource";
        let findings = broken(failed_runs_are_kept, pointer, json!({ "Fn::GetAtt": "MailQueue.Arn" }));
        assert_eq!(findings, ["SweepOutboxFunction: Minute loses runs that failed"]);
    }

    #[test]
    fn runs_that_are_lost_or_late() {
        for (pointer, fact) in [
            (format!("{MORNING}/DeadLetterConfig"), "Morning loses runs that could not be started"),
            (
                "/AnnounceAccountFunction/Properties/EventInvokeConfig".to_owned(),
                "Morning loses runs that failed",
            ),
            (format!("{MORNING}/RetryPolicy"), "Morning may start a day late"),
            (format!("{MORNING}/FlexibleTimeWindow"), "Morning may start when it likes"),
        ] {
            let findings = broken(failed_runs_are_kept, &pointer, json!(null));
            assert_eq!(findings, [format!("AnnounceAccountFunction: {fact}")]);
        }
    }
}
