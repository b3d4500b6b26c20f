//! Requests to change a mail address.
//!
//! Architecture invariant: a desk's list is a partition of its own, and the secretariat's holds only what a desk has
//! forwarded; a draft whose address is not proven stands in neither.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table, commit,
    item::{Reader, Writer, stored_time},
    sessions::with_epoch,
    transaction::Transaction,
};
use crate::domain::{
    address_change::{
        AddressChange, ChangeDecided, ChangeEntry, ChangeEvent, ChangeItems, ChangeStatus, ChangeTarget,
    },
    application::Also,
    contact::EmailAddress,
    ids::{ApplicationNumber, ChangeId, LoginId, StaffId},
    institution::{InstitutionCode, InstitutionKind, InstitutionName},
    prefecture::{Prefecture, PrefectureDesk},
    session::Holder,
    verification::VERIFICATION_TTL,
};

/// What is decided is kept for a year, then it goes: it names people's addresses.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The partition of what waits for the secretariat.
const FORWARDED: &str = "forwarded";

/// A list of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeList {
    /// What waits for a desk, the oldest first.
    Desk(PrefectureDesk),
    /// What the desk has decided on, the newest first.
    DeskDone(PrefectureDesk),
    /// What waits for the secretariat, the oldest first.
    Secretariat,
}

/// A page of a list, and after which request the next one begins.
pub struct ChangePage {
    pub changes: Vec<AddressChange>,
    pub next: Option<(Timestamp, ChangeId)>,
}

impl Store {
    pub async fn load_address_change(&self, id: ChangeId) -> Result<Option<AddressChange>, StoreError> {
        let item = self.load(Table::AddressChanges, &id.to_string()).await?;
        Ok(item.map(|item| change_of(&item)).transpose()?)
    }

    /// Commits a decision: the request, its mails, and what it changes, or nothing.
    pub async fn commit_address_change(&self, decided: &ChangeDecided) -> Result<(), CommitError> {
        self.execute(transaction_of(decided)).await
    }

    pub async fn list_address_changes(
        &self,
        list: ChangeList,
        after: Option<(Timestamp, ChangeId)>,
        most: i32,
    ) -> Result<ChangePage, StoreError> {
        let (index, partition, key) = match list {
            ChangeList::Desk(desk) => ("by-desk", "desk", desk_key(desk, "open")),
            ChangeList::DeskDone(desk) => ("by-desk", "desk", desk_key(desk, "done")),
            ChangeList::Secretariat => ("forwarded", "forwarded", FORWARDED.to_owned()),
        };
        let start = after.map(|(at, id)| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(id.to_string())),
                (partition.to_owned(), AttributeValue::S(key.clone())),
                ("queued".to_owned(), AttributeValue::S(queued(at, id))),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::AddressChanges)?)
            .index_name(index)
            .key_condition_expression("#partition = :partition")
            .expression_attribute_names("#partition", partition)
            .expression_attribute_values(":partition", AttributeValue::S(key))
            .scan_index_forward(!matches!(list, ChangeList::DeskDone(_)))
            .set_exclusive_start_key(start)
            .limit(most)
            .send()
            .await
            .map_err(StoreError::call)?;
        let changes: Vec<AddressChange> = answer.items().iter().map(change_of).collect::<Result<_, _>>()?;
        let more = answer.last_evaluated_key().is_some();
        let next = changes.last().filter(|_| more).map(|last| (last.entered_at, last.id));
        Ok(ChangePage { changes, next })
    }
}

pub(super) fn transaction_of(decided: &ChangeDecided) -> Transaction {
    let transaction = decided.application.as_ref().map_or_else(Transaction::default, commit::transaction_of);
    let mut transaction =
        transaction.replace("change", Table::AddressChanges, item_of(&decided.next), decided.was);
    for mail in &decided.mails {
        transaction = commit::with_mail(transaction, mail.clone(), decided.at);
    }
    for also in &decided.also {
        transaction = with_sessions_ended(commit::with_also(transaction, also), also);
    }
    transaction
}

/// Whoever is signed in under the address of before is so no longer.
fn with_sessions_ended(transaction: Transaction, also: &Also) -> Transaction {
    match also {
        Also::ReplaceAccount { account } => {
            let holder = Holder::User { login_id: account.login_id.clone() };
            let key = holder.epoch_key();
            key.into_iter().fold(transaction, |transaction, key| with_epoch(transaction, &key, account.epoch))
        }
        Also::CreateAccount { .. }
        | Also::CreateLink { .. }
        | Also::RequireAccount { .. }
        | Also::RequireMail { .. }
        | Also::CancelMail { .. } => transaction,
    }
}

/// "29#medical#open".
fn desk_key(desk: PrefectureDesk, part: &str) -> String {
    format!("{}#{part}", desk.as_key())
}

fn queued(at: Timestamp, id: ChangeId) -> String {
    format!("{}#{id}", stored_time(at))
}

