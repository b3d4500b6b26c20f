//! Models of what must hold under every interleaving, checked exhaustively: every state that can be reached
//! within the stated bounds is visited, and every step is the domain's own pure function.
//!
//! | room | what runs at once |
//! |---|---|
//! | `outbox` | workers, sweeper, SES, its reports, crashes, lost and doubled messages |
//! | `codes` | parallel tries of one code, a second code |
//! | `issuing` | two applications of one institution, doubled messages, crashes between |
//! | `notice` | reports of ① and ②, runs of the schedule, the next business day, deaths between |
//! | `flag` | two runs of one day, beside everything else that moves an application |
//!
//! Architecture invariant: each room also has mutants, its own step with one small mistake in it, and each
//! mutant has a counter-example: properties that nothing can break prove nothing.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]

mod check;
mod codes;
mod flag;
mod issuing;
mod notice;
mod outbox;
