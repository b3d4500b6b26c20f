//! GET /review/address-changes/{id} — one request: what is asked, whose account it may be, and what the officer does.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        address_change::{AddressChange, ChangeEntry, ChangeEvent, ChangeStatus, ChangeTarget},
        delivery::DeliveryState,
        form::FieldErrors,
        mail::{Fate, Mail},
    },
    store::StoreError,
    web::{Choice, Moment, Page, Problem, Query},
};

use crate::{
    App,
    candidates::{AccountRow, ApplicationRow},
    viewer::{Asked, AtDesk, Staff},
};

pub(crate) const CONFIRMED_SENTENCE: &str =
    "＊報告機関に電話で確認してから、「電話で確認しました」にチェックを入れてください";

/// What the officer looked up or typed, right or wrong.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Look {
    pub(crate) login_id: String,
    #[serde(skip)]
    pub(crate) reason: String,
}

#[derive(Template, Serialize)]
#[template(path = "case.html")]
pub(crate) struct CasePage {
    #[serde(skip)]
    staff: Staff,
    #[serde(flatten)]
    view: View,
    is_open: bool,
    accounts: Vec<AccountRow>,
    applications: Vec<ApplicationRow>,
    login_id: String,
    #[serde(skip)]
    reason: String,
    #[serde(skip)]
    errors: FieldErrors,
}

/// A request as staff read it.
#[derive(Serialize)]
pub(crate) struct View {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    pub(crate) status_label: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) desk: String,
    pub(crate) institution_name: String,
    pub(crate) institution_code: String,
    pub(crate) institution_kind: &'static str,
    pub(crate) number: String,
    pub(crate) old_email: String,
    pub(crate) new_email: String,
    pub(crate) timeline: Vec<Line>,
}

#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) at: Moment,
    pub(crate) label: &'static str,
    pub(crate) by_name: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) mails: Vec<Letter>,
}

#[derive(Serialize)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) state_label: String,
    #[serde(skip)]
    pub(crate) tone: &'static str,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: AtDesk,
    asked: Asked,
    Query(look): Query<Look>,
) -> Result<Page<CasePage>, Problem> {
    let change = app.desk_change(asked, viewer.seat.desk).await?;
    Ok(Page::ok(app.case_page(&viewer, &change, look, FieldErrors::new()).await?))
}

impl App {
    pub(crate) async fn case_page(
        &self,
        viewer: &AtDesk,
        change: &AddressChange,
        look: Look,
        errors: FieldErrors,
    ) -> Result<CasePage, Problem> {
        let candidates = self.candidates(change, &look.login_id, viewer.seat.desk, viewer.now).await?;
        Ok(CasePage {
            staff: viewer.staff(),
            view: self.view(change, viewer.now).await?,
            is_open: change.status == ChangeStatus::Requested,
            accounts: candidates.accounts,
            applications: candidates.applications,
            login_id: look.login_id,
            reason: look.reason,
            errors,
        })
    }

    pub(crate) async fn view(&self, change: &AddressChange, now: Timestamp) -> Result<View, StoreError> {
        let mut timeline = Vec::with_capacity(change.history.len());
        for entry in &change.history {
            let mut mails = Vec::with_capacity(entry.mails.len());
            for id in &entry.mails {
                mails.extend(self.store.load_mail(id).await?.map(|mail| Letter::of(&mail, now)));
            }
            timeline.push(Line::of(entry, mails));
        }
        Ok(View::of(change, timeline))
    }
}

impl CasePage {
    fn choices(&self) -> Vec<Choice> {
        let choice = |row: &AccountRow| {
            Choice::new(row.login_id.clone(), format!("{}（{}）", row.login_id, row.institution_name))
        };
        self.accounts.iter().map(choice).collect()
    }

    /// The one that is found is chosen from the start.
    fn chosen(&self) -> &str {
        match self.accounts.as_slice() {
            [only] => &only.login_id,
            _ => &self.login_id,
        }
    }
}

impl View {
    fn of(change: &AddressChange, timeline: Vec<Line>) -> Self {
        let items = &change.items;
        let tone = match &change.status {
            ChangeStatus::Unproven | ChangeStatus::Requested => "warning",
            ChangeStatus::Forwarded { .. } => "info",
            ChangeStatus::Completed { .. } => "success",
            ChangeStatus::Refused => "neutral",
        };
        let code = items.institution_code.as_ref().map(|code| code.as_str().to_owned());
        Self {
            id: change.id.to_string(),
            status: change.status.as_str(),
            status_label: change.status.label(),
            tone,
            desk: change.desk().label(),
            institution_name: items.institution_name.as_str().to_owned(),
            institution_code: code.unwrap_or_default(),
            institution_kind: items.institution_kind.label(),
            number: items.number.map(|number| number.to_string()).unwrap_or_default(),
            old_email: items.old_email.as_str().to_owned(),
            new_email: items.new_email.as_str().to_owned(),
            timeline,
        }
    }
}

impl Line {
    fn of(entry: &ChangeEntry, mails: Vec<Letter>) -> Self {
        let about = match &entry.event {
            ChangeEvent::Requested => None,
            ChangeEvent::Forwarded { login_id, .. }
            | ChangeEvent::Completed { target: ChangeTarget::Account(login_id), .. } => {
                Some(format!("ログインID：{}", login_id.as_str()))
            }
            ChangeEvent::Completed { target: ChangeTarget::Application(number), .. } => {
                Some(format!("申請番号：{number}"))
            }
            ChangeEvent::Refused { reason, .. } => Some(format!("理由：{reason}")),
        };
        let by_name = entry.event.by_name().map(str::to_owned);
        Self { at: entry.at.into(), label: entry.event.label(), by_name, about, mails }
    }
}

impl Letter {
    fn of(mail: &Mail, now: Timestamp) -> Self {
        let (state_label, tone) = match mail.fate(now) {
            Fate::Cancelled => ("送信取りやめ".to_owned(), "neutral"),
            Fate::Sending => shown(&DeliveryState::Sending),
            Fate::NeedsAttention => shown(&DeliveryState::NeedsAttention),
            Fate::Known(state) => shown(&state),
        };
        Self { to: mail.to.as_str().to_owned(), state_label, tone }
    }
}

fn shown(state: &DeliveryState) -> (String, &'static str) {
    match state {
        DeliveryState::Sending => (state.label().to_owned(), "info"),
        DeliveryState::NeedsAttention => (state.label().to_owned(), "warning"),
        DeliveryState::Delivered { .. } => (state.label().to_owned(), "success"),
        DeliveryState::Undeliverable { reason, .. } => {
            (format!("{}（{}）", state.label(), reason.label()), "error")
        }
    }
}
