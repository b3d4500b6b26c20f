//! `cargo xtask package`: what `sam deploy` uploads.
//!
//! Architecture invariant: a binary that the functions' operating system could not start is refused here, not
//! found out by the first request.

use std::fs;

use crate::{
    infra,
    run::{Failure, root, run},
};

/// The newest `glibc` that provided.al2023 has: 2.34.
const GLIBC_MINOR: u32 = 34;

pub(crate) fn package() -> Result<(), Failure> {
    let functions = infra::function_folders()?;
    let packages: Vec<String> = functions.iter().map(|name| format!("--package {name}")).collect();
    run("", &format!("cargo build --release --bins {}", packages.join(" ")))?;
    println!("\n{:>10}  function", "bytes");
    let mut all = 0;
    for name in &functions {
        let bytes = place(name)?;
        all += bytes;
        println!("{bytes:>10}  {name}");
    }
    println!("{all:>10}  together, in target/lambda/");
    Ok(())
}

fn place(name: &str) -> Result<u64, Failure> {
    let built = root().join("target/release").join(name);
    let folder = root().join("target/lambda").join(name);
    let failed = |error: std::io::Error| Failure(format!("{name}: {error}"));
    let minor = newest_glibc(&fs::read(&built).map_err(failed)?);
    if minor > GLIBC_MINOR {
        return Err(Failure(format!("{name} needs glibc 2.{minor}, but Lambda has 2.{GLIBC_MINOR}")));
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    fs::copy(&built, folder.join("bootstrap")).map_err(failed)
}

/// The highest minor of the symbol versions `GLIBC_2.<minor>` that a binary asks for.
fn newest_glibc(binary: &[u8]) -> u32 {
    const VERSION: &[u8] = b"GLIBC_2.";
    let versions = binary.windows(VERSION.len()).enumerate().filter(|(_, bytes)| *bytes == VERSION);
    let minors = versions.map(|(at, _)| {
        let digits = binary[at + VERSION.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u32, |minor, digit| minor.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    });
    minors.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_symbol_version_counts() {
        assert_eq!(newest_glibc(b"..GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.17\0"), 34);
        assert_eq!(newest_glibc(b"GLIBC_2.36"), 36);
        assert_eq!(newest_glibc(b"a static binary"), 0);
    }
}
