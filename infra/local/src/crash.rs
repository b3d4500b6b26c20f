//! The death of a function's process in the middle of an invocation.
//!
//! Architecture invariant: who is struck gets no answer any more, and its invocation has failed.

use tokio::sync::broadcast;

/// Strikes functions down by name: every invocation of the function that runs then. Clones are the same.
#[derive(Clone, Debug)]
pub struct Crashes(broadcast::Sender<String>);

/// Waits for the crash of one function.
pub(crate) struct Fuse {
    function: String,
    crashes: broadcast::Receiver<String>,
}

impl Crashes {
    pub fn new() -> Self {
        Self(broadcast::Sender::new(64))
    }

    /// The invocations of `function` that run now end here.
    pub(crate) fn strike(&self, function: &str) {
        // Nobody runs: nobody dies.
        let _struck = self.0.send(function.to_owned());
    }

    /// Taken before an invocation begins, so that it misses no crash.
    pub(crate) fn fuse(&self, function: &str) -> Fuse {
        Fuse { function: function.to_owned(), crashes: self.0.subscribe() }
    }
}

impl Default for Crashes {
    fn default() -> Self {
        Self::new()
    }
}

impl Fuse {
    /// Returns when the function is struck.
    pub(crate) async fn blown(&mut self) {
        loop {
            match self.crashes.recv().await {
                Ok(function) if function == self.function => return,
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
