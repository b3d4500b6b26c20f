//! `cargo xtask …`: everything about this tree that is not the program itself.
//!
//! Architecture invariant: nothing of the program depends on this crate, and it compiles in seconds.
#![expect(clippy::print_stdout, reason = "a command line speaks on standard output")]

mod data;
mod import;
mod infra;
mod machine;
mod package;
mod reliability;
mod run;
mod screenshots;
mod solve;
mod test;
#[cfg(test)]
mod words;

use std::process::ExitCode;

use run::Failure;

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<(), Failure>,
}

const COMMANDS: [Command; 10] = [
    Command { name: "test", about: "all checks and tests, from a clean machine on", run: test::test },
    Command {
        name: "check-infra",
        about: "infra/template.yaml: our rules, then cfn-lint",
        run: infra::check,
    },
    Command {
        name: "data-postal",
        about: "the committed table of postal codes, made anew",
        run: data::postal,
    },
    Command {
        name: "data-phone",
        about: "the committed numbering plan of Japan, made anew",
        run: data::phone,
    },
    Command {
        name: "reliability",
        about: "the campaigns that CI runs, and one table of what they count",
        run: reliability::short,
    },
    Command {
        name: "reliability long",
        about: "1,000 kills, 10,000 rounds, all pairs of faults: hours",
        run: reliability::long,
    },
    Command {
        name: "import-everything",
        about: "245,000 institutions into the lists, and how long that took",
        run: import::everything,
    },
    Command {
        name: "package",
        about: "release binaries into target/lambda/<function>/bootstrap",
        run: package::package,
    },
    Command {
        name: "screenshots",
        about: "every screen as PNG in tests/browser/screenshots, and the README's pictures",
        run: screenshots::screenshots,
    },
    Command {
        name: "solve",
        about: "robot check: a challenge on stdin, its payload on stdout",
        run: solve::solve,
    },
];

fn main() -> ExitCode {
    let name = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return list();
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return refuse(&format!("there is no command {name}"));
    };
    match (command.run)() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> ExitCode {
    println!("cargo xtask <command>\n");
    for Command { name, about, .. } in &COMMANDS {
        println!("  {name:17} {about}");
    }
    ExitCode::SUCCESS
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("xtask: {why}; `cargo xtask` lists the commands");
    ExitCode::from(2)
}
