//! Where time enters.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the time. Read once an event, at its start; what is decided from then on uses that value.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    pub fn system() -> Self {
        Self::from_fn(Timestamp::now)
    }

    /// A clock that stands still.
    pub fn fixed(at: Timestamp) -> Self {
        Self::from_fn(move || at)
    }

    /// A clock of the caller's making: the local stack's can be moved.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present instant, cut to milliseconds, which is what the store keeps.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}
