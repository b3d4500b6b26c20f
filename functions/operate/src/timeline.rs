//! Every act on a case and every mail of it, in one order of time, as the secretariat reads it.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEntry},
        delivery::DeliveryState,
        mail::{Fate, Mail},
    },
    web::Moment,
};

#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) at: Moment,
    pub(crate) title: &'static str,
    /// Who did it, where a person of staff did.
    pub(crate) by: Option<String>,
    pub(crate) mail: Option<Letter>,
}

#[derive(Serialize)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) state_label: String,
    #[serde(skip)]
    pub(crate) tone: &'static str,
    /// What the recipient's server said when it refused.
    pub(crate) remote: Option<String>,
}

pub(crate) fn timeline_of(application: &Application, mails: &[Mail], now: Timestamp) -> Vec<Entry> {
    let acts = application.history.iter().map(act);
    let letters = mails.iter().map(|mail| Entry {
        at: mail.created_at.into(),
        title: mail.kind().label(),
        by: None,
        mail: Some(Letter::of(mail, now)),
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

impl Letter {
    fn of(mail: &Mail, now: Timestamp) -> Self {
        let fate = mail.fate(now);
        let (state_label, tone, remote) = match fate {
            Fate::Sending | Fate::Known(DeliveryState::Sending) => ("送信中".to_owned(), "info", None),
            Fate::NeedsAttention | Fate::Known(DeliveryState::NeedsAttention) => {
                ("要確認".to_owned(), "warning", None)
            }
            Fate::Known(DeliveryState::Delivered { .. }) => ("送信完了".to_owned(), "success", None),
            Fate::Known(DeliveryState::Undeliverable { reason, remote, .. }) => {
                (format!("不達（{}）", reason.label()), "error", remote)
            }
            Fate::Cancelled => ("送信取りやめ".to_owned(), "neutral", None),
        };
        Self { to: mail.to.as_str().to_owned(), state_label, tone, remote }
    }
}
