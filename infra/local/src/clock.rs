//! The clock of the stack: runs with the machine's, shifted; or, for tests, stands until it is moved.
//!
//! Architecture invariant: it never runs backwards by our doing, since what is stored already would lie in
//! the future.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shared::runtime::Clock;

/// A clock that can be moved forward. Clones are the same clock.
#[derive(Clone)]
pub struct MovableClock(Arc<Inner>);

struct Inner {
    machine: Clock,
    hand: Mutex<Hand>,
}

#[derive(Clone, Copy)]
enum Hand {
    /// This far from the machine's clock.
    Running(SignedDuration),
    Standing(Timestamp),
}

/// The clock was told to go back.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the clock moves forward only: it shows {now}, {wanted} lies before that")]
pub struct Backwards {
    pub now: Timestamp,
    pub wanted: Timestamp,
}

impl MovableClock {
    /// Runs with `machine`.
    pub fn running(machine: Clock) -> Self {
        Self::new(machine, Hand::Running(SignedDuration::ZERO))
    }

    /// Stands at `at` until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        Self::new(Clock::fixed(at), Hand::Standing(at))
    }

    fn new(machine: Clock, hand: Hand) -> Self {
        Self(Arc::new(Inner { machine, hand: Mutex::new(hand) }))
    }

    /// The same clock as the functions get it.
    pub fn reader(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || clock.now())
    }

    pub fn now(&self) -> Timestamp {
        match *self.hand() {
            Hand::Running(shift) => shifted(self.0.machine.now(), shift),
            Hand::Standing(at) => at,
        }
    }

    /// Whether time passes by itself.
    pub fn is_running(&self) -> bool {
        matches!(*self.hand(), Hand::Running(_))
    }

    /// Refuses an instant that has passed.
    pub(crate) fn check(&self, wanted: Timestamp) -> Result<(), Backwards> {
        let now = self.now();
        if wanted < now { Err(Backwards { now, wanted }) } else { Ok(()) }
    }

    /// Shows `to` from now on, unless it has passed already.
    pub(crate) fn reach(&self, to: Timestamp) {
        let mut hand = self.hand();
        *hand = match *hand {
            Hand::Running(shift) => Hand::Running(shift.max(to.duration_since(self.0.machine.now()))),
            Hand::Standing(at) => Hand::Standing(at.max(to)),
        };
    }

    /// What has to be remembered so that a later process goes on from here.
    pub(crate) fn state(&self) -> String {
        match *self.hand() {
            Hand::Running(shift) => shift.to_string(),
            Hand::Standing(at) => at.to_string(),
        }
    }

    /// Goes on from an earlier process's `state`; a state of the other kind of clock is not used.
    pub(crate) fn resume(&self, state: &str) {
        let mut hand = self.hand();
        match (&*hand, state.parse::<SignedDuration>(), state.parse::<Timestamp>()) {
            (Hand::Running(_), Ok(shift), _) => *hand = Hand::Running(shift),
            (Hand::Standing(at), _, Ok(earlier)) => *hand = Hand::Standing(earlier.max(*at)),
            (Hand::Running(_) | Hand::Standing(_), _, _) => {}
        }
    }

    fn hand(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.0.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shifted(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_standing_clock_moves_forward_only() {
        let clock = MovableClock::standing(at("2026-11-23T00:00:00Z"));
        let reader = clock.reader();
        clock.reach(at("2026-11-24T00:00:00Z"));
        assert_eq!(reader.now(), at("2026-11-24T00:00:00Z"));
        let refused = clock.check(at("2026-11-23T23:59:59Z")).unwrap_err();
        assert!(refused.to_string().contains("forward only"));
        clock.reach(at("2026-11-23T23:59:59Z"));
        assert_eq!(clock.now(), at("2026-11-24T00:00:00Z"));
    }

    #[test]
    fn a_running_clock_keeps_its_shift_over_a_restart() {
        let machine = Clock::fixed(at("2026-11-23T00:00:00Z"));
        let clock = MovableClock::running(machine);
        clock.reach(at("2026-12-14T00:00:00Z"));
        let later = MovableClock::running(Clock::fixed(at("2026-11-23T01:00:00Z")));
        later.resume(&clock.state());
        assert_eq!(later.now(), at("2026-12-14T01:00:00Z"));
    }

    #[test]
    fn a_standing_clock_resumes_at_the_later_instant() {
        let clock = MovableClock::standing(at("2026-11-23T00:00:00Z"));
        clock.resume("2026-11-25T00:00:00Z");
        assert_eq!(clock.now(), at("2026-11-25T00:00:00Z"));
        clock.resume("2026-11-24T00:00:00Z");
        clock.resume("PT5H");
        assert_eq!(clock.now(), at("2026-11-25T00:00:00Z"));
    }
}
