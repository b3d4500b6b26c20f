//! What is wrong with a template.

/// A template that cannot be used, and where.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    #[error("the template cannot be read: {0}")]
    NotYaml(String),
    #[error("{resource}: {property}: {problem}")]
    Property { resource: String, property: String, problem: String },
}

impl TemplateError {
    pub(super) fn at(resource: &str, property: &str, problem: impl Into<String>) -> Self {
        Self::Property {
            resource: resource.to_owned(),
            property: property.to_owned(),
            problem: problem.into(),
        }
    }
}
