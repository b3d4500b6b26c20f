//! Moments as the ministry writes them: 令和9年（2027年）1月8日（金曜日）9時00分.

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

use crate::domain::calendar::JAPAN;

/// The year before 令和元年.
const BEFORE_REIWA: i16 = 2018;

/// Date, weekday and minute in Japan: 令和9年（2027年）1月8日（金曜日）9時00分.
pub fn japan_time_text(at: Timestamp) -> String {
    let local = JAPAN.to_datetime(at);
    format!("{}{}時{:02}分", japan_date_text(local.date()), local.hour(), local.minute())
}

/// 令和9年（2027年）1月8日（金曜日）; from the second year of 令和 on, nothing here is older.
pub fn japan_date_text(date: Date) -> String {
    let (year, month, day, weekday) = (date.year(), date.month(), date.day(), weekday_text(date.weekday()));
    if year > BEFORE_REIWA + 1 {
        format!("令和{}年（{year}年）{month}月{day}日（{weekday}）", year - BEFORE_REIWA)
    } else {
        format!("{year}年{month}月{day}日（{weekday}）")
    }
}

fn weekday_text(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月曜日",
        Weekday::Tuesday => "火曜日",
        Weekday::Wednesday => "水曜日",
        Weekday::Thursday => "木曜日",
        Weekday::Friday => "金曜日",
        Weekday::Saturday => "土曜日",
        Weekday::Sunday => "日曜日",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, expected: &str) {
        assert_eq!(japan_time_text(at.parse().unwrap()), expected);
    }

    #[test]
    fn moments_are_shown_in_japan_time() {
        check("2027-01-08T00:00:00Z", "令和9年（2027年）1月8日（金曜日）9時00分");
        check("2026-12-31T15:00:00Z", "令和9年（2027年）1月1日（金曜日）0時00分");
        check("2026-12-31T14:59:59Z", "令和8年（2026年）12月31日（木曜日）23時59分");
        check("2019-12-31T00:00:00Z", "2019年12月31日（火曜日）9時00分");
    }
}
