//! SES and SNS: configuration sets, what they publish, topics and who listens to them.

use super::{
    ConfigurationSetSpec, EventDestination, QueueSpec, SubscriptionSpec, TemplateError, TopicSpec,
    function::document_statements,
    resource::{Node, Resource},
};

/// What the template may write for an event, and what the published event calls itself.
const EVENT_TYPES: [(&str, &str); 10] = [
    ("SEND", "Send"),
    ("DELIVERY", "Delivery"),
    ("BOUNCE", "Bounce"),
    ("COMPLAINT", "Complaint"),
    ("REJECT", "Reject"),
    ("DELIVERYDELAY", "DeliveryDelay"),
    ("RENDERINGFAILURE", "Rendering Failure"),
    ("OPEN", "Open"),
    ("CLICK", "Click"),
    ("SUBSCRIPTION", "Subscription"),
];

/// Reads every configuration set with its event destinations.
pub(super) fn configuration_sets(all: &[Resource<'_>]) -> Result<Vec<ConfigurationSetSpec>, TemplateError> {
    let mut sets = Vec::new();
    for resource in all.iter().filter(|resource| resource.kind == "AWS::SES::ConfigurationSet") {
        let delivery = resource.node("DeliveryOptions")?;
        let suppression = resource.node("SuppressionOptions")?;
        let reasons = suppression.map(|node| node.list("SuppressedReasons")).transpose()?;
        sets.push(ConfigurationSetSpec {
            name: resource.name()?,
            max_delivery_seconds: delivery
                .and_then(|node| node.child("MaxDeliverySeconds"))
                .map(|node| node.to_number())
                .transpose()?,
            suppression_reasons: reasons
                .map(|reasons| reasons.iter().map(Node::to_text).collect::<Result<_, _>>())
                .transpose()?,
            destinations: Vec::new(),
        });
    }
    for resource in
        all.iter().filter(|resource| resource.kind == "AWS::SES::ConfigurationSetEventDestination")
    {
        let name = resource.required("ConfigurationSetName")?;
        let name_text = name.to_text()?;
        let set = sets.iter_mut().find(|set| set.name == name_text);
        let set = set.ok_or_else(|| name.refuse(format!("there is no configuration set {name_text}")))?;
        set.destinations.extend(destination(&resource.required("EventDestination")?)?);
    }
    Ok(sets)
}

/// Only what goes to SNS; `None` for a destination of another kind or switched off.
fn destination(node: &Node) -> Result<Option<EventDestination>, TemplateError> {
    let mut event_types = Vec::new();
    for event_type in node.required("MatchingEventTypes")?.items()? {
        let written = event_type.to_text()?;
        let plain = written.replace('_', "").to_ascii_uppercase();
        let known = EVENT_TYPES.iter().find(|(name, _)| *name == plain);
        let (_, published) =
            known.ok_or_else(|| event_type.refuse(format!("{written} is no event of SES")))?;
        event_types.push((*published).to_owned());
    }
    let off = node.text("Enabled")?.as_deref() != Some("true");
    let Some(topic) = node.child("SnsDestination").filter(|_| !off) else { return Ok(None) };
    Ok(Some(EventDestination { topic_arn: topic.required_text("TopicARN")?, event_types }))
}

/// Reads every topic with its policies.
pub(super) fn topics(all: &[Resource<'_>]) -> Result<Vec<TopicSpec>, TemplateError> {
    let mut topics = Vec::new();
    for resource in all.iter().filter(|resource| resource.kind == "AWS::SNS::Topic") {
        topics.push(TopicSpec { arn: resource.arn()?, policy: Vec::new() });
    }
    for resource in all.iter().filter(|resource| resource.kind == "AWS::SNS::TopicPolicy") {
        let statements = document_statements(&resource.required("PolicyDocument")?)?;
        for arn in resource.required("Topics")?.items()? {
            let named = arn.to_text()?;
            let topic = topics.iter_mut().find(|topic| topic.arn == named);
            topic
                .ok_or_else(|| arn.refuse(format!("there is no topic {named}")))?
                .policy
                .extend(statements.clone());
        }
    }
    Ok(topics)
}

/// Reads every subscription of a queue, declared by itself or within a topic.
pub(super) fn subscriptions(
    all: &[Resource<'_>],
    queues: &[QueueSpec],
) -> Result<Vec<SubscriptionSpec>, TemplateError> {
    let mut subscriptions = Vec::new();
    for resource in all {
        match resource.kind {
            "AWS::SNS::Subscription" => {
                if resource.node("FilterPolicy")?.is_some() {
                    return Err(resource.refuse("FilterPolicy", "is not understood"));
                }
                let topic_arn = resource.required("TopicArn")?.to_text()?;
                let raw = resource.text("RawMessageDelivery")?.as_deref() == Some("true");
                let (protocol, endpoint) = (resource.required("Protocol")?, resource.required("Endpoint")?);
                subscriptions.push(subscription(&protocol, &endpoint, topic_arn, raw, queues)?);
            }
            "AWS::SNS::Topic" => {
                let Some(within) = resource.node("Subscription")? else { continue };
                for node in within.items()? {
                    let (protocol, endpoint) = (node.required("Protocol")?, node.required("Endpoint")?);
                    subscriptions.push(subscription(&protocol, &endpoint, resource.arn()?, false, queues)?);
                }
            }
            _ => {}
        }
    }
    Ok(subscriptions)
}

fn subscription(
    protocol: &Node,
    endpoint: &Node,
    topic_arn: String,
    raw: bool,
    queues: &[QueueSpec],
) -> Result<SubscriptionSpec, TemplateError> {
    let named = protocol.to_text()?;
    if named != "sqs" {
        return Err(protocol.refuse(format!("the protocol {named} is not understood")));
    }
    let arn = endpoint.to_text()?;
    let queue = queues.iter().find(|queue| queue.arn == arn);
    let queue = queue.ok_or_else(|| endpoint.refuse(format!("there is no queue {arn}")))?;
    Ok(SubscriptionSpec { topic_arn, queue: queue.name.clone(), raw })
}

/// The verified sending identities.
pub(super) fn identities(all: &[Resource<'_>]) -> Result<Vec<String>, TemplateError> {
    all.iter().filter(|resource| resource.kind == "AWS::SES::EmailIdentity").map(Resource::name).collect()
}
