//! From a code to an applicant's session; and, while the code is awaited, what became of its mail.
//!
//! Architecture invariant: the session begins in the transaction that uses the code up, so that one code
//! opens one session, and no try shows its outcome before it was counted.

mod page;
mod show;
mod verify;

use axum::{Router, routing::get};
use shared::{
    codes::Verifications,
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda},
    store::Store,
    web,
};

const VERIFY: &str = "/user-Registration-Form/verify";
const FORM: &str = "/application/form";

/// What the handlers use.
#[derive(Clone)]
struct App {
    verifications: Verifications,
    store: Store,
    pepper: Key,
    entropy: Entropy,
    clock: Clock,
}

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        verifications: Verifications::of(environment)?,
        store: Store::of(environment)?,
        pepper: environment.config.secret("PEPPER")?,
        entropy: environment.entropy.clone(),
        clock: environment.clock.clone(),
    };
    let router = Router::new().route(VERIFY, get(show::show).post(verify::verify)).with_state(app);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}
