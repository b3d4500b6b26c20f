//! GET /assets/{name} — the look and the scripts. An address with the current version never changes its
//! content and is kept for a year; any other is asked for again each time.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::web::{Asset, Problem};

pub(crate) async fn send(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (asset, is_current) = Asset::requested(&name).ok_or_else(Problem::not_found)?;
    let caching = if is_current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let etag = format!("\"{}\"", asset.version());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let head = [(header::CACHE_CONTROL, caching.to_owned()), (header::ETAG, etag.clone())];
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag)) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, [(header::CONTENT_TYPE, asset.content_type())], asset.content()).into_response())
}
