//! What the lists of a prefecture's desk are made of: tabs, the place of an application under them, how long it may
//! stand there, and the texts by which it is found.
//!
//! Invariant: everything here is a function of the application as it stands. Lists, counts and search keys can be made
//! anew from it at any time, and nothing is decided by them.

mod deadline;
mod listing;
mod search;
mod tab;

pub use deadline::{Ageing, REVIEW_DAYS, earliest_day_within};
pub use listing::{Listing, Place};
pub use search::{LONGEST_KEY, SearchQuery, search_keys};
pub use tab::Tab;
