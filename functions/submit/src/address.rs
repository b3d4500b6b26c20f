//! GET /application/postal/{code} — a postal code becomes prefecture, city and town, for the script of the form.
//!
//! Invariant: the table only suggests. An unknown code is no error.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::contact::{PostalArea, PostalCode},
    web::Problem,
};

/// A script reads the places of a code.
pub(crate) async fn send(Path(code): Path<String>) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Place {
        prefecture: &'static str,
        city: &'static str,
        town: &'static str,
    }
    #[derive(Serialize)]
    struct Places {
        areas: Vec<Place>,
    }
    let code = PostalCode::parse(&code)
        .map_err(|_| Problem::bad_request("郵便番号は7桁の数字で指定してください。"))?;
    let place =
        |area: PostalArea| Place { prefecture: area.prefecture.name(), city: area.city, town: area.town };
    let places = Places { areas: code.areas().into_iter().map(place).collect() };
    let json = serde_json::to_string(&places).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}
