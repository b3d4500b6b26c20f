//! GET /review/export — the list as the filter shows it, as CSV or as a workbook of Excel.
//!
//! Invariant: a file is whole or there is none. What is more than a file holds is refused with a sentence, never cut.

mod sheet;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{application::Application, calendar::japan_date},
    web::{Problem, Query},
};

use crate::{App, filter::FilterQuery, officer::Viewer};

/// Applications of one file: with their sixteen answers about half of the 6 MB that Lambda answers at most.
pub(crate) const MOST: usize = 5_000;
/// What DynamoDB is asked for at a time; it gives what fits into 1 MB.
const PAGE: i32 = 1_000;

#[derive(Deserialize)]
pub(crate) struct ExportQuery {
    #[serde(flatten)]
    filter: FilterQuery,
    #[serde(default)]
    format: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let (filter, errors) = query.filter.parse()?;
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let list = filter.list(viewer.seat.desk, viewer.now).map_err(Problem::internal)?;
    let applications = app.whole_list(&list).await?;
    let (content, kind, extension) = match query.format.as_str() {
        "" | "csv" => (sheet::csv(&applications, viewer.now)?, "text/csv; charset=utf-8", "csv"),
        "xlsx" => (
            sheet::xlsx(&applications, viewer.now)?,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
        _ => return Err(Problem::bad_request("ファイルの形式には「csv」又は「xlsx」を指定してください。")),
    };
    // Who took what, and how much; nothing of what is in it.
    tracing::info!(
        staff = viewer.seat.id.as_str(),
        desk = viewer.seat.desk.as_key(),
        filter = filter.first_page().path(""),
        format = extension,
        rows = applications.len(),
        "exported"
    );
    let day = japan_date(viewer.now);
    Ok(file(content, kind, &format!("applications-{}-{day}.{extension}", filter.tab.as_str())))
}

impl App {
    async fn whole_list(&self, list: &shared::store::DeskList) -> Result<Vec<Application>, Problem> {
        let (mut applications, mut after) = (Vec::new(), None);
        loop {
            let page = self.store.list_desk(list, after, PAGE).await?;
            applications.extend(page.applications);
            if applications.len() > MOST {
                let sentence = format!(
                    "条件に合う申請が{MOST}件を超えているため、ファイルを作成できません。日付や機関区分で絞り込んでから、もう一度お試しください。"
                );
                return Err(Problem::bad_request(sentence).with_next("/review", "申請一覧へ"));
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(applications),
            }
        }
    }
}

/// A file to keep. `name` is ASCII.
fn file(content: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let head = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, &disposition),
        // Lambda's adapter decodes a body of text, which takes the byte order mark away; of a body with an encoding
        // it leaves the bytes alone.
        (header::CONTENT_ENCODING, "identity"),
    ];
    (head, content).into_response()
}
