//! What the lists of a prefecture's desk are made of: tabs, the place of an application under them, how long it may
//! stand there, the texts by which it is found, and the desk's own mail about what waits too long.
//!
//! Invariant: everything but `contact` is a function of the application as it stands. Lists, counts and search keys can be made
//! anew from it at any time, and nothing is decided by them.

mod contact;
mod deadline;
mod figures;
mod listing;
mod search;
mod tab;

pub use contact::{DIGEST_NAMES, DeskContact, Digest, Stuck, StuckCase};
pub use deadline::{Ageing, REVIEW_DAYS, earliest_day_within};
pub use figures::{DeskFigures, LONGEST_STAGE, StageDays, days_between, month_of};
pub use listing::{Listing, Place};
pub use search::{LONGEST_KEY, SearchQuery, search_keys};
pub use tab::Tab;
