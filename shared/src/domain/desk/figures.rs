//! What a desk's month came to: how many applications arrived on each day, and how long they stood in each stage.
//!
//! Architecture invariant: figures are sums of changes, each taken in once; the order in which they come does not matter,
//! and the figures of several desks or months add up to those of all of them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::Tab;
use crate::domain::calendar::japan_date;

/// Days that are told apart; what stood longer counts as this.
pub const LONGEST_STAGE: u64 = 90;

/// A month of a desk, or several of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFigures {
    pub arrivals: BTreeMap<Date, u64>,
    /// How many left a stage after so many days.
    pub left: BTreeMap<(Tab, u64), u64>,
}

/// How long applications stood in a stage, of those that left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageDays {
    pub count: u64,
    /// Half of them stood at most so many days.
    pub median: u64,
    /// Nine of ten stood at most so many days.
    pub ninetieth: u64,
}

/// The calendar month of a day, as `2027-01`.
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Whole days from one moment to a later one, at most [`LONGEST_STAGE`].
pub fn days_between(from: Timestamp, until: Timestamp) -> u64 {
    let days = until.duration_since(from).as_secs() / SignedDuration::from_hours(24).as_secs();
    u64::try_from(days).unwrap_or_default().min(LONGEST_STAGE)
}

impl DeskFigures {
    pub fn add(&mut self, other: &Self) {
        for (day, count) in &other.arrivals {
            *self.arrivals.entry(*day).or_default() += count;
        }
        for (stage, count) in &other.left {
            *self.left.entry(*stage).or_default() += count;
        }
    }

    /// The last `days` days up to today, the oldest first; days without arrivals are there, too.
    pub fn arrivals_until(&self, now: Timestamp, days: usize) -> Vec<(Date, u64)> {
        let today = japan_date(now);
        let mut list: Vec<(Date, u64)> = today
            .series(-jiff::Span::new().days(1))
            .take(days)
            .map(|day| (day, self.arrivals.get(&day).copied().unwrap_or_default()))
            .collect();
        list.reverse();
        list
    }

    /// Nothing while none has left it.
    pub fn stage(&self, stage: Tab) -> Option<StageDays> {
        let days: Vec<(u64, u64)> = self
            .left
            .iter()
            .filter(|((of, _), _)| *of == stage)
            .map(|((_, days), count)| (*days, *count))
            .collect();
        let count: u64 = days.iter().map(|(_, count)| count).sum();
        let rank = |tenths: u64| percentile(&days, (count * tenths).div_ceil(10));
        (count > 0).then(|| StageDays { count, median: rank(5), ninetieth: rank(9) })
    }
}

/// The days of the `rank`-th, counted from the shortest (the nearest-rank method).
fn percentile(days: &[(u64, u64)], rank: u64) -> u64 {
    let mut passed = 0;
    let reached = days.iter().find(|(_, count)| {
        passed += count;
        passed >= rank
    });
    reached.map(|(days, _)| *days).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application::samples::NOON;

    fn stood(days: &[u64]) -> DeskFigures {
        let mut figures = DeskFigures::default();
        for days in days {
            *figures.left.entry((Tab::Submitted, *days)).or_default() += 1;
        }
        figures
    }

    #[test]
    fn the_median_and_the_ninetieth_percentile_are_days_that_some_application_stood() {
        let stage = |days: &[u64]| stood(days).stage(Tab::Submitted);
        assert_eq!(stage(&[]), None);
        assert_eq!(stage(&[3]), Some(StageDays { count: 1, median: 3, ninetieth: 3 }));
        assert_eq!(stage(&[1, 2, 3, 40]), Some(StageDays { count: 4, median: 2, ninetieth: 40 }));
        let ten = stage(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 90]);
        assert_eq!(ten, Some(StageDays { count: 10, median: 4, ninetieth: 8 }));
        assert_eq!(stood(&[1]).stage(Tab::Issuing), None);
    }

    #[test]
    fn figures_add_up_in_any_order() {
        let (one, other) = (stood(&[1, 5]), stood(&[5, 9]));
        let (mut forwards, mut backwards) = (one.clone(), other.clone());
        forwards.add(&other);
        backwards.add(&one);
        assert_eq!(forwards, backwards);
        assert_eq!(forwards, stood(&[1, 5, 5, 9]));
    }

    #[test]
    fn days_are_whole_and_a_day_without_arrivals_is_shown() {
        let hours = |hours| *NOON + SignedDuration::from_hours(hours);
        assert_eq!(days_between(*NOON, hours(23)), 0);
        assert_eq!(days_between(*NOON, hours(24)), 1);
        assert_eq!(days_between(*NOON, hours(24 * 400)), LONGEST_STAGE);
        assert_eq!(days_between(hours(24), *NOON), 0, "backwards is no time");
        let mut figures = DeskFigures::default();
        figures.arrivals.insert("2027-01-21".parse().unwrap(), 4);
        let list = figures.arrivals_until(*NOON, 3);
        let lines: Vec<String> = list.iter().map(|(day, count)| format!("{day} {count}")).collect();
        assert_eq!(lines, ["2027-01-20 0", "2027-01-21 4", "2027-01-22 0"]);
        assert_eq!(month_of("2027-01-22".parse().unwrap()), "2027-01");
    }
}
