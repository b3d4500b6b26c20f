//! Sessions, under the hash of their token.

use jiff::Timestamp;

use super::{
    CommitError, Inconsistent, Item, Store, StoreError, Table, drafts,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    account::Role,
    contact::EmailAddress,
    ids::{ApplicationNumber, LoginId, StaffId},
    session::{ApplicantSession, Holder, Progress, Session, Task},
};

impl Store {
    /// A session that lives now: within its limits, and of its holder's present epoch.
    pub async fn load_session(&self, id: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let Some(session) = self.load_session_of_any_epoch(id, now).await? else { return Ok(None) };
        let epoch = match session.holder.epoch_key() {
            // Whoever looks at one application: the application itself says whether the session still holds.
            None => session.epoch,
            Some(key) => self.load_epoch(&key).await?,
        };
        Ok((epoch == session.epoch).then_some(session))
    }

    /// A session within its limits; whether it is of its holder's present epoch is still to be seen.
    pub async fn load_session_of_any_epoch(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let item = self.load(Table::Sessions, &session_pk(id)).await?;
        let session = item.map(|item| session_of(id, &item)).transpose()?;
        Ok(session.filter(|session| session.is_live(now)))
    }

    /// The epoch of a holder's sessions; 0 where none was ever begun.
    async fn load_epoch(&self, key: &str) -> Result<u64, StoreError> {
        match self.load(Table::Sessions, &epoch_pk(key)).await? {
            None => Ok(0),
            Some(item) => Ok(Reader::new("epoch", &item)?.number("epoch")?),
        }
    }

    /// Begins a session, and makes its epoch the holder's.
    pub async fn commit_session(&self, session: &Session) -> Result<(), CommitError> {
        self.execute(with_session(Transaction::default(), session)).await
    }

