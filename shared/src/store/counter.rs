//! Counters of uses, for limits. Each lies in the table of what it limits.

use jiff::{SignedDuration, Timestamp};

use super::{
    Inconsistent, Store, StoreError, Table,
    item::{Reader, Writer, stored_time},
    transaction::Transaction,
};
use crate::domain::limits::Usage;

/// A counter and the version that it was read at.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    pub usage: Usage,
    version: u64,
}

/// The longest window of a limit is a day; a counter is kept for two.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

impl Store {
    pub(super) async fn load_counter(&self, table: Table, key: &str) -> Result<Counter, StoreError> {
        let Some(item) = self.load(table, key).await? else { return Ok(Counter::default()) };
        let reader = Reader::new("counter", &item)?;
        let times = reader.texts("used_at")?;
        let used_at = times.iter().map(|time| time.parse().map_err(|_| reader.unreadable("used_at")));
        let usage = Usage { used_at: used_at.collect::<Result<_, Inconsistent>>()? };
        Ok(Counter { usage, version: reader.number("version")? })
    }
}

/// Writes `usage` into the counter that was `read`.
pub(super) fn with_counter(
    transaction: Transaction,
    table: Table,
    key: &str,
    usage: &Usage,
    read: &Counter,
) -> Transaction {
    let newest = usage.used_at.last().copied().unwrap_or(Timestamp::UNIX_EPOCH);
    let item = Writer::keyed(key)
        .number("version", read.version + 1)
        .texts("used_at", usage.used_at.iter().map(|at| stored_time(*at)))
        .expires(newest + KEPT_FOR)
        .finish();
    transaction.upsert("counter", table, item, read.version + 1)
}
