//! The local stack as a process of its own, as `cargo run` starts it: it can be killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running `local`.
pub struct StackProcess {
    child: Child,
    origin: String,
}

impl StackProcess {
    /// Starts the binary on the data of `directory` and waits until it has said where it listens. The robot
    /// check costs next to nothing.
    pub fn start(binary: &str, directory: &Path, port: u16) -> Self {
        let mut child = Command::new(binary)
            .args(["--port", &port.to_string(), "--parameter", "RobotCheckCost=100", "--data"])
            .arg(directory)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let origin = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).map(str::to_owned)
            })
            .expect("it prints where it listens");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, origin }
    }

    /// SIGKILL: no farewell, no flush.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for StackProcess {
    fn drop(&mut self) {
        // Already gone where it was killed.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
