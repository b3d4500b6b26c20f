//! When a schedule is due: `rate(…)` and `cron(…)`, pure.
//!
//! Architecture invariant: nothing here reads a clock or the host's time zone; the same expression and
//! instant give the same answer on every machine.

use jiff::{SignedDuration, Timestamp, tz};

use super::cron::Cron;

/// A schedule's expression in its time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    rule: Rule,
    zone: Zone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Rate(SignedDuration),
    Cron(Cron),
}

/// The zones that the template may name. Japan has had no daylight saving time since 1951.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    Tokyo,
    Utc,
}

impl Expression {
    /// Reads `ScheduleExpression` and `ScheduleExpressionTimezone`; the error is a sentence.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, String> {
        let rule = match bracketed(expression) {
            Some(("rate", inside)) => Rule::Rate(parse_rate(inside)?),
            Some(("cron", inside)) => Rule::Cron(Cron::parse(inside)?),
            Some(_) | None => return Err(format!("\"{expression}\" is neither rate(…) nor cron(…)")),
        };
        Ok(Self { rule, zone: Zone::parse(zone)? })
    }

    /// `rate(…)`: it repeats by interval, not at times of day.
    pub fn is_rate(&self) -> bool {
        matches!(self.rule, Rule::Rate(_))
    }

    /// The first occurrence strictly after `at`. Rates are counted from 1970-01-01T00:00Z.
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        match &self.rule {
            Rule::Rate(interval) => {
                let every = interval.as_secs();
                Timestamp::from_second((at.as_second().div_euclid(every) + 1) * every).ok()
            }
            Rule::Cron(cron) => {
                let offset = self.zone.offset();
                offset.to_timestamp(cron.next_after(offset.to_datetime(at))?).ok()
            }
        }
    }
}

impl Zone {
    fn parse(name: &str) -> Result<Self, String> {
        match name {
            "Asia/Tokyo" => Ok(Self::Tokyo),
            "UTC" | "" => Ok(Self::Utc),
            other => Err(format!("the time zone {other} is unknown here; write Asia/Tokyo or UTC")),
        }
    }

    fn offset(self) -> tz::Offset {
        match self {
            Self::Tokyo => tz::offset(9),
            Self::Utc => tz::Offset::UTC,
        }
    }
}

fn bracketed(expression: &str) -> Option<(&str, &str)> {
    expression.trim().strip_suffix(')')?.split_once('(')
}

