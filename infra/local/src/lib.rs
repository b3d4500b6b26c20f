//! The local stack: everything that `infra/template.yaml` describes, in one process on this machine.

pub mod blueprint;
mod clock;
pub mod command_line;
mod crash;
pub mod demo;
mod function;
mod gateway;
pub mod ledger;
mod machine;
mod mailbox;
mod pages;
pub mod policy;
mod pollers;
pub mod programs;
mod registry;
mod scheduler;
mod stack;
pub mod wire;

pub use clock::{Backwards, MovableClock};
pub use crash::Crashes;
pub use machine::TravelError;
pub use mailbox::MailboxMail;
pub use registry::{Registry, RegistryError};
pub use scheduler::{Expression, ScheduleError, Zone};
pub use stack::{Counts, Stack, StackError, StackOptions};
