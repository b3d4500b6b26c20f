//! What the journeys share: a world (one local stack in hostile mode, its clock standing still until it is
//! moved), and visitors that talk to it over HTTP as people's browsers and scripts do.
//!
//! Architecture invariant: a journey acts through HTTP and the clock only; it looks into the store to count,
//! never to change what the system must bring about by itself.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]
#![expect(clippy::print_stdout, reason = "the journeys print their counts")]

pub mod fault;
mod institution;
mod process;
mod seed;
mod staff;
mod visitor;
mod world;

pub use institution::{Institution, Mailbox, solution_of, solved_robot_check};
pub use process::StackProcess;
pub use seed::SEEDED;
pub use visitor::{Answer, Broken, Visitor, Visits};
pub use world::{MailCounts, World};
