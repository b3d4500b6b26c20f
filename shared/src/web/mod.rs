//! What every page of every function has in common: one struct rendered as HTML or JSON, one table from
//! errors to statuses, bodies, cookies, the door that each request passes, the look.
//!
//! A function builds its router of handlers that answer `Result<Page<T>, Problem>` (or `SeeOther`, or a
//! plain `Response`) and hands it to [`routes`], which puts the door before it and the renderer behind it:
//!
//! ```ignore
//! let router = Router::new().route("/track", get(ask).post(look_up)).with_state(app);
//! Ok(Lambda::Http(shared::web::routes(router, &environment.config)?))
//! ```
//!
//! Architecture invariant: handlers never look at `Accept`, never write a header of security and never
//! choose a status number; only this room does.

pub mod answers;
mod assets;
mod body;
mod choice;
mod cookies;
mod csrf;
mod door;
#[cfg(test)]
mod fields;
pub mod figures;
mod frame;
mod headers;
pub mod letters;
mod moment;
mod negotiate;
mod network;
mod notices;
mod page;
mod problem;
mod problem_kind;
mod render;
mod request_log;
mod session;
mod token;

pub use assets::{Asset, asset};
pub use body::{BODY_LIMIT, Body, FILE_LIMIT, Query};
pub use choice::Choice;
pub use cookies::{Cookies, SetCookie};
pub use door::routes;
pub use letters::{Letter, LetterReader};
pub use moment::Moment;
pub use network::ClientNetwork;
pub use notices::{Maintenance, NoticeBoard, Notices, ShownKind, ShownNotice};
pub use page::{Page, SeeOther};
pub use problem::Problem;
pub use problem_kind::ProblemKind;
pub use session::{
    APPLICANT_COOKIE, AtTheDoor, STAFF_COOKIE, STAFF_SIGN_IN, Sessions, SignedInStaff, TRACK_COOKIE,
    USER_COOKIE,
};
pub use token::Token;
