//! Accounts of staff, their links, and the list of them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use super::{
    CommitError, Inconsistent, Item, LinkCounters, Store, StoreError, Table,
    accounts::{usage_of, with_link_counters},
    commit::with_mail,
    item::{Reader, Writer, stored_time},
    sessions,
    transaction::Transaction,
};
use crate::domain::{
    account::{Invited, LinkUsage, PasswordHash, Role, StaffAccount, StaffChange, StaffEvent, StaffLink},
    contact::EmailAddress,
    ids::{MailId, StaffId},
    mail::NewMail,
    session::{Session, staff_epoch_key},
};

/// The partition of the sparse index of all staff.
const STAFF: &str = "staff";
/// The most that a page lists.
const MOST_LISTED: i32 = 100;

impl Store {
    pub async fn load_staff(&self, id: &StaffId) -> Result<Option<StaffAccount>, StoreError> {
        let item = self.load(Table::Accounts, &staff_pk(id)).await?;
        Ok(item.map(|item| staff_of(&item)).transpose()?)
    }

    /// A page of all staff, by role and id, from after `after` on.
    pub async fn list_staff(&self, after: Option<&StaffAccount>) -> Result<Vec<StaffAccount>, StoreError> {
        let table = self.tables.name(Table::Accounts)?;
        let start = after.map(|last| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(staff_pk(&last.id))),
                ("staff".to_owned(), AttributeValue::S(STAFF.to_owned())),
                ("staff_order".to_owned(), AttributeValue::S(order(last))),
            ])
        });
        let query = self
            .client
            .query()
            .table_name(table)
            .index_name("staff")
            .key_condition_expression("#staff = :staff")
            .expression_attribute_names("#staff", "staff")
            .expression_attribute_values(":staff", AttributeValue::S(STAFF.to_owned()))
            .set_exclusive_start_key(start)
            .limit(MOST_LISTED);
        let answer = query.send().await.map_err(StoreError::call)?;
        let mut keys: Vec<_> = answer
            .items()
            .iter()
            .filter_map(|item| Some(HashMap::from([("pk".to_owned(), item.get("pk")?.clone())])))
            .collect();
        let mut staff = Vec::new();
        while !keys.is_empty() {
            let asked = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            let asked = asked.map_err(|error| StoreError::Call(error.to_string()))?;
            let answer = self.client.batch_get_item().request_items(table, asked).send().await;
            let answer = answer.map_err(StoreError::call)?;
            for item in answer.responses().and_then(|tables| tables.get(table)).into_iter().flatten() {
                staff.push(staff_of(item)?);
            }
            let left = answer.unprocessed_keys().and_then(|tables| tables.get(table));
            keys = left.map(|left| left.keys().to_vec()).unwrap_or_default();
        }
        staff.sort_by_key(order);
        Ok(staff)
    }

    /// Creates a member of staff (version 1), or commits the next state, with a session if one begins.
    /// Sessions of an earlier epoch are void from here on.
    pub async fn commit_staff(
        &self,
        staff: &StaffAccount,
        session: Option<&Session>,
    ) -> Result<(), CommitError> {
        let transaction =
            Transaction::default().upsert("staff", Table::Accounts, staff_item(staff), staff.version);
        let transaction = match session {
            Some(session) => sessions::with_session(transaction, session),
            None => with_staff_epoch(transaction, staff),
        };
        self.execute(transaction).await
    }

    /// The second factor was right: the session begins in the same transaction that ends the first factor's.
    pub async fn commit_second_factor(
        &self,
        staff: &StaffAccount,
        session: &Session,
        first: &Session,
    ) -> Result<(), CommitError> {
        let transaction =
            Transaction::default().replace("staff", Table::Accounts, staff_item(staff), staff.version - 1);
        let transaction = sessions::with_session(transaction, session);
        self.execute(sessions::without_session(transaction, first)).await
    }

    /// Commits what somebody did to another's account. Who did it (`actor`, as it was read) must not have
    /// changed since.
    pub async fn commit_staff_change(
        &self,
        staff: &StaffAccount,
        actor: &StaffAccount,
    ) -> Result<(), CommitError> {
        self.execute(change(staff, actor)).await
    }

    /// Like [`Store::commit_staff_change`], with a link and the mail that carries it.
    pub async fn commit_invitation(
        &self,
        invited: &Invited,
        actor: &StaffAccount,
        now: jiff::Timestamp,
    ) -> Result<(), CommitError> {
        let transaction =
            change(&invited.staff, actor).create("link", Table::Accounts, link_item(&invited.link));
        self.execute(with_mail(transaction, invited.mail.clone(), now)).await
    }

    /// Counts a request for a link, with the link and its mail if there is an account (as it was read) to send it to.
    pub async fn commit_staff_link_request(
        &self,
        usage: &LinkUsage,
        read: &LinkCounters,
        brings: Option<(&StaffAccount, StaffLink, NewMail)>,
        now: jiff::Timestamp,
    ) -> Result<(), CommitError> {
        let mut transaction = with_link_counters(Transaction::default(), usage, read);
        if let Some((staff, link, mail)) = brings {
            transaction = transaction
                .require("staff", Table::Accounts, &staff_pk(&staff.id), staff.version)
                .create("link", Table::Accounts, link_item(&link));
            transaction = with_mail(transaction, mail, now);
        }
        self.execute(transaction).await
    }

    pub async fn load_staff_link(&self, hash: &str) -> Result<Option<StaffLink>, StoreError> {
        let item = self.load(Table::Accounts, &link_pk(hash)).await?;
        Ok(item.map(|item| link_of(&item)).transpose()?)
    }

    /// A password is set and its link used up.
    pub async fn commit_staff_password(
        &self,
        staff: &StaffAccount,
        link: &StaffLink,
    ) -> Result<(), CommitError> {
        let transaction = Transaction::default()
            .replace("staff", Table::Accounts, staff_item(staff), staff.version - 1)
            .replace("link", Table::Accounts, link_item(link), link.version - 1);
        self.execute(with_staff_epoch(transaction, staff)).await
    }
}

