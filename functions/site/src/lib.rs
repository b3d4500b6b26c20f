//! The pages that need no session: the front page with its notices, help and its self-check, the leaflet, terms,
//! privacy, and the look itself.
//!
//! Architecture invariant: nothing here reads a table but the settings, for the notices; the function has no
//! permission to.

mod assets;
mod document;
mod errors_topic;
mod front;
mod help;
mod leaflet;
mod maintenance;
mod self_check;
mod topics;
mod ways;

use std::sync::Arc;

use axum::{Router, routing::get};
use shared::{
    runtime::{Clock, ConfigError, Environment, Lambda},
    store::Store,
    web::{self, NoticeBoard},
};

use leaflet::EntryCode;

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let origin = environment.config.text("ORIGIN")?;
    let code = EntryCode::of(origin)
        .map_err(|_| ConfigError::Malformed { name: "ORIGIN", expected: "short enough for a QR code" })?;
    let site = Site {
        origin: origin.into(),
        code: Arc::new(code),
        notices: NoticeBoard::new(Store::of(environment)?),
        clock: environment.clock.clone(),
    };
    let router = Router::new()
        .route("/", get(front::show))
        .route("/help", get(help::list))
        .route("/help/{topic}", get(help::show))
        .route("/self-check", get(self_check::begin))
        .route("/self-check/{trail}", get(self_check::go_on))
        .route("/maintenance", get(maintenance::show))
        .route("/leaflet", get(leaflet::show))
        .route("/leaflet/qr.svg", get(leaflet::svg))
        .route("/leaflet/qr.png", get(leaflet::png_image))
        .route("/terms", get(document::terms))
        .route("/privacy", get(document::privacy))
        .route("/assets/{name}", get(assets::send))
        .with_state(site);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}

/// What the handlers know of the deployment.
#[derive(Clone)]
struct Site {
    origin: Arc<str>,
    code: Arc<EntryCode>,
    notices: NoticeBoard,
    clock: Clock,
}

#[cfg(test)]
mod tests;