    /// Notes that a session was seen. Losing this race loses nothing.
    pub async fn commit_seen(&self, session: &Session) -> Result<(), StoreError> {
        let item = session_item(session);
        let transaction =
            Transaction::default().replace("session", Table::Sessions, item, session.version - 1);
        match self.execute(transaction).await {
            Ok(()) | Err(CommitError::Lost(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    /// Ends a session.
    pub async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(self.tables.name(Table::Sessions)?)
            .key("pk", aws_sdk_dynamodb::types::AttributeValue::S(session_pk(id)))
            .send()
            .await
            .map_err(StoreError::call)?;
        Ok(())
    }

    /// An applicant's session that lives now.
    pub async fn load_applicant(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<ApplicantSession>, StoreError> {
        let Some(item) = self.load(Table::Sessions, &applicant_pk(id)).await? else { return Ok(None) };
        let session = applicant_of(id, &item)?;
        Ok(session.is_live(now).then_some(session))
    }

    /// Begins an applicant's session (version 1), or commits its next state.
    pub async fn commit_applicant(&self, session: &ApplicantSession) -> Result<(), CommitError> {
        let item = applicant_item(session);
        let transaction = Transaction::default().upsert("session", Table::Sessions, item, session.version);
        self.execute(drafts::with_draft(transaction, session)).await
    }
}

/// Begins `session` in a transaction.
pub(super) fn with_session(transaction: Transaction, session: &Session) -> Transaction {
    let transaction = transaction.create("session", Table::Sessions, session_item(session));
    match session.holder.epoch_key() {
        None => transaction,
        Some(key) => with_epoch(transaction, &key, session.epoch),
    }
}

/// Ends `session` in a transaction; it must be there.
pub(super) fn without_session(transaction: Transaction, session: &Session) -> Transaction {
    transaction.delete("first factor", Table::Sessions, &session_pk(&session.id))
}

fn session_pk(id: &str) -> String {
    format!("session#{id}")
}

/// Makes `epoch` the holder's: sessions of earlier ones are void.
pub(super) fn with_epoch(transaction: Transaction, key: &str, epoch: u64) -> Transaction {
    let item = Writer::keyed(epoch_pk(key)).number("epoch", epoch).finish();
    transaction.put("epoch", Table::Sessions, item)
}

pub(super) fn epoch_pk(key: &str) -> String {
    format!("epoch#{key}")
}

fn applicant_pk(id: &str) -> String {
    format!("applicant#{id}")
}

fn session_item(session: &Session) -> Item {
    let item = Writer::keyed(session_pk(&session.id))
        .number("schema", 1)
        .number("version", session.version)
        .number("epoch", session.epoch)
        .time("seen_at", session.seen_at)
        .time("expires_at", session.expires_at)
        .expires(session.expires_at);
    match &session.holder {
        Holder::Tracker { number } => item.text("holder", "tracker").text("application", number.to_string()),
        Holder::User { login_id } => item.text("holder", "user").text("login_id", login_id.as_str()),
        Holder::StaffFirstFactor { id } => {
            item.text("holder", "staff-first-factor").text("staff", id.as_str())
        }
        Holder::Staff { id, name, role } => item
            .text("holder", "staff")
            .text("staff", id.as_str())
            .text("name", name)
            .text("role", role.as_stored()),
    }
    .finish()
}

fn session_of(id: &str, item: &Item) -> Result<Session, Inconsistent> {
    let reader = Reader::new("session", item)?;
    let holder = match reader.text("holder")? {
        "tracker" => Holder::Tracker { number: reader.parsed("application", ApplicationNumber::parse)? },
        "user" => Holder::User { login_id: reader.parsed("login_id", LoginId::parse)? },
        "staff-first-factor" => Holder::StaffFirstFactor { id: reader.parsed("staff", StaffId::parse)? },
        "staff" => Holder::Staff {
            id: reader.parsed("staff", StaffId::parse)?,
            name: reader.text("name")?.to_owned(),
            role: reader.parsed("role", Role::from_stored)?,
        },
        _ => return Err(reader.unreadable("holder")),
    };
    Ok(Session {
        id: id.to_owned(),
        holder,
        epoch: reader.number("epoch")?,
        seen_at: reader.time("seen_at")?,
        expires_at: reader.time("expires_at")?,
        version: reader.number("version")?,
    })
}

pub(super) fn applicant_item(session: &ApplicantSession) -> Item {
    let item = Writer::keyed(applicant_pk(&session.id))
        .number("schema", 1)
        .number("version", session.version)
        .text("email", session.email.as_str());
    let item = drafts::with_input(item, &session.input)
        .flag("restored", session.restored)
        .time("expires_at", session.expires_at)
        .expires(session.expires_at);
    let item = match session.task {
        Task::Apply { again_of } => item.optional_text("again_of", again_of.map(|number| number.to_string())),
        Task::Correct { number } => item.text("corrects", number.to_string()),
    };
    match &session.progress {
        Progress::Filling => item.text("progress", "filling"),
        Progress::Filled => item.text("progress", "filled"),
        Progress::Agreed { terms_version, at } => {
            item.text("progress", "agreed").text("terms_version", terms_version).time("agreed_at", *at)
        }
        Progress::Submitted { number } => {
            item.text("progress", "submitted").text("application", number.to_string())
        }
    }
    .finish()
}

fn applicant_of(id: &str, item: &Item) -> Result<ApplicantSession, Inconsistent> {
    let reader = Reader::new("applicant session", item)?;
    let progress = match reader.text("progress")? {
        "filling" => Progress::Filling,
        "filled" => Progress::Filled,
        "agreed" => Progress::Agreed {
            terms_version: reader.text("terms_version")?.to_owned(),
            at: reader.time("agreed_at")?,
        },
        "submitted" => {
            Progress::Submitted { number: reader.parsed("application", ApplicationNumber::parse)? }
        }
        _ => return Err(reader.unreadable("progress")),
    };
    let task = match reader.optional_parsed("corrects", ApplicationNumber::parse)? {
        Some(number) => Task::Correct { number },
        None => Task::Apply { again_of: reader.optional_parsed("again_of", ApplicationNumber::parse)? },
    };
    Ok(ApplicantSession {
        id: id.to_owned(),
        email: reader.parsed("email", EmailAddress::from_stored)?,
        task,
        input: drafts::input_of(reader)?,
        restored: reader.optional_flag("restored")?,
        progress,
        expires_at: reader.time("expires_at")?,
        version: reader.number("version")?,
    })
}
