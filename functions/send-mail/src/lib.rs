//! `send-mail`: hands one mail of the outbox to SES. Woken by the queue `mail`.
//!
//! Architecture invariant: a mail is claimed by a conditional write before it is handed over, and handed
//! over once a claim. What is not known to be refused stays claimed: `sweep-outbox` sees to it.

use shared::{
    domain::{
        mail::{Mail, MailContent},
        outbox::{ClaimId, Outbox, SendOutcome},
    },
    mail::{DerivedSecret, MailParts, RenderContext, render, send},
    queue::MailWaits,
    runtime::{BoxError, ConfigError, Environment, Key, Lambda, Message, Metric},
    store::{Store, StoreError},
};

#[derive(Clone)]
struct App {
    environment: Environment,
    store: Store,
    ses: aws_sdk_sesv2::Client,
    link_key: Key,
    origin: String,
    from_address: String,
    code_configuration_set: String,
    configuration_set: String,
}

pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let config = &environment.config;
    let app = App {
        environment: environment.clone(),
        store: Store::of(environment)?,
        ses: environment.ses()?,
        link_key: config.secret("LINK_KEY")?,
        origin: config.text("ORIGIN")?.to_owned(),
        from_address: config.text("MAIL_FROM_ADDRESS")?.to_owned(),
        code_configuration_set: config.text("CODE_MAIL_CONFIGURATION_SET")?.to_owned(),
        configuration_set: config.text("MAIL_CONFIGURATION_SET")?.to_owned(),
    };
    Ok(Lambda::on_messages(app, App::deliver))
}

impl App {
    async fn deliver(self, message: Message) -> Result<(), BoxError> {
        let id = MailWaits::parse(&message.body).ok_or("the message names no mail")?;
        let claim = ClaimId::from_random(self.environment.entropy.bytes::<16>());
        let Some(mail) = self.claim(&id, &claim).await? else { return Ok(()) };
        let outcome = self.hand_over(&mail).await?;
        match &outcome {
            SendOutcome::Accepted { .. } => self.count(&mail, Metric::MailsAccepted),
            SendOutcome::Refused { reason, permanent } => {
                tracing::warn!(mail = mail.id.as_str(), kind = %mail.kind(), reason, permanent, "SES refused a mail");
                self.count(&mail, Metric::SendsRefused);
            }
            SendOutcome::Unknown { reason } => {
                tracing::warn!(mail = mail.id.as_str(), kind = %mail.kind(), reason, "the outcome of a send is unknown");
                self.count(&mail, Metric::SendsUnknown);
            }
        }
        Ok(self.record(mail, &claim, &outcome).await?)
    }

    /// Takes the mail for one try; `None` if there is nothing to do: another has it, or it has ended.
    async fn claim(
        &self,
        id: &shared::domain::ids::MailId,
        claim: &ClaimId,
    ) -> Result<Option<Mail>, StoreError> {
        let mut race = self.store.race();
        loop {
            let now = self.environment.clock.now();
            let Some(mail) = self.store.load_mail(id).await? else { return Ok(None) };
            let Ok(claimed) = mail.outbox.claim(claim.clone(), now) else { return Ok(None) };
            let next = match &mail.content {
                // Nobody waits for a code that is over.
                MailContent::Code { valid_until, .. } if *valid_until <= now => {
                    mail.cancel("the code is over", now)
                }
                MailContent::Code { .. }
                | MailContent::Receipt { .. }
                | MailContent::Rejection { .. }
                | MailContent::AdvanceNotice { .. }
                | MailContent::LoginNotice { .. }
                | MailContent::ExistingAccountNotice { .. }
                | MailContent::AlreadyEntitledNote { .. }
                | MailContent::PasswordReset { .. }
                | MailContent::StaffInvitation { .. }
                | MailContent::Returned { .. }
                | MailContent::Withdrawn { .. }
                | MailContent::AddressChanged { .. }
                | MailContent::StaffPasswordReset { .. }
                | MailContent::StuckDigest { .. }
                | MailContent::LoginIdReminder { .. }
                | MailContent::ChangeRequest { .. } => Some(mail.with_outbox(claimed)),
            };
            let Some(next) = next else { return Ok(None) };
            if race.settle(self.store.commit_mail(&next).await).await?.is_some() {
                return Ok(matches!(next.outbox, Outbox::Claimed { .. }).then_some(next));
            }
        }
    }

    async fn hand_over(&self, mail: &Mail) -> Result<SendOutcome, BoxError> {
        let context = RenderContext {
            origin: &self.origin,
            from_address: &self.from_address,
            secret: DerivedSecret::of(&self.link_key, mail.kind(), &mail.id),
        };
        let rendered = match render(&MailParts::from(mail), &context) {
            Ok(rendered) => rendered,
            Err(error) => return Ok(SendOutcome::Refused { reason: error.to_string(), permanent: true }),
        };
        let configuration_set = match &mail.content {
            MailContent::Code { .. } => &self.code_configuration_set,
            MailContent::Receipt { .. }
            | MailContent::Rejection { .. }
            | MailContent::AdvanceNotice { .. }
            | MailContent::LoginNotice { .. }
            | MailContent::ExistingAccountNotice { .. }
            | MailContent::AlreadyEntitledNote { .. }
            | MailContent::PasswordReset { .. }
            | MailContent::StaffInvitation { .. }
            | MailContent::Returned { .. }
            | MailContent::Withdrawn { .. }
            | MailContent::AddressChanged { .. }
            | MailContent::StaffPasswordReset { .. }
            | MailContent::StuckDigest { .. }
            | MailContent::LoginIdReminder { .. }
            | MailContent::ChangeRequest { .. } => &self.configuration_set,
        };
        let now = self.environment.clock.now();
        Ok(send(&self.ses, &rendered, configuration_set, mail.outbox.tries(), now).await)
    }

    /// Records what SES answered. The mail may have moved on meanwhile: its first event may be here already.
    async fn record(&self, claimed: Mail, claim: &ClaimId, outcome: &SendOutcome) -> Result<(), StoreError> {
        let mut race = self.store.race();
        let mut mail = claimed;
        loop {
            let now = self.environment.clock.now();
            let Some(outbox) = mail.outbox.answered(claim, outcome, mail.kind(), now) else { return Ok(()) };
            let id = mail.id.clone();
            let next = mail.with_outbox(outbox);
            if race.settle(self.store.commit_mail(&next).await).await?.is_some() {
                if let Outbox::Failed { .. } = &next.outbox {
                    self.count(&next, Metric::MailsFailed);
                }
                return Ok(());
            }
            let Some(fresh) = self.store.load_mail(&id).await? else { return Ok(()) };
            mail = fresh;
        }
    }

    fn count(&self, mail: &Mail, metric: Metric) {
        let now = self.environment.clock.now();
        self.environment.metrics.count_of_kind("send-mail", mail.kind().as_str(), &[(metric, 1)], now);
    }
}
