//! The digest: one mail a desk and business day, about what is flagged there.

use jiff::Timestamp;
use shared::{
    domain::{
        desk::{DeskContact, Stuck, Tab},
        ids::MailId,
    },
    runtime::{BoxError, Metric},
    store::{DeskList, StoreError},
};

use crate::App;

/// How many flagged applications are read at a time, and how many pages of a desk at most.
const PAGE: i32 = 200;
const MOST_PAGES: usize = 5;

impl App {
    pub(crate) async fn tell_desks(&self, now: Timestamp) -> Result<(), BoxError> {
        let mut written = 0_u64;
        for contact in self.store.list_desk_contacts().await? {
            if contact.awaits_digest(now)? {
                written += u64::from(self.tell(contact, now).await?);
            }
        }
        tracing::info!(written, "digests written");
        self.environment.metrics.count("flag-stuck", &[(Metric::DigestsWritten, written)], now);
        Ok(())
    }

    /// Whether this run wrote the desk's digest.
    async fn tell(&self, contact: DeskContact, now: Timestamp) -> Result<bool, BoxError> {
        let desk = contact.desk;
        let stuck = self.stuck(&contact).await?;
        let id = MailId::from_parts(now, self.environment.entropy.bytes());
        let mut race = self.store.race();
        let mut current = Some(contact);
        while let Some(contact) = current {
            let Some(digest) = contact.digest(&stuck, id.clone(), now)? else { return Ok(false) };
            if race.settle(self.store.commit_digest(&digest).await).await?.is_some() {
                self.mails.ring_mails([&digest.mail.id]).await;
                return Ok(true);
            }
            current = self.store.load_desk_contact(desk).await?;
        }
        Ok(false)
    }

    async fn stuck(&self, contact: &DeskContact) -> Result<Stuck, StoreError> {
        let list = DeskList::of(contact.desk, Tab::Stuck);
        let mut applications = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = self.store.list_desk(&list, after, PAGE).await?;
            applications.extend(page.applications);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(Stuck { applications, is_all: after.is_none() })
    }
}
