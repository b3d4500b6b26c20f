//! One line of text with a limit: what names, towns and departments have in common.
//!
//! Invariant: a value is never empty, never longer than its limit, and holds no character that fields refuse.

use super::{TextError, characters::fault_of};

/// A name or an address of 1 to `limit` characters, ready to be stored.
pub(in crate::domain) fn line(
    typed: &str,
    limit: usize,
    normalised: fn(&str) -> Result<String, TextError>,
) -> Result<String, TextError> {
    let text = normalised(typed)?;
    let length = text.chars().count();
    if length == 0 {
        return Err(TextError::Missing);
    }
    if length > limit {
        return Err(TextError::TooLong { limit, typed: length });
    }
    Ok(text)
}

/// What every stored line obeys, whichever normaliser was in force when it was typed.
pub(in crate::domain) fn is_stored_line(stored: &str, limit: usize) -> bool {
    !stored.is_empty()
        && stored.trim() == stored
        && stored.chars().count() <= limit
        && stored.chars().all(|character| fault_of(character).is_none())
}

/// Declares a type that holds one line of text: `parse`, `from_stored`, `as_str`, `LIMIT`.
macro_rules! line_type {
    ($(#[$meta:meta])* $name:ident, $limit:literal, $normalised:path) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters (Unicode scalar values) that it may have.
            pub const LIMIT: usize = $limit;

            pub fn parse(typed: &str) -> Result<Self, $crate::domain::text::TextError> {
                $crate::domain::text::line(typed, Self::LIMIT, $normalised).map(Self)
            }

            /// Reads back a stored value; `None` if it is not one.
            pub fn from_stored(stored: &str) -> Option<Self> {
                $crate::domain::text::is_stored_line(stored, Self::LIMIT).then(|| Self(stored.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}
pub(in crate::domain) use line_type;
