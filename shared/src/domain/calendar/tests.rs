//! The table against a list written out by hand from 内閣府「国民の祝日について」, which shares nothing with its source.

use super::*;
use jiff::ToSpan;
use proptest::prelude::*;

/// (year, every day off that 内閣府 lists for it, as month/day)
const PUBLISHED: [(i16, &str); 4] = [
    (
        2024,
        "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
    ),
    (2025, "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24"),
    (2026, "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23"),
    (2027, "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23"),
];

fn days_of(year: i16) -> impl Iterator<Item = Date> {
    date(year, 1, 1).series(1.day()).take_while(move |day| day.year() == year)
}

#[test]
fn every_day_of_four_years_agrees_with_the_published_list() {
    for (year, published) in PUBLISHED {
        for day in days_of(year) {
            let (month, of_month) = (day.month(), day.day());
            let is_published = published.split(' ').any(|listed| listed == format!("{month}/{of_month}"));
            assert_eq!(holiday_name(day).is_some(), is_published, "{day}");
            let is_new_year = (month == 12 && of_month >= 29) || (month == 1 && of_month <= 3);
            let is_weekend = day.weekday().to_monday_one_offset() >= 6;
            assert_eq!(is_business_day(day), Ok(!is_published && !is_new_year && !is_weekend), "{day}");
        }
    }
}

#[test]
fn the_number_of_business_days_of_a_year_is_known() {
    let counted = |year| days_of(year).filter(|day| is_business_day(*day) == Ok(true)).count();
    assert_eq!([2024, 2025, 2026, 2027].map(counted), [244, 241, 240, 242]);
}

#[test]
fn the_table_is_sorted_and_covers_each_of_its_years() {
    assert!(HOLIDAYS.is_sorted_by(|(one, _), (next, _)| one < next));
    for year in FIRST_YEAR..=LAST_YEAR {
        let count = HOLIDAYS.iter().filter(|(day, _)| day.year() == year).count();
        assert!((16..=22).contains(&count), "{year}: {count}");
    }
    assert!(HOLIDAYS.iter().all(|(day, _)| (FIRST_YEAR..=LAST_YEAR).contains(&day.year())));
}

/// Whoever moves `CHECKED_ON` without adding the year that the Cabinet Office has published meanwhile learns it here.
/// The day on which the table really runs short comes from the clock, which is not the domain's: see [`LAST_DAY`].
#[test]
fn at_least_twelve_months_lay_ahead_when_the_table_was_checked() {
    let needed = CHECKED_ON.checked_add(12.months()).expect("a date within the calendar");
    assert!(LAST_DAY >= needed, "the table ends on {LAST_DAY}, checked on {CHECKED_ON}");
}

#[test]
fn a_year_without_published_holidays_is_an_error_even_on_a_sunday() {
    assert_eq!(is_business_day(date(2028, 1, 2)), Err(CalendarError::NoHolidays { year: 2028 }));
    assert_eq!(is_business_day(date(2019, 12, 30)), Err(CalendarError::NoHolidays { year: 2019 }));
    assert_eq!(next_business_day(date(2027, 12, 28)), Err(CalendarError::NoHolidays { year: 2028 }));
    assert_eq!(
        business_days_between(date(2027, 12, 1), date(2028, 1, 10)),
        Err(CalendarError::NoHolidays { year: 2028 })
    );
    assert_eq!(add_business_days(Date::MAX, 1).map_err(|CalendarError::NoHolidays { year }| year), Err(9999));
}

#[test]
fn the_next_business_day_jumps_over_everything_that_is_closed() {
    let cases = [
        (date(2026, 11, 20), date(2026, 11, 24)), // Friday, then 勤労感謝の日 on Monday
        (date(2026, 12, 28), date(2027, 1, 4)),   // year's end
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2026, 9, 18), date(2026, 9, 24)), // 敬老の日, 国民の休日, 秋分の日
        (date(2025, 5, 2), date(2025, 5, 7)),
        (date(2026, 6, 3), date(2026, 6, 4)),
    ];
    for (from, next) in cases {
        assert_eq!(next_business_day(from), Ok(next), "{from}");
    }
    assert_eq!(add_business_days(date(2026, 12, 25), 3), Ok(date(2027, 1, 5)));
    assert_eq!(add_business_days(date(2026, 11, 22), 0), Ok(date(2026, 11, 22)));
}

#[test]
fn business_days_count_both_ways() {
    assert_eq!(business_days_between(date(2026, 11, 20), date(2026, 11, 25)), Ok(2));
    assert_eq!(business_days_between(date(2026, 11, 25), date(2026, 11, 20)), Ok(-2));
    assert_eq!(business_days_between(date(2026, 11, 21), date(2026, 11, 23)), Ok(0));
}

#[test]
fn the_day_in_japan_begins_at_fifteen_hours_utc() {
    let before: Timestamp = "2026-12-31T14:59:59.999Z".parse().expect("a moment");
    let after: Timestamp = "2026-12-31T15:00:00Z".parse().expect("a moment");
    assert_eq!((japan_date(before), japan_date(after)), (date(2026, 12, 31), date(2027, 1, 1)));
    assert_eq!(start_of_day_jst(date(2027, 1, 1)), after);
    assert_eq!(start_of_day_jst(Date::MIN), Timestamp::MIN);
}

proptest! {
    #[test]
    fn midnight_belongs_to_its_day(days in 0i64..2_900) {
        let day = date(2020, 1, 1).checked_add(days.days()).expect("a date");
        prop_assert_eq!(japan_date(start_of_day_jst(day)), day);
    }

    #[test]
    fn adding_and_counting_agree(days in 0i64..2_500, more in 1u32..120) {
        let from = date(2020, 1, 1).checked_add(days.days()).expect("a date");
        let to = add_business_days(from, more).expect("inside the table");
        prop_assert_eq!(is_business_day(to), Ok(true));
        prop_assert_eq!(business_days_between(from, to), Ok(i32::try_from(more).expect("small")));
    }
}
