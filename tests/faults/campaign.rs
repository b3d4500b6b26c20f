//! Cells and how they are run: each on a stack of its own, many at a time, in one process.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::SignedDuration;
use local::{
    demo,
    wire::{DeliveryRule, EventKind, EventRequest},
};
use tests::{
    World,
    fault::{Injection, Injector, Point},
};
use tokio::task::{JoinSet, LocalSet};

use crate::{
    audit::{Tally, audit},
    legs::Leg,
};

/// A cell that takes longer hangs. One takes a few seconds, most of them the SDK's back-off.
const CELL_LIMIT: Duration = Duration::from_mins(5);
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

/// How often a run says how far it is.
const SAYS_EVERY: Duration = Duration::from_secs(10);

/// One leg with what is done to it: of a pair of faults, the one that comes about first stands first.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) leg: Leg,
    pub(crate) injections: Vec<Injection>,
    pub(crate) reports: Vec<(String, ReportFault)>,
}

/// A cell that went well, and what was called and sent on the way.
pub(crate) struct Ran {
    pub(crate) cell: Cell,
    pub(crate) outcome: Outcome,
    pub(crate) calls: Vec<Point>,
    /// The kind of each mail that SES accepted.
    pub(crate) kinds: Vec<String>,
    /// What people asked for, as `POST /track`.
    pub(crate) visits: Vec<String>,
}

/// What a cell came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) injected: u32,
    pub(crate) fired: usize,
    /// Faults whose call was not made, since the one before had changed the way.
    pub(crate) unreachable: usize,
    pub(crate) tally: Tally,
}

/// The cells that wait, and how far the run is.
struct Work {
    waiting: VecDeque<Cell>,
    all: usize,
    ended: usize,
    failed: usize,
    said_at: Instant,
}

impl ReportFault {
    pub(crate) const ALL: [Self; 3] = [Self::Doubled, Self::Delayed, Self::Reordered];
}

impl Cell {
    pub(crate) fn reference(leg: Leg) -> Self {
        Self { leg, injections: Vec::new(), reports: Vec::new() }
    }

    /// Goes the leg and checks its end. The first fault must come about; a second one that does not must
    /// have had no call to come about at.
    pub(crate) async fn run(self) -> Ran {
        let injector = Arc::new(Injector::new(self.injections.clone()));
        let world = World::start_intercepted("fault", self.leg.plan().starts_at, injector.clone()).await;
        injector.carry_with(world.stack.administrator());
        let mut known_accounts = 0;
        if self.leg.plan().has_staff {
            demo::seed(world.stack.administrator()).await.expect("the demo accounts are written");
            known_accounts = demo::INSTITUTIONS.len();
        }
        world.stack.add_delivery_rule(rule(None, vec![send(1), delivery(2)]));
        for (kind, fault) in &self.reports {
            world.stack.add_delivery_rule(rule(Some(kind.clone()), reports(*fault)));
        }
        let expected = self.leg.go(&world).await;
        world.stack.settle().await;
        let tally = audit(&world, &expected, known_accounts).await;
        assert_eq!((tally.lost, tally.doubled), (0, 0), "lost and doubled mails");
        let (fired, calls) = (injector.fired(), injector.points());
        let mut unreachable = 0;
        for (index, injection) in self.injections.iter().enumerate() {
            if !fired.contains(&index) {
                assert!(index > 0, "the first fault comes about");
                assert!(!calls.contains(&injection.point), "{injection} had its call and did not come about");
                unreachable += 1;
            }
        }
        let kinds = world.stack.mails().expect("the mailbox can be read").into_iter();
        let kinds = kinds.filter_map(|mail| mail.kind).collect();
        let outcome = Outcome { injected: injector.injected(), fired: fired.len(), unreachable, tally };
        let visits = world.visits.lock().expect("nobody panicked").clone();
        Ran { cell: self, outcome, calls, kinds, visits }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.leg)?;
        for injection in &self.injections {
            write!(f, " | {injection}")?;
        }
        for (kind, fault) in &self.reports {
            write!(f, " | reports of {kind}: {fault:?}")?;
        }
        Ok(())
    }
}

/// Runs them all; `of` what went well of each, or its name and why it failed.
pub(crate) fn run_all<T: Send + 'static>(cells: Vec<Cell>, of: fn(Ran) -> T) -> (Vec<T>, Vec<String>) {
    let (all, waiting) = (cells.len(), VecDeque::from(cells));
    let work = Work { waiting, all, ended: 0, failed: 0, said_at: Instant::now() };
    let work = Arc::new(Mutex::new(work));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let work = Arc::clone(&work);
            std::thread::spawn(move || work_off(&work, of))
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
fn work_off<T: 'static>(work: &Arc<Mutex<Work>>, of: fn(Ran) -> T) -> Vec<Result<T, String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    LocalSet::new().block_on(&runtime, async {
        let mut places = JoinSet::new();
        for _ in 0..AT_A_TIME {
            let work = Arc::clone(work);
            places.spawn_local(async move {
                let mut ended = Vec::new();
                loop {
                    let Some(cell) = work.lock().expect("nobody panicked").waiting.pop_front() else {
                        return ended;
                    };
                    let name = cell.to_string();
                    let running = tokio::task::spawn_local(tokio::time::timeout(CELL_LIMIT, cell.run()));
                    ended.push(match running.await {
                        Ok(Ok(ran)) => Ok(of(ran)),
                        Ok(Err(_elapsed)) => Err(format!("{name}\n    takes too long")),
                        Err(stopped) => Err(format!("{name}\n    {}", words(stopped))),
                    });
                    let failure = ended.last().and_then(|ended| ended.as_ref().err());
                    if let Some(failure) = failure {
                        println!("{failure}");
                    }
                    work.lock().expect("nobody panicked").note(failure.is_some());
                }
            });
        }
        places.join_all().await.into_iter().flatten().collect()
    })
}

impl Work {
    fn note(&mut self, failed: bool) {
        self.ended += 1;
        self.failed += usize::from(failed);
        if self.said_at.elapsed() >= SAYS_EVERY {
            self.said_at = Instant::now();
            println!("… {} of {} cells, {} failed", self.ended, self.all, self.failed);
        }
    }
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
