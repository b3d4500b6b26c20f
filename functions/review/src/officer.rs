//! Who asks, when, and for which case: what every handler of the console begins with.
//!
//! Invariant: without a live session of the desk nothing else of a request is read, and who only views never becomes
//! an [`Officer`].

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{DeskViewer, Reviewer, Role},
        application::Application,
        ids::ApplicationNumber,
        prefecture::PrefectureDesk,
    },
    store::DeskCounts,
    web::{Cookies, Problem},
};

use crate::App;

/// Whoever is signed in at the desk, to decide or only to look, and the time of the request.
pub(crate) struct Viewer {
    pub(crate) seat: DeskViewer,
    pub(crate) now: Timestamp,
}

/// The signed-in officer, who may decide, and the time of the request.
pub(crate) struct Officer {
    pub(crate) reviewer: Reviewer,
    pub(crate) now: Timestamp,
}

/// Whoever is signed in at the desk, with the counts of its lists.
pub(crate) struct AtDesk {
    pub(crate) viewer: Viewer,
    pub(crate) counts: DeskCounts,
}

/// The case that the address names, if it names one.
#[derive(Clone, Copy)]
pub(crate) struct Asked(Option<ApplicationNumber>);

/// Who is signed in, as the page's head shows them.
#[derive(Serialize)]
pub(crate) struct Staff {
    pub(crate) desk: String,
    pub(crate) name: String,
    /// Whether the page offers what changes something.
    pub(crate) may_act: bool,
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        let seat = app.sessions.desk_viewer(&cookies, now).await?;
        Ok(Self { seat, now })
    }
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
        let (seat, counts) = app.sessions.desk_viewer_with_counts(&cookies, now).await?;
        Ok(Self { viewer: Viewer { seat, now }, counts })
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let segment = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(segment.ok().and_then(|Path(text)| ApplicationNumber::parse(&text))))
    }
}

impl Viewer {
    pub(crate) fn staff(&self) -> Staff {
        Staff::of(self.seat.role, &self.seat.name)
    }
}

impl Officer {
    pub(crate) fn staff(&self) -> Staff {
        Staff::of(Role::Officer(self.reviewer.desk), &self.reviewer.name)
    }
}

impl Staff {
    fn of(role: Role, name: &str) -> Self {
        Self { desk: role.label(), name: name.to_owned(), may_act: role.may_act() }
    }
}

impl App {
    /// The case, if it exists for this desk. What is malformed, unknown or another desk's looks the same from
    /// outside; the log tells them apart.
    pub(crate) async fn visible_case(
        &self,
        asked: Asked,
        desk: PrefectureDesk,
    ) -> Result<Application, Problem> {
        let Asked(Some(number)) = asked else { return Err(no_such_case("malformed-number")) };
        match self.store.load_application(number).await? {
            None => Err(no_such_case("unknown-number")),
            Some(application) if application.is_visible_to(desk) => Ok(application),
            Some(application) if application.desk().prefecture == desk.prefecture => {
                Err(no_such_case("other-desk"))
            }
            Some(_) => Err(no_such_case("other-prefecture")),
        }
    }
}

pub(crate) fn no_such_case(because: &'static str) -> Problem {
    Problem::not_found().because(because).with_next("/review", "申請一覧へ")
}

#[cfg(test)]
pub(crate) mod samples {
    use shared::domain::{
        account::Role,
        application::samples::{NOON, nara_medical},
    };

    use super::*;

    /// Nara's medical desk.
    pub(crate) fn viewer(role: fn(PrefectureDesk) -> Role) -> Viewer {
        let Reviewer { id, name, desk } = nara_medical();
        Viewer { seat: DeskViewer { id, name, role: role(desk), desk }, now: *NOON }
    }
}
