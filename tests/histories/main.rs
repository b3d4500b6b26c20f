//! Random histories of the whole workflow, and of one mail's reports.
//!
//! | room | what is in it |
//! |---|---|
//! | `step`, `draw`, `scenes` | what can happen, as data; which of it happens |
//! | `world`, `store` | everything around the rules, in memory, in one thread |
//! | `laws` | the invariants, each by its name |
//! | `history`, `shrink`, `campaign` | one history, the smallest that fails, many |
//! | `mutants` | small mistakes, each of which a law must catch |
//! | `mail_events`, `reports`, `calendar` | one mail's reports, and tables of our own to compare with |
//!
//! `HISTORIES=1000000 FROM=200000 cargo nextest run -p tests --test histories random_histories --no-capture` runs
//! more, and others; `MAIL_HISTORIES` likewise; `SEED=… [STEPS=…]` tells one again.
//!
//! Architecture invariant: the rules are the domain's own functions, and the laws ask none of them.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]
#![expect(clippy::print_stdout, reason = "the line is what a reader of the run wants")]

mod calendar;
mod campaign;
mod draw;
mod history;
mod laws;
mod mail_events;
mod mutants;
mod reports;
mod rng;
mod scenes;
mod shrink;
mod step;
mod store;
mod world;

use campaign::{again, count, first_caught, histories, setting};
use mutants::Mutant;
use shrink::shrink;

/// `cargo xtask reliability long` runs millions.
const IN_CI: u64 = 200_000;
/// Drawn ones, beside every way in which so many reports can come: one more is a thousand million.
const MAIL_EVENTS_IN_CI: u64 = 200_000;
const MOST_IN_EVERY_WAY: usize = 4;
/// So many histories each mutant has to be caught in.
const AMONG: u64 = 5_000;

#[test]
fn random_histories() {
    if let Some(seed) = setting("SEED") {
        return again(seed.parse().expect("SEED is a number"), setting("STEPS").as_deref());
    }
    let many = count("HISTORIES", IN_CI);
    let tally = histories(count("FROM", 0), many);
    assert_eq!(tally.never_checked(), None, "a law that nothing puts to the test");
    let (caught, all) = mutants_caught();
    println!(
        "histories: {many} histories, {} steps, invariants checked {}, faults {}, mails {}, lost {}, doubled {}, \
         mutants caught {caught}/{all}; unknown outcomes {}, proven by a report {}, repeated {}, given up {}, \
         sent again before their late report came {}",
        tally.steps,
        tally.checked(),
        tally.faults,
        tally.mails,
        tally.lost,
        tally.doubled,
        tally.unknown,
        tally.proven,
        tally.repeated,
        tally.given_up,
        tally.doubled_by_lateness,
    );
    let rare = [tally.unknown, tally.proven, tally.repeated, tally.given_up, tally.doubled_by_lateness];
    assert!(rare.iter().all(|count| count * 1_000 > many), "too tame: {rare:?} in {many} histories");
}

/// Every mutant breaks one of the laws that it is meant to break, and its history shrinks to one that no step can be
/// taken out of.
fn mutants_caught() -> (usize, usize) {
    let mut survivors = Vec::new();
    for (mutant, name, laws) in Mutant::ALL {
        let Some((history, violation)) = first_caught(mutant, laws, AMONG) else {
            survivors.push(name);
            continue;
        };
        let all = history.steps.len();
        let shrunk = shrink(&history, violation);
        assert_eq!(shrunk.spare_step(&history), None, "{name} breaks without this step too");
        println!("{name}: {} of {all} steps, {}", shrunk.selection.len(), shrunk.violation);
    }
    assert!(survivors.is_empty(), "nothing catches {survivors:?}");
    let caught = Mutant::ALL.len() - survivors.len();
    (caught, Mutant::ALL.len())
}

#[test]
fn one_mails_reports() {
    let every = mail_events::every(MOST_IN_EVERY_WAY);
    let in_every_way = every.histories;
    let counts = every.and(mail_events::drawn(count("FROM", 0), count("MAIL_HISTORIES", MAIL_EVENTS_IN_CI)));
    println!(
        "mail events: {} histories, {in_every_way} of them every way of {MOST_IN_EVERY_WAY} reports, wrong {}, \
         {} reports; wrong where the last report wins {}, where the first final one wins {}",
        counts.histories, counts.wrong, counts.reports, counts.last_wins_wrong, counts.first_final_wins_wrong
    );
    assert_eq!(counts.first_wrong, None);
    assert!(counts.last_wins_wrong > 0 && counts.first_final_wins_wrong > 0, "the histories are too tame");
}
