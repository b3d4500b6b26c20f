//! The rules of the user registration: pure, without clock, randomness, AWS, async or serde.
//!
//! Architecture invariant: a decision takes the present state, a command and the time, and returns
//! everything that must happen as one value; it does nothing itself.

pub mod account;
pub mod address_change;
pub mod application;
pub mod calendar;
pub mod code_traffic;
pub mod contact;
pub mod delivery;
pub mod desk;
pub mod form;
pub mod ids;
pub mod institution;
pub mod issuing_run;
pub mod limits;
pub mod mail;
pub mod outbox;
pub mod prefecture;
pub mod registry;
pub mod session;
pub mod settings;
pub mod suppression;
pub mod terms;
pub mod text;
pub mod verification;
