//! GET /operate/settings — freeze windows and notices: what stands, what is coming, and who changed what.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        form::FieldErrors,
        settings::{Change, FreezeWindow, Notice, NoticeKind, Settings, SettingsChange},
    },
    web::{Choice, Moment, Page, Problem},
};

use crate::{
    App,
    freezes::FreezeForm,
    notices::NoticeForm,
    operator::{Staff, Viewer},
};

#[derive(Template, Serialize)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage {
    staff: Staff,
    version: u64,
    freezes: Vec<FreezeRow>,
    notices: Vec<NoticeRow>,
    changes: Vec<ChangeRow>,
    /// How what was typed will look, before it is registered.
    pub(crate) preview: Option<Preview>,
    #[serde(skip)]
    kinds: Vec<Choice>,
    #[serde(skip)]
    pub(crate) freeze: FreezeForm,
    #[serde(skip)]
    pub(crate) freeze_errors: FieldErrors,
    #[serde(skip)]
    pub(crate) notice: NoticeForm,
    #[serde(skip)]
    pub(crate) notice_errors: FieldErrors,
}

/// A thing as the entry page will show it.
#[derive(Serialize)]
pub(crate) struct Preview {
    pub(crate) heading: &'static str,
    #[serde(skip)]
    pub(crate) tone: &'static str,
    pub(crate) text: String,
    pub(crate) from: Moment,
    pub(crate) until: Option<Moment>,
    /// Whether it is a freeze (or else a notice).
    pub(crate) is_freeze: bool,
}

#[derive(Serialize)]
struct FreezeRow {
    id: u64,
    text: String,
    from: Moment,
    until: Moment,
    state: &'static str,
    is_over: bool,
}

#[derive(Serialize)]
struct NoticeRow {
    id: u64,
    kind: &'static str,
    text: String,
    from: Moment,
    until: Option<Moment>,
    state: &'static str,
    is_over: bool,
}

#[derive(Serialize)]
struct ChangeRow {
    at: Moment,
    by: String,
    label: &'static str,
    text: String,
}

pub(crate) async fn show(State(app): State<App>, viewer: Viewer) -> Result<Page<SettingsPage>, Problem> {
    Ok(Page::ok(app.settings_page(&viewer).await?))
}

impl App {
    /// The page with two empty forms.
    pub(crate) async fn settings_page(&self, viewer: &Viewer) -> Result<SettingsPage, Problem> {
        let settings = self.store.load_settings().await?;
        let changes = self.store.list_settings_changes(&settings).await?;
        Ok(SettingsPage::of(viewer, &settings, changes))
    }
}

impl SettingsPage {
    fn of(viewer: &Viewer, settings: &Settings, changes: Vec<SettingsChange>) -> Self {
        let now = viewer.now;
        Self {
            staff: viewer.staff(),
            version: settings.version,
            freezes: settings.freezes.0.iter().map(|window| FreezeRow::of(window, now)).collect(),
            notices: settings.notices.iter().map(|notice| NoticeRow::of(notice, now)).collect(),
            changes: changes.into_iter().map(ChangeRow::of).collect(),
            preview: None,
            kinds: NoticeKind::ALL.into_iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect(),
            freeze: FreezeForm::default(),
            freeze_errors: FieldErrors::new(),
            notice: NoticeForm::default(),
            notice_errors: FieldErrors::new(),
        }
    }

    fn part() -> &'static str {
        "settings"
    }

    /// The errors of both forms, for the summary on top.
    fn errors(&self) -> FieldErrors {
        let mut errors = self.freeze_errors.clone();
        for error in &self.notice_errors {
            errors.push(error.field, error.message.clone());
        }
        errors
    }
}

impl FreezeRow {
    fn of(window: &FreezeWindow, now: Timestamp) -> Self {
        Self {
            id: window.id,
            text: window.text.as_str().to_owned(),
            from: window.from.into(),
            until: window.until.into(),
            state: state(window.from, Some(window.until), now),
            is_over: window.until <= now,
        }
    }
}

impl NoticeRow {
    fn of(notice: &Notice, now: Timestamp) -> Self {
        Self {
            id: notice.id,
            kind: notice.kind.label(),
            text: notice.text.as_str().to_owned(),
            from: notice.from.into(),
            until: notice.until.map(Moment::from),
            state: state(notice.from, notice.until, now),
            is_over: notice.is_over_at(now),
        }
    }
}

impl ChangeRow {
    fn of(change: SettingsChange) -> Self {
        let text = match &change.what {
            Change::FreezeAdded(window) | Change::FreezeEnded(window) => window.text.as_str().to_owned(),
            Change::NoticeAdded(notice) | Change::NoticeEnded(notice) => notice.text.as_str().to_owned(),
        };
        Self { at: change.at.into(), by: change.by_name, label: change.what.label(), text }
    }
}

fn state(from: Timestamp, until: Option<Timestamp>, now: Timestamp) -> &'static str {
    if until.is_some_and(|until| until <= now) {
        "終了"
    } else if from <= now {
        "実施中"
    } else {
        "予定"
    }
}
