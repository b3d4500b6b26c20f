//! `cargo xtask data-postal`, `data-phone`: make the tables that are committed from what others publish.
//!
//! Architecture invariant: a table is made from one named version and from nothing else, so that whoever runs this
//! again gets the same bytes; the program itself never fetches anything.

mod phone;
mod postal;

use crate::run::{Failure, root};

pub(crate) use phone::write as phone;
pub(crate) use postal::write as postal;

/// Writes a file of the tree and says so.
fn write_file(path: &str, content: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure(format!("{path}: {error}"));
    std::fs::write(root().join(path), content).map_err(failed)?;
    println!("{path}: {} bytes. Its sha256 stands in the README beside it.", content.len());
    Ok(())
}
