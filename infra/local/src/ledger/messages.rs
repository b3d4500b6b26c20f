//! Queues: send, receive, delete, release, redrive.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::{Ledger, LedgerError, hostile::Copy, rows};
use crate::blueprint::QueueSpec;

/// A message as its receiver gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedMessage {
    pub id: String,
    pub receipt: String,
    pub body: String,
    /// This receive included.
    pub receive_count: u32,
    pub sent_at: Timestamp,
    pub first_received_at: Timestamp,
    /// SQS message attributes as the sender gave them (a JSON object), if any.
    pub attributes: Option<Value>,
}

/// A message as its sender gives it.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    pub body: String,
    /// `None`: as the queue has it.
    pub delay_seconds: Option<u32>,
    pub attributes: Option<Value>,
}

/// How many messages a queue holds, by what keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pending {
    /// Can be received now.
    pub visible: u64,
    /// Received, neither deleted nor released yet.
    pub in_flight: u64,
    /// Waits for the clock (`DelaySeconds`).
    pub delayed: u64,
    /// Held back by hostile mode: comes after some more receives, or when everything else is idle.
    pub held: u64,
}

impl Pending {
    /// Nothing that a poller could work on without the clock being moved.
    pub fn is_idle(self) -> bool {
        self.visible + self.in_flight + self.held == 0
    }
}

impl Ledger {
    /// Sends a message; its id.
    pub fn send(&self, queue: &str, body: &str) -> Result<String, LedgerError> {
        self.send_message(queue, &NewMessage { body: body.to_owned(), ..NewMessage::default() })
    }

    /// Sends a message with a delay or attributes; its id.
    pub fn send_message(&self, queue: &str, message: &NewMessage) -> Result<String, LedgerError> {
        let queue = self.queue(queue)?;
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let id = self.insert(&transaction, &queue, message)?;
        transaction.commit()?;
        drop(connection);
        self.wake();
        Ok(id)
    }

    /// Takes up to `max` messages; each stays invisible for the queue's visibility time-out.
    pub fn receive(&self, queue: &str, max: usize) -> Result<Vec<QueuedMessage>, LedgerError> {
        let spec = self.queue(queue)?;
        self.receive_for(queue, max, spec.visibility_timeout_seconds)
    }

    /// As `receive`, with a visibility time-out of the receiver's own.
    pub fn receive_for(
        &self,
        queue: &str,
        max: usize,
        seconds: u32,
    ) -> Result<Vec<QueuedMessage>, LedgerError> {
        let queue = self.queue(queue)?;
        let now = self.now();
        let invisible_until = now + SignedDuration::from_secs(i64::from(seconds));
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        self.let_held_pass(&transaction, &queue.name, now)?;
        let (mut received, mut died) = (Vec::new(), false);
        while received.len() < max {
            let Some(found) = next_visible(&transaction, &queue.name, now)? else { break };
            if dead_letter(&transaction, &queue, found.sequence, found.receive_count)? {
                died = true;
                continue;
            }
            if let Some(hostility) = &self.hostility
                && overtakes(&transaction, &queue.name, found.sequence, now)?
            {
                hostility.note_reordered();
            }
            received.push(self.take(&transaction, found, now, invisible_until)?);
        }
        transaction.commit()?;
        drop(connection);
        if died {
            self.wake();
        }
        Ok(received)
    }

    /// The message is done. `false` if the receipt is no longer good.
    pub fn delete(&self, queue: &str, receipt: &str) -> Result<bool, LedgerError> {
        let queue = self.queue(queue)?;
        let sql = "DELETE FROM message WHERE queue = ? AND receipt = ?";
        let deleted = self.connection().prepare_cached(sql)?.execute(params![queue.name, receipt])?;
        self.wake();
        Ok(deleted > 0)
    }

