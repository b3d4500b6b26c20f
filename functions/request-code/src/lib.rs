//! From an address to a code on its way: the entry page, the robot check, the look at the address, the
//! sending.
//!
//! Architecture invariant: a verification begins only with a solved challenge, which is used up by the
//! same transaction; only a verification leads to a mail.

mod challenge;
mod confirm;
mod enter;
mod send;

use axum::{
    Router,
    routing::{get, post},
};
use shared::{
    codes::{CodeSender, Verifications},
    robot_check::{CHALLENGE, RobotCheck},
    runtime::{Clock, ConfigError, Environment, Lambda, Metric},
    store::Store,
    web::{self, NoticeBoard},
};

const ENTRY: &str = "/user-Registration-Form";
const CONFIRM: &str = "/user-Registration-Form/confirm";
const CODE: &str = "/user-Registration-Form/code";
const VERIFY: &str = "/user-Registration-Form/verify";

/// What the handlers use.
#[derive(Clone)]
struct App {
    verifications: Verifications,
    codes: CodeSender,
    robot_check: RobotCheck,
    notices: NoticeBoard,
    clock: Clock,
}

/// Everything that this Lambda can do.
pub fn lambda(environment: &Environment) -> Result<Lambda, ConfigError> {
    let app = App {
        verifications: Verifications::of(environment)?,
        codes: CodeSender::of(environment, ("request-code", Metric::CodeMailsHeldBack))?,
        robot_check: RobotCheck::of(environment)?,
        notices: NoticeBoard::new(Store::of(environment)?),
        clock: environment.clock.clone(),
    };
    let router = Router::new()
        .route(ENTRY, get(enter::show).post(enter::submit))
        .route(CHALLENGE, get(challenge::send))
        .route(CONFIRM, get(confirm::show))
        .route(CODE, post(send::send))
        .with_state(app);
    Ok(Lambda::Http(web::routes(router, &environment.config)?))
}
