//! GET /operate/imports/{id} — one import: how far it is, every row that is wrong and why, what each desk's list would
//! come to, and whether it is taken in.

use askama::Template;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        form::FieldErrors,
        registry::{Import, ImportState, RowProblem, Standing},
    },
    store::PROBLEMS_A_PAGE,
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App,
    imports::ImportRow,
    operator::{Staff, Viewer},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct PageQuery {
    page: usize,
}

#[derive(Template, Serialize)]
#[template(path = "import.html")]
pub(crate) struct ImportPage {
    staff: Staff,
    import: ImportRow,
    /// Rows that are read or written so far.
    done: u32,
    is_at_work: bool,
    can_be_confirmed: bool,
    can_be_discarded: bool,
    /// What its state means, in a sentence.
    sentence: String,
    left_out: Vec<String>,
    desks: Vec<DeskRow>,
    problems: u32,
    warnings: u32,
    /// A page of them: of the problems, or else of the warnings.
    rows: Vec<ProblemRow>,
    #[serde(skip)]
    previous: String,
    #[serde(skip)]
    next: String,
    confirmed: Option<Confirmed>,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct DeskRow {
    desk: String,
    rows: u32,
    rows_now: u32,
    change: &'static str,
}

#[derive(Serialize)]
struct ProblemRow {
    row: u32,
    reason: String,
}

#[derive(Serialize)]
struct Confirmed {
    by: String,
    at: Moment,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Page<ImportPage>, Problem> {
    let import = app.asked_import(&id).await?;
    let word = if import.outcome.problems > 0 { "problems" } else { "warnings" };
    let rows = app.store.load_problems(&import.id, word, query.page).await?;
    Ok(Page::ok(ImportPage::of(&viewer, &import, rows, query.page, FieldErrors::new())))
}

impl ImportPage {
    pub(crate) fn of(
        viewer: &Viewer,
        import: &Import,
        rows: Vec<RowProblem>,
        page: usize,
        errors: FieldErrors,
    ) -> Self {
        let outcome = &import.outcome;
        let count = if outcome.problems > 0 { outcome.problems } else { outcome.warnings };
        let is_more = (page + 1).saturating_mul(PROBLEMS_A_PAGE) < count.try_into().unwrap_or(usize::MAX);
        let path = |page: usize| format!("/operate/imports/{}?page={page}", import.id.as_str());
        Self {
            staff: viewer.staff(),
            import: ImportRow::of(import),
            done: done(&import.state),
            is_at_work: import.state.is_at_work(),
            can_be_confirmed: import.state == ImportState::Ready,
            can_be_discarded: import.state.can_be_discarded(),
            sentence: sentence(&import.state),
            left_out: outcome.left_out.clone(),
            desks: outcome.desks.iter().map(DeskRow::of).collect(),
            problems: outcome.problems,
            warnings: outcome.warnings,
            rows: rows.into_iter().map(|one| ProblemRow { row: one.row, reason: one.reason }).collect(),
            previous: page.checked_sub(1).map(path).unwrap_or_default(),
            next: if is_more { path(page + 1) } else { String::new() },
            confirmed: import
                .confirmed
                .as_ref()
                .map(|(_, by, at)| Confirmed { by: by.clone(), at: (*at).into() }),
            errors,
        }
    }

    fn part() -> &'static str {
        "imports"
    }
}

impl DeskRow {
    fn of(standing: &Standing) -> Self {
        let change = match &standing.now {
            None => "新しい一覧",
            Some(_) if standing.is_same() => "変更なし",
            Some(_) => "入れ替え",
        };
        Self {
            desk: standing.share.desk.label(),
            rows: standing.share.rows,
            rows_now: standing.now.as_ref().map_or(0, |(_, share)| share.rows),
            change,
        }
    }
}

fn done(state: &ImportState) -> u32 {
    match state {
        ImportState::Checking { done } | ImportState::Writing { done } => *done,
        ImportState::Uploading
        | ImportState::Unreadable { .. }
        | ImportState::Refused
        | ImportState::Unchanged
        | ImportState::Ready
        | ImportState::Active { .. }
        | ImportState::Overtaken
        | ImportState::Discarded { .. } => 0,
    }
}

fn sentence(state: &ImportState) -> String {
    let plain = match state {
        ImportState::Uploading => {
            "ファイルを受信しています。この表示のまま進まない場合は、取りやめて、もう一度送信してください。"
        }
        ImportState::Checking { .. } => "ファイルの行を確認しています。まだ何も取り込まれていません。",
        ImportState::Unreadable { reason } => return format!("{reason}。何も取り込まれていません。"),
        ImportState::Refused => {
            "取り込めない行があるため、何も取り込まれていません。下の行を直したファイルを、もう一度送信してください。"
        }
        ImportState::Unchanged => "今の一覧と同じ内容のため、取り込む必要はありません。",
        ImportState::Ready => {
            "全ての行を取り込めます。まだ何も取り込まれていません。内容を確認し、取り込んでください。"
        }
        ImportState::Writing { .. } => {
            "取り込んでいます。終わるまでは今の一覧が使われ、終わると一度に切り替わります。"
        }
        ImportState::Active { .. } => "取込みが終わり、この一覧が使われています。",
        ImportState::Overtaken => {
            "ほかの取込みが先に終わったため、何も取り込まれていません。もう一度送信し、内容を確認してください。"
        }
        ImportState::Discarded { by_name, .. } => {
            return format!("{by_name}が取りやめました。何も取り込まれていません。");
        }
    };
    plain.to_owned()
}
