//! The applicant's way from a proved address to an application number: form, terms, check, submission, copy.
//!
//! Architecture invariant: what an applicant may do next is decided from the session's row alone ([`standing`]);
//! a request brings typed strings and ticks, and nothing else of it is believed. One session gives one application.

mod address;
mod applicant;
mod check;
mod done;
mod download;
mod form;
mod standing;
mod submit;
mod task;
mod terms;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use shared::{
    domain::institution::CodeRules,
    queue::Doorbell,
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda},
    store::Store,
    web,
};

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let router = Router::new()
        .route("/application/form", get(form::show).post(form::save))
        .route("/application/postal/{code}", get(address::send))
        .route("/application/terms", get(terms::show).post(terms::agree))
        .route("/application/check", get(check::show))
        .route("/application/submit", post(submit::hand_in))
        .route("/application/done", get(done::show))
        .route("/application/download", get(download::send))
        .with_state(App::of(environment)?);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}

/// What the handlers need of the outside.
#[derive(Clone)]
pub(crate) struct App {
    store: Store,
    doorbell: Doorbell,
    pepper: Key,
    clock: Clock,
    entropy: Entropy,
    origin: Arc<str>,
    code_rules: Arc<CodeRules>,
}

impl App {
    fn of(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            store: Store::of(environment)?,
            doorbell: Doorbell::of_mails(environment)?,
            pepper: environment.config.secret("PEPPER")?,
            clock: environment.clock.clone(),
            entropy: environment.entropy.clone(),
            origin: environment.config.text("ORIGIN")?.into(),
            code_rules: environment.config.code_rules()?.into(),
        })
    }
}
