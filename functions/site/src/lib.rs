//! The pages that need no session: the front page, help, terms, privacy, and the look itself.
//!
//! Architecture invariant: nothing here reads a table; the function has no permission to.

mod assets;
mod document;
mod errors_topic;
mod front;
mod help;
mod topics;

use std::sync::Arc;

use axum::{Router, routing::get};
use shared::{
    runtime::{ConfigError, Environment, Lambda},
    web,
};

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let site = Site { origin: environment.config.text("ORIGIN")?.into() };
    let router = Router::new()
        .route("/", get(front::show))
        .route("/help", get(help::list))
        .route("/help/{topic}", get(help::show))
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
}

#[cfg(test)]
mod tests;
