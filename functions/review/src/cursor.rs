//! Where the next page of a list begins: after this application, which entered its state then.
//!
//! Invariant: a cursor is a place in the reader's own list. Whatever it says, it names no desk.

use std::fmt;

use jiff::Timestamp;
use shared::domain::ids::ApplicationNumber;

/// `API-00001750_1800586800000` in an address: the number, and milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) number: ApplicationNumber,
    pub(crate) entered_at: Timestamp,
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (number, at) = text.split_once('_')?;
        let is_plain = (1..=15).contains(&at.len()) && at.bytes().all(|byte| byte.is_ascii_digit());
        let milliseconds = is_plain.then(|| at.parse().ok()).flatten()?;
        Some(Self {
            number: ApplicationNumber::parse(number)?,
            entered_at: Timestamp::from_millisecond(milliseconds).ok()?,
        })
    }
}

impl From<(ApplicationNumber, Timestamp)> for Cursor {
    fn from((number, entered_at): (ApplicationNumber, Timestamp)) -> Self {
        Self { number, entered_at }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.number, self.entered_at.as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_shows() {
        let cursor = Cursor {
            number: ApplicationNumber::new(1750).unwrap(),
            entered_at: Timestamp::from_millisecond(1_800_586_800_123).unwrap(),
        };
        assert_eq!(cursor.to_string(), "API-00001750_1800586800123");
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }

    #[test]
    fn anything_else_is_no_cursor() {
        for forged in [
            "",
            "_",
            "API-00001750",
            "API-00001750_",
            "API-00001750_-1",
            "API-00001750_+1",
            "API-00001750_1_1",
            "API-00001750_9999999999999999",
            "API-1750_1800586800123",
            "27#medical#submitted_1800586800123",
            "1800586800123_API-00001750",
        ] {
            assert_eq!(Cursor::parse(forged), None, "{forged}");
        }
    }
}
