//! GET /track/status — where the application stands, what comes next, and all that happened.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEvent, FlagReason, Status},
        mail::Mail,
        settings::{FreezeWindow, FreezeWindows},
    },
    mail::japan_date_text,
    web::{Cookies, Moment, Page, Problem},
};

use crate::{
    App,
    mails::MailView,
    offers::{Offer, offers_of},
    outlook::{Link, Outlook, STUCK, rejection},
    steps::Steps,
};

#[derive(Template, Serialize)]
#[template(path = "status.html")]
pub(crate) struct StatusPage {
    number: String,
    institution_name: String,
    prefecture: &'static str,
    submitted_at: Moment,
    status: &'static str,
    status_label: &'static str,
    steps: Steps,
    next: Outlook,
    rejection: Option<Rejection>,
    returned: Option<Returned>,
    /// When nothing is issued, while that may concern it.
    freezes: Vec<Freeze>,
    offers: Vec<Offer>,
    /// The one that this was filled in from.
    applied_again_of: Option<String>,
    /// Three weeks went by: which, and what to do.
    flags: Vec<&'static str>,
    #[serde(skip)]
    stuck_links: &'static [Link],
    mails: Vec<MailView>,
    history: Vec<Act>,
    /// When this was read.
    as_of: Moment,
}

#[derive(Serialize)]
pub(crate) struct Rejection {
    reason: &'static str,
    note: String,
}

/// What the prefecture asked to correct.
#[derive(Serialize)]
pub(crate) struct Returned {
    fields: Vec<&'static str>,
    note: String,
    due_on: String,
}

/// 発行停止期間.
#[derive(Serialize)]
pub(crate) struct Freeze {
    from: Moment,
    until: Moment,
    text: String,
}

/// One line of the history. Who of the desk did it is not for the applicant to read.
#[derive(Serialize)]
pub(crate) struct Act {
    at: Moment,
    event: &'static str,
    label: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<StatusPage>, Problem> {
    let now = app.clock.now();
    let application = app.tracked(&cookies, now).await?;
    let mails = app.store.list_mails_of(&application).await?;
    let freezes = app.store.load_settings().await?.freezes;
    Ok(Page::ok(StatusPage::of(&application, mails, &freezes, now)))
}

impl StatusPage {
    fn of(application: &Application, mails: Vec<Mail>, freezes: &FreezeWindows, now: Timestamp) -> Self {
        let status = application.status.kind();
        let notice = notice_among(application, &mails);
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            prefecture: application.form.prefecture.name(),
            submitted_at: application.submitted_at.into(),
            status: status.as_str(),
            status_label: status.label(),
            steps: Steps::of(application),
            next: Outlook::of(application, notice, freezes, now),
            rejection: rejection(application)
                .map(|(reason, note)| Rejection { reason, note: note.to_owned() }),
            returned: Returned::of(application),
            freezes: Freeze::list(application, freezes, now),
            offers: offers_of(application),
            applied_again_of: application.applied_again_of.map(|number| number.to_string()),
            flags: flags_of(application),
            stuck_links: STUCK,
            mails: MailView::list(mails, now),
            history: history_of(application),
            as_of: now.into(),
        }
    }
}

impl Returned {
    fn of(application: &Application) -> Option<Self> {
        let Status::Returned { fields, note, due_on, .. } = &application.status else { return None };
        Some(Self {
            fields: fields.iter().map(|field| field.label).collect(),
            note: note.clone(),
            due_on: japan_date_text(*due_on),
        })
    }
}

impl Freeze {
    /// The windows ahead, as long as something of the application is still to be issued.
    fn list(application: &Application, freezes: &FreezeWindows, now: Timestamp) -> Vec<Self> {
        if !application.status.kind().is_open() {
            return Vec::new();
        }
        let view = |window: &FreezeWindow| Self {
            from: window.from.into(),
            until: window.until.into(),
            text: window.text.as_str().to_owned(),
        };
        freezes.ahead_of(now).map(view).collect()
    }
}

/// ② or ③.
fn notice_among<'a>(application: &Application, mails: &'a [Mail]) -> Option<&'a Mail> {
    match &application.status {
        Status::Issued { notice, .. } => mails.iter().find(|mail| mail.id == *notice),
        Status::Submitted
        | Status::Approved
        | Status::Issuing { .. }
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Returned { .. }
        | Status::Withdrawn { .. } => None,
    }
}

fn flags_of(application: &Application) -> Vec<&'static str> {
    let flags = &application.flags;
    let set = [(FlagReason::SinceSubmission, flags.since_submission), (FlagReason::InState, flags.in_state)];
    set.into_iter().filter(|(_, since)| since.is_some()).map(|(reason, _)| reason.label()).collect()
}

fn history_of(application: &Application) -> Vec<Act> {
    let acts = application.history.iter().map(|entry| Act {
        at: entry.at.into(),
        event: entry.event.as_str(),
        label: label_of(&entry.event),
    });
    acts.collect()
}

/// A flag is named by its reason, since two may stand one below the other.
fn label_of(event: &AuditEvent) -> String {
    if let AuditEvent::Flagged { reason } = event {
        return format!("{}しました", reason.label());
    }
    event.label().to_owned()
}

#[cfg(test)]
mod tests;
