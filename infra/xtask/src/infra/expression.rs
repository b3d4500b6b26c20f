//! Schedule expressions, as the guide of EventBridge Scheduler defines them: `rate(…)` and `cron(…)`.
//!
//! Architecture invariant: what is not known to be valid is refused; `at(…)` is not used here and so unknown.

/// One field of a cron expression.
struct Field {
    name: &'static str,
    lowest: u32,
    highest: u32,
    /// Names for the lowest value, the next, and so on.
    words: &'static [&'static str],
    /// The marks beside `*`, numbers, `,`, `-` and `/` that the field takes.
    marks: &'static str,
}

const FIELDS: [Field; 6] = [
    Field { name: "minutes", lowest: 0, highest: 59, words: &[], marks: "" },
    Field { name: "hours", lowest: 0, highest: 23, words: &[], marks: "" },
    Field { name: "day of month", lowest: 1, highest: 31, words: &[], marks: "?LW" },
    Field {
        name: "month",
        lowest: 1,
        highest: 12,
        words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
        marks: "",
    },
    Field {
        name: "day of week",
        lowest: 1,
        highest: 7,
        words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
        marks: "?L#",
    },
    Field { name: "year", lowest: 1970, highest: 2199, words: &[], marks: "" },
];

/// Whether Scheduler takes the expression; the error says what it would not take.
pub(super) fn check(expression: &str) -> Result<(), String> {
    let inside = |kind: &str| expression.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = inside("rate") {
        return check_rate(rate);
    }
    inside("cron").map_or_else(|| Err("is neither rate(…) nor cron(…)".to_owned()), check_cron)
}

fn check_rate(rate: &str) -> Result<(), String> {
    let words: Vec<&str> = rate.split(' ').collect();
    let [value, unit] = words.as_slice() else { return Err("is not a value and a unit".to_owned()) };
    let value: u32 = value.parse().map_err(|_| format!("{value} is no number"))?;
    match (value, *unit) {
        (0, _) => Err("0 is no rate".to_owned()),
        (_, "minute" | "minutes" | "hour" | "hours" | "day" | "days") => Ok(()),
        (_, unit) => Err(format!("{unit} is no unit")),
    }
}

fn check_cron(cron: &str) -> Result<(), String> {
    let texts: Vec<&str> = cron.split(' ').collect();
    if texts.len() != FIELDS.len() {
        return Err(format!("has {} fields, not 6", texts.len()));
    }
    for (field, text) in FIELDS.iter().zip(&texts) {
        field.check(text).map_err(|problem| format!("{}: {problem}", field.name))?;
    }
    if (texts[2] == "?") == (texts[4] == "?") {
        return Err("exactly one of day of month and day of week must be ?".to_owned());
    }
    Ok(())
}

impl Field {
    fn check(&self, text: &str) -> Result<(), String> {
        if text == "?" {
            return if self.marks.contains('?') { Ok(()) } else { Err("? is not taken".to_owned()) };
        }
        text.split(',').try_for_each(|part| self.check_part(part))
    }

    /// One item of a list: `*`, a value, a range, each with or without a step, or a mark of its own.
    fn check_part(&self, part: &str) -> Result<(), String> {
        if let Some((range, step)) = part.split_once('/') {
            let step: u32 = step.parse().map_err(|_| format!("{step} is no step"))?;
            return if step == 0 { Err("0 is no step".to_owned()) } else { self.check_range(range) };
        }
        if let Some((day, which)) = part.split_once('#').filter(|_| self.marks.contains('#')) {
            let which: u32 = which.parse().map_err(|_| format!("{which} is no number"))?;
            return if (1..=5).contains(&which) {
                self.value(day).map(drop)
            } else {
                Err(format!("no #{which}"))
            };
        }
        if let Some(rest) = part.strip_suffix('L').filter(|_| self.marks.contains('L')) {
            return if rest.is_empty() { Ok(()) } else { self.value(rest).map(drop) };
        }
        if let Some(day) = part.strip_suffix('W').filter(|_| self.marks.contains('W')) {
            return self.value(day).map(drop);
        }
        self.check_range(part)
    }

    fn check_range(&self, range: &str) -> Result<(), String> {
        if range == "*" {
            return Ok(());
        }
        match range.split_once('-') {
            None => self.value(range).map(drop),
            Some((from, to)) if self.value(from)? <= self.value(to)? => Ok(()),
            Some(_) => Err(format!("{range} runs backwards")),
        }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let named = (self.lowest..).zip(self.words).find(|(_, word)| **word == text).map(|(value, _)| value);
        let value = named.or_else(|| text.parse().ok()).ok_or_else(|| format!("{text:?} is no value"))?;
        if (self.lowest..=self.highest).contains(&value) {
            Ok(value)
        } else {
            Err(format!("{value} is not between {} and {}", self.lowest, self.highest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scheduler_takes() {
        for expression in [
            "rate(1 minute)",
            "rate(15 minutes)",
            "cron(0 9 ? * MON-FRI *)",
            "cron(0 6 * * ? *)",
            "cron(0/15 8-10,17 1,15 JAN-MAR ? 2027-2030)",
            "cron(0 0 L * ? *)",
            "cron(0 0 15W * ? *)",
            "cron(0 0 ? * 6L *)",
            "cron(0 0 ? * FRI#2 *)",
            "cron(*/5 * * * ? *)",
        ] {
            assert_eq!(check(expression), Ok(()), "{expression}");
        }
    }

    #[test]
    fn what_scheduler_refuses() {
        for (expression, problem) in [
            ("0 9 * * *", "is neither rate(…) nor cron(…)"),
            ("Rate(1 minute)", "is neither rate(…) nor cron(…)"),
            ("rate(0 minutes)", "0 is no rate"),
            ("rate(15 seconds)", "seconds is no unit"),
            ("rate(15)", "is not a value and a unit"),
            ("cron(0 9 ? * MON-FRI)", "has 5 fields, not 6"),
            ("cron(0 9 * * MON-FRI *)", "exactly one of day of month and day of week must be ?"),
            ("cron(0 9 ? * ? *)", "exactly one of day of month and day of week must be ?"),
            ("cron(60 9 * * ? *)", "minutes: 60 is not between 0 and 59"),
            ("cron(0 24 * * ? *)", "hours: 24 is not between 0 and 23"),
            ("cron(0 9 ? * MON-FIR *)", "day of week: \"FIR\" is no value"),
            ("cron(0 9 ? * FRI-MON *)", "day of week: FRI-MON runs backwards"),
            ("cron(0 9 ? * 0 *)", "day of week: 0 is not between 1 and 7"),
            ("cron(0 9 ? * FRI#6 *)", "day of week: no #6"),
            ("cron(0/0 9 * * ? *)", "minutes: 0 is no step"),
            ("cron(0 ? * * ? *)", "hours: ? is not taken"),
            ("cron(0 9 32 * ? *)", "day of month: 32 is not between 1 and 31"),
        ] {
            assert_eq!(check(expression), Err(problem.to_owned()), "{expression}");
        }
    }
}
