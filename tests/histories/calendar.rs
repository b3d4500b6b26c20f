//! Which days offices of Japan are closed on, written down by hand and not taken from the code under test:
//! the weekends, the holidays that the Cabinet Office published for 2027, and the days around New Year.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::{Timestamp, civil::Date};

/// Weekdays on which offices are closed, from December 2026 to January 2028.
const CLOSED: &str = "
2026-12-29 2026-12-30 2026-12-31 2027-01-01
2027-01-11 2027-02-11 2027-02-23 2027-03-22 2027-04-29 2027-05-03 2027-05-04 2027-05-05
2027-07-19 2027-08-11 2027-09-20 2027-09-23 2027-10-11 2027-11-03 2027-11-23
2027-12-29 2027-12-30 2027-12-31 2028-01-03";

const DAY: i64 = 86_400;
/// Japan is nine hours ahead, all the year.
const AHEAD: i64 = 9 * 3_600;

static CLOSED_DAYS: LazyLock<BTreeSet<i64>> = LazyLock::new(|| {
    let days = CLOSED.split_whitespace().map(|day| day.parse::<Date>().expect("a date"));
    let epoch = jiff::civil::date(1970, 1, 1);
    days.map(|day| i64::from((day - epoch).get_days())).collect()
});

/// Days since 1970 in Japan.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    (at.as_second() + AHEAD).div_euclid(DAY)
}

/// Midnight in Japan.
pub(crate) fn midnight(day: i64) -> Timestamp {
    Timestamp::from_second(day * DAY - AHEAD).expect("within time")
}

pub(crate) fn is_open(day: i64) -> bool {
    // 1 January 1970 was a Thursday: 3 days later it was Sunday.
    let weekday = (day + 4).rem_euclid(7);
    weekday != 0 && weekday != 6 && !CLOSED_DAYS.contains(&day)
}

/// Midnight of the next business day after the day of `at`.
pub(crate) fn next_open_midnight(at: Timestamp) -> Timestamp {
    let after = day_of(at) + 1;
    midnight((after..after + 30).find(|day| is_open(*day)).unwrap_or(after))
}
