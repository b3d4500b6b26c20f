//! Moments as a browser's date-and-time field writes them: Japan time, to the minute.

use jiff::{Timestamp, civil::DateTime};
use shared::domain::calendar::JAPAN;

/// `2026-12-28T17:00` as it is typed; `None` for anything else.
pub(crate) fn read(typed: &str) -> Option<Timestamp> {
    let local: DateTime = typed.trim().parse().ok()?;
    JAPAN.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_moment_is_japan_time() {
        let at = read("2026-12-28T17:00").unwrap();
        assert_eq!(at.to_string(), "2026-12-28T08:00:00Z");
        assert_eq!(read(" 2026-12-28T17:00:30 ").unwrap().to_string(), "2026-12-28T08:00:30Z");
        for wrong in ["", "2026-13-01T00:00", "12/28 17:00", "2026-12-28T25:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
