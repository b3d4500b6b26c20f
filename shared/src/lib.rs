//! The one library that every Lambda of the user registration shares.
//!
//! Architecture invariant: `domain` depends on nothing of ours; `store`, `mail` and `web` depend on
//! `domain`; nothing here knows a single step of the flow (those live in `functions/`).

// Templates name what they call by its full path, in every crate: `shared::web::asset(…)`.
extern crate self as shared;

pub mod agreement;
pub mod codes;
pub mod dead_letters;
pub mod domain;
pub mod guidance;
pub mod look_up;
pub mod mail;
pub mod password;
pub mod queue;
pub mod robot_check;
pub mod runtime;
pub mod second_factor;
pub mod store;
pub mod web;
