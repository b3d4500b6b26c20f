//! Figures as a dashboard shows them: drawn as SVG on the server, and the same numbers as tables.
//!
//! Invariant: what is drawn is what the tables say; both come of one struct.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::{
    domain::desk::{DeskFigures, StageDays, Tab},
    mail::japan_date_text,
    store::DeskCounts,
};

/// Days of arrivals that are drawn.
const DAYS: usize = 30;
/// The drawing of the arrivals, in its own units: as wide as 30 days, and so high.
const DAY_WIDTH: u64 = 20;
const HEIGHT: u64 = 120;
/// The drawing of the states, in its own units: as wide as the narrowest window, so that its words can be read there.
const WIDTH: u64 = 300;
/// Where its bars begin, and how long the longest is; a number stands behind each.
const BARS_FROM: u64 = 66;
const LONGEST: u64 = 150;
/// From one bar to the next.
const LINE: u64 = 28;

/// The whole dashboard of a desk, or of all of them.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub states: Vec<StateBar>,
    pub open: u64,
    pub stuck: u64,
    pub undeliverable: u64,
    /// Those to whom ① or the notice of the account was written.
    pub notified: u64,
    /// Of those, in percent to one digit; nothing while there are none.
    pub undeliverable_rate: Option<String>,
    pub stages: Vec<StageRow>,
    pub arrivals: Vec<DayBar>,
    /// In the days that are drawn.
    pub arrived: u64,
    /// On the day with the most.
    pub busiest: u64,
}

/// How many stand in a state.
#[derive(Debug, Clone, Serialize)]
pub struct StateBar {
    pub status: &'static str,
    pub label: &'static str,
    pub count: u64,
    #[serde(skip)]
    pub y: u64,
    #[serde(skip)]
    pub length: u64,
}

/// How long a stage took those that left it.
#[derive(Debug, Clone, Serialize)]
pub struct StageRow {
    pub stage: &'static str,
    pub label: &'static str,
    pub count: u64,
    pub median: Option<u64>,
    pub ninetieth: Option<u64>,
}

/// How many arrived on a day.
#[derive(Debug, Clone, Serialize)]
pub struct DayBar {
    pub day: String,
    #[serde(skip)]
    pub text: String,
    #[serde(skip)]
    pub short: String,
    pub count: u64,
    #[serde(skip)]
    pub x: u64,
    #[serde(skip)]
    pub y: u64,
    #[serde(skip)]
    pub height: u64,
}

impl Figures {
    pub fn of<'a>(
        counts: impl IntoIterator<Item = &'a DeskCounts>,
        figures: &DeskFigures,
        now: Timestamp,
    ) -> Self {
        let counts: Vec<&DeskCounts> = counts.into_iter().collect();
        let count = |tab| counts.iter().map(|counts| counts.count(tab, None)).sum();
        let open = [Tab::Submitted, Tab::Returned, Tab::Approved, Tab::Issuing].map(|tab| (tab, count(tab)));
        let most = open.iter().map(|(_, count)| *count).max().unwrap_or_default();
        let (undeliverable, notified) = (count(Tab::Undeliverable), count(Tab::Issuing) + count(Tab::Done));
        let days = figures.arrivals_until(now, DAYS);
        let busiest = days.iter().map(|(_, count)| *count).max().unwrap_or_default();
        Self {
            states: (0..)
                .zip(open)
                .map(|(line, (tab, count))| StateBar::of(tab, count, most, line))
                .collect(),
            open: open.iter().map(|(_, count)| count).sum(),
            stuck: count(Tab::Stuck),
            undeliverable,
            notified,
            undeliverable_rate: percent(undeliverable, notified),
            stages: open.map(|(tab, _)| StageRow::of(tab, figures.stage(tab))).into(),
            arrived: days.iter().map(|(_, count)| count).sum(),
            arrivals: (0..).zip(days).map(|(at, (day, count))| DayBar::of(day, count, busiest, at)).collect(),
            busiest,
        }
    }

    /// The view box of the arrivals.
    pub fn arrivals_box(&self) -> String {
        format!("0 0 {} {}", DAY_WIDTH * DAYS as u64, HEIGHT)
    }

    /// The view box of the states.
    pub fn states_box(&self) -> String {
        format!("0 0 {WIDTH} {}", LINE * self.states.len() as u64)
    }

    /// The first and the last day that are drawn: 「1月22日」.
    pub fn ends(&self) -> [&str; 2] {
        [self.arrivals.first(), self.arrivals.last()].map(|day| day.map_or("", |day| day.short.as_str()))
    }
}

