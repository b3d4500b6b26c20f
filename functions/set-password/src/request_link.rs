//! Another link, by mail to the registered address.

use std::time::Duration;

use jiff::Timestamp;
use shared::{
    domain::{
        account::{Account, LinkRequestRefused, NewLink},
        application::{Application, Decided, Requester, ResendNotice},
        ids::{LoginId, MailId},
        limits::LimitReached,
    },
    mail::{keyed_hash, link_token_for},
    store::{LinkBrings, StoreError},
    web::{ClientNetwork, Problem},
};

use crate::App;

/// Where every request ends, whatever came of it.
pub(crate) const REQUESTED: &str = "/forgot-password?sent=yes";

/// No request is answered sooner: the work for an account and for nobody fits in, and looks alike.
pub(crate) const FLOOR: Duration = Duration::from_millis(400);

impl App {
    /// Counts the request, and sends a link if there is an account and the limit allows it. From outside
    /// all that looks the same.
    pub(crate) async fn request_link(
        &self,
        login_id: &LoginId,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let (requested, ()) =
            tokio::join!(self.decide_link(login_id, network, now), tokio::time::sleep(FLOOR));
        requested
    }

    async fn decide_link(
        &self,
        login_id: &LoginId,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let network = self.pepper.hash("network", network.as_str());
        let mut race = self.store.race();
        loop {
            let account = self.store.load_or_adopt_account(login_id, now).await?;
            let counters = self.store.load_link_counters(login_id, &network).await?;
            let usage = match counters.usage().used(now) {
                Ok(usage) => usage,
                Err(refused) => return refusal(refused, now),
            };
            let new = self.draw_link(now);
            let mail = account.as_ref().map(|_| new.mail.clone());
            let application = self.first_application(account.as_ref()).await?;
            let again = account.as_ref().and_then(|account| notice_again(application?, account, &new, now));
            let brings = account.as_ref().map(|account| {
                if let Some(decided) = &again {
                    return LinkBrings::Notice(decided);
                }
                let (link, mail) = account.new_link(new, None, now);
                let account = Box::new(account.clone().mailed(mail.id.clone()));
                LinkBrings::Reset { account, link: Box::new(link), mail: Box::new(mail) }
            });
            let committed = self.store.commit_link_request(&usage, &counters, brings, now).await;
            if race.settle(committed).await?.is_some() {
                self.doorbell.ring_mails(&mail).await;
                return Ok(());
            }
        }
    }

    /// The application of an account that never had a password: its person still waits for ②.
    async fn first_application(&self, account: Option<&Account>) -> Result<Option<Application>, StoreError> {
        let waiting = account.filter(|account| account.password.is_none());
        match waiting.and_then(|account| account.application) {
            Some(number) => self.store.load_application(number).await,
            None => Ok(None),
        }
    }

    pub(crate) fn draw_link(&self, now: Timestamp) -> NewLink {
        let mail = MailId::from_parts(now, self.entropy.bytes::<10>());
        let token = link_token_for(&self.link_key, &mail);
        NewLink { hash: keyed_hash(&self.pepper, "link", token.expose()), mail }
    }
}

/// ② again, for who still waits for it: what becomes of the new one counts for the application.
fn notice_again(
    application: Application,
    account: &Account,
    new: &NewLink,
    now: Timestamp,
) -> Option<Decided> {
    let command = ResendNotice { by: Requester::Applicant, account: Some(account.clone()), new: new.clone() };
    application.resend_notice(command, now).ok()
}

pub(crate) fn refusal(refused: LinkRequestRefused, now: Timestamp) -> Result<(), Problem> {
    match refused {
        LinkRequestRefused::ForThisLoginId(_) => {
            tracing::warn!(event = "link_refused", reason = "login-id-limit", "no further link was sent");
            Ok(())
        }
        LinkRequestRefused::FromThisNetwork(limit) => Err(busy(limit, now)),
    }
}

/// Too much was asked for from one network.
pub(crate) fn busy(limit: LimitReached, now: Timestamp) -> Problem {
    Problem::too_many(
        "短い時間に何度も依頼されたため、受け付けを一時的に止めています。",
        limit.again_at.duration_since(now),
    )
    .because("network-limit")
}
