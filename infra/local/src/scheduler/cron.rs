//! The cron expressions of EventBridge Scheduler: six fields, in local time.
//!
//! Source: *Amazon EventBridge Scheduler User Guide*, "Schedule types". Day of month and day of week
//! exclude each other: one of them is `?`. Sunday is 1.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::field::{self, Range};

const FIRST_YEAR: u16 = 1970;
const LAST_YEAR: u16 = 2199;

/// A parsed `cron(minute hour day-of-month month day-of-week year)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: Vec<u16>,
    hours: Vec<u16>,
    days: Days,
    months: Vec<u16>,
    years: Vec<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Days {
    OfMonth(Vec<MonthDay>),
    OfWeek(Vec<WeekDay>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum MonthDay {
    /// `15`, and what lists, ranges and steps spell out.
    On(u16),
    /// `L`: the last day of the month.
    Last,
    /// `LW`: the last Monday-to-Friday of the month.
    LastWeekday,
    /// `15W`: the Monday-to-Friday nearest to the 15th, in the same month.
    NearestWeekday(u16),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum WeekDay {
    /// `2`, `MON`, and what lists, ranges and steps spell out.
    Every(u16),
    /// `6L`: the last Friday of the month.
    LastOfMonth(u16),
    /// `3#2`: the second Tuesday of the month.
    Nth(u16, u16),
}

impl Cron {
    /// Reads what stands between the brackets of `cron(…)`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, month_days, months, week_days, years] = fields.as_slice() else {
            return Err(format!("a cron expression has six fields, {} stand in \"{text}\"", fields.len()));
        };
        Ok(Self {
            minutes: field::numbers(minutes, &Range::new("minute", 0, 59))?,
            hours: field::numbers(hours, &Range::new("hour", 0, 23))?,
            days: Days::parse(month_days, week_days)?,
            months: field::numbers(months, &Range::named("month", 1, 12, &field::MONTHS))?,
            years: field::numbers(years, &Range::new("year", FIRST_YEAR, LAST_YEAR))?,
        })
    }

    /// The first occurrence strictly after `local`, or `None` if there is none any more.
    pub(super) fn next_after(&self, local: DateTime) -> Option<DateTime> {
        if let Some(time) = self.time_after(local.date(), local.time()) {
            return Some(local.date().to_datetime(time));
        }
        let first = self.time_from(0, 0)?;
        let mut date = local.date().tomorrow().ok()?;
        while date.year().unsigned_abs() <= LAST_YEAR {
            if !self.years.contains(&date.year().unsigned_abs()) {
                date = Date::new(date.year() + 1, 1, 1).ok()?;
            } else if !self.has_month(date) {
                date = date.last_of_month().tomorrow().ok()?;
            } else if self.days.contain(date) {
                return Some(date.to_datetime(first));
            } else {
                date = date.tomorrow().ok()?;
            }
        }
        None
    }

    fn time_after(&self, date: Date, time: Time) -> Option<Time> {
        let due = self.years.contains(&date.year().unsigned_abs())
            && self.has_month(date)
            && self.days.contain(date);
        if !due {
            return None;
        }
        match time.minute() {
            59 if time.hour() == 23 => None,
            59 => self.time_from(time.hour().unsigned_abs() + 1, 0),
            minute => self.time_from(time.hour().unsigned_abs(), minute.unsigned_abs() + 1),
        }
    }

    /// The first time of day at or after `hour:minute`.
    fn time_from(&self, hour: u8, minute: u8) -> Option<Time> {
        let (hour, minute) = (u16::from(hour), u16::from(minute));
        let in_this_hour = self.minutes.iter().find(|&&candidate| candidate >= minute);
        let (hour, minute) = match in_this_hour {
            Some(minute) if self.hours.contains(&hour) => (&hour, minute),
            Some(_) | None => {
                (self.hours.iter().find(|&&candidate| candidate > hour)?, self.minutes.first()?)
            }
        };
        Time::new(i8::try_from(*hour).ok()?, i8::try_from(*minute).ok()?, 0, 0).ok()
    }

    fn has_month(&self, date: Date) -> bool {
        self.months.contains(&u16::from(date.month().unsigned_abs()))
    }
}

impl Days {
    fn parse(of_month: &str, of_week: &str) -> Result<Self, String> {
        match (of_month, of_week) {
            ("?", "?") => Err("day of month and day of week cannot both be ?".into()),
            ("?", of_week) => items(of_week, WeekDay::parse).map(Self::OfWeek),
            (of_month, "?") => items(of_month, MonthDay::parse).map(Self::OfMonth),
            (_, _) => Err("one of day of month and day of week must be ?".into()),
        }
    }

    fn contain(&self, date: Date) -> bool {
        match self {
            Self::OfMonth(days) => days.iter().any(|day| day.is(date)),
            Self::OfWeek(days) => days.iter().any(|day| day.is(date)),
        }
    }
}

impl MonthDay {
    fn parse(item: &str) -> Result<Vec<Self>, String> {
        let range = Range::new("day of month", 1, 31);
        match (item, item.strip_suffix('W')) {
            ("L", _) => Ok(vec![Self::Last]),
            ("LW", _) => Ok(vec![Self::LastWeekday]),
            (_, Some(day)) => Ok(vec![Self::NearestWeekday(field::number(day, &range)?)]),
            (_, None) => Ok(field::numbers(item, &range)?.into_iter().map(Self::On).collect()),
        }
    }

    fn is(&self, date: Date) -> bool {
        let day = u16::from(date.day().unsigned_abs());
        match self {
            Self::On(wanted) => day == *wanted,
            Self::Last => date == date.last_of_month(),
            Self::LastWeekday => date == nearest_weekday(date.last_of_month()),
            Self::NearestWeekday(wanted) => {
                on_day(date, *wanted).is_some_and(|wanted| date == nearest_weekday(wanted))
            }
        }
    }
}

impl WeekDay {
    fn parse(item: &str) -> Result<Vec<Self>, String> {
        let range = Range::named("day of week", 1, 7, &field::WEEK_DAYS);
        if item == "L" {
            return Ok(vec![Self::Every(7)]);
        }
        if let Some((day, nth)) = item.split_once('#') {
            let nth = field::number(nth, &Range::new("week of month", 1, 5))?;
            return Ok(vec![Self::Nth(field::number(day, &range)?, nth)]);
        }
        if let Some(day) = item.strip_suffix('L') {
            return Ok(vec![Self::LastOfMonth(field::number(day, &range)?)]);
        }
        Ok(field::numbers(item, &range)?.into_iter().map(Self::Every).collect())
    }

    fn is(&self, date: Date) -> bool {
        let weekday = u16::from(date.weekday().to_sunday_one_offset().unsigned_abs());
        let day = u16::from(date.day().unsigned_abs());
        let days = u16::from(date.days_in_month().unsigned_abs());
        match self {
            Self::Every(wanted) => weekday == *wanted,
            Self::LastOfMonth(wanted) => weekday == *wanted && day + 7 > days,
            Self::Nth(wanted, nth) => weekday == *wanted && (day - 1) / 7 + 1 == *nth,
        }
    }
}

fn items<T>(list: &str, parse: fn(&str) -> Result<Vec<T>, String>) -> Result<Vec<T>, String> {
    let parsed: Vec<Vec<T>> = list.split(',').map(parse).collect::<Result<_, _>>()?;
    Ok(parsed.into_iter().flatten().collect())
}

fn on_day(date: Date, day: u16) -> Option<Date> {
    Date::new(date.year(), date.month(), i8::try_from(day).ok()?).ok()
}

/// The Monday-to-Friday nearest to `date` that lies in the same month.
fn nearest_weekday(date: Date) -> Date {
    let step: i64 = match date.weekday() {
        Weekday::Saturday if date.day() == 1 => 2,
        Weekday::Saturday => -1,
        Weekday::Sunday if date == date.last_of_month() => -2,
        Weekday::Sunday => 1,
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => 0,
    };
    date.saturating_add(jiff::Span::new().days(step))
}