pub(super) fn item_of(change: &AddressChange) -> Item {
    let items = &change.items;
    let item = Writer::keyed(change.id.to_string())
        .number("schema", 1)
        .number("version", change.version)
        .text("status", change.status.as_str())
        .text("institution_name", items.institution_name.as_str())
        .optional_text("institution_code", items.institution_code.as_ref().map(InstitutionCode::as_str))
        .text("institution_kind", items.institution_kind.as_str())
        .text("prefecture", items.prefecture.code2())
        .optional_text("application", items.number.map(|number| number.to_string()))
        .text("old_email", items.old_email.as_str())
        .text("new_email", items.new_email.as_str())
        .time("created_at", change.created_at)
        .time("entered_at", change.entered_at)
        .text("queued", queued(change.entered_at, change.id))
        .maps("history", change.history.iter().map(entry_writer));
    let (open, done) = (desk_key(change.desk(), "open"), desk_key(change.desk(), "done"));
    let item = match &change.status {
        ChangeStatus::Unproven => item.expires(change.created_at + VERIFICATION_TTL + VERIFICATION_TTL),
        ChangeStatus::Requested => item.text("desk", open),
        ChangeStatus::Forwarded { login_id, by } => item
            .text("desk", done)
            .text("forwarded", FORWARDED)
            .text("login_id", login_id.as_str())
            .text("forwarded_by", by.as_str()),
        ChangeStatus::Completed { target } => {
            with_target(item.text("desk", done), target).expires(change.entered_at + KEPT_FOR)
        }
        ChangeStatus::Refused => item.text("desk", done).expires(change.entered_at + KEPT_FOR),
    };
    item.finish()
}

fn change_of(item: &Item) -> Result<AddressChange, Inconsistent> {
    let reader = Reader::new("address change", item)?;
    Ok(AddressChange {
        id: reader.parsed("pk", ChangeId::parse)?,
        items: ChangeItems {
            institution_name: reader.parsed("institution_name", InstitutionName::from_stored)?,
            institution_code: reader.optional_parsed("institution_code", InstitutionCode::from_stored)?,
            institution_kind: reader.parsed("institution_kind", InstitutionKind::from_stored)?,
            prefecture: reader.parsed("prefecture", Prefecture::from_stored)?,
            number: reader.optional_parsed("application", ApplicationNumber::parse)?,
            old_email: reader.parsed("old_email", EmailAddress::from_stored)?,
            new_email: reader.parsed("new_email", EmailAddress::from_stored)?,
        },
        status: match reader.text("status")? {
            "unproven" => ChangeStatus::Unproven,
            "requested" => ChangeStatus::Requested,
            "forwarded" => ChangeStatus::Forwarded {
                login_id: reader.parsed("login_id", LoginId::parse)?,
                by: reader.parsed("forwarded_by", StaffId::parse)?,
            },
            "completed" => ChangeStatus::Completed { target: target_of(reader)? },
            "refused" => ChangeStatus::Refused,
            _ => return Err(reader.unreadable("status")),
        },
        created_at: reader.time("created_at")?,
        entered_at: reader.time("entered_at")?,
        history: reader.maps("history")?.into_iter().map(entry_of).collect::<Result<_, _>>()?,
        version: reader.number("version")?,
    })
}

fn with_target(writer: Writer, target: &ChangeTarget) -> Writer {
    match target {
        ChangeTarget::Account(login_id) => writer.text("login_id", login_id.as_str()),
        ChangeTarget::Application(number) => writer.text("changed_application", number.to_string()),
    }
}

fn target_of(reader: Reader<'_>) -> Result<ChangeTarget, Inconsistent> {
    match reader.optional_parsed("changed_application", ApplicationNumber::parse)? {
        Some(number) => Ok(ChangeTarget::Application(number)),
        None => Ok(ChangeTarget::Account(reader.parsed("login_id", LoginId::parse)?)),
    }
}

fn entry_writer(entry: &ChangeEntry) -> Writer {
    let writer = Writer::default()
        .time("at", entry.at)
        .text("event", entry.event.as_str())
        .texts("mails", entry.mails.iter().map(|mail| mail.as_str().to_owned()));
    let staff =
        |writer: Writer, by: &StaffId, by_name: &str| writer.text("by", by.as_str()).text("by_name", by_name);
    match &entry.event {
        ChangeEvent::Requested => writer,
        ChangeEvent::Forwarded { by, by_name, login_id } => {
            staff(writer, by, by_name).text("login_id", login_id.as_str())
        }
        ChangeEvent::Completed { by, by_name, target } => with_target(staff(writer, by, by_name), target),
        ChangeEvent::Refused { by, by_name, reason } => staff(writer, by, by_name).text("reason", reason),
    }
}

fn entry_of(reader: Reader<'_>) -> Result<ChangeEntry, Inconsistent> {
    let by = || reader.parsed("by", StaffId::parse);
    let by_name = || reader.text("by_name").map(str::to_owned);
    let event = match reader.text("event")? {
        "requested" => ChangeEvent::Requested,
        "forwarded" => ChangeEvent::Forwarded {
            by: by()?,
            by_name: by_name()?,
            login_id: reader.parsed("login_id", LoginId::parse)?,
        },
        "completed" => ChangeEvent::Completed { by: by()?, by_name: by_name()?, target: target_of(reader)? },
        "refused" => {
            ChangeEvent::Refused { by: by()?, by_name: by_name()?, reason: reader.text("reason")?.to_owned() }
        }
        _ => return Err(reader.unreadable("event")),
    };
    Ok(ChangeEntry { at: reader.time("at")?, event, mails: reader.mail_ids("mails")? })
}
