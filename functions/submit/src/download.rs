//! GET /application/download — the copy that an applicant keeps, as a PDF or for a spreadsheet.

mod pdf;
mod spreadsheet;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::web::{Cookies, Problem, Query};

use crate::{App, applicant::HandedIn};

/// In which form the copy is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    cookies: Cookies,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let application = match app.handed_in(&cookies, now).await? {
        HandedIn::Application { application, .. } => application,
        HandedIn::Not(missing) => return Ok(missing.see().into_response()),
    };
    let (content, kind, extension) = match wanted.format.as_str() {
        "" | "pdf" => {
            let content = pdf::write(&application, &app.origin).map_err(Problem::internal)?;
            (content, "application/pdf", "pdf")
        }
        "csv" => {
            let content = spreadsheet::write(&application).map_err(Problem::internal)?;
            (content, "text/csv; charset=utf-8", "csv")
        }
        _ => return Err(Problem::bad_request("ファイルの形式には「pdf」または「csv」を指定してください。")),
    };
    let disposition = format!("attachment; filename=\"{}.{extension}\"", application.number);
    let head = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, content).into_response())
}
