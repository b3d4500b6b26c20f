//! Everything that a function gets from outside, in one value.

use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::config::SharedHttpClient;

use super::{
    Clock, Config, ConfigError, Entropy, Metrics,
    clients::{self, Common},
};

/// Configuration, clock, randomness, the door for metrics, and the AWS clients made from them.
#[derive(Clone)]
pub struct Environment {
    pub config: Config,
    pub clock: Clock,
    pub entropy: Entropy,
    pub metrics: Metrics,
    /// Built at the first use, then shared by all clients: a function without AWS calls never builds it.
    http: Arc<OnceLock<SharedHttpClient>>,
}

impl Environment {
    /// The environment of a deployed function.
    pub fn of_process() -> Self {
        let environment = Self::new(Config::of_process(), Clock::system(), Entropy::system());
        Self { metrics: Metrics::output(), ..environment }
    }

    /// An environment of the caller's making: the local stack's and the tests'. Its metrics are kept.
    pub fn new(config: Config, clock: Clock, entropy: Entropy) -> Self {
        Self { config, clock, entropy, metrics: Metrics::kept(), http: Arc::default() }
    }

    /// With an HTTP client of the caller's making.
    #[must_use]
    pub fn with_http(self, client: SharedHttpClient) -> Self {
        Self { http: Arc::new(OnceLock::from(client)), ..self }
    }

    pub fn dynamodb(&self) -> Result<aws_sdk_dynamodb::Client, ConfigError> {
        Ok(clients::dynamodb(&self.config, &self.common()?))
    }

    /// One attempt a call, 5 s: only the outbox decides to send again.
    pub fn ses(&self) -> Result<aws_sdk_sesv2::Client, ConfigError> {
        Ok(clients::ses(&self.config, &self.common()?))
    }

    pub fn sqs(&self) -> Result<aws_sdk_sqs::Client, ConfigError> {
        Ok(clients::sqs(&self.config, &self.common()?))
    }

    fn common(&self) -> Result<Common, ConfigError> {
        let http = if let Some(http) = self.http.get() {
            http.clone()
        } else {
            let built = clients::http_client(&self.config)?;
            self.http.get_or_init(|| built).clone()
        };
        Common::new(&self.config, http)
    }
}
