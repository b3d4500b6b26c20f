//! Rules about queues: nothing is worked on twice at once, nothing that failed is lost or overlooked.

use serde_json::Value;

use super::{
    Deployment, Finding,
    template::{Resource, Template, list, referred},
};

/// What SQS takes where the template says nothing.
const DEFAULT_VISIBILITY_SECONDS: u64 = 30;
const DEFAULT_RETENTION_SECONDS: u64 = 345_600;
/// What Lambda takes where the template says nothing.
const DEFAULT_TIMEOUT_SECONDS: u64 = 3;
const FOURTEEN_DAYS_SECONDS: u64 = 1_209_600;

/// A message stays hidden for six runs of its function and the batching window, as AWS advises.
pub(super) fn visibility_outlasts_six_runs(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let mut findings = Vec::new();
    for event in template.events("SQS") {
        let timeout =
            template.of_function(event.function, "Timeout").as_u64().unwrap_or(DEFAULT_TIMEOUT_SECONDS);
        let window = event.properties["MaximumBatchingWindowInSeconds"].as_u64().unwrap_or_default();
        let Some(queue) = only(template, &event.properties["Queue"], "AWS::SQS::Queue") else {
            findings.push(Finding::new(event.function.id, format!("{} names no queue of ours", event.name)));
            continue;
        };
        let visibility = queue.property("VisibilityTimeout").as_u64().unwrap_or(DEFAULT_VISIBILITY_SECONDS);
        let needed = 6 * timeout + window;
        if visibility < needed {
            let fact = format!("hides a message for {visibility} s; {} needs {needed} s", event.function.id);
            findings.push(Finding::new(queue.id, fact));
        }
    }
    findings
}

/// One failing message never fails its neighbours; batches are of ten and wait for nothing.
pub(super) fn failures_are_partial(deployment: &Deployment) -> Vec<Finding> {
    let mut findings = Vec::new();
    for event in deployment.template.events("SQS") {
        if !list(&event.properties["FunctionResponseTypes"])
            .iter()
            .any(|kind| *kind == "ReportBatchItemFailures")
        {
            findings.push(Finding::new(event.function.id, format!("{} fails whole batches", event.name)));
        }
        if event.properties["BatchSize"] != 10 || event.properties["MaximumBatchingWindowInSeconds"] != 0 {
            findings
                .push(Finding::new(event.function.id, format!("{} is not ten at once, at once", event.name)));
        }
    }
    findings
}

/// A queue is read by the function that it starts, and by no other.
pub(super) fn readers_are_the_started(deployment: &Deployment) -> Vec<Finding> {
    const READING: [&str; 3] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    let template = &deployment.template;
    let mut findings = Vec::new();
    for event in template.events("SQS") {
        let Some(queue) = only(template, &event.properties["Queue"], "AWS::SQS::Queue") else { continue };
        for function in template.functions() {
            let started = function.id == event.function.id;
            let wrong =
                READING.into_iter().filter(|action| template.may(function, action, queue.id) != started);
            let verb = if started { "may not" } else { "may" };
            findings.extend(
                wrong.map(|action| Finding::new(function.id, format!("{verb} {action} of {}", queue.id))),
            );
        }
    }
    findings
}

/// A queue that is read gives up after five tries or more, to a queue that keeps what failed for 14 days.
pub(super) fn dead_letters_outlast_messages(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let mut findings = Vec::new();
    for event in template.events("SQS") {
        let Some(queue) = only(template, &event.properties["Queue"], "AWS::SQS::Queue") else { continue };
        if queue.property("RedrivePolicy")["maxReceiveCount"].as_u64().is_none_or(|tries| tries < 5) {
            findings.push(Finding::new(queue.id, "gives a message up before the fifth try, or never"));
        }
    }
    for (source, dead) in dead_letter_queues(template) {
        let kept = retention(dead);
        if kept < FOURTEEN_DAYS_SECONDS {
            findings.push(Finding::new(dead.id, format!("keeps what failed for {kept} s only")));
        }
        if source.attribute("Type") == "AWS::SQS::Queue" && kept <= retention(source) {
            findings.push(Finding::new(dead.id, format!("keeps no longer than {} does", source.id)));
        }
    }
    findings
}

/// Every queue for what failed has an alarm on its first message.
pub(super) fn dead_letters_are_watched(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let alarms = template.resources("AWS::CloudWatch::Alarm");
    let watched = |queue: Resource<'_>| {
        alarms.iter().any(|alarm| {
            alarm.property("MetricName") == "ApproximateNumberOfMessagesVisible"
                && alarm.property("Threshold") == 0
                && alarm.property("ComparisonOperator") == "GreaterThanThreshold"
                && referred(alarm.property("Dimensions")) == [queue.id]
        })
    };
    let mut dead: Vec<&str> = Vec::new();
    for (_, queue) in dead_letter_queues(template) {
        if !watched(queue) && !dead.contains(&queue.id) {
            dead.push(queue.id);
        }
    }
    dead.into_iter().map(|id| Finding::new(id, "has no alarm")).collect()
}

