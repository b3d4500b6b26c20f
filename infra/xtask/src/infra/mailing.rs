//! Rules about what SES reports of our mails.

use super::{
    Deployment, Finding,
    template::{Resource, list, referred},
};

/// The names that `CloudFormation` takes (the API of SES writes the same events in capitals).
const EVENTS: [&str; 10] = [
    "send",
    "reject",
    "bounce",
    "complaint",
    "delivery",
    "open",
    "click",
    "renderingFailure",
    "deliveryDelay",
    "subscription",
];
/// The events that the delivery state is made of.
const NEEDED: [&str; 7] =
    ["send", "delivery", "bounce", "complaint", "reject", "deliveryDelay", "renderingFailure"];
/// Ten minutes, the life of a code; and 14 hours, the longest that SES tries.
const CODE_SECONDS: u64 = 600;
const LONGEST_SECONDS: u64 = 50_400;

/// A misspelt event is one that never comes.
pub(super) fn event_names_exist(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for destination in destinations(deployment) {
        for event in list(&destination.property("EventDestination")["MatchingEventTypes"]) {
            if !EVENTS.iter().any(|known| event == known) {
                findings.push(Finding::new(destination.id, format!("{event} is no event of SES")));
            }
        }
    }
    findings
}

/// Each configuration set reports every event that we need to a topic that SES may publish to for it.
pub(super) fn every_set_reports(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for set in deployment.template.resources("AWS::SES::ConfigurationSet") {
        let destinations = destinations(deployment).into_iter();
        let mut own = destinations
            .filter(|destination| referred(destination.property("ConfigurationSetName")) == [set.id]);
        let Some(destination) = own.next() else {
            findings.push(Finding::new(set.id, "reports nothing"));
            continue;
        };
        let target = destination.property("EventDestination");
        if target["Enabled"] != true {
            findings.push(Finding::new(destination.id, "is off"));
        }
        let events = list(&target["MatchingEventTypes"]);
        let missing = NEEDED.iter().filter(|needed| !events.iter().any(|event| *event == **needed));
        findings
            .extend(missing.map(|event| Finding::new(destination.id, format!("does not report {event}"))));
        let topic = referred(&target["SnsDestination"]["TopicARN"]);
        if !topic.iter().any(|topic| ses_may_publish(deployment, topic, set.id)) {
            findings.push(Finding::new(destination.id, "reports to no topic that SES may publish to for it"));
        }
    }
    findings
}

/// A code does not arrive after it died; everything else is tried as long as SES can.
pub(super) fn time_limits_are_set(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for set in deployment.template.resources("AWS::SES::ConfigurationSet") {
        let wanted = if set.id == "CodeMailConfigurationSet" { CODE_SECONDS } else { LONGEST_SECONDS };
        let limit = &set.property("DeliveryOptions")["MaxDeliverySeconds"];
        if *limit != wanted {
            findings.push(Finding::new(set.id, format!("tries for {limit} s, not {wanted} s")));
        }
    }
    findings
}

fn destinations(deployment: &Deployment) -> Vec<Resource<'_>> {
    deployment.template.resources("AWS::SES::ConfigurationSetEventDestination")
}

fn ses_may_publish(deployment: &Deployment, topic: &str, set: &str) -> bool {
    deployment.template.resources("AWS::SNS::TopicPolicy").iter().any(|policy| {
        let statements = policy.policy_statements();
        referred(policy.property("Topics")).contains(&topic)
            && statements.iter().any(|statement| {
                let condition = &statement["Condition"];
                statement["Effect"] == "Allow"
                    && statement["Action"] == "sns:Publish"
                    && statement["Principal"]["Service"] == "ses.amazonaws.com"
                    && !condition["StringEquals"]["aws:SourceAccount"].is_null()
                    && referred(&condition["ArnEquals"]["aws:SourceArn"]).contains(&set)
            })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    const EVENTS_OF_MAILS: &str = "/MailEvents/Properties/EventDestination/MatchingEventTypes";

    #[test]
    fn a_wrong_event_name() {
        for name in ["delay", "BOUNCE", "Rendering Failure", "deliverydelay"] {
            let findings = broken(event_names_exist, &format!("{EVENTS_OF_MAILS}/2"), json!(name));
            assert_eq!(findings, [format!("MailEvents: \"{name}\" is no event of SES")]);
        }
    }

    #[test]
    fn an_event_that_is_not_reported() {
        let findings = broken(every_set_reports, &format!("{EVENTS_OF_MAILS}/5"), json!("open"));
        assert_eq!(findings, ["MailEvents: does not report deliveryDelay"]);
    }

    #[test]
    fn a_set_that_reports_nothing() {
        let findings = broken(every_set_reports, "/CodeMailEvents", json!(null));
        assert_eq!(findings, ["CodeMailConfigurationSet: reports nothing"]);
    }

    #[test]
    fn a_destination_that_is_off() {
        let findings =
            broken(every_set_reports, "/MailEvents/Properties/EventDestination/Enabled", json!(false));
        assert_eq!(findings, ["MailEvents: is off"]);
    }

    #[test]
    fn a_topic_that_ses_may_not_publish_to() {
        let fact = "reports to no topic that SES may publish to for it";
        let both = [format!("CodeMailEvents: {fact}"), format!("MailEvents: {fact}")];
        let findings = broken(every_set_reports, "/DeliveryTopicPolicy", json!(null));
        assert_eq!(findings, both);
        let findings = broken(
            every_set_reports,
            "/DeliveryTopicPolicy/Properties/PolicyDocument/Statement/0/Condition/StringEquals",
            json!(null),
        );
        assert_eq!(findings, both);
    }

    #[test]
    fn a_code_that_arrives_dead() {
        let pointer = "/CodeMailConfigurationSet/Properties/DeliveryOptions/MaxDeliverySeconds";
        let findings = broken(time_limits_are_set, pointer, json!(601));
        assert_eq!(findings, ["CodeMailConfigurationSet: tries for 601 s, not 600 s"]);
    }
}
