//! IAM policies: may this caller do that?
//!
//! Architecture invariant: what this module does not understand (an operator, a condition key, a
//! `NotAction`) is an error when the policy is read, never ignored when it is asked.

use serde_json::Value;

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    allow: bool,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<Condition>,
}

/// One test of a condition block.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    key: String,
    values: Vec<String>,
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct PolicyError(pub String);

/// What is known about a request beside action and resource: condition keys and their values.
#[derive(Clone, Debug, Default)]
pub struct Context(Vec<(String, Vec<String>)>);

impl Context {
    /// Adds a condition key's values.
    #[must_use]
    pub fn with(mut self, key: &str, values: Vec<String>) -> Self {
        self.0.push((key.to_owned(), values));
        self
    }
}

impl Statement {
    pub fn parse(_statement: &Value) -> Result<Self, PolicyError> {
        todo!()
    }
}

/// Whether `statements` allow `action` on `resource`: an explicit deny wins, nothing is allowed by default.
pub fn allows(_statements: &[Statement], _action: &str, _resource: &str, _context: &Context) -> bool {
    todo!()
}
