//! Pairs: after each single fault, each fault that can still come about.
//!
//! The rule: a leg is gone with the first fault alone. The second fault is put, in turn, into every call that
//! this run made after the first one (also into those that only the first one brings about: repetitions,
//! recovery, the next morning's run) and into the reports of every kind of mail that it sent. What the
//! undisturbed leg calls later and this run does not call any more is not gone, but counted: as unreachable.
//!
//! Invariant: in a pair that is gone the first fault comes about, and a second one that does not had no call
//! to come about at (`Cell::run` checks it); it counts as unreachable too.

use std::collections::BTreeMap;

use tests::fault::{Injection, Point};

use crate::{
    campaign::{Cell, Outcome, Ran, run_all},
    points, print, report_faults, single_faults, undisturbed,
};

/// What follows from one first fault.
struct Pairs {
    cells: Vec<Cell>,
    /// Calls that are not made any more, with how many faults each would have had.
    unreachable: Vec<(Point, usize)>,
}

#[test]
#[ignore = "takes hours: a shard of it is asked for by name"]
fn no_pair_of_faults_loses_or_doubles_a_mail_or_stops_a_journey() {
    let (shard, shards) = shard();
    let legs = undisturbed();
    let firsts: Vec<Cell> = legs.iter().flat_map(single_faults).collect();
    println!("pairs: {} in the undisturbed legs' calls alone", legs.iter().map(pairs_of).sum::<usize>());
    let all = firsts.len();
    let mine = firsts.into_iter().enumerate().filter(|(index, _)| index % shards == shard - 1);
    let mine: Vec<Cell> = mine.map(|(_, cell)| cell).collect();
    println!("pairs: shard {shard} of {shards} begins with {} of {all} first faults", mine.len());
    let (firsts, mut failures) = run_all(mine, |ran| ran);
    let pairs: Vec<Pairs> = firsts.iter().map(|first| after(first, &legs)).collect();
    let mut unreachable: BTreeMap<String, usize> = BTreeMap::new();
    for (point, faults) in pairs.iter().flat_map(|pairs| &pairs.unreachable) {
        *unreachable.entry(point.to_string()).or_default() += faults;
    }
    for (point, faults) in &unreachable {
        println!("second fault unreachable: {point}: {faults}");
    }
    let cells: Vec<Cell> = pairs.into_iter().flat_map(|pairs| pairs.cells).collect();
    let planned = cells.len();
    println!("pairs: shard {shard} of {shards} has {planned} cells");
    let (outcomes, failed) = run_all(cells, |ran| ran.outcome);
    failures.extend(failed);
    print("pairs", &outcomes);
    println!(
        "second faults: placed {planned}, unreachable as placed {}, unreachable already {}",
        outcomes.iter().map(|outcome: &Outcome| outcome.unreachable).sum::<usize>(),
        unreachable.values().sum::<usize>(),
    );
    assert!(failures.is_empty(), "{} of {planned} cells failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(outcomes.len(), planned, "no cell is skipped");
}

/// `SHARD=3/100`: the third of a hundred; without it everything.
#[expect(clippy::disallowed_methods, reason = "how much of a campaign is run is for its command to say")]
fn shard() -> (usize, usize) {
    let Ok(text) = std::env::var("SHARD") else { return (1, 1) };
    let (shard, shards) = text.split_once('/').expect("SHARD=3/100");
    let (shard, shards) = (shard.parse().expect("a number"), shards.parse().expect("a number"));
    assert!((1..=shards).contains(&shard), "SHARD={text}: the first is 1, the last {shards}");
    (shard, shards)
}

/// The pairs that the first fault of a run leaves possible.
fn after(first: &Ran, legs: &[Ran]) -> Pairs {
    let leg = legs.iter().find(|ran| ran.cell.leg == first.cell.leg).expect("every leg was gone");
    let Some(Injection { point, .. }) = first.cell.injections.first() else {
        return Pairs { cells: other_reports(first), unreachable: Vec::new() };
    };
    let with = |second: Injection| {
        let injections = first.cell.injections.iter().cloned().chain([second]).collect();
        Cell { injections, ..first.cell.clone() }
    };
    let mut cells: Vec<Cell> = later(first, point).flat_map(Point::injections).map(with).collect();
    cells.extend(
        report_faults(first).into_iter().map(|one| Cell { reports: vec![one], ..first.cell.clone() }),
    );
    let unreachable = later(leg, point).filter(|later| !first.calls.contains(later));
    Pairs { cells, unreachable: unreachable.map(|point| (point.clone(), point.injections().len())).collect() }
}

/// The calls that the leg is about, after this one.
fn later<'a>(ran: &'a Ran, point: &'a Point) -> impl Iterator<Item = &'a Point> {
    points(ran).skip_while(move |one| *one != point).skip(1)
}

/// Two kinds of mail, each reported in its own wrong way; each pair once.
fn other_reports(first: &Ran) -> Vec<Cell> {
    let (kind, _) = first.cell.reports.first().expect("a fault of reports");
    let others = report_faults(first).into_iter().filter(|(other, _)| other > kind);
    let with = |other| {
        let reports = first.cell.reports.iter().cloned().chain([other]).collect();
        Cell { reports, ..first.cell.clone() }
    };
    others.map(with).collect()
}

/// How many pairs of faults at different calls an undisturbed leg has.
fn pairs_of(leg: &Ran) -> usize {
    let faults = points(leg).map(|point| point.injections().len());
    let (_, pairs) = faults.fold((0, 0), |(before, pairs), here| (before + here, pairs + before * here));
    pairs
}
