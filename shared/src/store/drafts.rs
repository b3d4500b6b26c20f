//! Answers that outlive the session they were typed in: whoever proves the same address again goes on with them.
//!
//! Architecture invariant: a draft is written by the transaction that writes its session and says the same. After the
//! submission both say nothing, so that the next institution of the address begins with an empty form.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    Inconsistent, Store, StoreError, Table,
    item::{Reader, Writer},
    transaction::Transaction,
};
use crate::domain::{
    contact::EmailAddress,
    form::{FIELDS, FormInput},
    session::{ApplicantSession, DRAFT_TTL, Task},
};

impl Store {
    /// The answers that were typed last for this address and not handed in.
    pub async fn load_draft(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<FormInput>, StoreError> {
        let Some(item) = self.load(Table::Sessions, &draft_pk(email)).await? else { return Ok(None) };
        let reader = Reader::new("draft", &item)?;
        let input = input_of(reader)?;
        let is_worth_it = reader.time("expires_at")? > now && input != FormInput::default();
        Ok(is_worth_it.then_some(input))
    }
}

/// The draft of what this session says; a correction has its answers in the application that was returned.
pub(super) fn with_draft(transaction: Transaction, session: &ApplicantSession) -> Transaction {
    match session.task {
        Task::Apply { .. } => {}
        Task::Correct { .. } => return transaction,
    }
    let expires_at = session.expires_at + DRAFT_TTL;
    let input = FormInput { confirmed_warnings: false, ..session.input.clone() };
    let item = with_input(Writer::keyed(draft_pk(&session.email)).number("schema", 1), &input)
        .time("expires_at", expires_at)
        .expires(expires_at)
        .finish();
    transaction.put("draft", Table::Sessions, item)
}

/// What was typed, as it is stored in sessions and drafts.
pub(super) fn with_input(item: Writer, input: &FormInput) -> Writer {
    let typed = FIELDS.into_iter().filter_map(|field| Some((field.name, input.typed(field.name)?)));
    let typed = typed.filter(|(_, value)| !value.is_empty());
    item.map("input", typed.fold(Writer::default(), |writer, (name, value)| writer.text(name, value)))
        .flag("unnumbered", input.unnumbered)
        .flag("confirmed_warnings", input.confirmed_warnings)
}

/// Reads back what [`with_input`] wrote.
pub(super) fn input_of(reader: Reader<'_>) -> Result<FormInput, Inconsistent> {
    let typed = reader.map("input")?.lookup();
    let input = FormInput::from_typed(|name| typed(name).unwrap_or_default().to_owned());
    Ok(FormInput {
        unnumbered: reader.optional_flag("unnumbered")?,
        confirmed_warnings: reader.flag("confirmed_warnings")?,
        ..input
    })
}

fn draft_pk(email: &EmailAddress) -> String {
    format!("draft#{}", hex::encode(Sha256::digest(email.key())))
}
