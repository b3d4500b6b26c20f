//! POST /operate/imports/{id}/confirm and …/discard — a list is taken in, or nothing comes of it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        form::FieldErrors,
        registry::{Import, ImportRefused},
    },
    store::CommitError,
    web::{Body, Page, Problem, SeeOther},
};

use crate::{App, import_page::ImportPage, import_upload::to_import, operator::Operator};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ConfirmForm {
    seen: String,
}

const NOT_SEEN: &str = "＊確認が必要な行があります。内容を確認し、チェックを入れてから取り込んでください";

pub(crate) async fn confirm(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Body(form): Body<ConfirmForm>,
) -> Result<Response, Problem> {
    let import = app.asked_import(&id).await?;
    match import.clone().confirm(form.seen == "yes", &operator.secretary, operator.now) {
        Ok(next) => {
            app.commit_act(&next, &operator, "import_confirmed").await?;
            app.imports.ring_import(&next.id).await;
            Ok(to_import(&next.id).into_response())
        }
        Err(ImportRefused::WarningsNotSeen) => {
            let errors = FieldErrors::of("seen", NOT_SEEN);
            let problems = app.store.load_problems(&import.id, "warnings", 0).await?;
            let page = ImportPage::of(&operator.viewer(), &import, problems, 0, errors.clone());
            Ok(Page::invalid(page, errors).into_response())
        }
        Err(ImportRefused::NotNow | ImportRefused::Empty | ImportRefused::TooLarge) => Err(changed(&import)),
    }
}

pub(crate) async fn discard(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<SeeOther, Problem> {
    let mut race = app.store.race();
    loop {
        let import = app.asked_import(&id).await?;
        let next = import.clone().discard(&operator.secretary, operator.now).map_err(|_| changed(&import))?;
        // The worker moves the import on meanwhile.
        if race.settle(app.store.commit_import(&next).await).await?.is_some() {
            let by = operator.secretary.id.as_str();
            tracing::info!(event = "import_discarded", import = id, by, "an import was discarded");
            return Ok(to_import(&next.id));
        }
    }
}

impl App {
    async fn commit_act(
        &self,
        next: &Import,
        operator: &Operator,
        event: &'static str,
    ) -> Result<(), Problem> {
        match self.store.commit_import(next).await {
            Ok(()) => {
                let by = operator.secretary.id.as_str();
                tracing::info!(event, import = next.id.as_str(), by, "an import was moved on");
                Ok(())
            }
            Err(CommitError::Lost(_)) => Err(changed(next)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

fn changed(import: &Import) -> Problem {
    Problem::conflict("この取込みの状況が変わっています。画面を確認してください。")
        .with_next(format!("/operate/imports/{}", import.id.as_str()), "取込みの状況へ")
}
