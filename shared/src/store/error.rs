//! What can go wrong between a function and its tables.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use super::Table;

/// A stored item does not fit: a bug, or a hand in the table. Never guessed around.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored {kind} {key} has no readable attribute {attribute}")]
pub struct Inconsistent {
    pub kind: &'static str,
    pub key: String,
    pub attribute: &'static str,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    #[error("the function was not given the table {0:?}")]
    NotOfThisFunction(Table),
    /// The call failed after the SDK's own attempts. The text is the code, never an item.
    #[error("DynamoDB: {0}")]
    Call(String),
    /// Others changed the same items, attempt after attempt.
    #[error("still contended after several attempts")]
    Contended,
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// What the decision started from is not there any more: read again and decide again.
    #[error("lost the race on {0}")]
    Lost(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoreError {
    #[expect(clippy::needless_pass_by_value, reason = "stands in map_err, which gives the error away")]
    #[expect(clippy::wildcard_enum_match_arm, reason = "SdkError is not ours and may grow")]
    pub(super) fn call<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Self {
        let code = match &error {
            SdkError::ServiceError(service) => service.err().code().unwrap_or("unnamed service error"),
            SdkError::TimeoutError(_) => "time-out",
            SdkError::DispatchFailure(_) => "no connection",
            SdkError::ResponseError(_) => "unreadable response",
            _ => "unbuildable request",
        };
        Self::Call(code.to_owned())
    }
}
