//! GET /terms, GET /privacy — what an applicant agrees to.

use askama::Template;
use serde::Serialize;
use shared::{
    agreement::{Agreement, PRIVACY, TERMS},
    domain::terms::TERMS_VERSION,
    web::{Page, Problem},
};

#[derive(Template, Serialize)]
#[template(path = "document.html")]
pub(crate) struct Document {
    #[serde(flatten)]
    text: Agreement,
    /// The day from which this text holds; an application stores it.
    version: &'static str,
}

pub(crate) async fn terms() -> Result<Page<Document>, Problem> {
    Ok(Page::ok(Document { text: TERMS, version: TERMS_VERSION }))
}

pub(crate) async fn privacy() -> Result<Page<Document>, Problem> {
    Ok(Page::ok(Document { text: PRIVACY, version: TERMS_VERSION }))
}
