//! Many histories on every core, and what they came to.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    history::History,
    laws::{Law, Tally, Violation},
    mutants::Mutant,
    shrink::{Selection, shrink},
};

/// How much of `what` a campaign runs, or what CI runs.
#[expect(clippy::disallowed_methods, reason = "how long a campaign lasts is for its command to say")]
pub(crate) fn setting(what: &str) -> Option<String> {
    std::env::var(what).ok()
}

pub(crate) fn count(what: &str, in_ci: u64) -> u64 {
    setting(what).and_then(|count| count.replace('_', "").parse().ok()).unwrap_or(in_ci)
}

/// Runs `part` on every core with its number and how many there are, and gives what each found.
pub(crate) fn on_every_core<T: Send>(part: impl Fn(u64, u64) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    std::thread::scope(|scope| {
        let part = &part;
        let running: Vec<_> = (0..cores).map(|core| scope.spawn(move || part(core, cores))).collect();
        running.into_iter().map(|core| core.join().expect("no thread of the campaign panics")).collect()
    })
}

/// `many` histories from the seed `from` on; the first broken law ends the campaign with its smallest history.
pub(crate) fn histories(from: u64, many: u64) -> Tally {
    let broken = AtomicBool::new(false);
    let found = on_every_core(|core, cores| {
        let mut sum = Tally::default();
        for seed in (from + core..from + many).step_by(usize::try_from(cores).unwrap_or(1)) {
            if broken.load(Ordering::Relaxed) {
                break;
            }
            let (history, tally, ended) = History::of(seed, None);
            sum.add(&tally);
            if let Err(violation) = ended {
                broken.store(true, Ordering::Relaxed);
                return (sum, Some((history, violation)));
            }
        }
        (sum, None)
    });
    let mut sum = Tally::default();
    for (tally, broken) in found {
        sum.add(&tally);
        if let Some((history, violation)) = broken {
            panic!("{}", shrink(&history, violation).story(&history));
        }
    }
    sum
}

/// The first history in which this mistake breaks one of these laws.
pub(crate) fn first_caught(mutant: Mutant, laws: &[Law], among: u64) -> Option<(History, Violation)> {
    (0..among).find_map(|seed| {
        let (history, _, ended) = History::of(seed, Some(mutant));
        let meant = ended.err().filter(|violation| laws.contains(&violation.law));
        meant.map(|violation| (history, violation))
    })
}

/// One seed again, whole or some of its steps, told step by step.
#[expect(clippy::print_stdout, reason = "whoever asks for one history wants to read it")]
pub(crate) fn again(seed: u64, steps: Option<&str>) {
    let (history, tally, ended) = History::of(seed, None);
    let selection = steps.map_or_else(
        || Selection::all(&history),
        |steps| Selection::parse(steps).expect("STEPS is like 0,3-5,7!"),
    );
    println!("seed {seed}, in a world that is {:?}:", history.setup);
    for step in selection.steps(&history) {
        println!("  {step}");
    }
    match (steps, ended) {
        (Some(_), _) => {
            let ended = history.replayed(selection.steps(&history));
            assert!(ended.is_ok(), "{}", ended.expect_err("broken"));
        }
        (None, Err(violation)) => panic!("{}", shrink(&history, violation).story(&history)),
        (None, Ok(())) => {}
    }
    println!("held: {} steps with the drain, {} invariants checked", tally.steps, tally.checked());
}