fn change(staff: &StaffAccount, actor: &StaffAccount) -> Transaction {
    let transaction = Transaction::default()
        .upsert("staff", Table::Accounts, staff_item(staff), staff.version)
        .require("actor", Table::Accounts, &staff_pk(&actor.id), actor.version);
    with_staff_epoch(transaction, staff)
}

/// The next state of who did not get in: sessions of before stay.
pub(super) fn with_staff_failure(staff: &StaffAccount) -> Transaction {
    Transaction::default().replace("staff", Table::Accounts, staff_item(staff), staff.version - 1)
}

fn with_staff_epoch(transaction: Transaction, staff: &StaffAccount) -> Transaction {
    sessions::with_epoch(transaction, &staff_epoch_key(&staff.id), staff.epoch)
}

fn staff_pk(id: &StaffId) -> String {
    format!("staff#{}", id.as_str())
}

fn link_pk(hash: &str) -> String {
    format!("staff-link#{hash}")
}

/// The secretariat last, the desks by prefecture.
fn order(staff: &StaffAccount) -> String {
    format!("{}#{}", staff.role.as_stored(), staff.id.as_str())
}

fn staff_item(staff: &StaffAccount) -> Item {
    Writer::keyed(staff_pk(&staff.id))
        .number("schema", 1)
        .number("version", staff.version)
        .text("name", &staff.name)
        .text("role", staff.role.as_stored())
        .optional_text("email", staff.email.as_ref().map(EmailAddress::as_str))
        .optional_text("password", staff.password.as_ref().map(PasswordHash::as_phc))
        .text("totp_seed", hex::encode(staff.totp_seed))
        .optional_text("totp_last_step", staff.totp_last_step.map(|step| step.to_string()))
        .flag("not_enrolled", !staff.enrolled)
        .texts("failures", staff.failures.used_at.iter().map(|at| stored_time(*at)))
        .number("epoch", staff.epoch)
        .flag("disabled", staff.disabled)
        .optional_time("last_sign_in_at", staff.last_sign_in_at)
        .maps("history", staff.history.iter().map(event_writer))
        .text("staff", STAFF)
        .text("staff_order", order(staff))
        .finish()
}

