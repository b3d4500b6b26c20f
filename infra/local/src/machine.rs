//! The running parts of one stack, how they come to rest, and how they travel through time.
//!
//! Architecture invariant: at rest nothing is left to do without the clock being moved; a journey stops at
//! every instant at which something becomes due, in order, and rests there.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use shared::runtime::Environment;
use tokio::{sync::Mutex, time::sleep};

use crate::{
    blueprint::{Blueprint, TriggerSpec},
    clock::{Backwards, MovableClock},
    function::{Functions, Running},
    ledger::{Ledger, LedgerError},
    scheduler::{Kind, Scheduler},
    wire::Wire,
};

/// The name under which the ledger keeps the clock.
pub(crate) const CLOCK: &str = "clock";

/// Changes wake the waiting parts; this is how often they look without being woken.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const TTL_SWEEP: Duration = Duration::from_mins(1);

/// What tasks, pages and tests share.
pub(crate) struct Machine {
    pub(crate) origin: String,
    pub(crate) blueprint: Arc<Blueprint>,
    pub(crate) database: dynoxide::Database,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) wire: Wire,
    pub(crate) clock: MovableClock,
    pub(crate) functions: Arc<Functions>,
    pub(crate) scheduler: Scheduler,
    pub(crate) running: Running,
    /// Every setting and every permission.
    pub(crate) administrator: Environment,
    /// Held by whoever runs schedules, so that a journey is not overtaken.
    pub(crate) turn: Mutex<()>,
}

/// Why a journey through time did not take place or was broken off.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    #[error(transparent)]
    Backwards(#[from] Backwards),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Machine {
    /// Returns when no invocation runs, no queue that a function works on has anything to receive or in
    /// flight, and SES owes no event that is due.
    pub(crate) async fn settle(&self) {
        let (mut changes, mut running) = (self.ledger.changes(), self.running.changes());
        loop {
            changes.mark_unchanged();
            running.mark_unchanged();
            let at_rest = self.publish_due_mail_events().and_then(|()| self.is_idle());
            let undisturbed =
                !changes.has_changed().unwrap_or(true) && !running.has_changed().unwrap_or(true);
            match at_rest {
                Ok(true) if undisturbed => return,
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "cannot tell whether the stack is at rest"),
            }
            tokio::select! {
                _ = changes.changed() => {}
                _ = running.changed() => {}
                () = sleep(LOOK_AGAIN) => tracing::info!(running = self.running.count(), "still at work"),
            }
        }
    }

    /// Moves the clock to `target`, stopping and resting wherever something becomes due on the way.
    pub(crate) async fn travel(&self, target: Timestamp) -> Result<(), TravelError> {
        let _turn = self.turn.lock().await;
        self.clock.check(target)?;
        self.settle().await;
        loop {
            let stop = self.next_stop()?.map_or(target, |next| next.min(target));
            self.clock.reach(stop);
            self.ledger.wake();
            self.ledger.set_value(CLOCK, &self.clock.state())?;
            self.rest_here().await?;
            if stop >= target {
                return Ok(());
            }
        }
    }

    /// Runs the schedules as time passes by itself; a standing clock leaves them to `travel`.
    pub(crate) async fn keep_schedules(self: Arc<Self>) {
        while self.clock.is_running() {
            if let Err(error) = self.run_due_schedules().await {
                tracing::error!(%error, "the schedules cannot be run");
            }
            let kinds = [Kind::Cron, Kind::Rate];
            let next = kinds.into_iter().filter_map(|kind| self.scheduler.next_due_at(kind)).min();
            sleep(self.until(next)).await;
        }
    }

    /// Publishes what SES owes, as it becomes due.
    pub(crate) async fn keep_mail_events(self: Arc<Self>) {
        let mut changes = self.ledger.changes();
        loop {
            changes.mark_unchanged();
            if let Err(error) = self.publish_due_mail_events() {
                tracing::error!(%error, "mail events cannot be published");
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = sleep(LOOK_AGAIN) => {}
            }
        }
    }

    /// Deletes what has outlived its TTL. With a standing clock the machine's time means nothing.
    pub(crate) async fn keep_ttl(self: Arc<Self>) {
        while self.clock.is_running() {
            sleep(TTL_SWEEP).await;
            let database = self.database.clone();
            match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
                Ok(Ok(deleted)) => tracing::debug!(deleted, "swept expired items"),
                Ok(Err(error)) => tracing::error!(%error, "expired items cannot be swept"),
                Err(stopped) => tracing::debug!(%stopped, "the sweep was stopped"),
            }
        }
    }

    async fn run_due_schedules(&self) -> Result<(), LedgerError> {
        let _turn = self.turn.lock().await;
        self.scheduler.run_due(Kind::Cron, self.clock.now()).await?;
        self.scheduler.run_due(Kind::Rate, self.clock.now()).await
    }

    /// What is due at this instant is done: first what mails report, then times of day, then intervals.
    async fn rest_here(&self) -> Result<(), LedgerError> {
        self.settle().await;
        self.scheduler.run_due(Kind::Cron, self.clock.now()).await?;
        self.settle().await;
        self.scheduler.run_due(Kind::Rate, self.clock.now()).await?;
        self.settle().await;
        Ok(())
    }

    fn next_stop(&self) -> Result<Option<Timestamp>, LedgerError> {
        let mail_event = self.ledger.next_event_due_at()?;
        Ok(self.scheduler.next_due_at(Kind::Cron).into_iter().chain(mail_event).min())
    }

    fn publish_due_mail_events(&self) -> Result<(), LedgerError> {
        self.wire.mailroom().publish_due().map(|_published| ())
    }

    fn is_idle(&self) -> Result<bool, LedgerError> {
        let triggers = self.blueprint.functions.iter().flat_map(|function| &function.triggers);
        for trigger in triggers {
            let TriggerSpec::Queue { queue, .. } = trigger else { continue };
            if !self.ledger.pending(queue)?.is_idle() {
                return Ok(false);
            }
        }
        Ok(self.running.count() == 0)
    }

    fn until(&self, next: Option<Timestamp>) -> Duration {
        let wait = next.map(|next| next.duration_since(self.clock.now()));
        let wait = wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or_default();
        // A machine that slept meanwhile has moved its clock unnoticed.
        if next.is_some() { wait.clamp(Duration::from_millis(10), TTL_SWEEP) } else { TTL_SWEEP }
    }
}
