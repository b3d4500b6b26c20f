//! Mails: the outbox and what became of each.

mod by_address;
mod content;

pub use by_address::MailsPage;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table,
    item::{Reader, Writer, stored_time},
    transaction::Transaction,
};
use crate::domain::{
    application::Application,
    contact::EmailAddress,
    delivery::{DeliveryEvent, EventSet},
    ids::{ApplicationNumber, MailId},
    mail::{Mail, MailKind},
    outbox::{ClaimId, Outbox},
};

/// The partition of the sparse index of mails that somebody has to see to.
const DUE: &str = "due";
/// The partition of the sparse index of mails that are 要確認, or will be if nothing more is heard of them.
const ATTENTION: &str = "attention";

impl Store {
    pub async fn load_mail(&self, id: &MailId) -> Result<Option<Mail>, StoreError> {
        let item = self.load(Table::Mails, id.as_str()).await?;
        Ok(item.map(|item| mail_of(&item)).transpose()?)
    }

    /// Commits the next state of a mail, if the one before is still there.
    pub async fn commit_mail(&self, next: &Mail) -> Result<(), CommitError> {
        let transaction =
            Transaction::default().replace("mail", Table::Mails, item_of(next), next.version - 1);
        self.execute(transaction).await
    }

    /// The mails that are due by `now`, the longest due first; a page of them at most.
    pub async fn list_due_mails(&self, now: Timestamp, most: i32) -> Result<Vec<MailId>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Mails)?)
            .index_name("due")
            .key_condition_expression("#due = :due AND #due_at <= :now")
            .expression_attribute_names("#due", "due")
            .expression_attribute_names("#due_at", "due_at")
            .expression_attribute_values(":due", AttributeValue::S(DUE.to_owned()))
            .expression_attribute_values(":now", AttributeValue::S(stored_time(now)))
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        let ids = answer.items().iter().map(|item| {
            let reader = Reader::new("mail", item)?;
            MailId::parse(reader.key()).ok_or_else(|| reader.unreadable("pk"))
        });
        Ok(ids.collect::<Result<_, Inconsistent>>()?)
    }

    /// The mails that are 要確認 at `now` and were not yet at `since`, the newest first.
    pub async fn list_mails_for_attention(
        &self,
        (since, now): (Timestamp, Timestamp),
        most: i32,
    ) -> Result<Vec<Mail>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Mails)?)
            .index_name("attention")
            .key_condition_expression("#attention = :attention AND #at BETWEEN :since AND :now")
            .expression_attribute_names("#attention", "attention")
            .expression_attribute_names("#at", "attention_at")
            .expression_attribute_values(":attention", AttributeValue::S(ATTENTION.to_owned()))
            .expression_attribute_values(":since", AttributeValue::S(stored_time(since)))
            .expression_attribute_values(":now", AttributeValue::S(stored_time(now)))
            .scan_index_forward(false)
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(answer.items().iter().map(mail_of).collect::<Result<_, Inconsistent>>()?)
    }

    /// The mail that SES knows by this id, as far as its acceptance is recorded: for reports without our
    /// tag. Of a mail that was sent twice only the last try is found.
    pub async fn find_mail_by_message(&self, message_id: &str) -> Result<Option<MailId>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Mails)?)
            .index_name("by-message")
            .key_condition_expression("#message_id = :message_id")
            .expression_attribute_names("#message_id", "message_id")
            .expression_attribute_values(":message_id", AttributeValue::S(message_id.to_owned()))
            .limit(1)
            .send()
            .await
            .map_err(StoreError::call)?;
        let id = answer.items().first().map(|item| {
            let reader = Reader::new("mail", item)?;
            MailId::parse(reader.key()).ok_or_else(|| reader.unreadable("pk"))
        });
        Ok(id.transpose()?)
    }

    /// Every mail of an application as it stands now, oldest first.
    pub async fn list_mails_of(&self, application: &Application) -> Result<Vec<Mail>, StoreError> {
        self.list_mails(&application.mails).await
    }

    /// Those of these mails that exist, oldest first: read by key, so that none is missing that was committed with what
    /// names it.
    pub async fn list_mails(&self, ids: &[MailId]) -> Result<Vec<Mail>, StoreError> {
        let keys = ids.iter().map(|id| id.as_str().to_owned()).collect();
        let mut mails = self.load_all(Table::Mails, keys, mail_of).await?;
        mails.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(mails)
    }
}

