//! A run of issuing that the secretariat asked for: which cases, by whom, when.

use jiff::Timestamp;

use super::ids::{ApplicationNumber, RunId, StaffId};

/// Cases that one run asks for at most; the schedule sees to the others.
pub const MOST_A_RUN: i32 = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuingRun {
    pub id: RunId,
    pub by: StaffId,
    pub by_name: String,
    pub at: Timestamp,
    pub numbers: Vec<ApplicationNumber>,
}
