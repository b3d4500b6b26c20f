//! Days as a dense list shows them.

use jiff::civil::{Date, Weekday};

/// 「1月22日（金）」. The whole date stands in the `datetime` beside it.
pub(crate) fn short_date(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    };
    format!("{}月{}日（{weekday}）", date.month(), date.day())
}
