//! The help topic on errors: every problem that a page or an interface can answer with. The `type` of a
//! problem document leads here.

use serde::Serialize;
use shared::web::ProblemKind;

pub(crate) const SLUG: &str = "errors";

#[derive(Serialize)]
pub(crate) struct KnownError {
    pub(crate) slug: &'static str,
    pub(crate) status: u16,
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
    pub(crate) advice: &'static str,
}

pub(crate) fn known() -> Vec<KnownError> {
    let of = |kind: ProblemKind| KnownError {
        slug: kind.slug(),
        status: kind.status().as_u16(),
        title: kind.title(),
        detail: kind.detail(),
        advice: kind.advice(),
    };
    ProblemKind::ALL.into_iter().map(of).collect()
}
