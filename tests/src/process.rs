//! The local stack as a process of its own, as `cargo run` starts it: it can be killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{Mailbox, Visitor};

/// A running `local`, on a port of its own.
pub struct StackProcess {
    child: Child,
    origin: String,
}

impl StackProcess {
    /// Starts the binary on the data of `directory` and waits until it has said where it listens.
    pub fn start(binary: &str, directory: &Path) -> Self {
        let mut child = Command::new(binary)
            .args(["--port", "0", "--data"])
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

    /// Waits until everything under way has settled.
    pub async fn settle(&self) {
        self.visitor().act("/_local/settle", &json!({})).await;
    }

    /// Moves the clock on, by an ISO 8601 duration.
    pub async fn advance(&self, duration: &str) {
        let moved = self.visitor().act("/_local/clock", &json!({ "advance": duration })).await;
        assert_eq!(moved.status, 200, "{}", moved.text);
        self.settle().await;
    }

    /// Every accepted mail of a kind to an address, newest first.
    pub async fn mails(&self, kind: &str, to: &str) -> Vec<Value> {
        let mails = self.visitor().see(&format!("/_local/mails?kind={kind}&to={to}")).await.page();
        mails["mails"].as_array().expect("a list of mails").clone()
    }
}

impl Mailbox for StackProcess {
    fn visitor(&self) -> Visitor {
        Visitor::new(&self.origin)
    }

    async fn newest_code(&self, to: &str) -> String {
        self.settle().await;
        let mails = self.mails("code", to).await;
        mails.first().and_then(|mail| mail["code"].as_str()).expect("a mail with a code").to_owned()
    }
}

impl Drop for StackProcess {
    fn drop(&mut self) {
        // Already gone where it was killed.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
