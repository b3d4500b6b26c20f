//! `/_local/mails`: what SES accepted, newest first, and the events that a reader of these pages may cause.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Input, Page, Problem, answer, in_japan, wants_json};
use crate::{
    ledger::{AcceptedMail, Ledger, LedgerError},
    machine::Machine,
    mailbox::MailboxMail,
    wire::{EventKind, EventRequest, ReportError},
};

#[derive(Template, Serialize)]
#[template(path = "mails.html")]
struct Mails {
    mails: Vec<Entry>,
}

#[derive(Template, Serialize)]
#[template(path = "mail.html")]
struct MailPage {
    #[serde(flatten)]
    entry: Entry,
    #[serde(skip)]
    buttons: [Button; 7],
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    mail: MailboxMail,
    events: Vec<Event>,
    #[serde(skip)]
    accepted_in_japan: String,
}

/// An event that SES has reported.
#[derive(Serialize)]
struct Event {
    at: Timestamp,
    #[serde(flatten)]
    request: EventRequest,
}

/// Fields of the form that reports an event.
struct Button {
    words: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// Which mails to list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    to: Option<String>,
    kind: Option<String>,
}

const BUTTONS: [Button; 7] = [
    Button { words: "送信完了", fields: &[("kind", "delivery")] },
    Button {
        words: "不達（宛先なし）",
        fields: &[
            ("kind", "bounce"),
            ("bounce_type", "Permanent"),
            ("sub_type", "NoEmail"),
            ("status", "5.1.1"),
        ],
    },
    Button {
        words: "不達（受信箱満杯）",
        fields: &[("kind", "bounce"), ("bounce_type", "Transient"), ("sub_type", "MailboxFull")],
    },
    Button { words: "自動応答", fields: &[("kind", "auto-reply")] },
    Button { words: "配信の遅れ", fields: &[("kind", "delivery-delay")] },
    Button { words: "迷惑メールの報告", fields: &[("kind", "complaint")] },
    Button { words: "SESによる拒否", fields: &[("kind", "reject")] },
];

pub(super) async fn list(
    State(machine): State<Arc<Machine>>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Page {
    let wanted = |mail: &&AcceptedMail| {
        filter.to.as_ref().is_none_or(|to| mail.to.iter().any(|address| address.eq_ignore_ascii_case(to)))
            && filter.kind.as_ref().is_none_or(|kind| mail.tags.get("kind") == Some(kind))
    };
    let accepted = machine.ledger.mails()?;
    let newest_first = accepted.iter().rev().filter(wanted);
    let mails = newest_first.map(|mail| entry(&machine.ledger, mail)).collect::<Result<_, _>>()?;
    answer(&headers, &Mails { mails })
}

pub(super) async fn show(
    State(machine): State<Arc<Machine>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Page {
    let entry = entry(&machine.ledger, &find(&machine.ledger, &id)?)?;
    answer(&headers, &MailPage { entry, buttons: BUTTONS })
}

pub(super) async fn raw(State(machine): State<Arc<Machine>>, Path(id): Path<String>) -> Page {
    let mail = find(&machine.ledger, &id)?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"mail.eml\""),
    ];
    Ok((headers, mail.raw).into_response())
}

pub(super) async fn report(
    State(machine): State<Arc<Machine>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(event): Input<EventRequest>,
) -> Page {
    machine.wire.mailroom().report_event(&id, &event).map_err(|error| match error {
        ReportError::NoSuchMail(_) => Problem::not_found("メール"),
        ReportError::NotPublished(_) => Problem::invalid(error.to_string()),
        ReportError::Ledger(error) => Problem::internal(&error),
    })?;
    if wants_json(&headers) {
        return Ok((StatusCode::ACCEPTED, Json(json!({ "reported": event }))).into_response());
    }
    machine.settle().await;
    Ok(Redirect::to(&format!("/_local/mails/{id}")).into_response())
}

/// By SES message id, or by the outbox mail's id (then its last try).
fn find(ledger: &Ledger, id: &str) -> Result<AcceptedMail, Problem> {
    if let Some(mail) = ledger.mail(id)? {
        return Ok(mail);
    }
    ledger.mails_tagged("mail", id)?.pop().ok_or_else(|| Problem::not_found("メール"))
}

fn entry(ledger: &Ledger, accepted: &AcceptedMail) -> Result<Entry, LedgerError> {
    let events = ledger.published_events(&accepted.message_id)?.into_iter().map(|event| {
        let request = EventRequest::of_stored(&event.request);
        request
            .map(|request| Event { at: event.due_at, request })
            .map_err(|error| LedgerError::Corrupt(error.to_string()))
    });
    Ok(Entry {
        mail: MailboxMail::of(accepted),
        events: events.collect::<Result<_, _>>()?,
        accepted_in_japan: in_japan(accepted.accepted_at),
    })
}

impl Event {
    /// When and what.
    fn words(&self) -> String {
        format!("{} {}", in_japan(self.at), self.what())
    }

    fn what(&self) -> String {
        let name = match self.request.kind {
            EventKind::Send => "送信受付",
            EventKind::Delivery => "送信完了",
            EventKind::Bounce => "不達",
            EventKind::Complaint => "迷惑メールの報告",
            EventKind::Reject => "SESによる拒否",
            EventKind::DeliveryDelay => "遅れ",
            EventKind::RenderingFailure => "作成の失敗",
            EventKind::AutoReply => "自動応答",
        };
        let details = [&self.request.bounce_type, &self.request.sub_type, &self.request.status];
        let details: Vec<&str> = details.into_iter().flatten().map(String::as_str).collect();
        let details = if details.is_empty() { String::new() } else { format!(" {}", details.join(" / ")) };
        format!("{name}{details}")
    }
}