    /// The message could not be processed: visible again at once, or in the dead-letter queue if it was
    /// received too often. `false` if the receipt is no longer good.
    pub fn release(&self, queue: &str, receipt: &str) -> Result<bool, LedgerError> {
        let queue = self.queue(queue)?;
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        let found: Option<(i64, u32)> = transaction
            .prepare_cached("SELECT sequence, receive_count FROM message WHERE queue = ? AND receipt = ?")?
            .query_row(params![queue.name, receipt], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((sequence, receive_count)) = found
            && !dead_letter(&transaction, &queue, sequence, receive_count)?
        {
            let sql = "UPDATE message SET receipt = NULL, visible_at = 0 WHERE sequence = ?";
            transaction.prepare_cached(sql)?.execute([sequence])?;
        }
        transaction.commit()?;
        drop(connection);
        self.wake();
        Ok(found.is_some())
    }

    /// Changes how long a received message stays invisible from now on.
    pub fn change_visibility(&self, queue: &str, receipt: &str, seconds: u32) -> Result<bool, LedgerError> {
        let queue = self.queue(queue)?;
        let visible_at = (self.now() + SignedDuration::from_secs(i64::from(seconds))).as_millisecond();
        let sql = "UPDATE message SET visible_at = ? WHERE queue = ? AND receipt = ?";
        let changed =
            self.connection().prepare_cached(sql)?.execute(params![visible_at, queue.name, receipt])?;
        self.wake();
        Ok(changed > 0)
    }

    pub fn pending(&self, queue: &str) -> Result<Pending, LedgerError> {
        let queue = self.queue(queue)?;
        let sql = "SELECT coalesce(sum(held = 0 AND visible_at <= ?2), 0),
                          coalesce(sum(visible_at > ?2 AND receipt IS NOT NULL), 0),
                          coalesce(sum(visible_at > ?2 AND receipt IS NULL), 0),
                          coalesce(sum(held > 0 AND visible_at <= ?2), 0)
                   FROM message WHERE queue = ?1";
        let pending = self.connection().prepare_cached(sql)?.query_row(
            params![queue.name, self.now().as_millisecond()],
            |row| {
                Ok(Pending {
                    visible: rows::count(row.get(0)?),
                    in_flight: rows::count(row.get(1)?),
                    delayed: rows::count(row.get(2)?),
                    held: rows::count(row.get(3)?),
                })
            },
        )?;
        Ok(pending)
    }

    /// The bodies in a queue, oldest first, untouched (for the queue page and for tests).
    pub fn peek(&self, queue: &str, max: usize) -> Result<Vec<String>, LedgerError> {
        let queue = self.queue(queue)?;
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("SELECT body FROM message WHERE queue = ? ORDER BY sequence LIMIT ?")?;
        let limit = i64::try_from(max).unwrap_or(i64::MAX);
        let bodies = statement.query_map(params![queue.name, limit], |row| row.get(0))?;
        Ok(bodies.collect::<Result<_, _>>()?)
    }

    /// Moves everything in a dead-letter queue back to the queue that gave it up, as `StartMessageMoveTask`
    /// of SQS does: its receives count anew. How many messages; `None` if no queue gives up to this one.
    pub fn redrive(&self, dead: &str) -> Result<Option<usize>, LedgerError> {
        let dead = self.queue(dead)?.name;
        let sources: Vec<String> = {
            let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            let gives_up_here =
                |known: &&QueueSpec| known.redrive.as_ref().is_some_and(|redrive| redrive.queue == dead);
            queues.values().filter(gives_up_here).map(|known| known.name.clone()).collect()
        };
        let [source] = &sources[..] else { return Ok(None) };
        let sql =
            "UPDATE message SET queue = ?2, receipt = NULL, visible_at = 0, held = 0, receive_count = 0,
                                      first_received_at = NULL WHERE queue = ?1";
        let moved = self.connection().prepare_cached(sql)?.execute(params![dead, source])?;
        self.wake();
        Ok(Some(moved))
    }

    /// Writes a message, in hostile mode perhaps twice; its id.
    pub(super) fn insert(
        &self,
        connection: &Connection,
        queue: &QueueSpec,
        message: &NewMessage,
    ) -> Result<String, LedgerError> {
        let id = self.new_id();
        let now = self.now();
        // Without a delay it is visible whatever the clock is moved to.
        let visible_at = match message.delay_seconds.unwrap_or(queue.delay_seconds) {
            0 => 0,
            seconds => (now + SignedDuration::from_secs(i64::from(seconds))).as_millisecond(),
        };
        let attributes = message.attributes.as_ref().map(Value::to_string);
        let copies = match &self.hostility {
            Some(hostility) => hostility.copies(&queue.name),
            None => vec![Copy::default()],
        };
        for Copy { held, setback } in copies {
            let sql = "INSERT INTO message (id, queue, body, attributes, sent_at, visible_at, held, rank)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,
                               ?8 + (SELECT coalesce(max(sequence), 0) FROM message))";
            let sent_at = now.as_millisecond();
            connection.prepare_cached(sql)?.execute(params![
                id,
                queue.name,
                message.body,
                attributes,
                sent_at,
                visible_at,
                held,
                setback
            ])?;
        }
        Ok(id)
    }

