//! `cargo run`: the whole system on this machine, in one process.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use local::{
    Stack, StackOptions,
    command_line::{Command, HELP, RunOptions},
    demo, programs,
};
use tracing_subscriber::EnvFilter;

const TEMPLATE: &str = include_str!("../../template.yaml");

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => return said(io::stdout(), HELP, 0),
        Ok(Command::Run(options)) => options,
        Err(sentence) => return said(io::stderr(), &format!("{sentence}\n"), 2),
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_writer(io::stderr).with_env_filter(filter).init();
    match run(options).await {
        Ok(()) => said(io::stdout(), "\n", 0),
        Err(error) => said(io::stderr(), &format!("{error}\n"), 1),
    }
}

/// Runs until Ctrl-C.
async fn run(options: RunOptions) -> Result<(), Box<dyn std::error::Error>> {
    let stack = Stack::start(StackOptions {
        port: options.port,
        data: Some(options.data.clone()),
        hostile: options.hostile,
        parameters: options.parameters.clone(),
        ..StackOptions::new(TEMPLATE, programs::all())
    })
    .await?;
    demo::seed(stack.administrator()).await?;
    said(io::stdout(), &demo::welcome(&stack, &options), 0);
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Writes; whoever closed the pipe does not want to read it.
fn said(mut to: impl Write, text: &str, status: u8) -> ExitCode {
    let written = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    if written.is_err() { ExitCode::FAILURE } else { ExitCode::from(status) }
}
