//! A code goes out, or the limit says when the next one may.

use jiff::Timestamp;

use super::{Verifications, limit_reached};
use crate::{
    domain::{
        code_traffic::over_for_this_hour,
        ids::MailId,
        mail::CodePurpose,
        verification::{MailUsage, Verification},
    },
    mail::{code_for, keyed_hash},
    queue::Doorbell,
    runtime::{ConfigError, Environment, Key, Metric, Metrics},
    store::MailUsageKeys,
    web::{ClientNetwork, Problem},
};

/// Sends codes.
#[derive(Clone)]
pub struct CodeSender {
    verifications: Verifications,
    doorbell: Doorbell,
    link_key: Key,
    most_per_hour: u64,
    metrics: Metrics,
    held_back: HeldBack,
}

/// Whose code mails are held back, and what counts them: the function's name and its metric.
pub type HeldBack = (&'static str, Metric);

impl CodeSender {
    /// `held_back` counts the code mails that do not leave, since everybody together had enough this hour.
    pub fn of(environment: &Environment, held_back: HeldBack) -> Result<Self, ConfigError> {
        Ok(Self {
            metrics: environment.metrics.clone(),
            held_back,
            verifications: Verifications::of(environment)?,
            doorbell: Doorbell::of_mails(environment)?,
            link_key: environment.config.secret("LINK_KEY")?,
            most_per_hour: environment.config.number("CODE_MAILS_PER_HOUR")?,
        })
    }

    /// Sends a new code to the verification's address; the one before is void from now on. 429 when the
    /// address or the network has used up its mails, or everybody together those of the hour.
    pub async fn send(
        &self,
        mut verification: Verification,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let Verifications { store, pepper, entropy } = &self.verifications;
        let keys = MailUsageKeys {
            address: self.verifications.address_key(&verification.email),
            network: pepper.hash("network", network.as_str()),
        };
        let mut race = store.race();
        loop {
            let read = store.load_mail_usage(&keys).await?;
            let usage = MailUsage { address: read.0.usage.clone(), network: read.1.usage.clone() };
            let mail = MailId::from_parts(now, entropy.bytes());
            let hash = keyed_hash(pepper, "code", code_for(&self.link_key, &mail).expose());
            let purpose = verification.purpose.of_code();
            let requested = verification
                .request_code(&usage, mail.clone(), hash, now)
                .map_err(|limit| limit_reached(limit, purpose, too_many_mails, now))?;
            if race.lost() == 0 {
                self.admit(purpose, now).await?;
            }
            let committed = store.commit_code_request(&requested, &keys, &read, now).await;
            if race.settle(committed).await?.is_some() {
                // Also where no mail was written: an unknown pair of number and address takes as long.
                self.doorbell.ring_mails([&mail]).await;
                return Ok(());
            }
            verification = self.verifications.reload(&requested.next, now).await?;
        }
    }

    /// Counts the mail among everybody's of this hour, once it is known to be within the limits of its own.
    async fn admit(&self, purpose: CodePurpose, now: Timestamp) -> Result<(), Problem> {
        let counted = self.verifications.store.count_code_mail(self.most_per_hour, now).await?;
        let admitted = counted.ok_or_else(|| over_for_this_hour(now)).and_then(|traffic| traffic.admit(now));
        admitted.map_err(|limit| {
            let (function, metric) = self.held_back;
            self.metrics.count(function, &[(metric, 1)], now);
            tracing::warn!(again_at = %limit.again_at, "code mails are held back until the next hour");
            limit_reached(limit, purpose, held_back, now)
        })
    }
}

fn held_back(again: &str) -> String {
    format!(
        "ただいま認証メールの送信が集中しているため、新しい認証メールの送信を一時的に見合わせています。{again}以降に、もう一度お試しください。既に届いている認証コードは、有効期限内であれば入力できます。"
    )
}

fn too_many_mails(again: &str) -> String {
    format!(
        "認証メールの送信回数が上限（同じメールアドレスには1時間に3回まで）に達したため、送信しませんでした。{again}以降に、もう一度お試しください。既に届いている認証コードは、有効期限内であれば入力できます。"
    )
}
