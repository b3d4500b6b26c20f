//! Who asks, when, and for which case: what every handler of the console begins with.
//!
//! Invariant: without a live officer's session nothing else of a request is read.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{Reviewer, Role},
        application::Application,
        ids::ApplicationNumber,
    },
    store::DeskCounts,
    web::{Cookies, Problem},
};

use crate::App;

/// The signed-in officer, and the time of the request.
pub(crate) struct Officer {
    pub(crate) reviewer: Reviewer,
    pub(crate) now: Timestamp,
}

/// The signed-in officer, with the counts of the desk's lists.
pub(crate) struct AtDesk {
    pub(crate) officer: Officer,
    pub(crate) counts: DeskCounts,
}

/// The case that the address names, if it names one.
#[derive(Clone, Copy)]
pub(crate) struct Asked(Option<ApplicationNumber>);

/// The officer as the page's head shows him.
#[derive(Serialize)]
pub(crate) struct Staff {
    pub(crate) desk: String,
    pub(crate) name: String,
}

impl FromRequestParts<App> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        let reviewer = app.sessions.reviewer(&cookies, now).await?;
        Ok(Self { reviewer, now })
    }
}

impl FromRequestParts<App> for AtDesk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        let (reviewer, counts) = app.sessions.reviewer_with_counts(&cookies, now).await?;
        Ok(Self { officer: Officer { reviewer, now }, counts })
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let segment = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(segment.ok().and_then(|Path(text)| ApplicationNumber::parse(&text))))
    }
}

impl Officer {
    pub(crate) fn staff(&self) -> Staff {
        Staff { desk: Role::Officer(self.reviewer.desk).label(), name: self.reviewer.name.clone() }
    }
}

impl App {
    /// The case, if it exists for this officer. What is malformed, unknown or another desk's looks the
    /// same from outside; the log tells them apart.
    pub(crate) async fn visible_case(
        &self,
        asked: Asked,
        reviewer: &Reviewer,
    ) -> Result<Application, Problem> {
        let Asked(Some(number)) = asked else { return Err(no_such_case("malformed-number")) };
        match self.store.load_application(number).await? {
            None => Err(no_such_case("unknown-number")),
            Some(application) if application.is_visible_to(reviewer) => Ok(application),
            Some(application) if application.desk().prefecture == reviewer.prefecture() => {
                Err(no_such_case("other-desk"))
            }
            Some(_) => Err(no_such_case("other-prefecture")),
        }
    }
}

pub(crate) fn no_such_case(because: &'static str) -> Problem {
    Problem::not_found().because(because).with_next("/review", "申請一覧へ")
}
