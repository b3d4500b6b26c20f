//! メールアドレス変更依頼: an institution whose mailbox nobody reads any more gets another address.
//!
//! | who | does |
//! |---|---|
//! | anybody | types the items, proves the new address by a code |
//! | the officer of the desk | asks the institution, finds its account, forwards; or registers the address of an application under way |
//! | the secretariat, another person | gives the account its new address |
//!
//! Architecture invariant: nothing that the institution's pages answer depends on whether there is an account. Accounts
//! are looked up on the staff's pages only, and only those of the desk that the request belongs to.

mod act;
mod candidates;
mod case;
mod code;
mod complete;
mod done;
mod forward;
mod list;
mod office_case;
mod refuse;
mod register;
mod start;
mod viewer;

use axum::{
    Router,
    routing::{get, post},
};
use shared::{
    codes::{CodeSender, Verifications},
    queue::Doorbell,
    robot_check::RobotCheck,
    runtime::{Clock, ConfigError, Entropy, Environment, Key, Lambda, Metric},
    store::Store,
    web::{self, Sessions},
};

const START: &str = "/change-address";
const CODE: &str = "/change-address/code";
const DONE: &str = "/change-address/done";
/// The desk's list, and the secretariat's.
const OF_DESK: &str = "/review/address-changes";
const OF_OFFICE: &str = "/operate/address-changes";

/// What the handlers use.
#[derive(Clone)]
struct App {
    verifications: Verifications,
    codes: CodeSender,
    robot_check: RobotCheck,
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
    let router = Router::new()
        .route(START, get(start::show).post(start::submit))
        .route(CODE, get(code::show).post(code::verify))
        .route(DONE, get(done::show))
        .route(OF_DESK, get(list::at_desk))
        .route("/review/address-changes/{id}", get(case::show))
        .route("/review/address-changes/{id}/forward", post(forward::forward))
        .route("/review/address-changes/{id}/register", post(register::register))
        .route("/review/address-changes/{id}/refuse", post(refuse::at_desk))
        .route(OF_OFFICE, get(list::at_office))
        .route("/operate/address-changes/{id}", get(office_case::show))
        .route("/operate/address-changes/{id}/complete", post(complete::complete))
        .route("/operate/address-changes/{id}/refuse", post(refuse::at_office))
        .with_state(App::of(environment)?);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}

impl App {
    fn of(environment: &Environment) -> Result<Self, ConfigError> {
        let config = &environment.config;
        let (store, pepper) = (Store::of(environment)?, config.secret("PEPPER")?);
        Ok(Self {
            verifications: Verifications::of(environment)?,
            codes: CodeSender::of(environment, ("change-address", Metric::CodeMailsHeldBack))?,
            robot_check: RobotCheck::of(environment)?,
            sessions: Sessions::new(store.clone(), pepper.clone()),
            store,
            doorbell: Doorbell::of_mails(environment)?,
            link_key: config.secret("LINK_KEY")?,
            pepper,
            entropy: environment.entropy.clone(),
            clock: environment.clock.clone(),
        })
    }
}
