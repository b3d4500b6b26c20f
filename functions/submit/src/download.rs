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
        _ => return Err(Problem::bad_request("ファイルの形式には「pdf」又は「csv」を指定してください。")),
    };
    Ok(file(content, kind, &format!("{}.{extension}", application.number)))
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

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde_json::json;
    use shared::runtime::Lambda;

    use super::*;

    #[tokio::test]
    async fn every_byte_of_a_file_goes_out_through_lambda() {
        let content = "\u{FEFF}\"申請番号\"\r\n".as_bytes();
        let answer =
            move || async move { file(content.to_vec(), "text/csv; charset=utf-8", "API-00001750.csv") };
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {},
            "requestContext": {
                "accountId": "1", "apiId": "1", "stage": "$default", "requestId": "1", "timeEpoch": 1,
                "http": {
                    "method": "GET", "path": "/", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""
                },
            },
            "isBase64Encoded": false,
        });
        let lambda = Lambda::Http(Router::new().route("/", get(answer)));
        let response = lambda.invoke(event, "1").await.unwrap();
        assert_eq!(response["headers"]["content-disposition"], "attachment; filename=\"API-00001750.csv\"");
        assert_eq!(response["isBase64Encoded"], true);
        assert_eq!(STANDARD.decode(response["body"].as_str().unwrap()).unwrap(), content);
    }
}
