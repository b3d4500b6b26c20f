//! GET /operate/imports — 名簿の取込み: what was imported lately, and the form that begins a new import.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::{
        form::FieldErrors,
        registry::{Import, ImportState, List, PART_BYTES},
    },
    web::{Choice, Moment, Page, Problem},
};

use crate::{
    App,
    operator::{Staff, Viewer},
};

#[derive(Template, Serialize)]
#[template(path = "imports.html")]
pub(crate) struct ImportsPage {
    staff: Staff,
    imports: Vec<ImportRow>,
    /// The bytes of a part, for scripts that send a file in parts.
    part_bytes: u32,
    #[serde(skip)]
    lists: Vec<Choice>,
    #[serde(skip)]
    list: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
pub(crate) struct ImportRow {
    pub(crate) id: String,
    pub(crate) list: &'static str,
    pub(crate) file_name: String,
    pub(crate) by: String,
    pub(crate) began_at: Moment,
    pub(crate) state: &'static str,
    pub(crate) state_label: &'static str,
    #[serde(skip)]
    pub(crate) tone: &'static str,
    pub(crate) rows: u32,
}

pub(crate) async fn list(State(app): State<App>, viewer: Viewer) -> Result<Page<ImportsPage>, Problem> {
    Ok(Page::ok(app.imports_page(&viewer, String::new(), FieldErrors::new()).await?))
}

impl App {
    pub(crate) async fn imports_page(
        &self,
        viewer: &Viewer,
        list: String,
        errors: FieldErrors,
    ) -> Result<ImportsPage, Problem> {
        let imports = self.store.list_imports().await?;
        Ok(ImportsPage {
            staff: viewer.staff(),
            imports: imports.iter().map(ImportRow::of).collect(),
            part_bytes: PART_BYTES,
            lists: List::ALL.into_iter().map(|list| Choice::new(list.as_str(), list.label())).collect(),
            list,
            errors,
        })
    }
}

impl ImportsPage {
    fn part() -> &'static str {
        "imports"
    }
}

impl ImportRow {
    pub(crate) fn of(import: &Import) -> Self {
        Self {
            id: import.id.as_str().to_owned(),
            list: import.list.label(),
            file_name: import.file_name.clone(),
            by: import.by_name.clone(),
            began_at: import.began_at.into(),
            state: import.state.as_str(),
            state_label: import.state.label(),
            tone: tone(&import.state),
            rows: import.outcome.rows,
        }
    }
}

fn tone(state: &ImportState) -> &'static str {
    match state {
        ImportState::Uploading | ImportState::Checking { .. } | ImportState::Writing { .. } => "info",
        ImportState::Unreadable { .. } | ImportState::Refused => "error",
        ImportState::Ready | ImportState::Overtaken => "warning",
        ImportState::Active { .. } => "success",
        ImportState::Unchanged | ImportState::Discarded { .. } => "neutral",
    }
}
