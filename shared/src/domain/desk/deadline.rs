//! How long a case may stand in its state: the desk's 「期限」.
//!
//! Invariant: only business days count. Where a year's holidays are not published yet, nothing is said.

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    application::{Application, Status},
    calendar::{CalendarError, business_days_between, is_business_day, japan_date},
};

/// Business days within which a case moves on. The guide promises 「1〜2週間程度」 for the prefecture's part and as much
/// for the issuing: the longer of the two.
pub const REVIEW_DAYS: i32 = 10;

/// How a case stands towards its 期限.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ageing {
    /// Business days that have passed.
    pub passed: i32,
    /// Business days that it may take.
    pub allowed: i32,
}

impl Ageing {
    /// Business days that are left; negative when it is late.
    pub fn left(self) -> i32 {
        self.allowed - self.passed
    }

    /// 「期限まで2営業日」, 「本日が期限」, 「3営業日超過」.
    pub fn words(self) -> String {
        match self.left() {
            0 => "本日が期限".to_owned(),
            left if left > 0 => format!("期限まで{left}営業日"),
            late => format!("{}営業日超過", -late),
        }
    }

    /// Within two business days of its end, or past it.
    pub fn is_pressing(self) -> bool {
        self.left() <= 2
    }
}

impl Application {
    /// How it stands towards its 期限: the applicant's day while it is returned, [`REVIEW_DAYS`] in the other open states,
    /// nothing where nothing is awaited.
    pub fn ageing(&self, now: Timestamp) -> Result<Option<Ageing>, CalendarError> {
        let since = japan_date(self.entered_at);
        let allowed = match &self.status {
            Status::Submitted | Status::Approved | Status::Issuing { .. } => REVIEW_DAYS,
            Status::Returned { due_on, .. } => business_days_between(since, *due_on)?,
            Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Withdrawn { .. } => return Ok(None),
        };
        let passed = business_days_between(since, japan_date(now))?.max(0);
        Ok(Some(Ageing { passed, allowed }))
    }
}

/// The first day on which a case may have entered its state and still have at least `left` business days today. What
/// entered earlier has fewer.
pub fn earliest_day_within(today: Date, left: i32) -> Result<Date, CalendarError> {
    let mut passed = 0;
    let mut day = today;
    loop {
        let before = day.yesterday().map_err(|_| CalendarError::NoHolidays { year: day.year() })?;
        passed += i32::from(is_business_day(day)?);
        if passed > REVIEW_DAYS - left {
            return Ok(day);
        }
        day = before;
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::application::samples::{in_every_status, submitted};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_days_that_are_left_in_words() {
        // 11 January is 成人の日.
        let ageing = |since: &str, now: &str| {
            Application { entered_at: at(since), ..submitted() }.ageing(at(now)).map(Option::unwrap)
        };
        let words = |since: &str| ageing(since, "2027-01-22T09:00:00+09:00").unwrap().words();
        assert_eq!(words("2027-01-22T08:00:00+09:00"), "期限まで10営業日");
        assert_eq!(words("2027-01-23T08:00:00+09:00"), "期限まで10営業日", "of tomorrow: nothing has passed");
        assert_eq!(words("2027-01-12T23:59:00+09:00"), "期限まで2営業日");
        assert_eq!(words("2027-01-07T12:00:00+09:00"), "本日が期限");
        assert_eq!(words("2027-01-04T12:00:00+09:00"), "3営業日超過");
        assert_eq!(words("2026-12-31T12:00:00+09:00"), "4営業日超過");
        assert!(ageing("2080-01-01T00:00:00Z", "2090-01-01T00:00:00Z").is_err());
    }

    #[test]
    fn only_what_is_open_has_a_deadline_and_a_returned_one_the_applicants() {
        let words: Vec<String> = in_every_status()
            .into_iter()
            .map(|application| {
                let later = application.entered_at + SignedDuration::from_hours(24 * 7);
                let ageing = application.ageing(later).unwrap();
                let words = ageing.map_or("–".to_owned(), Ageing::words);
                format!("{} {words}", application.status.kind().as_str())
            })
            .collect();
        insta::assert_snapshot!(words.join("\n"));
    }

    #[test]
    fn the_earliest_day_is_the_edge() {
        for today in ["2027-01-22", "2027-01-24", "2027-01-11", "2026-12-30"] {
            let today: Date = today.parse().unwrap();
            for left in [-3, 0, 1, 2, 10] {
                let first = earliest_day_within(today, left).unwrap();
                let left_of = |day: Date| REVIEW_DAYS - business_days_between(day, today).unwrap();
                assert!(left_of(first) >= left, "{today} {left}: {first}");
                assert!(left_of(first.yesterday().unwrap()) < left, "{today} {left}: before {first}");
            }
        }
    }
}
