//! `cargo xtask screenshots`: every screen as a picture, to be looked at before a change of the look is called done.
//!
//! Architecture invariant: the browser tests bring the screens about; there is no second list of pages to keep.

use crate::{
    machine,
    run::{Failure, run},
};

pub(crate) fn screenshots() -> Result<(), Failure> {
    machine::browser()?;
    run("", "cargo build --quiet --package local")?;
    run("tests/browser", "node run.mjs --pictures")?;
    println!("\nLook at them: tests/browser/screenshots/<screen>-{{1280,320,forced-colours,print}}.png");
    println!("Renewed for the README: tests/browser/pictures/");
    Ok(())
}
