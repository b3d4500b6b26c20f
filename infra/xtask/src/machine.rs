//! What the checks need of the machine beside Rust, fetched where it is missing.
//!
//! Architecture invariant: nothing is fetched that is already there, and nothing outside `target/` is touched
//! but Debian packages (as root only) and `tests/browser/node_modules`.

use crate::run::{Failure, root, run, succeeds};

/// The version that the template is clean under; a newer one may know more rules.
const CFN_LINT: &str = "cfn-lint==1.58.0";
/// Python packages live here, out of the way of the machine's own.
const VENV: &str = "target/tools/cfn-lint-1.58.0";

/// Whether the tree has browser tests.
pub(crate) fn has_browser_tests() -> bool {
    root().join("tests/browser/package.json").is_file()
}

/// Everything that `cargo xtask test` starts: components of Rust, Python, and a browser if there are tests for it.
pub(crate) fn prepare() -> Result<(), Failure> {
    if !succeeds("cargo fmt --version") || !succeeds("cargo clippy --version") {
        run("", "rustup component add rustfmt clippy")?;
    }
    install(&missing_packages(has_browser_tests()))?;
    cfn_lint()?;
    Ok(())
}

/// The path of cfn-lint (from the tree's root), installed from the Python package index on first use.
pub(crate) fn cfn_lint() -> Result<String, Failure> {
    let program = format!("{VENV}/bin/cfn-lint");
    if !root().join(&program).is_file() {
        install(&missing_packages(false))?;
        run("", &format!("python3 -m venv --clear {VENV}"))?;
        run("", &format!("{VENV}/bin/pip install --quiet --disable-pip-version-check {CFN_LINT}"))?;
    }
    Ok(program)
}

/// What the browser tests need beside Rust.
pub(crate) fn browser() -> Result<(), Failure> {
    install(&missing_packages(true))?;
    browser_packages()
}

/// The packages of `tests/browser`, exactly as its lock file says.
pub(crate) fn browser_packages() -> Result<(), Failure> {
    let modified =
        |path: &str| root().join("tests/browser").join(path).metadata().and_then(|file| file.modified()).ok();
    let installed_at = modified("node_modules/.package-lock.json");
    if installed_at.is_some() && installed_at >= modified("package-lock.json") {
        return Ok(());
    }
    run("tests/browser", "npm ci --no-audit --no-fund")
}

fn missing_packages(browser: bool) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !succeeds("python3 -m ensurepip --version") {
        missing.push("python3-venv");
    }
    if browser {
        for (package, there) in [
            ("chromium", succeeds("test -x /usr/bin/chromium")),
            ("fonts-noto-cjk", succeeds("dpkg --status fonts-noto-cjk")),
            ("nodejs", succeeds("node --version")),
            ("npm", succeeds("npm --version")),
            ("poppler-utils", succeeds("pdftotext -v")),
        ] {
            if !there {
                missing.push(package);
            }
        }
    }
    missing
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    if packages.is_empty() {
        return Ok(());
    }
    let packages = packages.join(" ");
    if !succeeds("test -w /var/lib/dpkg") {
        return Err(Failure(format!(
            "Debian packages are missing and only root may install them: {packages}"
        )));
    }
    run("", "apt-get --quiet --quiet update")?;
    run("", &format!("apt-get --quiet --quiet install --yes --no-install-recommends {packages}"))
}
