//! Cells and how they are run: each on a stack of its own, many at a time, in one process.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::SignedDuration;
use local::{
    demo,
    wire::{DeliveryRule, EventKind, EventRequest},
};
use tests::{
    World,
    fault::{Injection, Injector},
};
use tokio::task::{JoinSet, LocalSet};

use crate::{
    audit::{Tally, audit},
    legs::Leg,
};

/// A cell that takes longer hangs. One takes a few seconds, most of them the SDK's back-off.
const CELL_LIMIT: Duration = Duration::from_mins(2);
const THREADS: usize = 2;
/// How many stacks live at a time in a thread. Most of them wait for the SDK's back-off.
const AT_A_TIME: usize = 12;

/// What happens to SES's reports of one kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportFault {
    Doubled,
    Delayed,
    Reordered,
}

/// One leg with what is done to it. A pair of faults is a cell with two injections.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) leg: Leg,
    pub(crate) injections: Vec<Injection>,
    pub(crate) reports: Option<(String, ReportFault)>,
}

/// What a cell came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) injected: u32,
    pub(crate) fired: usize,
    pub(crate) tally: Tally,
}

impl ReportFault {
    pub(crate) const ALL: [Self; 3] = [Self::Doubled, Self::Delayed, Self::Reordered];
}

impl Cell {
    pub(crate) fn reference(leg: Leg) -> Self {
        Self { leg, injections: Vec::new(), reports: None }
    }

    /// Goes the leg and checks its end; the injector knows what was called.
    pub(crate) async fn run(self) -> (Outcome, Arc<Injector>, Vec<String>) {
        let injector = Arc::new(Injector::new(self.injections.clone()));
        let world = World::start_intercepted("fault", self.leg.starts_at(), injector.clone()).await;
        injector.carry_with(world.stack.administrator());
        let mut known_accounts = 0;
        if self.leg.has_staff() {
            demo::seed(world.stack.administrator()).await.expect("the demo accounts are written");
            known_accounts = demo::INSTITUTIONS.len();
        }
        world.stack.add_delivery_rule(rule(None, vec![send(1), delivery(2)]));
        if let Some((kind, fault)) = &self.reports {
            world.stack.add_delivery_rule(rule(Some(kind.clone()), reports(*fault)));
        }
        let expected = self.leg.go(&world).await;
        world.stack.settle().await;
        let tally = audit(&world, &expected, known_accounts).await;
        assert_eq!((tally.lost, tally.doubled), (0, 0), "lost and doubled mails");
        assert_eq!(injector.fired(), self.injections.len(), "every planned fault fired");
        let kinds = world.stack.mails().expect("the mailbox can be read").into_iter();
        let kinds = kinds.filter_map(|mail| mail.kind).collect();
        let outcome = Outcome { injected: injector.injected(), fired: injector.fired(), tally };
        (outcome, injector, kinds)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.leg)?;
        for injection in &self.injections {
            write!(f, " | {injection}")?;
        }
        if let Some((kind, fault)) = &self.reports {
            write!(f, " | reports of {kind}: {fault:?}")?;
        }
        Ok(())
    }
}

/// Runs them all; the outcome of each, or its name and why it failed.
pub(crate) fn run_all(cells: Vec<Cell>) -> (Vec<Outcome>, Vec<String>) {
    let waiting = Arc::new(Mutex::new(VecDeque::from(cells)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let waiting = Arc::clone(&waiting);
            std::thread::spawn(move || work(&waiting))
        })
        .collect();
    let (mut outcomes, mut failures) = (Vec::new(), Vec::new());
    for thread in threads {
        for ended in thread.join().expect("it does not panic") {
            match ended {
                Ok(outcome) => outcomes.push(outcome),
                Err(failure) => failures.push(failure),
            }
        }
    }
    failures.sort();
    (outcomes, failures)
}

/// One thread: its stacks share it, and none of them reaches into another thread.
fn work(waiting: &Arc<Mutex<VecDeque<Cell>>>) -> Vec<Result<Outcome, String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, async {
        let mut places = JoinSet::new();
        for _ in 0..AT_A_TIME {
            let waiting = Arc::clone(waiting);
            places.spawn_local(async move {
                let mut ended = Vec::new();
                loop {
                    let Some(cell) = waiting.lock().expect("nobody panicked").pop_front() else {
                        return ended;
                    };
                    let name = cell.to_string();
                    let running = tokio::task::spawn_local(tokio::time::timeout(CELL_LIMIT, cell.run()));
                    ended.push(match running.await {
                        Ok(Ok((outcome, ..))) => Ok(outcome),
                        Ok(Err(_elapsed)) => Err(format!("{name}\n    takes too long")),
                        Err(stopped) => Err(format!("{name}\n    {}", words(stopped))),
                    });
                }
            });
        }
        places.join_all().await.into_iter().flatten().collect()
    })
}

fn words(stopped: tokio::task::JoinError) -> String {
    let payload = stopped.into_panic();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn rule(kind: Option<String>, events: Vec<EventRequest>) -> DeliveryRule {
    DeliveryRule { to: None, kind, events }
}

fn reports(fault: ReportFault) -> Vec<EventRequest> {
    match fault {
        ReportFault::Doubled => vec![send(1), send(1), delivery(2), delivery(2)],
        ReportFault::Delayed => vec![send(60), delivery(900)],
        ReportFault::Reordered => vec![delivery(1), send(2)],
    }
}

fn send(after: i64) -> EventRequest {
    EventRequest { after: SignedDuration::from_secs(after), ..EventRequest::new(EventKind::Send) }
}

fn delivery(after: i64) -> EventRequest {
    EventRequest { after: SignedDuration::from_secs(after), ..EventRequest::new(EventKind::Delivery) }
}
