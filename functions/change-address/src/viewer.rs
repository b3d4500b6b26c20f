//! Who of the staff asks, when, and for which request.
//!
//! Invariant: without a live session nothing else of a request is read, and what another desk has does not exist.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{DeskViewer, Reviewer, Role, SecretariatViewer, Secretary},
        address_change::{AddressChange, ChangeStatus},
        ids::ChangeId,
        prefecture::PrefectureDesk,
    },
    web::{Cookies, Problem},
};

use crate::{App, OF_DESK, OF_OFFICE};

/// Whoever is signed in at a desk, to decide or only to look, and the time of the request.
pub(crate) struct AtDesk {
    pub(crate) seat: DeskViewer,
    pub(crate) now: Timestamp,
}

/// Whoever is signed in at the secretariat, to act or only to look, and the time of the request.
pub(crate) struct AtOffice {
    pub(crate) seat: SecretariatViewer,
    pub(crate) now: Timestamp,
}

/// The signed-in officer, who may decide, and the time of the request.
pub(crate) struct Officer {
    pub(crate) reviewer: Reviewer,
    pub(crate) now: Timestamp,
}

/// The signed-in secretary, who may act, and the time of the request.
pub(crate) struct Operator {
    pub(crate) secretary: Secretary,
    pub(crate) now: Timestamp,
}

/// The request that the address names, if it names one.
#[derive(Clone, Copy)]
pub(crate) struct Asked(Option<ChangeId>);

/// A member of staff as the page's head shows them.
#[derive(Serialize)]
pub(crate) struct Staff {
    pub(crate) role: String,
    pub(crate) name: String,
    /// Whether the page offers what changes something.
    pub(crate) may_act: bool,
}

impl FromRequestParts<App> for AtDesk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        Ok(Self { seat: app.sessions.desk_viewer(&cookies, now).await?, now })
    }
}

impl FromRequestParts<App> for AtOffice {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        Ok(Self { seat: app.sessions.secretariat_viewer(&cookies, now).await?, now })
    }
}

impl FromRequestParts<App> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        Ok(Self { reviewer: app.sessions.reviewer(&cookies, now).await?, now })
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.clock.now();
        let Ok(cookies) = Cookies::from_request_parts(parts, app).await;
        Ok(Self { secretary: app.sessions.secretary(&cookies, now).await?, now })
    }
}

impl FromRequestParts<App> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let segment = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self(segment.ok().and_then(|Path(text)| ChangeId::parse(&text))))
    }
}

impl AtDesk {
    pub(crate) fn staff(&self) -> Staff {
        Staff::of(self.seat.role, &self.seat.name)
    }
}

impl AtOffice {
    pub(crate) fn staff(&self) -> Staff {
        Staff::of(self.seat.role, &self.seat.name)
    }
}

impl Officer {
    /// The officer as one who looks.
    pub(crate) fn looks(&self) -> AtDesk {
        let Reviewer { id, name, desk } = self.reviewer.clone();
        AtDesk { seat: DeskViewer { id, name, role: Role::Officer(desk), desk }, now: self.now }
    }
}

impl Operator {
    /// The secretary as one who looks.
    pub(crate) fn looks(&self) -> AtOffice {
        let Secretary { id, name } = self.secretary.clone();
        AtOffice { seat: SecretariatViewer { id, name, role: Role::Secretariat }, now: self.now }
    }
}

impl Staff {
    fn of(role: Role, name: &str) -> Self {
        Self { role: role.label(), name: name.to_owned(), may_act: role.may_act() }
    }
}

impl App {
    /// The request, if it exists for this desk. What is malformed, unknown or another desk's looks the same from
    /// outside; the log tells them apart.
    pub(crate) async fn desk_change(
        &self,
        asked: Asked,
        desk: PrefectureDesk,
    ) -> Result<AddressChange, Problem> {
        let missing = |because| Problem::not_found().because(because).with_next(OF_DESK, "変更依頼の一覧へ");
        let Asked(Some(id)) = asked else { return Err(missing("malformed-id")) };
        let change = self.store.load_address_change(id).await?.ok_or_else(|| missing("unknown-id"))?;
        if change.is_visible_to(desk) { Ok(change) } else { Err(missing("other-desk")) }
    }

    /// The request, if a desk has handed it on.
    pub(crate) async fn office_change(&self, asked: Asked) -> Result<AddressChange, Problem> {
        let missing =
            |because| Problem::not_found().because(because).with_next(OF_OFFICE, "変更依頼の一覧へ");
        let Asked(Some(id)) = asked else { return Err(missing("malformed-id")) };
        let change = self.store.load_address_change(id).await?.ok_or_else(|| missing("unknown-id"))?;
        match &change.status {
            ChangeStatus::Unproven | ChangeStatus::Requested => Err(missing("not-forwarded")),
            ChangeStatus::Forwarded { .. } | ChangeStatus::Completed { .. } | ChangeStatus::Refused => {
                Ok(change)
            }
        }
    }
}
