//! `issue-account`: the secretariat's case matrix for each approved application (①, ③, or nothing).
//!
//! Woken by the queue `issue` on approval, and by a schedule that finds what a lost message left behind.
//!
//! Architecture invariant: the matrix is decided from the account as it is read, and committed only if
//! the application, and the account where it is changed, are still so.

use shared::{
    domain::{
        account::institution_keys,
        application::{Issue, IssueError, Queue},
        ids::{ApplicationNumber, MailId},
    },
    queue::{ApplicationWaits, Doorbell},
    runtime::{BoxError, ConfigError, Environment, Lambda, Message, Metric},
    store::Store,
};

/// How many applications one scheduled run sees to.
const MOST_A_RUN: i32 = 500;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    doorbell: Doorbell,
    notify_already_entitled: bool,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        doorbell: Doorbell::of_mails(environment)?,
        notify_already_entitled: environment.config.flag("NOTIFY_ALREADY_ENTITLED")?,
    };
    Ok(Lambda::on_messages_and_schedule(app, App::hear, App::sweep))
}

impl App {
    async fn hear(self, message: Message) -> Result<(), BoxError> {
        let number = ApplicationWaits::parse(&message.body).ok_or("the message names no application")?;
        self.issue(number).await
    }

    async fn sweep(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        if let Some(window) = self.store.load_settings().await?.freezes.at(now) {
            tracing::info!(until = %window.until, "nothing is issued: what waits is found after the freeze");
            return Ok(());
        }
        let mut failed = 0_usize;
        for number in self.store.list_work(Queue::Issue, now, MOST_A_RUN).await? {
            if let Err(error) = self.issue(number).await {
                tracing::error!(%error, application = %number, "an application could not be issued");
                failed += 1;
            }
        }
        if failed > 0 { Err(format!("{failed} applications could not be issued").into()) } else { Ok(()) }
    }

    async fn issue(&self, number: ApplicationNumber) -> Result<(), BoxError> {
        let mut race = self.store.race();
        loop {
            let now = self.environment.clock.now();
            let application =
                self.store.load_application(number).await?.ok_or("there is no such application")?;
            let keys = institution_keys(&application.form);
            let existing = self.store.find_or_adopt_account(&keys, application.desk(), now).await?;
            let command = Issue {
                existing,
                mail: MailId::from_parts(now, self.environment.entropy.bytes::<10>()),
                notify_already_entitled: self.notify_already_entitled,
                freezes: self.store.load_settings().await?.freezes,
            };
            let decided = match application.issue(command, now) {
                Ok(decided) => decided,
                // The message came twice, or late: it is done.
                Err(IssueError::NotApproved { .. }) => return Ok(()),
                // It waits in its list, where the schedule finds it when its time has come.
                Err(refused @ (IssueError::Held | IssueError::Frozen { .. })) => {
                    tracing::info!(application = %number, reason = %refused, "not issued now");
                    return Ok(());
                }
            };
            if let Some((next, mails)) = race.settle(self.store.commit(decided).await).await? {
                tracing::info!(application = %number, status = next.status.kind().as_str(), "issued");
                self.environment.metrics.count("issue-account", &[(Metric::ApplicationsIssued, 1)], now);
                self.doorbell.ring_mails(&mails).await;
                return Ok(());
            }
        }
    }
}
