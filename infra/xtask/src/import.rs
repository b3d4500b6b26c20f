//! `cargo xtask import-everything`: how long the lists of the whole country take to come in, on this machine.

use crate::run::{Failure, run};

/// One run of a test that is too long for every day; it prints the times, and fails beyond five minutes.
pub(crate) fn everything() -> Result<(), Failure> {
    run(
        "",
        "cargo test --workspace --test journeys -- imports::every_institution_of_the_country --exact --ignored --nocapture",
    )
}