    /// Held messages come one receive nearer; all of them when nothing else is left to do anywhere.
    fn let_held_pass(&self, connection: &Connection, queue: &str, now: Timestamp) -> Result<(), LedgerError> {
        if self.hostility.is_none() {
            return Ok(());
        }
        let sql = if self.is_busy(connection, queue, now)? {
            "UPDATE message SET held = held - 1 WHERE queue = ? AND held > 0"
        } else {
            "UPDATE message SET held = 0 WHERE queue = ? AND held > 0"
        };
        connection.prepare_cached(sql)?.execute([queue])?;
        Ok(())
    }

    /// Whether anything is visible or in flight in this queue or in one that somebody works through (it has
    /// a redrive); what lies in any other may lie there.
    fn is_busy(&self, connection: &Connection, queue: &str, now: Timestamp) -> Result<bool, LedgerError> {
        let worked: Vec<String> = {
            let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            let worked = queues.values().filter(|known| known.redrive.is_some() || known.name == queue);
            worked.map(|known| known.name.clone()).collect()
        };
        let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE queue = ?1 AND held = 0
                                  AND (visible_at <= ?2 OR receipt IS NOT NULL))";
        let mut statement = connection.prepare_cached(sql)?;
        for name in worked {
            if statement.query_row(params![name, now.as_millisecond()], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take(
        &self,
        connection: &Connection,
        found: Found,
        now: Timestamp,
        invisible_until: Timestamp,
    ) -> Result<QueuedMessage, LedgerError> {
        let receipt = rows::hex(&self.entropy.bytes::<32>());
        let first_received_at = found.first_received_at.unwrap_or_else(|| now.as_millisecond());
        let sql = "UPDATE message SET receipt = ?2, visible_at = ?3, first_received_at = ?4,
                                      receive_count = receive_count + 1 WHERE sequence = ?1";
        let visible_at = invisible_until.as_millisecond();
        connection.prepare_cached(sql)?.execute(params![
            found.sequence,
            receipt,
            visible_at,
            first_received_at
        ])?;
        Ok(QueuedMessage {
            id: found.id,
            receipt,
            body: found.body,
            receive_count: found.receive_count + 1,
            sent_at: rows::instant(found.sent_at)?,
            first_received_at: rows::instant(first_received_at)?,
            attributes: found.attributes.as_deref().map(rows::json).transpose()?,
        })
    }
}

/// A row that may be received.
struct Found {
    sequence: i64,
    id: String,
    body: String,
    attributes: Option<String>,
    sent_at: i64,
    first_received_at: Option<i64>,
    receive_count: u32,
}

fn next_visible(connection: &Connection, queue: &str, now: Timestamp) -> rusqlite::Result<Option<Found>> {
    let sql = "SELECT sequence, id, body, attributes, sent_at, first_received_at, receive_count FROM message
               WHERE queue = ? AND visible_at <= ? AND held = 0 ORDER BY rank, sequence LIMIT 1";
    let read = |row: &Row<'_>| {
        Ok(Found {
            sequence: row.get(0)?,
            id: row.get(1)?,
            body: row.get(2)?,
            attributes: row.get(3)?,
            sent_at: row.get(4)?,
            first_received_at: row.get(5)?,
            receive_count: row.get(6)?,
        })
    };
    connection.prepare_cached(sql)?.query_row(params![queue, now.as_millisecond()], read).optional()
}

/// Whether an older message of the queue is still waiting for its first receive.
fn overtakes(connection: &Connection, queue: &str, sequence: i64, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE queue = ? AND sequence < ? AND receive_count = 0
                              AND held = 0 AND visible_at <= ?)";
    connection
        .prepare_cached(sql)?
        .query_row(params![queue, sequence, now.as_millisecond()], |row| row.get(0))
}

/// Moves a message that was received as often as the queue allows; whether it did.
fn dead_letter(
    connection: &Connection,
    queue: &QueueSpec,
    sequence: i64,
    receive_count: u32,
) -> rusqlite::Result<bool> {
    let Some(redrive) = queue.redrive.as_ref().filter(|redrive| receive_count >= redrive.max_receive_count)
    else {
        return Ok(false);
    };
    let sql = "UPDATE message SET queue = ?, receipt = NULL, visible_at = 0, held = 0 WHERE sequence = ?";
    connection.prepare_cached(sql)?.execute(params![redrive.queue, sequence])?;
    Ok(true)
}
