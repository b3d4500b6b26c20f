//! How often who asked for what.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Service};

/// How often a caller did something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallCount {
    pub caller: String,
    pub service: Service,
    pub operation: String,
    pub requests: u64,
    /// Refused by the policy.
    pub denied: u64,
    /// Answered with any other error.
    pub failed: u64,
    /// `ConsumedCapacity` as far as the answers carried it.
    pub capacity_units: f64,
}

/// All counts since the wire was started.
#[derive(Default)]
pub(super) struct Counts(Mutex<BTreeMap<(String, Service, String), CallCount>>);

impl Counts {
    /// Counts a call; its number among those of its caller and operation.
    pub(super) fn begin(&self, caller: &str, service: Service, operation: &str) -> u64 {
        let mut counts = self.lock();
        let key = (caller.to_owned(), service, operation.to_owned());
        let count = counts.entry(key).or_insert_with(|| CallCount {
            caller: caller.to_owned(),
            service,
            operation: operation.to_owned(),
            requests: 0,
            denied: 0,
            failed: 0,
            capacity_units: 0.0,
        });
        count.requests += 1;
        count.requests
    }

    pub(super) fn denied(&self, caller: &str, service: Service, operation: &str) {
        if let Some(count) = self.lock().get_mut(&(caller.to_owned(), service, operation.to_owned())) {
            count.denied += 1;
        }
    }

    pub(super) fn answered(&self, caller: &str, service: Service, operation: &str, answer: &Answer) {
        let units = capacity_units(answer);
        if let Some(count) = self.lock().get_mut(&(caller.to_owned(), service, operation.to_owned())) {
            count.capacity_units += units;
            if !answer.status.is_success() {
                count.failed += 1;
            }
        }
    }

    pub(super) fn all(&self) -> Vec<CallCount> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, Service, String), CallCount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn capacity_units(answer: &Answer) -> f64 {
    const NAME: &[u8] = b"\"ConsumedCapacity\"";
    if !answer.body.windows(NAME.len()).any(|window| window == NAME) {
        return 0.0;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return 0.0 };
    let units = |of: &Value| of.get("CapacityUnits").and_then(Value::as_f64).unwrap_or_default();
    match body.get("ConsumedCapacity") {
        Some(Value::Array(tables)) => tables.iter().map(units).sum(),
        Some(table) => units(table),
        None => 0.0,
    }
}
