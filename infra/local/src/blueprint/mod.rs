//! What `infra/template.yaml` describes, resolved to plain values for a deployment on this machine.
//!
//! Architecture invariant: what is not in the template does not exist here, and what the template says in
//! a way that this module cannot read is an error that names the resource and the property.

mod api;
mod document;
mod error;
mod function;
mod identity;
mod intrinsics;
mod mailing;
mod place;
mod queue;
mod resource;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::policy::Statement;

use function::Globals;
use intrinsics::Resolver;

pub use error::TemplateError;
pub use place::{ACCOUNT, Place, REGION};

/// The whole template, resolved.
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub functions: Vec<FunctionSpec>,
    pub tables: Vec<TableSpec>,
    pub queues: Vec<QueueSpec>,
    pub configuration_sets: Vec<ConfigurationSetSpec>,
    pub topics: Vec<TopicSpec>,
    pub subscriptions: Vec<SubscriptionSpec>,
    /// The verified sending identities: addresses or domains.
    pub identities: Vec<String>,
}

/// One Lambda.
#[derive(Clone, Debug)]
pub struct FunctionSpec {
    /// Kebab case, from the logical id: `RequestCodeFunction` is `request-code`.
    pub name: String,
    pub logical_id: String,
    pub environment: BTreeMap<String, String>,
    pub timeout_seconds: u32,
    /// What its role may do.
    pub statements: Vec<Statement>,
    pub triggers: Vec<TriggerSpec>,
}

/// What starts a function.
#[derive(Clone, Debug, PartialEq)]
pub enum TriggerSpec {
    /// `route_key` is `GET /help/{topic}`; `method` is upper case or `ANY`.
    Route { method: String, path: String, route_key: String },
    /// `queue` is the queue's name.
    Queue { queue: String, batch_size: u32, partial_failures: bool },
    /// `expression` is `rate(…)`, `cron(…)` or `at(…)`; `timezone` an IANA name (`UTC` when absent).
    Schedule { name: String, expression: String, timezone: String, input: Option<Value> },
}

/// One DynamoDB table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpec {
    pub logical_id: String,
    pub name: String,
    /// Attribute name to its type: `S`, `N` or `B`.
    pub attributes: BTreeMap<String, String>,
    pub key: KeySpec,
    pub indexes: Vec<IndexSpec>,
    pub ttl_attribute: Option<String>,
}

/// The key attributes of a table or an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    pub hash: String,
    pub range: Option<String>,
}

/// One global secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSpec {
    pub name: String,
    pub key: KeySpec,
    pub projection: Projection,
}

/// What an index holds beside the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    All,
    KeysOnly,
    Include(Vec<String>),
}

/// One SQS queue.
#[derive(Clone, Debug)]
pub struct QueueSpec {
    pub logical_id: String,
    pub name: String,
    pub url: String,
    pub arn: String,
    pub visibility_timeout_seconds: u32,
    pub retention_seconds: u32,
    pub delay_seconds: u32,
    pub redrive: Option<Redrive>,
    /// Its resource policy: who else may send to it.
    pub policy: Vec<Statement>,
}

/// Where a message goes that was received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// The dead-letter queue's name.
    pub queue: String,
    pub max_receive_count: u32,
}

/// One SES configuration set with what it publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationSetSpec {
    pub name: String,
    pub max_delivery_seconds: Option<u32>,
    /// For which entries of the suppression list (`BOUNCE`, `COMPLAINT`) its mails are not delivered;
    /// `None`: as the account has it, which is both.
    pub suppression_reasons: Option<Vec<String>>,
    pub destinations: Vec<EventDestination>,
}

/// Which events of a configuration set go to which SNS topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDestination {
    pub topic_arn: String,
    /// As the published event calls itself: `Send`, `DeliveryDelay`, `Rendering Failure`, …
    pub event_types: Vec<String>,
}

/// One SNS topic.
#[derive(Clone, Debug)]
pub struct TopicSpec {
    pub arn: String,
    /// Its resource policy: who else may publish to it.
    pub policy: Vec<Statement>,
}

/// A queue that gets what a topic publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionSpec {
    pub topic_arn: String,
    /// The queue's name.
    pub queue: String,
    /// Raw delivery: the message alone, without the SNS envelope.
    pub raw: bool,
}

impl Blueprint {
    /// Reads a template as it would be deployed to `place`.
    pub fn parse(template: &str, place: &Place<'_>) -> Result<Self, TemplateError> {
        let document = document::read(template)?;
        let resolver = Resolver::new(&document, place);
        let all = resource::resources(&resolver)?;
        let of_kind = |kind: &'static str| all.iter().filter(move |resource| resource.kind == kind);
        let globals = Globals::read(&resolver)?;
        let mut functions: Vec<FunctionSpec> = of_kind("AWS::Serverless::Function")
            .map(|resource| function::read(resource, &globals, &all))
            .collect::<Result<_, _>>()?;
        api::attach(&mut functions, &all)?;
        let queues = queue::read_all(&all)?;
        queue::check_triggers(&functions, &queues)?;
        Ok(Self {
            functions,
            tables: of_kind("AWS::DynamoDB::Table").map(table::read).collect::<Result<_, _>>()?,
            configuration_sets: mailing::configuration_sets(&all)?,
            topics: mailing::topics(&all)?,
            subscriptions: mailing::subscriptions(&all, &queues)?,
            identities: mailing::identities(&all)?,
            queues,
        })
    }

    pub fn function(&self, name: &str) -> Option<&FunctionSpec> {
        self.functions.iter().find(|function| function.name == name)
    }

    pub fn table(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub fn queue(&self, name: &str) -> Option<&QueueSpec> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    pub fn configuration_set(&self, name: &str) -> Option<&ConfigurationSetSpec> {
        self.configuration_sets.iter().find(|set| set.name == name)
    }

    /// Whether a queue only takes what others could not process: nothing polls it.
    pub fn is_dead_letter_queue(&self, name: &str) -> bool {
        self.gives_up_to(name).next().is_some()
    }

    /// The queues whose failed messages end in the queue `name`.
    pub fn gives_up_to(&self, name: &str) -> impl Iterator<Item = &QueueSpec> {
        let of_it =
            move |queue: &&QueueSpec| queue.redrive.as_ref().is_some_and(|redrive| redrive.queue == name);
        self.queues.iter().filter(of_it)
    }
}