/// A queue that a topic feeds lets that topic in, and no other; what cannot be handed over is kept.
pub(super) fn topics_may_reach_their_queues(deployment: &Deployment) -> Vec<Finding> {
    let template = &deployment.template;
    let mut findings = Vec::new();
    for subscription in template.resources("AWS::SNS::Subscription") {
        if subscription.property("Protocol") != "sqs" {
            continue;
        }
        let topic = referred(subscription.property("TopicArn"));
        let mut queues = referred(subscription.property("Endpoint"));
        let dead = referred(subscription.property("RedrivePolicy"));
        if dead.is_empty() {
            findings.push(Finding::new(subscription.id, "keeps nothing of what the queue did not take"));
        }
        queues.extend(dead);
        for queue in queues {
            if !admits(template, queue, &topic) {
                findings.push(Finding::new(
                    queue,
                    format!("has no policy that lets {topic:?} in, and only that"),
                ));
            }
        }
    }
    findings
}

/// Queues hold addresses (in the events of SES): they are encrypted at rest.
pub(super) fn queues_are_encrypted(deployment: &Deployment) -> Vec<Finding> {
    let queues = deployment.template.resources("AWS::SQS::Queue").into_iter();
    let open = queues.filter(|queue| queue.property("SqsManagedSseEnabled") != true);
    open.map(|queue| Finding::new(queue.id, "is not encrypted at rest")).collect()
}

fn admits(template: &Template, queue: &str, topic: &[&str]) -> bool {
    template.resources("AWS::SQS::QueuePolicy").iter().any(|policy| {
        let statements = policy.policy_statements();
        referred(policy.property("Queues")).contains(&queue)
            && statements.iter().any(|statement| {
                statement["Effect"] == "Allow"
                    && statement["Action"] == "sqs:SendMessage"
                    && statement["Principal"]["Service"] == "sns.amazonaws.com"
                    && referred(&statement["Resource"]).contains(&queue)
                    && referred(&statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == topic
            })
    })
}

/// Who gives up to which queue: queues, subscriptions, and functions with scheduled runs.
fn dead_letter_queues(template: &Template) -> Vec<(Resource<'_>, Resource<'_>)> {
    let mut found = Vec::new();
    for kind in ["AWS::SQS::Queue", "AWS::SNS::Subscription"] {
        for source in template.resources(kind) {
            found.extend(
                only(template, source.property("RedrivePolicy"), "AWS::SQS::Queue")
                    .map(|dead| (source, dead)),
            );
        }
    }
    for event in template.events("ScheduleV2") {
        let dead = only(template, &event.properties["DeadLetterConfig"], "AWS::SQS::Queue");
        found.extend(dead.map(|dead| (event.function, dead)));
    }
    found
}

/// The one resource of `kind` that a value refers to.
fn only<'a>(template: &'a Template, value: &Value, kind: &str) -> Option<Resource<'a>> {
    let [id] = referred(value)[..] else { return None };
    template.resource(id).filter(|resource| resource.attribute("Type") == kind)
}

