//! Who asks, when, and for which case: what every handler of the console begins with.
//!
//! Invariant: without a live session of the secretariat nothing else of a request is read, and who only views never
//! becomes an [`Operator`].

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{Role, SecretariatViewer, Secretary},
        application::Application,
        ids::ApplicationNumber,
    },
    web::{Cookies, Problem},
};

use crate::App;

/// Whoever is signed in at the secretariat, to act or only to look, and the time of the request.
pub(crate) struct Viewer {
    pub(crate) seat: SecretariatViewer,
    pub(crate) now: Timestamp,
}

/// The signed-in secretary, who may act, and the time of the request.
pub(crate) struct Operator {
    pub(crate) secretary: Secretary,
    pub(crate) now: Timestamp,
}

/// The case that the address names, if it names one.
#[derive(Clone, Copy)]
pub(crate) struct Asked(Option<ApplicationNumber>);

/// Who is signed in, as the page's head shows them.
#[derive(Serialize)]
pub(crate) struct Staff {
    pub(crate) role: String,
    pub(crate) name: String,
    /// Whether the page offers what changes something.
    pub(crate) may_act: bool,
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        let seat = app.sessions.secretariat_viewer(&cookies, now).await?;
        Ok(Self { seat, now })
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        let secretary = app.sessions.secretary(&cookies, now).await?;
        Ok(Self { secretary, now })
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
        let SecretariatViewer { name, role, .. } = &self.seat;
        Staff { role: role.label(), name: name.clone(), may_act: role.may_act() }
    }
}

impl Operator {
    /// Who acts sees, too.
    pub(crate) fn viewer(&self) -> Viewer {
        let Secretary { id, name } = self.secretary.clone();
        Viewer { seat: SecretariatViewer { id, name, role: Role::Secretariat }, now: self.now }
    }
}

impl App {
    pub(crate) async fn asked_case(&self, asked: Asked) -> Result<Application, Problem> {
        let Asked(Some(number)) = asked else { return Err(no_such_case("malformed-number")) };
        self.store.load_application(number).await?.ok_or_else(|| no_such_case("unknown-number"))
    }
}

pub(crate) fn no_such_case(because: &'static str) -> Problem {
    Problem::not_found().because(because).with_next("/operate", "発行の状況へ")
}
