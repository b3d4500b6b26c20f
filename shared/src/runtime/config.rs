//! Configuration: the function's environment variables, read once.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use super::Key;

/// The variables that a function was deployed with.
#[derive(Clone)]
pub struct Config(Arc<BTreeMap<String, String>>);

/// A setting is missing or malformed: the function cannot start.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    #[error("the setting {0} is missing")]
    Missing(&'static str),
    #[error("the setting {name} must be {expected}")]
    Malformed { name: &'static str, expected: &'static str },
    #[error("the HTTP client cannot be built: {0}")]
    HttpClient(String),
}

impl Config {
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self(Arc::new(variables))
    }

    /// The process's environment.
    pub fn of_process() -> Self {
        Self::new(std::env::vars().collect())
    }

    /// A setting that must be there and not empty.
    pub fn text(&self, name: &'static str) -> Result<&str, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing(name))
    }

    /// A setting that may be absent or empty.
    pub fn optional(&self, name: &'static str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        self.parsed(name, "true or false")
    }

    /// A whole number.
    pub fn number<T: FromStr>(&self, name: &'static str) -> Result<T, ConfigError> {
        self.parsed(name, "a whole number")
    }

    /// A date as `2027-01-05`.
    pub fn date(&self, name: &'static str) -> Result<jiff::civil::Date, ConfigError> {
        self.parsed(name, "a date as 2027-01-05")
    }

    /// A secret key in base64, at least 32 bytes.
    pub fn secret(&self, name: &'static str) -> Result<Key, ConfigError> {
        Key::from_base64(self.text(name)?)
            .ok_or(ConfigError::Malformed { name, expected: "base64 of at least 32 bytes" })
    }

    fn parsed<T: FromStr>(&self, name: &'static str, expected: &'static str) -> Result<T, ConfigError> {
        self.text(name)?.parse().map_err(|_| ConfigError::Malformed { name, expected })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_malformed_setting_name_themselves() {
        let config = Config::new(BTreeMap::from([("ROBOT_CHECK_COST".into(), "many".into())]));
        assert_eq!(config.text("ORIGIN"), Err(ConfigError::Missing("ORIGIN")));
        assert_eq!(
            config.number::<u32>("ROBOT_CHECK_COST"),
            Err(ConfigError::Malformed { name: "ROBOT_CHECK_COST", expected: "a whole number" })
        );
    }
}