impl StateBar {
    fn of(tab: Tab, count: u64, most: u64, line: u64) -> Self {
        let (status, label) = (tab.as_str(), tab.label());
        Self { status, label, count, y: line * LINE, length: share(count, most, LONGEST) }
    }

    pub fn x() -> u64 {
        BARS_FROM
    }

    /// Where its number stands.
    pub fn end(&self) -> u64 {
        BARS_FROM + self.length + 6
    }
}

impl StageRow {
    fn of(tab: Tab, days: Option<StageDays>) -> Self {
        Self {
            stage: tab.as_str(),
            label: tab.label(),
            count: days.map(|days| days.count).unwrap_or_default(),
            median: days.map(|days| days.median),
            ninetieth: days.map(|days| days.ninetieth),
        }
    }
}

impl DayBar {
    fn of(day: Date, count: u64, busiest: u64, at: u64) -> Self {
        let height = share(count, busiest, HEIGHT);
        Self {
            day: day.to_string(),
            text: japan_date_text(day),
            short: format!("{}月{}日", day.month(), day.day()),
            count,
            x: at * DAY_WIDTH,
            y: HEIGHT - height,
            height,
        }
    }
}

/// What is there is at least a line thick.
fn share(count: u64, most: u64, whole: u64) -> u64 {
    (count * whole).checked_div(most).unwrap_or_default().max(u64::from(count > 0) * 2)
}

fn percent(part: u64, whole: u64) -> Option<String> {
    let tenths = (part * 1_000 + whole / 2).checked_div(whole)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;
    use crate::domain::application::samples::NOON;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% import "figures.html" as figures -%}{{ figures::all(figures) }}"#
    )]
    struct Dashboard {
        figures: Figures,
    }

    #[test]
    fn what_is_drawn_is_what_the_tables_say() {
        let mut sums = DeskFigures::default();
        sums.arrivals.insert("2027-01-21".parse().unwrap(), 8);
        sums.arrivals.insert("2027-01-22".parse().unwrap(), 2);
        for days in [1, 2, 40] {
            sums.left.insert((Tab::Submitted, days), 1);
        }
        let figures = Figures::of([&DeskCounts::default()], &sums, *NOON);
        let heights: Vec<u64> = figures.arrivals.iter().rev().take(3).map(|day| day.height).collect();
        assert_eq!((heights, figures.arrived, figures.busiest), (vec![30, 120, 0], 10, 8));
        assert_eq!(figures.undeliverable_rate, None);
        assert_eq!(figures.ends(), ["12月24日", "1月22日"]);
        let html = Dashboard { figures }.render().unwrap();
        for expected in [
            "令和9年（2027年）1月21日（木曜日）",
            r#"<rect class="chart__bar" x="560" y="0" width="16" height="120">"#,
            "<td class=\"numeric\">2日</td>",
            "<td class=\"numeric\">40日</td>",
            "まだありません",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
        assert!(!html.contains("style="), "the CSP refuses it");
    }

    #[test]
    fn a_month_without_arrivals_is_said_and_not_drawn() {
        let figures = Figures::of([&DeskCounts::default()], &DeskFigures::default(), *NOON);
        let html = Dashboard { figures }.render().unwrap();
        assert!(html.contains("最近30日間の申請はありません。"), "{html}");
        assert!(!html.contains("最近30日間の、1日あたり"), "{html}");
    }

    #[test]
    fn a_rate_has_one_digit_and_nothing_has_none() {
        assert_eq!(percent(1, 3).as_deref(), Some("33.3"));
        assert_eq!(percent(2, 3).as_deref(), Some("66.7"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.0"));
        assert_eq!(percent(0, 0), None);
        assert_eq!((share(0, 0, 100), share(1, 1_000, 100), share(1_000, 1_000, 100)), (0, 2, 100));
    }
}
