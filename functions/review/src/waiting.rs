//! How long an application has stood in its state, in words.

use jiff::{SignedDuration, Timestamp};
use shared::domain::calendar::{business_days_between, japan_date};

/// 「3営業日」; days of the calendar where nobody has published the holidays yet.
pub(crate) fn waiting_words(since: Timestamp, now: Timestamp) -> String {
    let (from, to) = (japan_date(since), japan_date(now));
    if to <= from {
        return "当日".to_owned();
    }
    match business_days_between(from, to) {
        Ok(0) => "1営業日未満".to_owned(),
        Ok(days) => format!("{days}営業日"),
        Err(_) => {
            format!("{}日", to.duration_since(from).as_secs() / SignedDuration::from_hours(24).as_secs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(since: &str, now: &str, expected: &str) {
        assert_eq!(waiting_words(since.parse().unwrap(), now.parse().unwrap()), expected);
    }

    #[test]
    fn business_days_are_counted_in_japan() {
        check("2027-01-22T12:00:00+09:00", "2027-01-22T23:59:00+09:00", "当日");
        check("2027-01-22T12:00:00+09:00", "2027-01-24T12:00:00+09:00", "1営業日未満");
        check("2027-01-22T12:00:00+09:00", "2027-01-25T00:00:00+09:00", "1営業日");
        check("2026-12-28T18:00:00+09:00", "2027-01-06T09:00:00+09:00", "3営業日");
        check("2027-01-22T12:00:00+09:00", "2027-01-21T12:00:00+09:00", "当日");
    }

    #[test]
    fn a_year_without_holidays_is_counted_by_the_calendar() {
        check("2090-01-02T00:00:00+09:00", "2090-01-12T00:00:00+09:00", "10日");
    }
}