/// An account of before the invitations has neither address nor history, and its second factor is set up.
fn staff_of(item: &Item) -> Result<StaffAccount, Inconsistent> {
    let reader = Reader::new("staff", item)?;
    let seed = |text: &str| hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    let history = reader.optional_maps("history")?.into_iter().map(event_of);
    Ok(StaffAccount {
        id: reader.parsed("pk", |key| key.strip_prefix("staff#").and_then(StaffId::parse))?,
        name: reader.text("name")?.to_owned(),
        role: reader.parsed("role", Role::from_stored)?,
        email: reader.optional_parsed("email", EmailAddress::from_stored)?,
        password: reader.optional_text("password")?.map(PasswordHash::from_phc),
        totp_seed: reader.parsed("totp_seed", seed)?,
        totp_last_step: reader.optional_parsed("totp_last_step", |step| step.parse().ok())?,
        enrolled: !reader.optional_flag("not_enrolled")?,
        failures: usage_of(reader, "failures")?,
        epoch: reader.number("epoch")?,
        disabled: reader.flag("disabled")?,
        last_sign_in_at: reader.optional_time("last_sign_in_at")?,
        history: history.collect::<Result<_, _>>()?,
        version: reader.number("version")?,
    })
}

fn event_writer(event: &StaffEvent) -> Writer {
    let writer = Writer::default()
        .time("at", event.at)
        .text("by", event.by.as_str())
        .text("by_name", &event.by_name)
        .text("change", event.change.as_str());
    match event.change {
        StaffChange::RoleChanged { from } => writer.text("from", from.as_stored()),
        StaffChange::Invited | StaffChange::Renewed | StaffChange::Disabled | StaffChange::Enabled => writer,
    }
}

fn event_of(reader: Reader<'_>) -> Result<StaffEvent, Inconsistent> {
    Ok(StaffEvent {
        at: reader.time("at")?,
        by: reader.parsed("by", StaffId::parse)?,
        by_name: reader.text("by_name")?.to_owned(),
        change: match reader.text("change")? {
            "invited" => StaffChange::Invited,
            "renewed" => StaffChange::Renewed,
            "role-changed" => StaffChange::RoleChanged { from: reader.parsed("from", Role::from_stored)? },
            "disabled" => StaffChange::Disabled,
            "enabled" => StaffChange::Enabled,
            _ => return Err(reader.unreadable("change")),
        },
    })
}

fn link_item(link: &StaffLink) -> Item {
    Writer::keyed(link_pk(&link.hash))
        .number("schema", 1)
        .number("version", link.version)
        .text("staff_id", link.staff.as_str())
        .text("mail", link.mail.as_str())
        .number("epoch", link.epoch)
        .time("expires_at", link.expires_at)
        .optional_time("used_at", link.used_at)
        // Kept beyond its end, so that an old link is told from one that never was.
        .expires(link.expires_at + jiff::SignedDuration::from_hours(90 * 24))
        .finish()
}

fn link_of(item: &Item) -> Result<StaffLink, Inconsistent> {
    let reader = Reader::new("staff link", item)?;
    Ok(StaffLink {
        hash: reader.parsed("pk", |key| key.strip_prefix("staff-link#"))?.to_owned(),
        staff: reader.parsed("staff_id", StaffId::parse)?,
        mail: reader.parsed("mail", MailId::parse)?,
        epoch: reader.number("epoch")?,
        expires_at: reader.time("expires_at")?,
        used_at: reader.optional_time("used_at")?,
        version: reader.number("version")?,
    })
}