pub(super) fn item_of(mail: &Mail) -> Item {
    let item = Writer::keyed(mail.id.as_str())
        .number("schema", 1)
        .number("version", mail.version)
        .optional_text("application", mail.application.map(|number| number.to_string()))
        .text("to", mail.to.as_str())
        .text("to_key", mail.to.key())
        .text("kind", mail.kind().as_str())
        .map("content", content::writer(&mail.content))
        .time("created_at", mail.created_at)
        .map("events", events_writer(&mail.events))
        .text("outbox", mail.outbox.as_str())
        .number("tries", u64::from(mail.outbox.tries()));
    let item = match mail.outbox.due_at() {
        Some(due_at) => item.text("due", DUE).time("due_at", due_at),
        None => item,
    };
    let item = match mail.attention_at() {
        Some(at) => item.text("attention", ATTENTION).time("attention_at", at),
        None => item,
    };
    match &mail.outbox {
        Outbox::Pending { not_before, .. } => item.time("not_before", *not_before),
        Outbox::Claimed { claim, lease_until, .. } => {
            item.text("claim", claim.as_str()).time("lease_until", *lease_until)
        }
        Outbox::Unknown { since, .. } => item.time("since", *since),
        Outbox::Sent { message_id, at, .. } => {
            item.optional_text("message_id", message_id.as_deref()).time("ended_at", *at)
        }
        Outbox::Failed { reason, at, .. } | Outbox::Cancelled { reason, at, .. } => {
            item.text("reason", reason).time("ended_at", *at)
        }
    }
    .finish()
}

pub(super) fn mail_of(item: &Item) -> Result<Mail, Inconsistent> {
    let reader = Reader::new("mail", item)?;
    let kind = reader.parsed("kind", MailKind::parse)?;
    Ok(Mail {
        id: reader.parsed("pk", MailId::parse)?,
        application: reader.optional_parsed("application", ApplicationNumber::parse)?,
        to: reader.parsed("to", EmailAddress::from_stored)?,
        content: content::content_of(kind, reader.map("content")?)?,
        created_at: reader.time("created_at")?,
        outbox: outbox_of(reader)?,
        events: events_of(reader.map("events")?)?,
        version: reader.number("version")?,
    })
}

fn outbox_of(reader: Reader<'_>) -> Result<Outbox, Inconsistent> {
    let tries = reader.number("tries")?;
    Ok(match reader.text("outbox")? {
        "pending" => Outbox::Pending { tries, not_before: reader.time("not_before")? },
        "claimed" => Outbox::Claimed {
            tries,
            claim: reader.parsed("claim", ClaimId::from_stored)?,
            lease_until: reader.time("lease_until")?,
        },
        "unknown" => Outbox::Unknown { tries, since: reader.time("since")? },
        "sent" => Outbox::Sent {
            tries,
            message_id: reader.optional_text("message_id")?.map(str::to_owned),
            at: reader.time("ended_at")?,
        },
        "failed" => {
            Outbox::Failed { tries, reason: reader.text("reason")?.to_owned(), at: reader.time("ended_at")? }
        }
        "cancelled" => Outbox::Cancelled {
            tries,
            reason: reader.text("reason")?.to_owned(),
            at: reader.time("ended_at")?,
        },
        _ => return Err(reader.unreadable("outbox")),
    })
}

fn events_writer(events: &EventSet) -> Writer {
    events.iter_stored().fold(Writer::default(), |writer, (fingerprint, event)| {
        let fields = event.to_stored().into_iter();
        writer
            .map(fingerprint, fields.fold(Writer::default(), |entry, (name, value)| entry.text(name, value)))
    })
}

fn events_of(reader: Reader<'_>) -> Result<EventSet, Inconsistent> {
    let mut events = EventSet::default();
    for entry in reader.entries()? {
        let event =
            DeliveryEvent::from_stored(entry.lookup()).map_err(|error| reader.unreadable(error.attribute))?;
        events.insert(event);
    }
    Ok(events)
}
