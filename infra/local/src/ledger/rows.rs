//! Values as columns hold them.

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::LedgerError;

/// Milliseconds since 1970.
pub(super) fn instant(milliseconds: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| LedgerError::Corrupt(error.to_string()))
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|error| LedgerError::Corrupt(error.to_string()))
}

/// A count of rows, which SQLite has as a signed number.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(b"0123456789abcdef"[usize::from(nibble)]))
        .collect()
}
