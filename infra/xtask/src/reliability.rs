//! `cargo xtask reliability`: runs the campaigns, and makes one table of what each of them prints.
//!
//! Architecture invariant: the table's numbers are read from the campaigns' own lines. A line that is missing,
//! a number that has to be 0 and is not, or a mutant that nobody catches fails the command.

mod counts;
mod table;

use crate::run::{Failure, heard};
use counts::Line;
use table::Row;

/// A test binary, and the lines that it has to print.
struct Campaign {
    name: &'static str,
    /// Binary, and which of its tests.
    tests: &'static str,
    /// How much the long form runs; the short form runs what every test run does.
    long: &'static [(&'static str, &'static str)],
    lines: &'static [Expected],
    /// The number that says how much was run.
    runs: &'static str,
}

/// Lines that begin in one way, and the numbers in them that have to be 0.
struct Expected {
    begins: &'static str,
    never: &'static [&'static str],
}

const CAMPAIGNS: [Campaign; 7] = [
    Campaign {
        name: "journeys in hostile mode",
        tests: "--test journeys -- --nocapture",
        long: &[],
        lines: &[Expected { begins: "journey ", never: &["lost", "doubled"] }],
        runs: "journeys",
    },
    Campaign {
        name: "single faults",
        tests: "--test faults -- --nocapture",
        long: &[],
        lines: &[Expected { begins: "faults", never: &["lost", "doubled"] }],
        runs: "cells",
    },
    Campaign {
        name: "models",
        tests: "--test models -- --nocapture",
        long: &[],
        lines: &[
            Expected { begins: "outbox: ", never: &[] },
            Expected { begins: "code tries: ", never: &[] },
            Expected { begins: "issuing: ", never: &[] },
            Expected { begins: "flag: ", never: &[] },
            Expected { begins: "login notice: ", never: &[] },
        ],
        runs: "states",
    },
    Campaign {
        name: "random histories",
        tests: "--test histories random_histories -- --nocapture",
        long: &[("HISTORIES", "5000000")],
        lines: &[Expected { begins: "histories", never: &["lost", "doubled"] }],
        runs: "histories",
    },
    Campaign {
        name: "histories of one mail's reports",
        tests: "--test histories one_mails_reports -- --nocapture",
        long: &[("MAIL_HISTORIES", "200000000")],
        lines: &[Expected { begins: "mail events", never: &["wrong"] }],
        runs: "histories",
    },
    Campaign {
        name: "races of 64 tasks",
        tests: "--test store races -- --nocapture",
        long: &[("ROUNDS", "10000")],
        lines: &[
            Expected { begins: "races on one application", never: &["decided twice"] },
            Expected { begins: "races on approve and reject", never: &["decided twice"] },
            Expected { begins: "races on one institution", never: &["accounts created twice"] },
            Expected { begins: "races on one code", never: &["compared too often"] },
            Expected { begins: "races on one session", never: &["submitted twice", "numbers doubled"] },
        ],
        runs: "rounds of 64",
    },
    Campaign {
        name: "`kill -9` under load",
        tests: "--test killed -- --nocapture",
        long: &[("KILLS", "1000")],
        lines: &[Expected { begins: "kill -9", never: &["lost", "doubled"] }],
        runs: "kills",
    },
];

/// Hours, and in the long form only.
const PAIRS: Campaign = Campaign {
    name: "pairs of faults",
    tests: "--test faults pair -- --ignored --nocapture",
    long: &[],
    lines: &[Expected { begins: "pairs: cells", never: &["lost", "doubled"] }],
    runs: "cells",
};

/// What every test run runs, as built for it.
pub(crate) fn short() -> Result<(), Failure> {
    conclude(CAMPAIGNS.iter().map(|campaign| campaign.run("cargo test --workspace", &[])))
}

