//! `record-delivery`: takes in what SES reports of each mail, and what it means for its application.
//!
//! Architecture invariant: a report is found by its tag, never by an address; the state of a mail follows
//! from the set of its reports, so twice, late and backwards make no difference.

use shared::{
    domain::{
        application::{Application, NoticeFate, notice_fate},
        delivery::EventKind,
        ids::{ApplicationNumber, MailId},
        mail::Mail,
    },
    mail::{Notification, parse_notification},
    runtime::{BoxError, ConfigError, Environment, Lambda, Message},
    store::Store,
};

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    topic: String,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        topic: environment.config.text("DELIVERY_TOPIC_ARN")?.to_owned(),
    };
    Ok(Lambda::on_messages(app, App::record))
}

impl App {
    async fn record(self, message: Message) -> Result<(), BoxError> {
        let notification = match parse_notification(&message.body, Some(&self.topic)) {
            Ok(notification) => notification,
            Err(error) if error.may_be_dropped() => {
                tracing::warn!(%error, message = message.id, "a message that is no report was dropped");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let event = notification.event.kind.as_str();
        if let (None, EventKind::Unknown { event_type }) = (&notification.mail, &notification.event.kind) {
            tracing::warn!(event_type, message = message.id, "a report of an unknown type was acknowledged");
            return Ok(());
        }
        tracing::info!(event, mail = notification.mail.as_ref().map(MailId::as_str), "a report came");
        let mail = self.learn(notification).await?;
        let now = self.environment.clock.now();
        match (mail.application, notice_fate(&mail, now)) {
            (Some(number), Some(fate)) => self.tell_application(number, &mail, fate).await,
            (Some(_), None) | (None, _) => Ok(()),
        }
    }

    /// Adds the report to its mail's set. Returns the mail as it stands, also where the report was known:
    /// the application may still have to be told.
    async fn learn(&self, notification: Notification) -> Result<Mail, BoxError> {
        let id = notification.mail.ok_or("the report bears no tag of a mail")?;
        let mut race = self.store.race();
        loop {
            let mail = self.store.load_mail(&id).await?.ok_or("the report is of a mail that is not ours")?;
            let Some(next) = mail.clone().learn(notification.event.clone()) else { return Ok(mail) };
            if race.settle(self.store.commit_mail(&next).await).await?.is_some() {
                return Ok(next);
            }
        }
    }

    async fn tell_application(
        &self,
        number: ApplicationNumber,
        mail: &Mail,
        fate: NoticeFate,
    ) -> Result<(), BoxError> {
        let mut race = self.store.race();
        loop {
            let now = self.environment.clock.now();
            let application: Application =
                self.store.load_application(number).await?.ok_or("the mail's application is missing")?;
            let Some(decided) = application.learn_fate(&mail.id, fate, now)? else { return Ok(()) };
            let committed = self.store.commit(decided).await;
            if race.settle(committed).await?.is_some() {
                return Ok(());
            }
        }
    }
}
