//! `flag-stuck`: every morning, flags the applications on which nothing has moved for three weeks, and tells their
//! desks.
//!
//! Architecture invariant: it reads the due part of the sparse index `waiting` and what stands in the sparse index
//! `stuck`, so its cost follows the number of due and flagged applications; a flag is set once, and a desk's digest
//! written once a day, each by a conditional write.

mod digest;

use jiff::Timestamp;
use shared::{
    domain::ids::ApplicationNumber,
    queue::Doorbell,
    runtime::{BoxError, ConfigError, Environment, Lambda, Metric},
    store::{Store, StoreError},
};

/// How many applications are read at a time.
const PAGE: i32 = 200;
/// How many pages one run sees to at most; what is left keeps its place in the index for the next one.
const MOST_PAGES: usize = 50;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    mails: Doorbell,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        mails: Doorbell::of_mails(environment)?,
    };
    Ok(Lambda::on_schedule(app, App::run))
}

impl App {
    async fn run(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        self.flag_due(now).await?;
        self.tell_desks(now).await
    }

    async fn flag_due(&self, now: Timestamp) -> Result<(), BoxError> {
        let mut flagged = 0_usize;
        for _ in 0..MOST_PAGES {
            let due = self.store.list_flag_due(now, PAGE).await?;
            let mut moved = 0_usize;
            for number in &due {
                moved += self.flag(*number, now).await?;
            }
            flagged += moved;
            // The index follows its table with a delay: a page on which nothing moved is an old picture.
            if due.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) || moved == 0 {
                break;
            }
        }
        tracing::info!(flagged, "flags set");
        let flags = u64::try_from(flagged).unwrap_or(u64::MAX);
        self.environment.metrics.count("flag-stuck", &[(Metric::FlagsSet, flags)], now);
        Ok(())
    }

    /// Sets every flag that is due on one application; how many.
    async fn flag(&self, number: ApplicationNumber, now: Timestamp) -> Result<usize, StoreError> {
        let mut race = self.store.race();
        let mut flags = 0_usize;
        loop {
            let Some(application) = self.store.load_application(number).await? else { return Ok(flags) };
            let Some(decided) = application.flag(now) else { return Ok(flags) };
            if race.settle(self.store.commit(decided).await).await?.is_some() {
                flags += 1;
            }
        }
    }
}
