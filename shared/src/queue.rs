//! The queues that wake a function: what their messages say, and the ringing.
//!
//! Architecture invariant: a message only says that there may be work; the work itself stands in the store,
//! and a schedule finds it too. So losing a message, or getting it twice, does not matter.

use aws_sdk_sqs::Client;
use serde::{Deserialize, Serialize};

use crate::{
    domain::ids::{ApplicationNumber, ImportId, MailId},
    runtime::{ConfigError, Environment},
};

/// What `send-mail` is told.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct MailWaits {
    pub mail: String,
}

/// What `issue-account` and `announce-account` are told.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ApplicationWaits {
    pub application: String,
}

/// What `import-institutions` is told.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ImportWaits {
    pub import: String,
}

/// Rings at one queue.
#[derive(Clone)]
pub struct Doorbell {
    client: Client,
    url: String,
}

impl Doorbell {
    /// The doorbell of `send-mail`.
    pub fn of_mails(environment: &Environment) -> Result<Self, ConfigError> {
        Self::new(environment, "MAIL_QUEUE_URL")
    }

    /// The doorbell of `issue-account`.
    pub fn of_issuing(environment: &Environment) -> Result<Self, ConfigError> {
        Self::new(environment, "ISSUE_QUEUE_URL")
    }

    /// The doorbell of `announce-account`.
    pub fn of_announcing(environment: &Environment) -> Result<Self, ConfigError> {
        Self::new(environment, "ANNOUNCE_QUEUE_URL")
    }

    /// The doorbell of `import-institutions`.
    pub fn of_imports(environment: &Environment) -> Result<Self, ConfigError> {
        Self::new(environment, "IMPORT_QUEUE_URL")
    }

    fn new(environment: &Environment, setting: &'static str) -> Result<Self, ConfigError> {
        Ok(Self { client: environment.sqs()?, url: environment.config.text(setting)?.to_owned() })
    }

    /// Tells `send-mail` of new mails. What it cannot tell, the sweeper will within a minute.
    pub async fn ring_mails(&self, mails: impl IntoIterator<Item = &MailId>) {
        for mail in mails {
            self.ring(&MailWaits { mail: mail.as_str().to_owned() }).await;
        }
    }

    /// Tells `issue-account` or `announce-account` of an application. What it cannot tell, the schedule will find.
    pub async fn ring_application(&self, number: ApplicationNumber) {
        self.ring(&ApplicationWaits { application: number.to_string() }).await;
    }

    /// Tells `import-institutions` of an import. What it cannot tell, the schedule will find.
    pub async fn ring_import(&self, id: &ImportId) {
        self.ring(&ImportWaits { import: id.as_str().to_owned() }).await;
    }

    async fn ring(&self, message: &impl Serialize) {
        let body = serde_json::to_string(message).unwrap_or_default();
        if self.client.send_message().queue_url(&self.url).message_body(body).send().await.is_err() {
            tracing::warn!(
                event = "doorbell_unheard",
                "a wake-up message could not be sent; the schedule will find it"
            );
        }
    }
}

impl MailWaits {
    pub fn parse(body: &str) -> Option<MailId> {
        serde_json::from_str::<Self>(body).ok().and_then(|message| MailId::parse(&message.mail))
    }
}

impl ImportWaits {
    pub fn parse(body: &str) -> Option<ImportId> {
        serde_json::from_str::<Self>(body).ok().and_then(|message| ImportId::parse(&message.import))
    }
}

impl ApplicationWaits {
    pub fn parse(body: &str) -> Option<ApplicationNumber> {
        serde_json::from_str::<Self>(body)
            .ok()
            .and_then(|message| ApplicationNumber::parse(&message.application))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_are_pinned() {
        let number = ApplicationNumber::new(1750).unwrap();
        assert_eq!(ApplicationWaits::parse(r#"{"application":"API-00001750"}"#), Some(number));
        let mail = MailId::parse("01JXYZABCDEFGHJKMNPQRSTVWX").unwrap();
        assert_eq!(MailWaits::parse(r#"{"mail":"01JXYZABCDEFGHJKMNPQRSTVWX"}"#), Some(mail));
        assert_eq!(MailWaits::parse("{}"), None);
        assert_eq!(ApplicationWaits::parse("no json"), None);
    }
}
