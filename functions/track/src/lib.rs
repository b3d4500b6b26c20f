//! 申請状況の照会: number and address, a code to that address, and then all that happened to the application.
//!
//! Architecture invariant: until the right code is typed in, nothing that this function answers depends on
//! whether number and address belong together (S4).

mod ask;
mod code;
mod mails;
mod outlook;
mod status;
mod steps;

use axum::{Router, routing::get};
use shared::{
    codes::{CodeSender, Verifications},
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda},
    store::Store,
    web::{self, Sessions},
};

const ASK: &str = "/track";
const CODE: &str = "/track/code";
const STATUS: &str = "/track/status";

/// What the handlers use.
#[derive(Clone)]
struct App {
    verifications: Verifications,
    codes: CodeSender,
    sessions: Sessions,
    store: Store,
    pepper: Key,
    entropy: Entropy,
    clock: Clock,
}

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let store = Store::of(environment)?;
    let pepper = environment.config.secret("PEPPER")?;
    let app = App {
        verifications: Verifications::of(environment)?,
        codes: CodeSender::of(environment)?,
        sessions: Sessions::new(store.clone(), pepper.clone()),
        store,
        pepper,
        entropy: environment.entropy.clone(),
        clock: environment.clock.clone(),
    };
    let router = Router::new()
        .route(ASK, get(ask::show).post(ask::send))
        .route(CODE, get(code::show).post(code::verify))
        .route(STATUS, get(status::show))
        .with_state(app);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}
