//! `cargo xtask test`: the test command. Continuous integration calls it and nothing else.
//!
//! Architecture invariant: stages run in order, cheap ones first, and the first failure ends the run.

use crate::{
    infra, machine,
    run::{Failure, run, stage, succeeds},
};

pub(crate) fn test() -> Result<(), Failure> {
    stage("Tools", machine::prepare)?;
    stage("Format", || run("", "cargo fmt --all --check"))?;
    stage("Lints", || run("", "cargo clippy --workspace --all-targets -- -D warnings"))?;
    stage("Tests", workspace_tests)?;
    stage("Infrastructure", infra::check)?;
    if machine::has_browser_tests() {
        stage("Browser", browser_tests)?;
    }
    println!("\nAll checks passed.");
    Ok(())
}

fn workspace_tests() -> Result<(), Failure> {
    if succeeds("cargo nextest --version") {
        return run("", "cargo nextest run --workspace --no-fail-fast");
    }
    println!("cargo-nextest is not installed: cargo test runs the same tests, one binary after the other.");
    run("", "cargo test --workspace --lib --bins --tests --no-fail-fast -- --show-output")
}

/// The browser tests start the local stack themselves; it is built here so that no test waits for a compiler.
fn browser_tests() -> Result<(), Failure> {
    machine::browser_packages()?;
    run("", "cargo build --quiet --package local")?;
    run("tests/browser", "node run.mjs")
}
