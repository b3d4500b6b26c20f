//! Business days (業務日) in Japan: the days on which ② may leave and on which desks work.
//!
//! Invariant: no answer is ever guessed. A year whose holidays the Cabinet Office has not published yet is
//! [`CalendarError::NoHolidays`]. Japan has had no summer time since 1951, so its time is the fixed offset +09:00
//! and never the zone of the machine.

mod holidays;

pub use self::holidays::CHECKED_ON;

use self::holidays::{FIRST_YEAR, HOLIDAYS, LAST_YEAR};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday, date},
    tz::{self, Offset},
};

/// The offset of Japan, all the year.
pub const JAPAN: Offset = tz::offset(9);

/// The last day that the table of holidays covers.
pub const LAST_DAY: Date = date(LAST_YEAR, 12, 31);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("no published holidays for the year {year}; the table covers {FIRST_YEAR} to {LAST_YEAR}")]
    NoHolidays { year: i16 },
}

/// The date that the calendars in Japan show at this moment.
pub fn japan_date(at: Timestamp) -> Date {
    JAPAN.to_datetime(at).date()
}

/// Midnight in Japan at the beginning of `date`; at the two ends of time the nearest moment that exists.
pub fn start_of_day_jst(date: Date) -> Timestamp {
    let nearest = if date.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
    JAPAN.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or(nearest)
}

/// Not Saturday, not Sunday, no national holiday, not 29 December to 3 January (DOMAIN §4).
pub fn is_business_day(date: Date) -> Result<bool, CalendarError> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&date.year()) {
        return Err(CalendarError::NoHolidays { year: date.year() });
    }
    let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let is_new_year = matches!((date.month(), date.day()), (12, 29..) | (1, ..=3));
    Ok(!is_weekend && !is_new_year && holiday_name(date).is_none())
}

/// What the holiday on `date` is called, if it is one.
pub fn holiday_name(date: Date) -> Option<&'static str> {
    let found = HOLIDAYS.binary_search_by_key(&date, |(day, _)| *day).ok()?;
    HOLIDAYS.get(found).map(|(_, name)| *name)
}

/// The first business day after `date` (翌営業日), whether or not `date` is one itself.
pub fn next_business_day(date: Date) -> Result<Date, CalendarError> {
    add_business_days(date, 1)
}

/// The `days`-th business day after `date`; zero is `date` itself, whatever day it is.
pub fn add_business_days(date: Date, days: u32) -> Result<Date, CalendarError> {
    let mut day = date;
    let mut left = days;
    while left > 0 {
        day = day.tomorrow().map_err(|_| CalendarError::NoHolidays { year: date.year() })?;
        if is_business_day(day)? {
            left -= 1;
        }
    }
    Ok(day)
}

/// How many business days there are after `from` up to and including `to`: 2 reads 「期限まで2営業日」. Negative when
/// `to` is the earlier one: −3 reads 「3営業日超過」.
pub fn business_days_between(from: Date, to: Date) -> Result<i32, CalendarError> {
    if to < from {
        return business_days_between(to, from).map(|days| -days);
    }
    let mut count = 0;
    let mut day = from;
    while day < to {
        day = day.tomorrow().map_err(|_| CalendarError::NoHolidays { year: day.year() })?;
        count += i32::from(is_business_day(day)?);
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
