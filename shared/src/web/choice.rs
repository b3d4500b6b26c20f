//! One option of a list to choose from.

use std::borrow::Cow;

use serde::Serialize;

/// What is sent, and what people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub value: Cow<'static, str>,
    pub label: Cow<'static, str>,
}

impl Choice {
    pub fn new(value: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}
