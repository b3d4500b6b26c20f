//! Hostile mode: what SQS may do to a message, done often and by a seed.
//!
//! Architecture invariant: what happens to the n-th message of a queue depends on the seed, the queue and
//! n alone; nothing waits for real time.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// What hostile mode has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct HostileCounts {
    pub doubled: u64,
    pub delayed: u64,
    pub reordered: u64,
}

/// The seed and what came of it.
pub(super) struct Hostility {
    seed: u64,
    sent: Mutex<BTreeMap<String, u64>>,
    doubled: AtomicU64,
    delayed: AtomicU64,
    reordered: AtomicU64,
}

/// One copy of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Copy {
    /// How many receives of the queue pass before it is visible.
    pub(super) held: u8,
    /// How many later messages may overtake it.
    pub(super) setback: u8,
}

impl Hostility {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            sent: Mutex::default(),
            doubled: AtomicU64::new(0),
            delayed: AtomicU64::new(0),
            reordered: AtomicU64::new(0),
        }
    }

    /// The copies of the next message of a queue.
    pub(super) fn copies(&self, queue: &str) -> Vec<Copy> {
        let nth = {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            let nth = sent.entry(queue.to_owned()).or_default();
            *nth += 1;
            *nth
        };
        let name = queue.bytes().fold(self.seed, |hash, byte| mix(hash ^ u64::from(byte)));
        let dice = mix(name ^ nth).to_le_bytes();
        let mut copies = vec![copy(dice[0], dice[1], dice[2])];
        if dice[3] < 64 {
            copies.push(copy(dice[4], dice[5], dice[6]));
            self.doubled.fetch_add(1, Ordering::Relaxed);
        }
        let delayed = copies.iter().filter(|copy| copy.held > 0).count();
        self.delayed.fetch_add(delayed as u64, Ordering::Relaxed);
        copies
    }

    pub(super) fn note_reordered(&self) {
        self.reordered.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> HostileCounts {
        HostileCounts {
            doubled: self.doubled.load(Ordering::Relaxed),
            delayed: self.delayed.load(Ordering::Relaxed),
            reordered: self.reordered.load(Ordering::Relaxed),
        }
    }
}

/// A quarter of all copies is held back, every copy may be overtaken by up to five.
fn copy(whether: u8, how_long: u8, setback: u8) -> Copy {
    Copy { held: if whether < 64 { 1 + how_long % 4 } else { 0 }, setback: setback % 6 }
}

/// The finaliser of splitmix64.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
