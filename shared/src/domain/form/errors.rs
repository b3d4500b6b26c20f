//! What is wrong with a filled-in form, field by field.
//!
//! Invariant: the same words stand in the summary on top of a page and at the field; every message begins with 「＊」.

/// One field that is wrong and the sentence that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub message: String,
}

/// Everything that is wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{} fields of the form are wrong", .0.len())]
pub struct FieldErrors(Vec<FieldError>);

/// Something that may be wrong; whoever filled the form in decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWarning {
    pub field: &'static str,
    pub message: String,
}

impl FieldErrors {
    pub fn new() -> Self {
        Self::default()
    }

    /// The errors of a form with a single wrong field.
    pub fn of(field: &'static str, message: impl Into<String>) -> Self {
        let mut errors = Self::new();
        errors.push(field, message);
        errors
    }

    pub fn push(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field, message: message.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first message of a field.
    pub fn message_for(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a FieldErrors {
    type Item = &'a FieldError;
    type IntoIter = std::slice::Iter<'a, FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_order_and_are_found_by_field() {
        let mut errors = FieldErrors::of("phone", "＊電話番号を入力してください");
        assert!(FieldErrors::new().is_empty() && !errors.is_empty());
        errors.push("city", "＊市区町村を入力してください");
        errors.push("phone", "＊電話番号に誤りがあります");
        assert_eq!(errors.message_for("phone"), Some("＊電話番号を入力してください"));
        assert_eq!(errors.message_for("street"), None);
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["phone", "city", "phone"]);
        assert_eq!(errors.len(), 3);
    }
}
