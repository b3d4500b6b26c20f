//! GET and POST /review/selected/reject — many rejections at once, with one reason and the same words: what goes and what
//! is left out, the mail as it will be sent, then each its own decision.
//!
//! Invariant: as for many approvals, each row is decided by itself, on the version that the officer saw; sent twice, the
//! second changes nothing.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::{Application, RejectionReason},
        form::FieldErrors,
        ids::ApplicationNumber,
    },
    web::{Body, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    decision::still_shows,
    note::{NOTE_LABEL, Refusal, RefusalInput},
    officer::Officer,
    selected::{Act, Sorted, Ticked, numbers_of, result_path},
    selected_reject_pages::{ManyPreviewPage, ManyRejectPage},
};

/// Written out, not flattened: a flattened list cannot be read from a browser's form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ManyRejectForm {
    /// Each a number and the version that was seen: `API-00001750:3`.
    row: Vec<String>,
    reason: String,
    note: String,
    step: Step,
}

/// The button that was pressed. Without one nothing is decided yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    /// 文例を入れる.
    Template,
    #[default]
    Preview,
    /// 修正する.
    Edit,
    /// この内容で却下する.
    Confirm,
}

pub(crate) async fn ask(
    State(app): State<App>,
    officer: Officer,
    Query(ticked): Query<Ticked>,
) -> Result<Page<ManyRejectPage>, Problem> {
    let numbers = numbers_of(ticked.numbers())?;
    let sorted = app.sorted(&numbers, &officer).await?;
    Ok(Page::ok(ManyRejectPage::of(&sorted, &officer, RefusalInput::default(), FieldErrors::new())))
}

pub(crate) async fn reject(
    State(app): State<App>,
    officer: Officer,
    Body(form): Body<ManyRejectForm>,
) -> Result<Response, Problem> {
    let ManyRejectForm { row, reason, note, step } = form;
    let rows = seen_rows(&row);
    let numbers = numbers_of(rows.iter().map(|(number, _)| number.as_str()))?;
    let input = RefusalInput { reason, note };
    let parsed = input.parse();
    if let (Step::Confirm, Ok(refusal)) = (step, &parsed) {
        for (number, seen) in &rows {
            let Some(number) = ApplicationNumber::parse(number) else { continue };
            app.reject_one(number, *seen, refusal, &officer).await?;
        }
        return Ok(SeeOther::to(result_path(&numbers, Act::Reject)?).into_response());
    }
    let sorted = app.sorted(&numbers, &officer).await?;
    let again = |input, errors| ManyRejectPage::of(&sorted, &officer, input, errors);
    Ok(match (step, parsed) {
        (Step::Edit, _) => Page::ok(again(input, FieldErrors::new())).into_response(),
        (Step::Template, _) => match with_template(&input) {
            Ok(input) => Page::ok(again(input, FieldErrors::new())).into_response(),
            Err(errors) => Page::invalid(again(input, errors.clone()), errors).into_response(),
        },
        (Step::Preview | Step::Confirm, Err(errors)) => {
            Page::invalid(again(input, errors.clone()), errors).into_response()
        }
        (Step::Preview | Step::Confirm, Ok(refusal)) => {
            Page::ok(app.preview_many(sorted, &rows, &refusal, &officer)?).into_response()
        }
    })
}

/// Number and version of each row; what is malformed is no row.
fn seen_rows(rows: &[String]) -> Vec<(String, u64)> {
    let read = |row: &String| {
        let (number, seen) = row.split_once(':')?;
        Some((number.to_owned(), seen.parse().ok()?))
    };
    rows.iter().filter_map(read).collect()
}

/// The template of the chosen reason, unless that would take the officer's own words away.
fn with_template(input: &RefusalInput) -> Result<RefusalInput, FieldErrors> {
    let reason: RejectionReason = input.reason()?;
    if input.is_edited() {
        let sentence =
            format!("＊{NOTE_LABEL}に入力された文章があります。文例を入れるときは、先に消してください");
        return Err(FieldErrors::of("note", sentence));
    }
    Ok(RefusalInput::template_of(Some(reason)))
}

impl App {
    /// Nothing is committed. Of each the mail that it would get; the first is shown.
    fn preview_many(
        &self,
        sorted: Sorted,
        rows: &[(String, u64)],
        refusal: &Refusal,
        officer: &Officer,
    ) -> Result<ManyPreviewPage, Problem> {
        let seen = |application: &Application| {
            let number = application.number.to_string();
            rows.iter().find(|(row, _)| *row == number).map_or(application.version, |(_, seen)| *seen)
        };
        let mut page = ManyPreviewPage::of(&sorted, officer, refusal);
        for application in sorted.applications {
            page.add(&application, seen(&application));
            let decided = self.refused(application, officer, refusal)?;
            if let (None, Some(mail)) = (&page.mail, decided.mails.first()) {
                page.mail = Some(self.letter(mail)?);
            }
        }
        Ok(page)
    }

    /// Whatever stands in the way of one row leaves the others alone; the result page says it.
    async fn reject_one(
        &self,
        number: ApplicationNumber,
        seen: u64,
        refusal: &Refusal,
        officer: &Officer,
    ) -> Result<(), Problem> {
        let mut race = self.store.race();
        loop {
            let Some(application) = self.store.load_application(number).await? else { return Ok(()) };
            if application.for_review_by(&officer.reviewer).is_err()
                || still_shows(&application, seen).is_err()
            {
                return Ok(());
            }
            let decided = self.refused(application, officer, refusal)?;
            if let Some((_, mails)) = race.settle(self.store.commit(decided).await).await? {
                self.mails.ring_mails(&mails).await;
                return Ok(());
            }
        }
    }
}
