//! The desk's console: the queue of the own prefecture and desk, the search, one case, and the decisions.
//!
//! Architecture invariant: a case of another desk does not exist here. Lists are queries on the own desk's
//! partition, and every handler that names a case reads it through `App::visible_case`.

mod alike;
mod approve;
mod case;
mod checks;
mod correct_address;
mod correction;
mod cursor;
mod dashboard;
mod dates;
mod decision;
mod export;
mod filter;
mod flags;
mod listed;
mod note;
mod officer;
mod preview;
mod proxy;
mod proxy_pages;
mod queue;
mod reject;
mod reject_pages;
mod return_for_correction;
mod row;
mod search;
mod selected;
mod selected_reject;
mod selected_reject_pages;
mod tabs;
mod timeline;

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
    web::{self, Sessions},
};

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let router = Router::new()
        .route("/review", get(queue::show))
        .route("/review/export", get(export::send))
        .route("/review/search", get(search::find))
        .route("/review/selected", get(selected::confirm).post(selected::approve))
        .route("/review/selected/result", get(selected::result))
        .route("/review/selected/reject", get(selected_reject::ask).post(selected_reject::reject))
        .route("/review/dashboard", get(dashboard::show))
        .route("/review/proxy", get(proxy::ask).post(proxy::file))
        .route("/review/{number}", get(case::show))
        .route("/review/{number}/address", get(correct_address::ask).post(correct_address::correct))
        .route("/review/{number}/filed", get(proxy::filed))
        .route("/review/{number}/approve", post(approve::approve))
        .route("/review/{number}/reject", get(reject::ask).post(reject::reject))
        .route(
            "/review/{number}/return",
            get(return_for_correction::ask).post(return_for_correction::return_for_correction),
        )
        .with_state(App::of(environment)?);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}

/// What the handlers know of the deployment.
#[derive(Clone)]
struct App {
    store: Store,
    sessions: Sessions,
    issuing: Doorbell,
    mails: Doorbell,
    clock: Clock,
    entropy: Entropy,
    pepper: Key,
    code_rules: Arc<CodeRules>,
    origin: Arc<str>,
    from_address: Arc<str>,
}

impl App {
    fn of(environment: &Environment) -> Result<Self, ConfigError> {
        let config = &environment.config;
        let store = Store::of(environment)?;
        Ok(Self {
            sessions: Sessions::new(store.clone(), config.secret("PEPPER")?),
            store,
            issuing: Doorbell::of_issuing(environment)?,
            mails: Doorbell::of_mails(environment)?,
            clock: environment.clock.clone(),
            entropy: environment.entropy.clone(),
            pepper: config.secret("PEPPER")?,
            code_rules: config.code_rules()?.into(),
            origin: config.text("ORIGIN")?.into(),
            from_address: config.text("MAIL_FROM_ADDRESS")?.into(),
        })
    }
}
