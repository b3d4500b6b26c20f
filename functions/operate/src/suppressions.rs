//! GET and POST /operate/suppressions — 配信停止リスト: the secretariat asks to let a repaired address go, and reads what
//! came of it.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        contact::EmailAddress,
        form::FieldErrors,
        suppression::{Removal, RemovalId, RemovalOutcome, RemovalReason},
    },
    web::{Body, Moment, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    import_upload::unexpected,
    operator::{Operator, Staff, Viewer},
};

/// Requests that the page lists of each sort.
const MOST: i32 = 50;

/// What was typed; the link of a case fills the address in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RemovalForm {
    address: String,
    reason: String,
}

#[derive(Template, Serialize)]
#[template(path = "suppressions.html")]
pub(crate) struct SuppressionsPage {
    staff: Staff,
    removals: Vec<Row>,
    #[serde(skip)]
    address: String,
    #[serde(skip)]
    reason: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Row {
    address: String,
    reason: String,
    by: String,
    asked_at: Moment,
    state: &'static str,
    state_label: &'static str,
    #[serde(skip)]
    tone: &'static str,
    concluded_at: Option<Moment>,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(form): Query<RemovalForm>,
) -> Result<Page<SuppressionsPage>, Problem> {
    Ok(Page::ok(app.suppressions_page(&viewer, form, FieldErrors::new()).await?))
}

pub(crate) async fn ask(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<RemovalForm>,
) -> Result<Response, Problem> {
    let (address, reason) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let page = app.suppressions_page(&operator.viewer(), form, errors.clone()).await?;
            return Ok(Page::invalid(page, errors).into_response());
        }
    };
    let id = RemovalId::from_parts(operator.now, app.entropy.bytes::<10>());
    let removal = Removal::ask(id, address, reason, &operator.secretary, operator.now);
    app.store.commit_removal(&removal).await.map_err(unexpected)?;
    let by = operator.secretary.id.as_str();
    tracing::info!(event = "removal_asked", removal = removal.id.as_str(), by, "a removal was asked for");
    Ok(SeeOther::to("/operate/suppressions").into_response())
}

impl App {
    async fn suppressions_page(
        &self,
        viewer: &Viewer,
        form: RemovalForm,
        errors: FieldErrors,
    ) -> Result<SuppressionsPage, Problem> {
        let mut removals = self.store.list_waiting_removals(MOST).await?;
        removals.extend(self.store.list_concluded_removals(MOST).await?);
        Ok(SuppressionsPage {
            staff: viewer.staff(),
            removals: removals.into_iter().map(Row::of).collect(),
            address: form.address,
            reason: form.reason,
            errors,
        })
    }
}

impl RemovalForm {
    /// Every error at once.
    fn parse(&self) -> Result<(EmailAddress, RemovalReason), FieldErrors> {
        let mut errors = FieldErrors::new();
        let address = EmailAddress::parse(&self.address)
            .map_err(|error| errors.push("address", error.sentence("メールアドレス")));
        let reason =
            RemovalReason::parse(&self.reason).map_err(|error| errors.push("reason", error.sentence("理由")));
        match (address, reason) {
            (Ok(address), Ok(reason)) => Ok((address, reason)),
            _ => Err(errors),
        }
    }
}

impl SuppressionsPage {
    fn part() -> &'static str {
        "suppressions"
    }
}

impl Row {
    fn of(removal: Removal) -> Self {
        let (state, state_label, tone) = match removal.outcome {
            None => ("waiting", "処理待ち", "info"),
            Some((outcome @ RemovalOutcome::Removed, _)) => (outcome.as_str(), outcome.label(), "success"),
            Some((outcome @ RemovalOutcome::NotListed, _)) => (outcome.as_str(), outcome.label(), "neutral"),
            Some((outcome @ RemovalOutcome::Refused, _)) => (outcome.as_str(), outcome.label(), "error"),
        };
        Self {
            address: removal.address.as_str().to_owned(),
            reason: removal.reason.as_str().to_owned(),
            by: removal.by_name,
            asked_at: removal.asked_at.into(),
            state,
            state_label,
            tone,
            concluded_at: removal.outcome.map(|(_, at)| at.into()),
        }
    }
}
