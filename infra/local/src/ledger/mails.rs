//! Accepted mails and the events that SES owes for them.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Ledger, LedgerError, NewMessage, rows};

/// A mail that SES accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedMail {
    /// The SES message id.
    pub message_id: String,
    /// The function that sent it.
    pub caller: String,
    pub configuration_set: Option<String>,
    /// As the header has it, perhaps with a name.
    pub from: String,
    /// The addresses alone.
    pub to: Vec<String>,
    pub subject: String,
    /// The message tags: `mail`, `try`, `kind`.
    pub tags: BTreeMap<String, String>,
    /// The message as RFC 5322 has it.
    pub raw: Vec<u8>,
    pub accepted_at: Timestamp,
}

/// An event that SES has published or still owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedEvent {
    /// Its number in the ledger; 0 before it is written.
    pub sequence: i64,
    pub message_id: String,
    /// What is to be reported, as JSON.
    pub request: String,
    pub due_at: Timestamp,
}

const MAIL_COLUMNS: &str =
    "message_id, caller, configuration_set, sender, recipients, subject, tags, raw, accepted_at";

impl Ledger {
    /// Keeps an accepted mail together with the events that it will cause.
    pub fn accept(&self, mail: &AcceptedMail, owed: &[OwedEvent]) -> Result<(), LedgerError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let sql = format!("INSERT INTO mail ({MAIL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        transaction.prepare_cached(&sql)?.execute(params![
            mail.message_id,
            mail.caller,
            mail.configuration_set,
            mail.from,
            serde_json::Value::from(mail.to.clone()).to_string(),
            mail.subject,
            serde_json::Value::from_iter(mail.tags.clone()).to_string(),
            mail.raw,
            mail.accepted_at.as_millisecond()
        ])?;
        for event in owed {
            insert_event(&transaction, event)?;
        }
        transaction.commit()?;
        drop(connection);
        match &self.directory {
            Some(directory) => write_file(directory, mail),
            None => Ok(()),
        }
    }

    /// Adds an event that nobody planned.
    pub fn owe(&self, event: &OwedEvent) -> Result<(), LedgerError> {
        insert_event(&self.connection(), event)
    }

    /// The owed events that are due, oldest first.
    pub fn due_events(&self) -> Result<Vec<OwedEvent>, LedgerError> {
        let sql = "SELECT sequence, message_id, request, due_at FROM event
                   WHERE published = 0 AND due_at <= ? ORDER BY due_at, sequence";
        read_events(&self.connection(), sql, self.now().as_millisecond())
    }

    /// The events of a mail that have been published, oldest first.
    pub fn published_events(&self, message_id: &str) -> Result<Vec<OwedEvent>, LedgerError> {
        let sql = "SELECT sequence, message_id, request, due_at FROM event
                   WHERE published = 1 AND message_id = ? ORDER BY due_at, sequence";
        read_events(&self.connection(), sql, message_id)
    }

    /// Marks an event as published and sends what is to be said about it, in one step.
    pub fn publish(&self, event: &OwedEvent, messages: &[(String, String)]) -> Result<(), LedgerError> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let sql = "UPDATE event SET published = 1 WHERE sequence = ? AND published = 0";
        if transaction.prepare_cached(sql)?.execute([event.sequence])? > 0 {
            for (queue, body) in messages {
                let message = NewMessage { body: body.clone(), ..NewMessage::default() };
                self.insert(&transaction, &self.queue(queue)?, &message)?;
            }
        }
        transaction.commit()?;
        drop(connection);
        self.wake();
        Ok(())
    }

    /// When the next owed event is due.
    pub fn next_event_due_at(&self) -> Result<Option<Timestamp>, LedgerError> {
        let sql = "SELECT min(due_at) FROM event WHERE published = 0";
        let due_at: Option<i64> = self.connection().prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        due_at.map(rows::instant).transpose()
    }

    /// All accepted mails, newest last.
    pub fn mails(&self) -> Result<Vec<AcceptedMail>, LedgerError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached(&format!("SELECT {MAIL_COLUMNS} FROM mail ORDER BY sequence"))?;
        let mut found = statement.query([])?;
        let mut mails = Vec::new();
        while let Some(row) = found.next()? {
            mails.push(mail(row)?);
        }
        Ok(mails)
    }

    /// One mail, by its SES message id.
    pub fn mail(&self, message_id: &str) -> Result<Option<AcceptedMail>, LedgerError> {
        let connection = self.connection();
        let sql = format!("SELECT {MAIL_COLUMNS} FROM mail WHERE message_id = ?");
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_row([message_id], |row| Ok(mail(row))).optional()?.transpose()
    }

    /// The mails whose tag `name` is `value`, newest last.
    pub fn mails_tagged(&self, name: &str, value: &str) -> Result<Vec<AcceptedMail>, LedgerError> {
        let mut mails = self.mails()?;
        mails.retain(|mail| mail.tags.get(name).is_some_and(|tag| tag == value));
        Ok(mails)
    }

    /// How many mails SES has accepted.
    pub fn mail_count(&self) -> Result<u64, LedgerError> {
        let connection = self.connection();
        Ok(rows::count(
            connection.prepare_cached("SELECT count(*) FROM mail")?.query_row([], |row| row.get(0))?,
        ))
    }

    /// The `.eml` files mirror the table: what a kill kept from being written is written now.
    pub(super) fn restore_files(&self) -> Result<(), LedgerError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        for mail in self.mails()? {
            if !file_of(directory, &mail).exists() {
                write_file(directory, &mail)?;
            }
        }
        Ok(())
    }
}

fn file_of(directory: &Path, mail: &AcceptedMail) -> std::path::PathBuf {
    let at = mail.accepted_at.strftime("%Y%m%dT%H%M%SZ");
    directory.join("mails").join(format!("{at}-{}.eml", mail.message_id))
}

fn write_file(directory: &Path, mail: &AcceptedMail) -> Result<(), LedgerError> {
    let file = file_of(directory, mail);
    let half_written = file.with_extension("part");
    fs::write(&half_written, &mail.raw)?;
    fs::rename(half_written, file)?;
    Ok(())
}

fn insert_event(connection: &Connection, event: &OwedEvent) -> Result<(), LedgerError> {
    let sql = "INSERT INTO event (message_id, request, due_at) VALUES (?, ?, ?)";
    let due_at = event.due_at.as_millisecond();
    connection.prepare_cached(sql)?.execute(params![event.message_id, event.request, due_at])?;
    Ok(())
}

fn read_events(
    connection: &Connection,
    sql: &str,
    key: impl rusqlite::ToSql,
) -> Result<Vec<OwedEvent>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query([key])?;
    let mut events = Vec::new();
    while let Some(row) = found.next()? {
        events.push(OwedEvent {
            sequence: row.get(0)?,
            message_id: row.get(1)?,
            request: row.get(2)?,
            due_at: rows::instant(row.get(3)?)?,
        });
    }
    Ok(events)
}

fn mail(row: &Row<'_>) -> Result<AcceptedMail, LedgerError> {
    let recipients: String = row.get(4)?;
    let tags: String = row.get(6)?;
    Ok(AcceptedMail {
        message_id: row.get(0)?,
        caller: row.get(1)?,
        configuration_set: row.get(2)?,
        from: row.get(3)?,
        to: rows::json(&recipients)?,
        subject: row.get(5)?,
        tags: rows::json(&tags)?,
        raw: row.get(7)?,
        accepted_at: rows::instant(row.get(8)?)?,
    })
}