fn parse_rate(inside: &str) -> Result<SignedDuration, String> {
    let malformed =
        || format!("rate({inside}) is malformed; write rate(1 minute), rate(15 minutes), rate(1 day)");
    let (value, unit) = inside.trim().split_once(' ').ok_or_else(malformed)?;
    let value: i64 = value.parse().ok().filter(|value| *value > 0).ok_or_else(malformed)?;
    let unit = match value {
        1 => unit.trim(),
        _ => unit.trim().strip_suffix('s').ok_or_else(malformed)?,
    };
    let seconds = match unit {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return Err(malformed()),
    };
    value.checked_mul(seconds).map(SignedDuration::from_secs).ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, zone: &str, at: &str) -> String {
        let expression = Expression::parse(expression, zone).unwrap();
        let next = expression.next_after(at.parse().unwrap());
        next.map_or_else(|| "never".into(), |next| next.to_string())
    }

    #[test]
    fn cron_in_tokyo() {
        let table = [
            // expression, after, next (both UTC)
            ("cron(0 9 ? * MON-FRI *)", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z"), // Friday 09:00 → Monday
            ("cron(0 9 ? * MON-FRI *)", "2026-11-19T23:59:59Z", "2026-11-20T00:00:00Z"),
            ("cron(0 9 ? * 2-6 *)", "2026-11-20T00:00:00.001Z", "2026-11-23T00:00:00Z"),
            ("cron(0 6 * * ? *)", "2026-11-23T00:00:00Z", "2026-11-23T21:00:00Z"),
            ("cron(0 6 * * ? *)", "2026-12-30T21:00:00Z", "2026-12-31T21:00:00Z"),
            ("cron(0/15 * * * ? *)", "2026-11-23T00:00:00Z", "2026-11-23T00:15:00Z"),
            ("cron(0/15 * * * ? *)", "2026-11-23T00:45:30Z", "2026-11-23T01:00:00Z"),
            ("cron(*/20 8-10/2 * * ? *)", "2026-11-22T23:40:00Z", "2026-11-23T01:00:00Z"), // 08:40 → 10:00
            ("cron(30 23 L * ? *)", "2026-02-28T14:30:00Z", "2026-03-31T14:30:00Z"),
            ("cron(30 23 L 2 ? *)", "2026-11-23T00:00:00Z", "2027-02-28T14:30:00Z"),
            ("cron(0 0 29 2 ? *)", "2026-11-23T00:00:00Z", "2028-02-28T15:00:00Z"),
            ("cron(15,45 12 1,15 JAN,JUL ? *)", "2026-07-15T03:15:00Z", "2026-07-15T03:45:00Z"),
            ("cron(15,45 12 1,15 JAN,JUL ? *)", "2026-07-15T03:45:00Z", "2027-01-01T03:15:00Z"),
            ("cron(0 10 ? * 6L *)", "2026-11-23T00:00:00Z", "2026-11-27T01:00:00Z"),
            ("cron(0 10 ? * FRIL *)", "2026-11-27T01:00:00Z", "2026-12-25T01:00:00Z"),
            ("cron(0 10 ? * 3#2 *)", "2026-11-23T00:00:00Z", "2026-12-08T01:00:00Z"),
            ("cron(0 10 15W * ? *)", "2026-08-01T00:00:00Z", "2026-08-14T01:00:00Z"), // the 15th is a Saturday
            ("cron(0 10 1W * ? *)", "2026-07-31T12:00:00Z", "2026-08-03T01:00:00Z"),
            ("cron(0 10 LW * ? *)", "2026-10-31T00:00:00Z", "2026-11-30T01:00:00Z"),
            ("cron(0 10 LW * ? *)", "2026-05-01T00:00:00Z", "2026-05-29T01:00:00Z"),
            ("cron(0 9 ? * L *)", "2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z"),
            ("cron(0 0 1 1 ? 2027)", "2026-11-23T00:00:00Z", "2026-12-31T15:00:00Z"),
            ("cron(0 0 1 1 ? 2025)", "2026-11-23T00:00:00Z", "never"),
            ("cron(0 0 31 2 ? *)", "2026-11-23T00:00:00Z", "never"),
        ];
        for (expression, after, expected) in table {
            assert_eq!(next(expression, "Asia/Tokyo", after), expected, "{expression} after {after}");
        }
    }

    #[test]
    fn the_zone_shifts_the_same_expression() {
        assert_eq!(next("cron(0 9 * * ? *)", "UTC", "2026-11-23T00:00:00Z"), "2026-11-23T09:00:00Z");
        assert_eq!(next("cron(0 9 * * ? *)", "", "2026-11-23T09:00:00Z"), "2026-11-24T09:00:00Z");
        assert_eq!(next("cron(0 9 * * ? *)", "Asia/Tokyo", "2026-11-23T00:00:00Z"), "2026-11-24T00:00:00Z");
    }

    #[test]
    fn rates_lie_on_a_grid_that_a_restart_does_not_move() {
        assert_eq!(next("rate(1 minute)", "UTC", "2026-11-23T00:00:00Z"), "2026-11-23T00:01:00Z");
        assert_eq!(next("rate(15 minutes)", "UTC", "2026-11-23T00:14:59.999Z"), "2026-11-23T00:15:00Z");
        assert_eq!(next("rate(2 hours)", "Asia/Tokyo", "2026-11-23T01:00:00Z"), "2026-11-23T02:00:00Z");
        assert_eq!(next("rate(1 day)", "UTC", "2026-11-23T01:00:00Z"), "2026-11-24T00:00:00Z");
    }

    #[test]
    fn what_scheduler_refuses_is_refused_with_a_sentence() {
        let table = [
            ("rate(1 minutes)", "UTC"),
            ("rate(5 minute)", "UTC"),
            ("rate(0 minutes)", "UTC"),
            ("rate(five minutes)", "UTC"),
            ("cron(0 9 * * * *)", "UTC"),
            ("cron(0 9 ? * ? *)", "UTC"),
            ("cron(0 9 * * ?)", "UTC"),
            ("cron(60 9 * * ? *)", "UTC"),
            ("cron(0 24 * * ? *)", "UTC"),
            ("cron(0 9 ? * 0 *)", "UTC"),
            ("cron(0 9 ? * MOON *)", "UTC"),
            ("cron(0 9 ? * FRI-MON *)", "UTC"),
            ("cron(0/0 9 * * ? *)", "UTC"),
            ("at(2026-11-23T09:00:00)", "UTC"),
            ("every morning", "UTC"),
            ("cron(0 9 * * ? *)", "Asia/Tokio"),
        ];
        for (expression, zone) in table {
            let refusal = Expression::parse(expression, zone).unwrap_err();
            assert!(refusal.contains(' '), "{expression}: {refusal}");
        }
    }
}
