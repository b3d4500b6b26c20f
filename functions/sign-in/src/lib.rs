//! Signing in and out: institutions to their menu, staff by two factors to their pages.
//!
//! Architecture invariant: what a try came to is committed before it is shown, and a name that nobody has
//! gets the same answer, the same work and the same lock as one that somebody has.

mod enrol;
mod menu;
mod refusal;
mod second_factor;
mod sign_in;
mod sign_out;
mod staff_home;
mod staff_sign_in;
mod tries;

use axum::{
    Router,
    routing::{get, post},
};
use jiff::civil::Date;
use shared::{
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda},
    store::Store,
    web::{self, Sessions},
};

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let config = &environment.config;
    let (store, pepper) = (Store::of(environment)?, config.secret("PEPPER")?);
    let app = App {
        sessions: Sessions::new(store.clone(), pepper.clone()),
        store,
        pepper,
        totp_key: config.secret("LINK_KEY")?,
        clock: environment.clock.clone(),
        entropy: environment.entropy.clone(),
        reporting_opens_on: config.date("REPORTING_OPENS_ON")?,
    };
    let router = Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_out::user))
        .route("/menu", get(menu::show))
        .route("/menu/{right}", get(menu::open))
        .route("/staff/sign-in", get(staff_sign_in::show).post(staff_sign_in::sign_in))
        .route("/staff/second-factor", get(second_factor::show).post(second_factor::check))
        .route("/staff/enrol", get(enrol::show))
        .route("/staff/home", get(staff_home::show))
        .route("/staff/sign-out", post(sign_out::staff))
        .with_state(app);
    Ok(Lambda::Http(web::routes(router, config)?))
}

#[derive(Clone)]
struct App {
    store: Store,
    sessions: Sessions,
    pepper: Key,
    totp_key: Key,
    clock: Clock,
    entropy: Entropy,
    reporting_opens_on: Date,
}

#[cfg(test)]
mod tests;
