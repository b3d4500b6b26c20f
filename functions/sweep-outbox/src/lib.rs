//! `sweep-outbox`: every minute, wakes the mails that wait and sees to claims that ran out.
//!
//! Architecture invariant: it finds mails by the sparse index of what is due, and moves each by a
//! conditional write; a second run at the same time changes nothing twice.

use jiff::Timestamp;
use shared::{
    domain::{
        ids::MailId,
        outbox::{ClaimId, Outbox},
    },
    queue::Doorbell,
    runtime::{BoxError, ConfigError, Environment, Lambda},
    store::{Store, StoreError},
};

/// How many mails one run sees to; the next run, a minute later, goes on.
const MOST_A_RUN: i32 = 500;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    doorbell: Doorbell,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        doorbell: Doorbell::of_mails(environment)?,
    };
    Ok(Lambda::on_schedule(app, App::run))
}

impl App {
    async fn run(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        let mut failed = 0_usize;
        for id in self.store.list_due_mails(now, MOST_A_RUN).await? {
            if let Err(error) = self.sweep(&id, now).await {
                tracing::error!(%error, mail = id.as_str(), "a due mail could not be seen to");
                failed += 1;
            }
        }
        if failed > 0 { Err(format!("{failed} due mails could not be seen to").into()) } else { Ok(()) }
    }

    async fn sweep(&self, id: &MailId, now: Timestamp) -> Result<(), StoreError> {
        let mut race = self.store.race();
        loop {
            let Some(mail) = self.store.load_mail(id).await? else { return Ok(()) };
            let Some(outbox) = mail.outbox.swept(mail.kind(), now) else {
                if is_pending(&mail.outbox, now) {
                    self.doorbell.ring_mails([id]).await;
                }
                return Ok(());
            };
            tracing::warn!(mail = id.as_str(), kind = %mail.kind(), to = outbox.as_str(), "a send is of unknown outcome");
            let rings = is_pending(&outbox, now);
            if race.settle(self.store.commit_mail(&mail.with_outbox(outbox)).await).await?.is_some() {
                if rings {
                    self.doorbell.ring_mails([id]).await;
                }
                return Ok(());
            }
        }
    }
}

fn is_pending(outbox: &Outbox, now: Timestamp) -> bool {
    outbox.claim(ClaimId::from_random([0; 16]), now).is_ok()
}
