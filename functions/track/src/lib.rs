//! 申請状況の照会: number and address, a code to that address, and then all that happened to the application.
//!
//! From there the applicant withdraws, corrects, applies again, proves another address, asks for ② again.
//!
//! Architecture invariant: until the right code is typed in, nothing that this function answers depends on
//! whether number and address belong together (S4).
//! Every act is decided on the application that the session's code opened, and only while the session's
//! address is still the application's (W10).

mod address;
mod address_code;
mod ask;
mod begin;
mod code;
mod mails;
mod offers;
mod outlook;
mod resend;
mod status;
mod steps;
mod tracked;
mod withdraw;

use axum::{
    Router,
    routing::{get, post},
};
use shared::{
    codes::{CodeSender, Verifications},
    queue::Doorbell,
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda, Metric},
    store::Store,
    web::{self, Sessions},
};

const ASK: &str = "/track";
const CODE: &str = "/track/code";
const STATUS: &str = "/track/status";
const ADDRESS: &str = "/track/address";
const ADDRESS_CODE: &str = "/track/address/code";

/// What the handlers use.
#[derive(Clone)]
struct App {
    verifications: Verifications,
    codes: CodeSender,
    sessions: Sessions,
    store: Store,
    doorbell: Doorbell,
    link_key: Key,
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
        codes: CodeSender::of(environment, ("track", Metric::CodeMailsHeldBack))?,
        sessions: Sessions::new(store.clone(), pepper.clone()),
        store,
        doorbell: Doorbell::of_mails(environment)?,
        link_key: environment.config.secret("LINK_KEY")?,
        pepper,
        entropy: environment.entropy.clone(),
        clock: environment.clock.clone(),
    };
    let router = Router::new()
        .route(ASK, get(ask::show).post(ask::send))
        .route(CODE, get(code::show).post(code::verify))
        .route(STATUS, get(status::show))
        .route("/track/withdraw", get(withdraw::ask).post(withdraw::withdraw))
        .route("/track/correct", post(begin::correct))
        .route("/track/apply-again", post(begin::apply_again))
        .route(ADDRESS, get(address::show).post(address::send))
        .route(ADDRESS_CODE, get(address_code::show).post(address_code::verify))
        .route("/track/resend", get(resend::ask).post(resend::resend))
        .with_state(app);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}
