//! One field of a cron expression: `*`, numbers, names, lists, ranges and steps.

pub(super) const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
pub(super) const WEEK_DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// What a field may hold.
pub(super) struct Range {
    what: &'static str,
    first: u16,
    last: u16,
    names: &'static [&'static str],
}

impl Range {
    pub(super) fn new(what: &'static str, first: u16, last: u16) -> Self {
        Self { what, first, last, names: &[] }
    }

    /// `names[0]` stands for `first`.
    pub(super) fn named(what: &'static str, first: u16, last: u16, names: &'static [&'static str]) -> Self {
        Self { what, first, last, names }
    }
}

/// All numbers that a field stands for, ascending.
pub(super) fn numbers(text: &str, range: &Range) -> Result<Vec<u16>, String> {
    let mut all = Vec::new();
    for item in text.split(',') {
        all.extend(item_numbers(item, range)?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// One number or name.
pub(super) fn number(text: &str, range: &Range) -> Result<u16, String> {
    let named = range.names.iter().zip(range.first..).find(|(name, _)| name.eq_ignore_ascii_case(text));
    let number = match named {
        Some((_, number)) => number,
        None => text.parse().map_err(|_| format!("\"{text}\" is no {}", range.what))?,
    };
    if (range.first..=range.last).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{} must lie in {}–{}, not {number}", range.what, range.first, range.last))
    }
}

fn item_numbers(item: &str, range: &Range) -> Result<Vec<u16>, String> {
    let (span, step) = match item.split_once('/') {
        Some((span, step)) => (
            span,
            Some(
                step.parse::<usize>()
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(|| format!("\"{step}\" is no step of {}", range.what))?,
            ),
        ),
        None => (item, None),
    };
    let (first, last) = match (span, span.split_once('-'), step) {
        ("*", _, _) => (range.first, range.last),
        (_, Some((first, last)), _) => (number(first, range)?, number(last, range)?),
        (_, None, Some(_)) => (number(span, range)?, range.last),
        (_, None, None) => (number(span, range)?, number(span, range)?),
    };
    if first > last {
        return Err(format!("the range {span} of {} runs backwards", range.what));
    }
    Ok((first..=last).step_by(step.unwrap_or(1)).collect())
}
