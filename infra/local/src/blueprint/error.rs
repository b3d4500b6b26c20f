//! What is wrong with a template.

/// A template that cannot be used, and where.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    #[error("the template is not YAML: {0}")]
    NotYaml(String),
    #[error("{resource}: {property}: {problem}")]
    Property { resource: String, property: String, problem: String },
}
