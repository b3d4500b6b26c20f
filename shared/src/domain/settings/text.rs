//! A text that everybody reads: on the entry page and on the state page.

use crate::domain::text::{self, TextError};

/// The longest public text, in characters.
pub const PUBLIC_TEXT_LIMIT: usize = 300;

/// One or more lines of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicText(String);

impl PublicText {
    /// What was typed, each line tidied like a name; empty lines at both ends fall away.
    pub fn parse(typed: &str) -> Result<Self, TextError> {
        let lines = typed.lines().map(text::name).collect::<Result<Vec<_>, _>>()?;
        let tidy = lines.join("\n").trim_matches('\n').to_owned();
        match tidy.chars().count() {
            0 => Err(TextError::Missing),
            typed if typed > PUBLIC_TEXT_LIMIT => Err(TextError::TooLong { limit: PUBLIC_TEXT_LIMIT, typed }),
            _ => Ok(Self(tidy)),
        }
    }

    /// Reads back a stored value; `None` if it is not one.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::parse(stored).ok().filter(|text| text.0 == stored)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_text_is_one_to_three_hundred_characters_of_plain_lines() {
        let tidy = PublicText::parse("\n  年末年始のため\r\n発行を停止します。\n\n").unwrap();
        assert_eq!(tidy.as_str(), "年末年始のため\n発行を停止します。");
        assert_eq!(PublicText::from_stored(tidy.as_str()), Some(tidy));
        assert!(PublicText::parse(&"あ".repeat(300)).is_ok());
        assert_eq!(PublicText::parse(" 　\n"), Err(TextError::Missing));
        assert_eq!(PublicText::parse(&"あ".repeat(301)), Err(TextError::TooLong { limit: 300, typed: 301 }));
        assert_eq!(PublicText::parse("\u{202e}逆さ"), Err(TextError::DirectionMark));
        assert_eq!(PublicText::from_stored(" 空白"), None);
    }
}
