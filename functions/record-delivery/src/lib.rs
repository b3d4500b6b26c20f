//! `record-delivery`: takes in what SES reports of each mail, and what it means for its application.
//!
//! Architecture invariant: a report is found by its tag, without one by the message id, never by an address;
//! the state of a mail follows from the set of its reports, so twice, late and backwards make no difference.

use shared::{
    domain::{
        application::{Also, Application, notice_fate},
        delivery::{DeliveryState, EventKind},
        ids::{ApplicationNumber, MailId},
        mail::{Fate, Mail, MailContent},
    },
    mail::{Notification, parse_notification},
    runtime::{BoxError, ConfigError, Environment, Lambda, Message, Metric},
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
        if let EventKind::Unknown { event_type } = &notification.event.kind {
            self.count(Metric::UnknownEventTypes);
            if notification.mail.is_none() {
                tracing::warn!(
                    event_type,
                    message = message.id,
                    "a report of an unknown type was acknowledged"
                );
                return Ok(());
            }
        }
        let id = self.mail_of(&notification).await?;
        tracing::info!(event, mail = id.as_str(), "a report came");
        let mail = self.learn(&id, notification).await?;
        let now = self.environment.clock.now();
        match (mail.application, notice_fate(&mail, now)) {
            (Some(number), Some(_)) => self.tell_application(number, mail).await,
            (Some(_), None) | (None, _) => Ok(()),
        }
    }

    /// The mail that a report is of: by its tag, else by the id that SES gave the mail.
    async fn mail_of(&self, notification: &Notification) -> Result<MailId, BoxError> {
        if let Some(id) = &notification.mail {
            return Ok(id.clone());
        }
        if notification.ses_message_id.is_empty() {
            return Err("the report names no mail".into());
        }
        // Not there: the answer of SES may not be recorded yet, so the report comes again.
        let found = self.store.find_mail_by_message(&notification.ses_message_id).await?;
        let id = found.ok_or("the report bears no tag, and no mail of ours has its message id")?;
        self.count(Metric::UntaggedReports);
        tracing::warn!(mail = id.as_str(), "a report without a tag was found by its message id");
        Ok(id)
    }

    /// Adds the report to its mail's set. Returns the mail as it stands, also where the report was known:
    /// the application may still have to be told.
    async fn learn(&self, id: &MailId, notification: Notification) -> Result<Mail, BoxError> {
        let mut race = self.store.race();
        loop {
            let mail = self.store.load_mail(id).await?.ok_or("the report is of a mail that is not ours")?;
            let before = self.final_state(&mail);
            let Some(next) = mail.clone().learn(notification.event.clone()) else { return Ok(mail) };
            if race.settle(self.store.commit_mail(&next).await).await?.is_some() {
                let after = self.final_state(&next);
                if let Some(metric) = after.filter(|_| after != before) {
                    self.count(metric);
                    if metric == Metric::MailsUndeliverable
                        && matches!(next.content, MailContent::Code { .. })
                    {
                        self.store.count_code_bounce(self.environment.clock.now()).await?;
                    }
                }
                return Ok(next);
            }
        }
    }

    /// What the operator counts of a mail's state.
    fn final_state(&self, mail: &Mail) -> Option<Metric> {
        match mail.fate(self.environment.clock.now()) {
            Fate::Known(DeliveryState::Delivered { .. }) => Some(Metric::MailsDelivered),
            Fate::Known(DeliveryState::Undeliverable { .. }) => Some(Metric::MailsUndeliverable),
            Fate::Known(DeliveryState::Sending | DeliveryState::NeedsAttention)
            | Fate::Sending
            | Fate::NeedsAttention
            | Fate::Cancelled => None,
        }
    }

    fn count(&self, metric: Metric) {
        self.environment.metrics.count("record-delivery", &[(metric, 1)], self.environment.clock.now());
    }

    /// Tells the application what its mail's reports come to. Another report may be recorded at the same
    /// moment: the mail must still be as it was read when the decision is committed, and is read anew where
    /// it is not, so that what the application believes is never older than what it believed before.
    async fn tell_application(&self, number: ApplicationNumber, mut mail: Mail) -> Result<(), BoxError> {
        let mut race = self.store.race();
        loop {
            let now = self.environment.clock.now();
            let application: Application =
                self.store.load_application(number).await?.ok_or("the mail's application is missing")?;
            let Some(fate) = notice_fate(&mail, now) else { return Ok(()) };
            let Some(mut decided) = application.learn_fate(&mail.id, fate, now)? else { return Ok(()) };
            decided.also.push(Also::RequireMail { id: mail.id.clone(), version: mail.version });
            if race.settle(self.store.commit(decided).await).await?.is_some() {
                return Ok(());
            }
            mail = self.store.load_mail(&mail.id).await?.ok_or("the mail is missing")?;
        }
    }
}
