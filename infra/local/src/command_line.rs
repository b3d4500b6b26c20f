//! What may stand behind `cargo run --`.

use std::path::PathBuf;

/// The options of `cargo run`.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Run(RunOptions),
}

/// How to run.
#[derive(Debug, PartialEq, Eq)]
pub struct RunOptions {
    pub port: u16,
    pub data: PathBuf,
    pub hostile: Option<u64>,
}

/// What `--help` prints.
pub const HELP: &str = "\
G-MIS user registration on this machine: the site, the queues, the schedules and a mailbox in one process.

Usage: cargo run [--] [OPTIONS]

  --port PORT     port of the site on 127.0.0.1 (default 3000)
  --data DIR      where everything is kept (default .local); delete it to start afresh
  --hostile SEED  double, delay and reorder messages, as AWS may do, by this seed
  --help          this text

RUST_LOG=info (or debug) shows what the functions log.
";

impl Command {
    /// Reads the arguments after the program's name; the error is a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut run = RunOptions { port: 3000, data: PathBuf::from(".local"), hostile: None };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (flag, joined) = match argument.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = |expected: &str| {
                let value = joined.clone().or_else(|| arguments.next()).filter(|value| !value.is_empty());
                value.ok_or_else(|| format!("{flag} needs {expected}"))
            };
            match flag.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--port" => run.port = number("--port", "a number from 0 to 65535", &value("a port")?)?,
                "--data" => run.data = PathBuf::from(value("a directory")?),
                "--hostile" => run.hostile = Some(number("--hostile", "a number", &value("a number")?)?),
                unknown => return Err(format!("{unknown} is not known; --help says what is")),
            }
        }
        Ok(Self::Run(run))
    }
}

fn number<T: std::str::FromStr>(flag: &str, expected: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag} needs {expected}, not {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let expected = RunOptions { port: 3100, data: "elsewhere".into(), hostile: Some(7) };
        assert_eq!(parse("--port 3100 --data=elsewhere --hostile 7"), Ok(Command::Run(expected)));
        assert_eq!(
            parse(""),
            Ok(Command::Run(RunOptions { port: 3000, data: ".local".into(), hostile: None }))
        );
        assert_eq!(parse("--port 1 --help"), Ok(Command::Help));
    }

    #[test]
    fn what_is_wrong_is_a_sentence() {
        for (line, sentence) in [
            ("--prot 3000", "--prot is not known; --help says what is"),
            ("--port", "--port needs a port"),
            ("--port 70000", "--port needs a number from 0 to 65535, not 70000"),
            ("--hostile yes", "--hostile needs a number, not yes"),
            ("run", "run is not known; --help says what is"),
        ] {
            assert_eq!(parse(line), Err(sentence.to_owned()));
        }
    }
}
