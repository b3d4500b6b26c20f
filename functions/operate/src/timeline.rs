//! Every act on a case and every mail of it, in one order of time, as the secretariat reads it.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEntry},
        mail::Mail,
    },
    web::{Letter, LetterReader, Moment},
};

#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) at: Moment,
    pub(crate) title: &'static str,
    /// Who did it, where a person of staff did.
    pub(crate) by: Option<String>,
    pub(crate) mail: Option<Letter>,
}

pub(crate) fn timeline_of(application: &Application, mails: &[Mail], now: Timestamp) -> Vec<Entry> {
    let acts = application.history.iter().map(act);
    let letters = mails.iter().map(|mail| Entry {
        at: mail.created_at.into(),
        title: mail.kind().label(),
        by: None,
        mail: Some(Letter::of(mail, LetterReader::Secretariat, now)),
    });
    let mut entries: Vec<Entry> = acts.chain(letters).collect();
    // Stable: an act stands before the mail that it caused at the same moment.
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn act(entry: &AuditEntry) -> Entry {
    let by = entry.event.by_name().map(str::to_owned);
    Entry { at: entry.at.into(), title: entry.event.label(), by, mail: None }
}
