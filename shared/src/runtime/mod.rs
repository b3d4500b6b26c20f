//! What a function gets from outside: configuration, time, randomness, AWS clients, and its trigger.
//!
//! Architecture invariant: the environment, the clock and the operating system's randomness are read
//! here and nowhere else (`clippy.toml` holds the rest of the tree to it).

mod clients;
mod clock;
mod code_rules;
mod config;
mod entropy;
mod environment;
mod key;
mod lambda;
mod metrics;

pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use entropy::Entropy;
pub use environment::Environment;
pub use key::Key;
pub use lambda::{BoxError, Lambda, Message, Trigger, run};
pub use metrics::{Metric, Metrics, NAMESPACE};