/// A thousand kills, ten thousand rounds, all pairs of faults, optimised.
pub(crate) fn long() -> Result<(), Failure> {
    let all = CAMPAIGNS.iter().chain([&PAIRS]);
    conclude(all.map(|campaign| campaign.run("cargo test --workspace --profile campaign", campaign.long)))
}

/// The table, and what is wrong with it.
fn conclude(campaigns: impl Iterator<Item = (Row, Vec<String>)>) -> Result<(), Failure> {
    let (rows, problems): (Vec<Row>, Vec<Vec<String>>) = campaigns.unzip();
    println!("\n{}", table::rendered(&rows));
    let problems = problems.concat();
    if problems.is_empty() { Ok(()) } else { Err(Failure(problems.join("; "))) }
}

impl Campaign {
    fn run(&self, cargo: &str, settings: &[(&str, &str)]) -> (Row, Vec<String>) {
        println!("\n━━ {}", self.name);
        let mut lines = Vec::new();
        let ended =
            heard(&format!("{cargo} {}", self.tests), settings, |line| lines.extend(Line::parse(line)));
        let (row, mut problems) = self.read(&lines);
        problems.extend(ended.err().map(|failure| format!("{}: {failure}", self.name)));
        (row, problems)
    }

    fn read(&self, lines: &[Line]) -> (Row, Vec<String>) {
        let (mut row, mut problems) = (Row::of(self.name, self.runs), Vec::new());
        for Expected { begins, never } in self.lines {
            let mut there = lines.iter().filter(|line| line.text.starts_with(begins)).peekable();
            if there.peek().is_none() {
                problems.push(format!("{}: no line begins with \"{begins}\"", self.name));
            }
            for line in there {
                row.add(line);
                problems.extend(line.wrong(never));
            }
        }
        (row, problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(campaign: &Campaign, text: &str) -> (Row, Vec<String>) {
        campaign.read(&text.lines().filter_map(Line::parse).collect::<Vec<_>>())
    }

    #[test]
    fn a_missing_line_is_a_problem() {
        let (_, problems) = read(&CAMPAIGNS[1], "fault: cells 20, lost 0, doubled 0");
        assert_eq!(problems, ["single faults: no line begins with \"faults\""]);
        let (_, problems) = read(&CAMPAIGNS[6], "");
        assert_eq!(problems, ["`kill -9` under load: no line begins with \"kill -9\""]);
    }

    #[test]
    fn what_must_not_be_is_a_problem() {
        let (_, problems) = read(&CAMPAIGNS[6], "kill -9: 30 kills, acknowledged 90, lost 1, doubled 0");
        assert_eq!(problems, ["\"lost\" is 1 in: kill -9: 30 kills, acknowledged 90, lost 1, doubled 0"]);
        let (_, problems) = read(&CAMPAIGNS[6], "kill -9: 30 kills, acknowledged 90, lost 0");
        assert_eq!(problems, ["\"doubled\" is missing in: kill -9: 30 kills, acknowledged 90, lost 0"]);
        let line = "outbox: 10 states, 5 properties, mutants caught 7/8";
        let (_, problems) = read(
            &CAMPAIGNS[2],
            &format!(
                "{line}\ncode tries: 1 states\nissuing: 1 states\nflag: 1 states\nlogin notice: 1 states"
            ),
        );
        assert_eq!(problems, [format!("a mutant is not caught in: {line}")]);
    }

    #[test]
    fn the_lines_of_a_campaign_are_summed() {
        let (row, problems) = read(
            &CAMPAIGNS[0],
            "journey redrive: messages doubled 3, delayed 1, reordered 2; mails 4, lost 0, doubled 0\n\
             test redrive ... ok\n\
             journey reject: messages doubled 1, delayed 0, reordered 0; mails 2, lost 0, doubled 0",
        );
        assert_eq!(problems, Vec::<String>::new());
        let table = table::rendered(&[row]);
        let line = "| journeys in hostile mode | 2 journeys | 7 | 6 | 0 | 0 |  |  |";
        assert!(table.contains(line), "{table}");
    }
}
