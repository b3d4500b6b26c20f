//! The AWS clients, built by hand: static credentials of the function's role, one shared HTTP client,
//! TLS by ring against Amazon's own roots. Building them reads no file and makes no call.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Region, SharedCredentialsProvider, SharedHttpClient, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};

use super::{Config, ConfigError};

/// Amazon's roots; `amazon_roots.pem` says where they come from and when each ends.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// A DynamoDB call answers in milliseconds; past this it is tried again.
const STORE_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// A send that has not been answered by then is of unknown outcome (the outbox decides what follows).
const SEND_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// What every client of a function has in common.
pub(super) struct Common {
    /// Longer time-outs than ours, where the machine is slow (`CALL_TIMEOUT_MS`).
    timeout: Option<Duration>,
    region: Region,
    credentials: SharedCredentialsProvider,
    http: SharedHttpClient,
}

impl Common {
    pub(super) fn new(config: &Config, http: SharedHttpClient) -> Result<Self, ConfigError> {
        let credentials = Credentials::new(
            config.text("AWS_ACCESS_KEY_ID")?,
            config.text("AWS_SECRET_ACCESS_KEY")?,
            config.optional("AWS_SESSION_TOKEN").map(str::to_owned),
            None,
            "function role",
        );
        let timeout = match config.optional("CALL_TIMEOUT_MS") {
            None => None,
            Some(_) => Some(Duration::from_millis(config.number("CALL_TIMEOUT_MS")?)),
        };
        Ok(Self {
            timeout,
            region: Region::new(config.text("AWS_REGION")?.to_owned()),
            credentials: SharedCredentialsProvider::new(credentials),
            http,
        })
    }

    fn timeouts(&self, ours: Duration) -> TimeoutConfig {
        TimeoutConfig::builder().operation_attempt_timeout(self.timeout.unwrap_or(ours)).build()
    }
}

/// One HTTP client for all clients of a function. Plain HTTP if every endpoint is a plain one (the local
/// stack's), TLS otherwise.
pub(super) fn http_client(config: &Config) -> Result<SharedHttpClient, ConfigError> {
    let endpoints = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_SQS"];
    if endpoints.iter().all(|name| config.optional(name).is_some_and(|url| url.starts_with("http://"))) {
        return Ok(Builder::new().build_http());
    }
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS))
        .build()
        .map_err(|error| ConfigError::HttpClient(error.to_string()))?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https())
}

pub(super) fn dynamodb(config: &Config, common: &Common) -> aws_sdk_dynamodb::Client {
    let mut builder = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(common.region.clone())
        .credentials_provider(common.credentials.clone())
        .http_client(common.http.clone())
        .retry_config(RetryConfig::standard())
        .timeout_config(common.timeouts(STORE_ATTEMPT_TIMEOUT));
    builder.set_endpoint_url(config.optional("AWS_ENDPOINT_URL_DYNAMODB").map(str::to_owned));
    aws_sdk_dynamodb::Client::from_conf(builder.build())
}

/// `SendEmail` has no idempotency token, so the client never repeats it: only the outbox sends again.
pub(super) fn ses(config: &Config, common: &Common) -> aws_sdk_sesv2::Client {
    let mut builder = aws_sdk_sesv2::Config::builder()
        .behavior_version(aws_sdk_sesv2::config::BehaviorVersion::latest())
        .region(common.region.clone())
        .credentials_provider(common.credentials.clone())
        .http_client(common.http.clone())
        .retry_config(RetryConfig::disabled())
        .timeout_config(common.timeouts(SEND_ATTEMPT_TIMEOUT));
    builder.set_endpoint_url(config.optional("AWS_ENDPOINT_URL_SESV2").map(str::to_owned));
    aws_sdk_sesv2::Client::from_conf(builder.build())
}

pub(super) fn sqs(config: &Config, common: &Common) -> aws_sdk_sqs::Client {
    let mut builder = aws_sdk_sqs::Config::builder()
        .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
        .region(common.region.clone())
        .credentials_provider(common.credentials.clone())
        .http_client(common.http.clone())
        .retry_config(RetryConfig::standard())
        .timeout_config(common.timeouts(STORE_ATTEMPT_TIMEOUT));
    builder.set_endpoint_url(config.optional("AWS_ENDPOINT_URL_SQS").map(str::to_owned));
    aws_sdk_sqs::Client::from_conf(builder.build())
}
