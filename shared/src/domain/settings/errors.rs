//! Why a change of the settings is refused.

use super::FREEZE_MOST_DAYS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsRefused {
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    #[error("it would be over already")]
    OverAlready,
    #[error("a freeze lasts at most {FREEZE_MOST_DAYS} days")]
    TooLong,
    #[error("too many at once")]
    TooMany,
    /// Somebody ended it before, or it is over.
    #[error("it is not there any more")]
    NotThere,
}
