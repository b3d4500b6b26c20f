//! Starting other programs, with a headline before and a clear line when one fails.
//!
//! Architecture invariant: every program starts in a folder that is named relative to the tree's root, so a
//! command does the same from wherever it is called.

use std::{
    fmt,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// Why a command of ours ends with an error, in one sentence.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The root of the tree.
pub(crate) fn root() -> PathBuf {
    let infra = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    infra.parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// One stage of a longer command: headline, work, closing line with the time it took.
pub(crate) fn stage(name: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("\n━━ {name}");
    let began = Instant::now();
    work().map_err(|failure| Failure(format!("{name} failed: {failure}")))?;
    println!("━━ {name}: passed in {} s", began.elapsed().as_secs());
    Ok(())
}

/// Runs `line` (a program and its arguments, parted by spaces) in `folder` of the tree.
pub(crate) fn run(folder: &str, line: &str) -> Result<(), Failure> {
    println!("$ {line}");
    let status = command(folder, line)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure(format!("`{line}` does not start: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{line}` ended with {status}"))) }
}

/// Runs `line` at the root with these settings; `hear` gets each line of its output, which is shown as well.
pub(crate) fn heard(
    line: &str,
    settings: &[(&str, &str)],
    mut hear: impl FnMut(&str),
) -> Result<(), Failure> {
    let shown = settings.iter().map(|(name, value)| format!("{name}={value}"));
    println!("$ {}", shown.chain([line.to_owned()]).collect::<Vec<_>>().join(" "));
    let mut command = command("", line);
    command.envs(settings.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped());
    let unheard = |error| Failure(format!("`{line}` does not start: {error}"));
    let mut child = command.spawn().map_err(unheard)?;
    if let Some(output) = child.stdout.take() {
        for text in BufReader::new(output).lines().map_while(Result::ok) {
            println!("{text}");
            hear(&text);
        }
    }
    let status = child.wait().map_err(unheard)?;
    if status.success() { Ok(()) } else { Err(Failure(format!("`{line}` ended with {status}"))) }
}

/// Whether `line` runs and succeeds; what it prints is dropped.
pub(crate) fn succeeds(line: &str) -> bool {
    let status = command("", line).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn command(folder: &str, line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(root().join(folder));
    // Non-interactive everywhere: Debian's installer asks nothing, npm fetches no browser of its own.
    command.env("DEBIAN_FRONTEND", "noninteractive").env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_template() {
        assert!(root().join("infra/template.yaml").is_file());
    }

    #[test]
    fn a_failing_program_is_named() {
        let failure = run("", "ls there-is-no-such-file").expect_err("no such file");
        assert!(failure.0.starts_with("`ls there-is-no-such-file` ended with"), "{failure}");
        let failure = run("", "there-is-no-such-program").expect_err("no such program");
        assert!(failure.0.starts_with("`there-is-no-such-program` does not start"), "{failure}");
    }

    #[test]
    fn what_a_program_says_is_heard() {
        let mut lines = Vec::new();
        let settings = [("ROUNDS", "7"), ("KILLS", "9")];
        let hear = |line: &str| lines.push(line.to_owned());
        heard("printenv ROUNDS KILLS", &settings, hear).expect("both are set");
        assert_eq!(lines, ["7", "9"]);
        let failure = heard("printenv THERE_IS_NO_SUCH_SETTING", &[], |_| {}).expect_err("not set");
        assert!(failure.0.contains("ended with"), "{failure}");
    }

    #[test]
    fn a_failed_stage_carries_its_name() {
        let failure = stage("Walk", || Err(Failure("it rains".to_owned()))).expect_err("it rains");
        assert_eq!(failure.0, "Walk failed: it rains");
    }
}
