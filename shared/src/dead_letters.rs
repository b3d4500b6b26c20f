//! The queues for what failed: how much lies there since when, and the way back to work.
//!
//! Architecture invariant: what a message says is never read here; it may be about a person.

use aws_sdk_sqs::{
    Client,
    types::{MessageSystemAttributeName, QueueAttributeName},
};
use jiff::Timestamp;

use crate::runtime::{BoxError, ConfigError, Environment};

/// A queue for what failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLetterQueue {
    Mail,
    Issue,
    Announce,
    Import,
    Delivery,
    /// What SNS could not hand over.
    Subscription,
    /// Scheduled runs that failed to the end.
    Schedule,
}

/// How much lies in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lying {
    pub count: u64,
    /// When the oldest of those that SQS showed was sent.
    pub oldest: Option<Timestamp>,
}

/// All of them, for who looks after them.
#[derive(Clone)]
pub struct DeadLetters {
    client: Client,
    urls: [String; 7],
}

impl DeadLetterQueue {
    pub const ALL: [Self; 7] = [
        Self::Mail,
        Self::Issue,
        Self::Announce,
        Self::Import,
        Self::Delivery,
        Self::Subscription,
        Self::Schedule,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Issue => "issue",
            Self::Announce => "announce",
            Self::Import => "import",
            Self::Delivery => "delivery",
            Self::Subscription => "subscription",
            Self::Schedule => "schedule",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == text)
    }

    /// Whether SQS knows where its messages came from: it moves back nothing else.
    pub fn can_be_redriven(self) -> bool {
        match self {
            Self::Mail | Self::Issue | Self::Announce | Self::Import | Self::Delivery => true,
            Self::Subscription | Self::Schedule => false,
        }
    }

    fn setting(self) -> &'static str {
        match self {
            Self::Mail => "MAIL_DEAD_QUEUE_URL",
            Self::Issue => "ISSUE_DEAD_QUEUE_URL",
            Self::Announce => "ANNOUNCE_DEAD_QUEUE_URL",
            Self::Import => "IMPORT_DEAD_QUEUE_URL",
            Self::Delivery => "DELIVERY_DEAD_QUEUE_URL",
            Self::Subscription => "SUBSCRIPTION_DEAD_QUEUE_URL",
            Self::Schedule => "SCHEDULE_DEAD_QUEUE_URL",
        }
    }
}

impl DeadLetters {
    pub fn of(environment: &Environment) -> Result<Self, ConfigError> {
        let mut urls: [String; 7] = Default::default();
        for queue in DeadLetterQueue::ALL {
            environment.config.text(queue.setting())?.clone_into(&mut urls[queue as usize]);
        }
        Ok(Self { client: environment.sqs()?, urls })
    }

    /// How much lies in a queue, and since when.
    pub async fn look(&self, queue: DeadLetterQueue) -> Result<Lying, BoxError> {
        let count: u64 =
            self.attribute(queue, QueueAttributeName::ApproximateNumberOfMessages).await?.parse()?;
        let oldest = if count == 0 { None } else { self.oldest(queue).await? };
        Ok(Lying { count, oldest })
    }

    /// Sends what lies in a queue back to where it came from.
    pub async fn redrive(&self, queue: DeadLetterQueue) -> Result<(), BoxError> {
        let arn = self.attribute(queue, QueueAttributeName::QueueArn).await?;
        self.client.start_message_move_task().source_arn(arn).send().await?;
        Ok(())
    }

    async fn attribute(&self, queue: DeadLetterQueue, name: QueueAttributeName) -> Result<String, BoxError> {
        let url = &self.urls[queue as usize];
        let answer =
            self.client.get_queue_attributes().queue_url(url).attribute_names(name.clone()).send().await?;
        let value = answer.attributes().and_then(|attributes| attributes.get(&name));
        Ok(value.ok_or("the queue does not say")?.clone())
    }

    /// They stay visible: looking takes nothing away.
    async fn oldest(&self, queue: DeadLetterQueue) -> Result<Option<Timestamp>, BoxError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.urls[queue as usize])
            .max_number_of_messages(10)
            .visibility_timeout(0)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .send()
            .await?;
        let sent = answer.messages().iter().filter_map(|message| {
            let sent = message.attributes()?.get(&MessageSystemAttributeName::SentTimestamp)?;
            Timestamp::from_millisecond(sent.parse().ok()?).ok()
        });
        Ok(sent.min())
    }
}
