//! EventBridge Scheduler: runs each schedule of the template when its expression is due.
//!
//! Architecture invariant: an occurrence is noted as run only after its function was invoked, so a crash
//! repeats it and never loses it. Occurrences missed while the stack was down are made up for once.

mod cron;
mod expression;
mod field;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;
use serde_json::{Value, json};

pub use expression::{Expression, Zone};

use crate::{
    blueprint::{ACCOUNT, Blueprint, REGION, TriggerSpec},
    function::{Function, Functions},
    ledger::{Ledger, LedgerError},
};

/// Why the schedules of the template cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    #[error("the schedule {schedule} of {function}: {problem}")]
    Malformed { function: String, schedule: String, problem: String },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Which schedules to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Cron,
    Rate,
}

/// All schedules of a stack.
pub(crate) struct Scheduler {
    schedules: Vec<Schedule>,
    ledger: Arc<Ledger>,
    /// Every third run comes twice, since Scheduler promises at least once.
    hostile: bool,
    doubled: AtomicU64,
}

struct Schedule {
    name: String,
    function: Arc<Function>,
    expression: Expression,
    input: Option<Value>,
    last_run_at: Mutex<Timestamp>,
}

impl Scheduler {
    /// A schedule that never ran counts as run at `now`.
    pub(crate) fn new(
        blueprint: &Blueprint,
        functions: &Functions,
        ledger: Arc<Ledger>,
        hostile: bool,
        now: Timestamp,
    ) -> Result<Self, ScheduleError> {
        let mut schedules = Vec::new();
        for spec in &blueprint.functions {
            let Some(function) = functions.get(&spec.name) else { continue };
            for trigger in &spec.triggers {
                let TriggerSpec::Schedule { name, expression, timezone, input } = trigger else { continue };
                let expression = Expression::parse(expression, timezone).map_err(|problem| {
                    ScheduleError::Malformed { function: spec.name.clone(), schedule: name.clone(), problem }
                })?;
                let (function, input) = (Arc::clone(function), input.clone());
                let last_run_at = Mutex::new(now);
                schedules.push(Schedule { name: name.clone(), function, expression, input, last_run_at });
            }
        }
        let made = Self { schedules, ledger, hostile, doubled: AtomicU64::new(0) };
        made.recall(now)?;
        Ok(made)
    }

    /// When the next schedule of this kind is due; it may lie in the past.
    pub(crate) fn next_due_at(&self, kind: Kind) -> Option<Timestamp> {
        self.of(kind).filter_map(Schedule::next_due_at).min()
    }

    /// Runs every schedule of this kind that is due at `now`, each once, one after the other.
    pub(crate) async fn run_due(&self, kind: Kind, now: Timestamp) -> Result<(), LedgerError> {
        for schedule in self.of(kind) {
            let Some(due_at) = schedule.next_due_at().filter(|due_at| *due_at <= now) else { continue };
            let times = if self.hostile && due_at.as_second() / 60 % 3 == 0 { 2 } else { 1 };
            for _ in 0..times {
                let id = self.ledger.new_id();
                // A failed run is in the log; the next occurrence tries again.
                let _failure = schedule.function.invoke(schedule.event(due_at, &id), &id).await.err();
            }
            self.doubled.fetch_add(times - 1, Ordering::Relaxed);
            *schedule.last_run() = now;
            self.ledger.set_value(&schedule.key(), &now.to_string())?;
        }
        Ok(())
    }

    /// How many runs hostile mode has doubled.
    pub(crate) fn doubled(&self) -> u64 {
        self.doubled.load(Ordering::Relaxed)
    }

    /// Name, function, last run and next occurrence of every schedule.
    pub(crate) fn table(&self) -> Vec<(String, String, Timestamp, Option<Timestamp>)> {
        let row = |schedule: &Schedule| {
            let last_run_at = *schedule.last_run();
            let function = schedule.function.name().to_owned();
            (schedule.name.clone(), function, last_run_at, schedule.next_due_at())
        };
        self.schedules.iter().map(row).collect()
    }

    fn recall(&self, now: Timestamp) -> Result<(), LedgerError> {
        for schedule in &self.schedules {
            let stored = self.ledger.value(&schedule.key())?;
            match stored.and_then(|stored| stored.parse().ok()) {
                Some(last_run_at) => *schedule.last_run() = last_run_at,
                None => self.ledger.set_value(&schedule.key(), &now.to_string())?,
            }
        }
        Ok(())
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Schedule> {
        self.schedules.iter().filter(move |schedule| schedule.expression.is_rate() == (kind == Kind::Rate))
    }
}

impl Schedule {
    fn next_due_at(&self) -> Option<Timestamp> {
        self.expression.next_after(*self.last_run())
    }

    fn last_run(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.last_run_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self) -> String {
        format!("schedule/{}/{}", self.function.name(), self.name)
    }

    /// The template's input, or what Scheduler sends to a Lambda without one.
    fn event(&self, due_at: Timestamp, id: &str) -> Value {
        self.input.clone().unwrap_or_else(|| {
            json!({
                "version": "0",
                "id": id,
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": due_at.to_string(),
                "region": REGION,
                "resources": [format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{}", self.name)],
                "detail": "{}",
            })
        })
    }
}
