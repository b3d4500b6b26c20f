//! What may stand behind `cargo run --`.

use std::{collections::BTreeMap, path::PathBuf};

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
    /// Values for parameters of the template.
    pub parameters: BTreeMap<String, String>,
}

/// What `--help` prints.
pub const HELP: &str = "\
G-MIS user registration on this machine: the site, the queues, the schedules and a mailbox in one process.

Usage: cargo run [--] [OPTIONS]

  --port PORT             port of the site on 127.0.0.1 (default 3000)
  --data DIR              where everything is kept (default .local); delete it to start afresh
  --hostile SEED          double, delay and reorder messages, as AWS may do, by this seed
  --parameter NAME=VALUE  another value for a parameter of infra/template.yaml; as often as wanted
  --help                  this text

RUST_LOG=info (or debug) shows what the functions log.
";

impl Command {
    /// Reads the arguments after the program's name; the error is a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut run = RunOptions::default();
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
                "--parameter" => {
                    let (name, value) = parameter(&value("NAME=VALUE")?)?;
                    run.parameters.insert(name, value);
                }
                unknown => return Err(format!("{unknown} is not known; --help says what is")),
            }
        }
        Ok(Self::Run(run))
    }
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { port: 3000, data: PathBuf::from(".local"), hostile: None, parameters: BTreeMap::new() }
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or_else(|| format!("--parameter needs NAME=VALUE, not {text}"))?;
    Ok((name.to_owned(), value.to_owned()))
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
        let parameters = [("LogFilter".to_owned(), "info,shared=debug".to_owned())].into();
        let expected = RunOptions { port: 3100, data: "elsewhere".into(), hostile: Some(7), parameters };
        let line = "--port 3100 --data=elsewhere --hostile 7 --parameter LogFilter=info,shared=debug";
        assert_eq!(parse(line), Ok(Command::Run(expected)));
        assert_eq!(parse(""), Ok(Command::Run(RunOptions::default())));
        assert_eq!(parse("--port 1 --help"), Ok(Command::Help));
    }

    #[test]
    fn what_is_wrong_is_a_sentence() {
        for (line, sentence) in [
            ("--prot 3000", "--prot is not known; --help says what is"),
            ("--port", "--port needs a port"),
            ("--port 70000", "--port needs a number from 0 to 65535, not 70000"),
            ("--hostile yes", "--hostile needs a number, not yes"),
            ("--parameter LogFilter", "--parameter needs NAME=VALUE, not LogFilter"),
            ("run", "run is not known; --help says what is"),
        ] {
            assert_eq!(parse(line), Err(sentence.to_owned()));
        }
    }
}
