//! The fault campaign: every call to AWS that any function makes on the reference journey, times everything
//! that can happen to a call; every message, times everything that can happen to a message.
//!
//! Invariant: a cell whose fault did not come about is a failed cell, and the number of cells is printed.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]
#![expect(clippy::print_stdout, reason = "the campaign prints its counts")]

mod audit;
mod campaign;
mod legs;

use std::collections::BTreeSet;

use campaign::{Cell, Outcome, ReportFault, run_all};
use legs::Leg;
use tests::fault::Point;

#[test]
fn no_single_fault_loses_or_doubles_a_mail_or_stops_a_journey() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let cells = runtime.block_on(single_faults());
    let planned = cells.len();
    let (outcomes, failures) = run_all(cells);
    print(&outcomes);
    assert!(failures.is_empty(), "{} of {planned} cells failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(outcomes.len(), planned, "no cell is skipped");
}

/// Goes each leg once undisturbed, and names every single fault that can be put into it.
async fn single_faults() -> Vec<Cell> {
    let mut cells = Vec::new();
    for leg in Leg::ALL {
        let (_, injector, kinds) = Cell::reference(leg).run().await;
        let all = injector.points();
        let of_leg = |point: &&Point| leg.disturbs().contains(&point.function.as_str());
        let points: Vec<&Point> = all.iter().filter(of_leg).collect();
        println!(
            "leg {leg:?}: {} calls, {} of them disturbed, {} mails",
            all.len(),
            points.len(),
            kinds.len()
        );
        let injections = points.into_iter().flat_map(Point::injections);
        cells.extend(injections.map(|one| Cell { injections: vec![one], ..Cell::reference(leg) }));
        for kind in kinds.into_iter().collect::<BTreeSet<_>>() {
            let reports = ReportFault::ALL.map(|fault| Some((kind.clone(), fault)));
            cells.extend(reports.map(|reports| Cell { reports, ..Cell::reference(leg) }));
        }
    }
    cells
}

fn print(outcomes: &[Outcome]) {
    let sum = |count: fn(&Outcome) -> usize| outcomes.iter().map(count).sum::<usize>();
    println!(
        "faults: cells {}, attempts hit {}, faults fired {}, mails committed {}, lost {}, doubled {}, \
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