fn retention(queue: Resource<'_>) -> u64 {
    queue.property("MessageRetentionPeriod").as_u64().unwrap_or(DEFAULT_RETENTION_SECONDS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::testing::broken, *};

    #[test]
    fn a_visibility_of_one_second_too_little() {
        let findings =
            broken(visibility_outlasts_six_runs, "/MailQueue/Properties/VisibilityTimeout", json!(359));
        assert_eq!(findings, ["MailQueue: hides a message for 359 s; SendMailFunction needs 360 s"]);
    }

    #[test]
    fn a_visibility_left_to_the_default() {
        let findings =
            broken(visibility_outlasts_six_runs, "/DeliveryQueue/Properties/VisibilityTimeout", json!(null));
        assert_eq!(findings, ["DeliveryQueue: hides a message for 30 s; RecordDeliveryFunction needs 180 s"]);
    }

    #[test]
    fn a_function_that_runs_longer() {
        let findings =
            broken(visibility_outlasts_six_runs, "/SendMailFunction/Properties/Timeout", json!(61));
        assert_eq!(findings, ["MailQueue: hides a message for 360 s; SendMailFunction needs 366 s"]);
    }

    #[test]
    fn a_trigger_without_a_queue() {
        let pointer = "/SendMailFunction/Properties/Events/Mail/Properties/Queue";
        let findings = broken(visibility_outlasts_six_runs, pointer, json!("arn:aws:sqs:r:a:another"));
        assert_eq!(findings, ["SendMailFunction: Mail names no queue of ours"]);
    }

    #[test]
    fn batches_that_fail_as_a_whole() {
        let pointer = "/IssueAccountFunction/Properties/Events/Approved/Properties/FunctionResponseTypes";
        let findings = broken(failures_are_partial, pointer, json!(null));
        assert_eq!(findings, ["IssueAccountFunction: Approved fails whole batches"]);
    }

    #[test]
    fn batches_that_wait() {
        let pointer =
            "/IssueAccountFunction/Properties/Events/Approved/Properties/MaximumBatchingWindowInSeconds";
        let findings = broken(failures_are_partial, pointer, json!(30));
        assert_eq!(findings, ["IssueAccountFunction: Approved is not ten at once, at once"]);
    }

    #[test]
    fn a_queue_that_cannot_be_read() {
        let pointer = "/IssueAccountRole/Properties/Policies/0/PolicyDocument/Statement/6/Action";
        let findings =
            broken(readers_are_the_started, pointer, json!(["sqs:ReceiveMessage", "sqs:DeleteMessage"]));
        assert_eq!(findings, ["IssueAccountFunction: may not sqs:GetQueueAttributes of IssueQueue"]);
    }

    #[test]
    fn a_queue_that_another_function_drains() {
        let pointer = "/SiteRole/Properties/Policies/0/PolicyDocument/Statement/0";
        let draining = json!({
            "Effect": "Allow", "Action": "sqs:DeleteMessage", "Resource": { "Fn::GetAtt": "MailQueue.Arn" }
        });
        let findings = broken(readers_are_the_started, pointer, draining);
        assert_eq!(findings, ["SiteFunction: may sqs:DeleteMessage of MailQueue"]);
    }

    #[test]
    fn a_message_given_up_too_early() {
        let pointer = "/IssueQueue/Properties/RedrivePolicy/maxReceiveCount";
        let findings = broken(dead_letters_outlast_messages, pointer, json!(4));
        assert_eq!(findings, ["IssueQueue: gives a message up before the fifth try, or never"]);
    }

    #[test]
    fn a_message_never_given_up() {
        let findings =
            broken(dead_letters_outlast_messages, "/IssueQueue/Properties/RedrivePolicy", json!(null));
        assert_eq!(findings, ["IssueQueue: gives a message up before the fifth try, or never"]);
    }

    #[test]
    fn what_failed_is_kept_too_shortly() {
        let pointer = "/MailDeadLetterQueue/Properties/MessageRetentionPeriod";
        let findings = broken(dead_letters_outlast_messages, pointer, json!(1_209_599));
        assert_eq!(findings, ["MailDeadLetterQueue: keeps what failed for 1209599 s only"]);
    }

    #[test]
    fn a_source_that_keeps_as_long() {
        let pointer = "/MailQueue/Properties/MessageRetentionPeriod";
        let findings = broken(dead_letters_outlast_messages, pointer, json!(1_209_600));
        assert_eq!(findings, ["MailDeadLetterQueue: keeps no longer than MailQueue does"]);
    }

    #[test]
    fn dead_letters_without_an_alarm() {
        let findings = broken(dead_letters_are_watched, "/ScheduleDeadLetterAlarm", json!(null));
        assert_eq!(findings, ["ScheduleDeadLetterQueue: has no alarm"]);
        let findings =
            broken(dead_letters_are_watched, "/MailDeadLetterAlarm/Properties/Threshold", json!(10));
        assert_eq!(findings, ["MailDeadLetterQueue: has no alarm"]);
    }

    #[test]
    fn a_queue_without_a_policy() {
        let pointer = "/DeliveryQueuePolicy/Properties/Queues";
        let findings = broken(topics_may_reach_their_queues, pointer, json!([{ "Ref": "MailQueue" }]));
        let fact = "has no policy that lets [\"DeliveryTopic\"] in, and only that";
        assert_eq!(
            findings,
            [format!("DeliveryQueue: {fact}"), format!("DeliverySubscriptionDeadLetterQueue: {fact}")]
        );
    }

    #[test]
    fn a_policy_that_lets_any_topic_in() {
        let pointer = "/DeliveryQueuePolicy/Properties/PolicyDocument/Statement/0/Condition";
        assert_eq!(broken(topics_may_reach_their_queues, pointer, json!(null)).len(), 2);
    }

    #[test]
    fn a_subscription_that_drops() {
        let findings = broken(
            topics_may_reach_their_queues,
            "/DeliverySubscription/Properties/RedrivePolicy",
            json!(null),
        );
        assert_eq!(findings, ["DeliverySubscription: keeps nothing of what the queue did not take"]);
    }

    #[test]
    fn a_queue_in_clear() {
        let findings =
            broken(queues_are_encrypted, "/DeliveryQueue/Properties/SqsManagedSseEnabled", json!(false));
        assert_eq!(findings, ["DeliveryQueue: is not encrypted at rest"]);
    }
}
