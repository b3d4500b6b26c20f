//! GET /operate/applications/{number} — one case of any prefecture, to read: where it stands, what the next run
//! does with it, every act and every mail. Only holding and releasing are acts of the secretariat here.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{Account, Right, institution_keys},
        application::{Application, Status},
        form::FieldErrors,
        mail::Mail,
        settings::FreezeWindows,
    },
    store::StoreError,
    web::{Moment, Page, Problem},
};

use crate::{
    App,
    operator::{Asked, Staff, Viewer},
    plan::Plan,
    resend::what,
    timeline::{Entry, timeline_of},
};

#[derive(Template, Serialize)]
#[template(path = "case.html")]
pub(crate) struct CasePage {
    staff: Staff,
    number: String,
    institution_name: String,
    desk: String,
    status: &'static str,
    status_label: &'static str,
    submitted_at: Moment,
    entered_at: Moment,
    plan: Option<Plan>,
    /// Which row of the case matrix it falls under, while that is open.
    outcome: Option<&'static str>,
    /// The version that the page shows: a resending is for this one only.
    version: u64,
    /// The mail that can be sent again.
    resendable: Option<&'static str>,
    can_be_held: bool,
    is_held: bool,
    answers: Vec<Answer>,
    timeline: Vec<Entry>,
    #[serde(skip)]
    reason: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Answer {
    label: &'static str,
    text: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    asked: Asked,
) -> Result<Page<CasePage>, Problem> {
    let application = app.asked_case(asked).await?;
    Ok(Page::ok(app.case_page(&viewer, &application, String::new(), FieldErrors::new()).await?))
}

impl App {
    /// The page of a case; `reason` and `errors` are what the form of a hold shows again.
    pub(crate) async fn case_page(
        &self,
        viewer: &Viewer,
        application: &Application,
        reason: String,
        errors: FieldErrors,
    ) -> Result<CasePage, Problem> {
        let mails = self.store.list_mails_of(application).await?;
        let freezes = self.store.load_settings().await?.freezes;
        let outcome = if application.status == Status::Approved {
            let existing = self.account_to_be(application, viewer.now).await?;
            Some(outcome(application, existing.as_ref()))
        } else {
            None
        };
        CasePage::of(viewer, application, &mails, &freezes, outcome, reason, errors)
    }

    /// The institution's account; one that stands in a list alone is adopted when it is issued.
    async fn account_to_be(
        &self,
        application: &Application,
        now: Timestamp,
    ) -> Result<Option<Account>, StoreError> {
        let keys = institution_keys(&application.form);
        if let Some(account) = self.store.find_account(&keys).await? {
            return Ok(Some(account));
        }
        let listed = self.store.find_listed_account(&keys, application.desk(), now).await?;
        Ok(listed.map(|(account, _)| account))
    }
}

impl CasePage {
    fn of(
        viewer: &Viewer,
        application: &Application,
        mails: &[Mail],
        freezes: &FreezeWindows,
        outcome: Option<&'static str>,
        reason: String,
        errors: FieldErrors,
    ) -> Result<Self, Problem> {
        let desk = application.desk();
        let answers = application.form.answers().into_iter();
        let is_held = application.hold.is_some();
        Ok(Self {
            staff: viewer.staff(),
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            desk: format!("{} {}", desk.prefecture.name(), desk.desk.label()),
            status: application.status.kind().as_str(),
            status_label: application.status.kind().label(),
            submitted_at: application.submitted_at.into(),
            entered_at: application.entered_at.into(),
            plan: Plan::of(application, freezes, viewer.now).map_err(Problem::internal)?,
            outcome,
            version: application.version,
            resendable: what(application),
            can_be_held: application.status.kind().is_in_issuing() && !is_held,
            is_held,
            answers: answers.map(|one| Answer { label: one.field.label, text: one.text }).collect(),
            timeline: timeline_of(application, mails, viewer.now),
            reason,
            errors,
        })
    }

    fn part() -> &'static str {
        "issuing"
    }
}

/// What the case matrix makes of an approved application, as things stand.
fn outcome(application: &Application, existing: Option<&Account>) -> &'static str {
    let right = Right::of(application.form.institution_kind);
    match existing {
        None => "アカウントがないため、①事前確認メールを送信し、届いた後に②で発行します。",
        Some(account) if account.rights.contains(&right) => {
            "報告権限のあるアカウントがあるため、何も発行しません。"
        }
        Some(_) => "アカウントはありますが報告権限がないため、権限を追加し③を送信します。",
    }
}
