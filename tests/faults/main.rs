//! The fault campaign: every call to AWS that any function makes on the way, times everything that can happen to a
//! call; every message, times everything that can happen to a message.
//!
//! All single faults run with the other tests. Pairs are asked for, a shard at a time or all of them:
//! `SHARD=3/500 cargo test --workspace --test faults pair -- --ignored --nocapture`. `LEGS=Withdraw,Resend` runs the
//! single faults of these legs only.
//!
//! Invariant: a cell whose fault did not come about is a failed cell, and the number of cells is printed.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]
#![expect(clippy::print_stdout, reason = "the campaign prints its counts")]

mod addresses;
mod audit;
mod campaign;
mod coverage;
mod desk;
mod journey;
mod legs;
mod lists;
mod operating;
mod pairs;
mod people;
mod verbs;

use std::{collections::BTreeSet, sync::Arc};

use campaign::{Cell, Outcome, Ran, ReportFault, run_all};
use legs::Leg;
use local::blueprint::Blueprint;
use tests::{
    World,
    fault::{Injection, Injector, Point},
};

#[test]
fn no_single_fault_loses_or_doubles_a_mail_or_stops_a_journey() {
    let legs = undisturbed();
    let unseen = coverage::problems(&blueprint(), &legs);
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
    let chosen = chosen();
    let mine = legs.iter().filter(|ran| chosen.as_ref().is_none_or(|chosen| is_named(chosen, ran.cell.leg)));
    let cells: Vec<Cell> = mine.flat_map(single_faults).collect();
    let planned = cells.len();
    assert!(planned > 0, "no leg of this name");
    let (outcomes, failures) = run_all(cells, |ran| ran.outcome);
    print("faults", &outcomes);
    assert!(failures.is_empty(), "{} of {planned} cells failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(outcomes.len(), planned, "no cell is skipped");
}

/// The legs that the command names; without it all.
#[expect(clippy::disallowed_methods, reason = "how much of a campaign is run is for its command to say")]
fn chosen() -> Option<String> {
    std::env::var("LEGS").ok()
}

fn is_named(chosen: &str, leg: Leg) -> bool {
    chosen.split(',').any(|name| name == format!("{leg:?}"))
}

/// What the template describes.
fn blueprint() -> Blueprint {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let undisturbed = Arc::new(Injector::new(Vec::new()));
        let world = World::start_intercepted("blueprint", Leg::Apply.plan().starts_at, undisturbed).await;
        world.stack.blueprint().clone()
    })
}

/// Goes each leg once undisturbed.
fn undisturbed() -> Vec<Ran> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut legs = Vec::new();
    for leg in Leg::ALL {
        let ran = runtime.block_on(Cell::reference(leg).run());
        println!(
            "leg {leg:?}: {} calls, {} of them disturbed, {} mails",
            ran.calls.len(),
            points(&ran).count(),
            ran.kinds.len()
        );
        legs.push(ran);
    }
    legs
}

/// Every single fault that can be put into a leg that was gone undisturbed.
fn single_faults(ran: &Ran) -> Vec<Cell> {
    let cell = || Cell::reference(ran.cell.leg);
    let injections = points(ran).flat_map(Point::injections);
    let mut cells: Vec<Cell> =
        injections.map(|one: Injection| Cell { injections: vec![one], ..cell() }).collect();
    let reports = report_faults(ran).into_iter();
    cells.extend(reports.map(|one| Cell { reports: vec![one], ..cell() }));
    cells
}

/// The calls that the leg is about, in order.
fn points(ran: &Ran) -> impl Iterator<Item = &Point> {
    let disturbed = ran.cell.leg.plan().disturbs;
    ran.calls.iter().filter(move |point| disturbed.contains(&point.function.as_str()))
}

/// Everything that can happen to SES's reports of a kind of mail.
fn report_faults(ran: &Ran) -> Vec<(String, ReportFault)> {
    let kinds: BTreeSet<&String> = ran.kinds.iter().collect();
    kinds.into_iter().flat_map(|kind| ReportFault::ALL.map(|fault| (kind.clone(), fault))).collect()
}

fn print(campaign: &str, outcomes: &[Outcome]) {
    let sum = |count: fn(&Outcome) -> usize| outcomes.iter().map(count).sum::<usize>();
    println!(
        "{campaign}: cells {}, attempts hit {}, faults fired {}, mails committed {}, lost {}, doubled {}, \
         invariants checked {}",
        outcomes.len(),
        outcomes.iter().map(|outcome| outcome.injected).sum::<u32>(),
        sum(|outcome| outcome.fired),
        sum(|outcome| outcome.tally.committed),
        sum(|outcome| outcome.tally.lost),
        sum(|outcome| outcome.tally.doubled),
        sum(|outcome| outcome.tally.invariants),
    );
}
