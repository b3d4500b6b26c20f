//! A password by a link: the first one, a new one, and the way to another link; and the login ID, by mail.
//!
//! Architecture invariant: only a typed new password uses a link up, in one transaction with the session
//! that begins; looking at a link, by whatever program, changes nothing.

mod forgot;
mod link;
mod login_id;
mod request_link;
mod resend;
mod set;
mod staff;
mod staff_forgot;

use axum::{
    Router,
    routing::{get, post},
};
use shared::{
    queue::Doorbell,
    robot_check::RobotCheck,
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
        link_key: config.secret("LINK_KEY")?,
        doorbell: Doorbell::of_mails(environment)?,
        robot_check: RobotCheck::of(environment)?,
        clock: environment.clock.clone(),
        entropy: environment.entropy.clone(),
    };
    let router = Router::new()
        .route("/set-password/{token}", get(link::show).post(set::set))
        .route("/set-password/{token}/resend", post(resend::resend))
        .route("/staff/set-password/{token}", get(staff::show).post(staff::set))
        .route("/staff/forgot-password", get(staff_forgot::show).post(staff_forgot::request))
        .route("/login-id", get(login_id::show).post(login_id::enquire))
        .route("/forgot-password", get(forgot::show).post(forgot::request))
        .with_state(app);
    Ok(Lambda::Http(web::routes(router, config)?))
}

#[derive(Clone)]
struct App {
    store: Store,
    sessions: Sessions,
    pepper: Key,
    link_key: Key,
    doorbell: Doorbell,
    robot_check: RobotCheck,
    clock: Clock,
    entropy: Entropy,
}

#[cfg(test)]
mod tests;
