//! `index-desks`: every minute, counts what moved between the desks' lists, and brings their search keys up to date.
//!
//! Architecture invariant: it reads the changes that are not counted yet and nothing else. A change goes with the
//! transaction that counts it, after the search keys of its application stand: a run that is broken off, comes twice or
//! meets another leaves nothing out and counts nothing twice.

use std::collections::BTreeSet;

use jiff::Timestamp;
use shared::{
    domain::ids::ApplicationNumber,
    runtime::{BoxError, ConfigError, Environment, Lambda},
    store::{Change, CommitError, Store, StoreError},
};

/// How many changes are read at a time.
const PAGE: i32 = 330;
/// How many pages one run sees to at most; what is left waits for the next one.
const MOST_PAGES: usize = 20;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App { environment: environment.clone(), store: Store::of(environment)? };
    Ok(Lambda::on_schedule(app, App::run))
}

impl App {
    async fn run(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        let (mut counted, mut keys) = (0, 0);
        for _ in 0..MOST_PAGES {
            let changes = self.store.list_changes(PAGE).await?;
            let (moved, written) = self.take_in(&changes, now).await?;
            counted += moved;
            keys += written;
            // The index follows its table with a delay: a page on which nothing moved is an old picture.
            if changes.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) || moved == 0 {
                break;
            }
        }
        if counted > 0 {
            tracing::info!(counted, keys, "changes counted");
        }
        Ok(())
    }

    /// How many changes were counted, and how many search keys written for them.
    async fn take_in(&self, changes: &[Change], now: Timestamp) -> Result<(usize, usize), StoreError> {
        let numbers: BTreeSet<ApplicationNumber> = changes.iter().map(|change| change.number).collect();
        let numbers: Vec<ApplicationNumber> = numbers.into_iter().collect();
        let mut indexed = BTreeSet::new();
        let mut keys = 0;
        for application in self.store.load_applications(&numbers).await? {
            match self.store.index_application(&application).await {
                Ok(written) => {
                    keys += written;
                    indexed.insert(application.number);
                }
                // Another run has it in hand: its changes stay for whoever comes next.
                Err(CommitError::Lost(_)) => {}
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        let ready: Vec<Change> =
            changes.iter().filter(|change| indexed.contains(&change.number)).cloned().collect();
        Ok((self.store.commit_counts(&ready, now).await?, keys))
    }
}
