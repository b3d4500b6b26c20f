//! `announce-account`: on business mornings, creates the accounts whose ① was delivered before today, and ②.
//! The secretariat can have single ones done at other hours of a business day (queue `announce`).
//!
//! Architecture invariant: ② never leaves before ① is known to be delivered and the next business day has
//! come, nor when anything more became known of ① since it was read.

use jiff::Timestamp;
use shared::{
    domain::{
        account::institution_keys,
        application::{Announce, AnnounceError, Application, Decided, Queue, Status},
        calendar::{is_business_day, japan_date},
        ids::{ApplicationNumber, LoginId, MailId},
    },
    mail::{keyed_hash, link_token_for},
    queue::{ApplicationWaits, Doorbell},
    runtime::{BoxError, ConfigError, Environment, Key, Lambda, Message, Metric},
    store::Store,
};
use tokio::task::JoinSet;

/// How many applications are read at a time.
const PAGE: i32 = 500;
/// How many pages one run sees to at most: more than the heaviest day brings. What is left keeps its place in
/// the index for the next run.
const MOST_PAGES: usize = 100;
/// How many are announced at once: a run waits for DynamoDB most of its time.
const AT_ONCE: usize = 8;

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    doorbell: Doorbell,
    pepper: Key,
    link_key: Key,
    notify_already_entitled: bool,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        doorbell: Doorbell::of_mails(environment)?,
        pepper: environment.config.secret("PEPPER")?,
        link_key: environment.config.secret("LINK_KEY")?,
        notify_already_entitled: environment.config.flag("NOTIFY_ALREADY_ENTITLED")?,
    };
    Ok(Lambda::on_messages_and_schedule(app, App::hear, App::run))
}

impl App {
    async fn hear(self, message: Message) -> Result<(), BoxError> {
        let number = ApplicationWaits::parse(&message.body).ok_or("the message names no application")?;
        let now = self.environment.clock.now();
        if is_business_day(japan_date(now))? {
            self.announce(number).await?;
        }
        Ok(())
    }

    async fn run(self) -> Result<(), BoxError> {
        let now = self.environment.clock.now();
        if !is_business_day(japan_date(now))? {
            return Ok(());
        }
        if let Some(window) = self.store.load_settings().await?.freezes.at(now) {
            tracing::info!(until = %window.until, "nothing is issued: what waits is found after the freeze");
            return Ok(());
        }
        let mut failed = 0_usize;
        for _ in 0..MOST_PAGES {
            let due = self.store.list_work(Queue::Announce, now, PAGE).await?;
            let (mut moved, mut failed_here) = (0_usize, 0_usize);
            for group in due.chunks(AT_ONCE) {
                let (announced, not) = self.announce_group(group).await;
                moved += announced;
                failed_here += not;
            }
            // What failed is due still and heads the next page, so it is not added up.
            failed = failed_here;
            // The index follows its table with a delay: a page on which nothing moved is an old picture.
            if due.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) || moved == 0 {
                break;
            }
        }
        if failed > 0 { Err(format!("{failed} accounts could not be announced").into()) } else { Ok(()) }
    }

    /// Announces these at once; how many were announced, and how many failed.
    async fn announce_group(&self, group: &[ApplicationNumber]) -> (usize, usize) {
        let mut running = JoinSet::new();
        for number in group {
            let (app, number) = (self.clone(), *number);
            running.spawn(async move { (number, app.announce(number).await) });
        }
        let (mut announced, mut failed) = (0, 0);
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok((_, Ok(moved))) => announced += usize::from(moved),
                Ok((number, Err(error))) => {
                    failed += 1;
                    tracing::error!(%error, application = %number, "an account could not be announced");
                }
                Err(error) => {
                    failed += 1;
                    tracing::error!(%error, "an announcement broke off");
                }
            }
        }
        (announced, failed)
    }

    /// Whether it was announced; not, if it is not to be (any more).
    async fn announce(&self, number: ApplicationNumber) -> Result<bool, BoxError> {
        let mut race = self.store.race();
        loop {
            let now = self.environment.clock.now();
            let application =
                self.store.load_application(number).await?.ok_or("there is no such application")?;
            let Some(decided) = self.decide(application, now).await? else { return Ok(false) };
            if let Some((next, mails)) = race.settle(self.store.commit(decided).await).await? {
                tracing::info!(application = %number, status = next.status.kind().as_str(), "announced");
                self.environment.metrics.count(
                    "announce-account",
                    &[(Metric::ApplicationsAnnounced, 1)],
                    now,
                );
                self.doorbell.ring_mails(&mails).await;
                return Ok(true);
            }
        }
    }

    /// `None` if it is not to be announced (any more).
    async fn decide(&self, application: Application, now: Timestamp) -> Result<Option<Decided>, BoxError> {
        let Status::Issuing { advance, .. } = &application.status else { return Ok(None) };
        let advance = self.store.load_mail(advance).await?.ok_or("the advance notice is missing")?;
        let keys = institution_keys(&application.form);
        let existing = self.store.find_or_adopt_account(&keys, application.desk(), now).await?;
        let mail = MailId::from_parts(now, self.environment.entropy.bytes::<10>());
        let token = link_token_for(&self.link_key, &mail);
        let command = Announce {
            advance,
            existing,
            login_id: LoginId::from_random(self.environment.entropy.bytes::<8>()),
            link_hash: keyed_hash(&self.pepper, "link", token.expose()),
            mail,
            notify_already_entitled: self.notify_already_entitled,
            freezes: self.store.load_settings().await?.freezes,
        };
        match application.announce(command, now) {
            Ok(decided) => Ok(Some(decided)),
            Err(
                AnnounceError::NotIssuing { .. }
                | AnnounceError::TooEarly { .. }
                | AnnounceError::NotDelivered
                | AnnounceError::Held
                | AnnounceError::Frozen { .. },
            ) => Ok(None),
        }
    }
}
