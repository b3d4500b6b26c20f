//! The table, as the README shows it.

use super::counts::Line;

/// What may stand for a fault that was put in.
const FAULTS: [&str; 6] = ["attempts hit", "faults", "messages doubled", "delayed", "reordered", "kills"];
const MAILS: [&str; 2] = ["mails", "mails committed"];
/// What may stand for something that came about more often than it may.
const DOUBLED: [&str; 6] = [
    "doubled",
    "decided twice",
    "accounts created twice",
    "compared too often",
    "submitted twice",
    "numbers doubled",
];
/// A state that is not what the reports of its mail say is as bad as a lost mail.
const LOST: [&str; 2] = ["lost", "wrong"];
const INVARIANTS: [&str; 2] = ["invariants checked", "properties"];

/// One campaign.
pub(super) struct Row {
    name: &'static str,
    unit: &'static str,
    runs: u64,
    counts: Counts,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    faults: u64,
    mails: u64,
    lost: Option<u64>,
    doubled: Option<u64>,
    invariants: u64,
    mutants: Option<(u64, u64)>,
}

impl Row {
    /// `unit` is the name of the number that says how much was run; without such a number it is the lines.
    pub(super) fn of(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, runs: 0, counts: Counts::default() }
    }

    pub(super) fn add(&mut self, line: &Line) {
        self.runs += line.count(self.unit).unwrap_or_else(|| u64::from(self.unit == "journeys"));
        self.counts = self.counts.with(Counts::of(line));
    }

    fn rendered(&self) -> String {
        let Self { name, unit, runs, counts } = self;
        format!("| {name} | {} {unit} | {} |", grouped(*runs), counts.cells().join(" | "))
    }
}

impl Counts {
    fn of(line: &Line) -> Self {
        let any = |names: &[&str]| {
            let counts: Vec<u64> = names.iter().filter_map(|name| line.count(name)).collect();
            if counts.is_empty() { None } else { Some(counts.into_iter().sum()) }
        };
        Self {
            faults: any(&FAULTS).unwrap_or_default(),
            mails: any(&MAILS).unwrap_or_default(),
            lost: any(&LOST),
            doubled: any(&DOUBLED),
            invariants: any(&INVARIANTS).unwrap_or_default(),
            mutants: line.mutants(),
        }
    }

    fn with(self, other: Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or_default() + other.unwrap_or_default()),
        };
        let ((caught, all), (more, of)) =
            (self.mutants.unwrap_or_default(), other.mutants.unwrap_or_default());
        Self {
            faults: self.faults + other.faults,
            mails: self.mails + other.mails,
            lost: sum(self.lost, other.lost),
            doubled: sum(self.doubled, other.doubled),
            invariants: self.invariants + other.invariants,
            mutants: (all + of > 0).then_some((caught + more, all + of)),
        }
    }

    fn cells(self) -> [String; 6] {
        let some = |count: u64| if count == 0 { String::new() } else { grouped(count) };
        [
            some(self.faults),
            some(self.mails),
            self.lost.map(grouped).unwrap_or_default(),
            self.doubled.map(grouped).unwrap_or_default(),
            some(self.invariants),
            self.mutants.map(|(caught, all)| format!("{caught} of {all}")).unwrap_or_default(),
        ]
    }
}

pub(super) fn rendered(rows: &[Row]) -> String {
    let all = rows.iter().fold(Counts::default(), |all, row| all.with(row.counts));
    let head = [
        "| campaign | run | faults | mails | lost | doubled | invariants checked | mutants caught |"
            .to_owned(),
        "|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    let each = rows.iter().map(Row::rendered);
    let last = format!("| **together** | | {} |", all.cells().join(" | "));
    let lines: Vec<String> = head.into_iter().chain(each).chain([last]).collect();
    lines.join("\n")
}

/// With a comma after every third digit.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_and_the_sum_of_all() {
        let mut faults = Row::of("single faults", "cells");
        let line = "faults: cells 1455, attempts hit 2913, faults fired 1425, mails committed 1613, lost 0, \
                    doubled 0, invariants checked 14760";
        faults.add(&Line::parse(line).unwrap());
        let mut models = Row::of("models", "states");
        for line in
            ["flag: 10 states, 3 properties, mutants caught 4/4", "codes: 7 states, mutants caught 2/2"]
        {
            models.add(&Line::parse(line).unwrap());
        }
        let table = rendered(&[faults, models]);
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| single faults | 1,455 cells | 2,913 | 1,613 | 0 | 0 | 14,760 |  |",
                "| models | 17 states |  |  |  |  | 3 | 6 of 6 |",
                "| **together** | | 2,913 | 1,613 | 0 | 0 | 14,763 | 6 of 6 |",
            ]
        );
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!([0, 999, 1_000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
    }
}
