//! `lift-suppression`: every minute, takes the addresses off SES's suppression list that the secretariat asked for.
//!
//! Architecture invariant: SES admits one such call a second and account, so there is one run at a time and a pause
//! after each call; what a run does not get to waits for the next one. To let an address go twice changes nothing.

use std::time::Duration;

use aws_sdk_sesv2::{
    Client, error::SdkError, operation::delete_suppressed_destination::DeleteSuppressedDestinationError,
};
use shared::{
    domain::suppression::{Removal, RemovalOutcome},
    runtime::{BoxError, Clock, ConfigError, Environment, Lambda},
    store::{CommitError, Store},
};

/// One a second: with the pauses a run ends before the next one begins.
const MOST_A_RUN: i32 = 30;
const PAUSE: Duration = Duration::from_millis(1_100);

#[derive(Clone)]
struct App {
    store: Store,
    ses: Client,
    clock: Clock,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app =
        App { store: Store::of(environment)?, ses: environment.ses()?, clock: environment.clock.clone() };
    Ok(Lambda::on_schedule(app, App::run))
}

impl App {
    async fn run(self) -> Result<(), BoxError> {
        for (index, removal) in self.store.list_waiting_removals(MOST_A_RUN).await?.into_iter().enumerate() {
            if index > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            // Unknown or busy: the request waits on, and the next run asks again.
            let Some(outcome) = self.lift(&removal).await else { continue };
            self.conclude(removal, outcome).await?;
        }
        Ok(())
    }

    /// What SES says; `None` if that is not known.
    async fn lift(&self, removal: &Removal) -> Option<RemovalOutcome> {
        let asked = self.ses.delete_suppressed_destination().email_address(removal.address.as_str());
        match asked.send().await {
            Ok(_) => Some(RemovalOutcome::Removed),
            Err(SdkError::ServiceError(refused)) => outcome_of(refused.err()),
            Err(_) => None,
        }
    }

    async fn conclude(&self, removal: Removal, outcome: RemovalOutcome) -> Result<(), BoxError> {
        let Some(done) = removal.conclude(outcome, self.clock.now()) else { return Ok(()) };
        match self.store.commit_removal(&done).await {
            Ok(()) => {
                tracing::info!(
                    event = "suppression_lifted",
                    removal = done.id.as_str(),
                    outcome = outcome.as_str(),
                    "a request was concluded"
                );
                Ok(())
            }
            // Another run concluded it.
            Err(CommitError::Lost(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the SDK's enum may grow: what is not known is asked again"
)]
fn outcome_of(refused: &DeleteSuppressedDestinationError) -> Option<RemovalOutcome> {
    match refused {
        DeleteSuppressedDestinationError::NotFoundException(_) => Some(RemovalOutcome::NotListed),
        DeleteSuppressedDestinationError::BadRequestException(_) => Some(RemovalOutcome::Refused),
        _ => None,
    }
}
