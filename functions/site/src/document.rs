//! GET /terms, GET /privacy — what an applicant agrees to.

use askama::Template;
use serde::Serialize;
use shared::{
    domain::terms::TERMS_VERSION,
    web::{Page, Problem},
};

use crate::{privacy, terms};

/// A text of numbered articles.
#[derive(Template, Serialize)]
#[template(path = "document.html")]
pub(crate) struct Document {
    title: &'static str,
    /// The day from which this text holds; an application stores it.
    version: &'static str,
    lead: &'static str,
    articles: &'static [Article],
}

#[derive(Serialize)]
pub(crate) struct Article {
    pub(crate) heading: &'static str,
    pub(crate) paragraphs: &'static [&'static str],
    pub(crate) items: &'static [&'static str],
}

pub(crate) async fn terms() -> Result<Page<Document>, Problem> {
    Ok(Page::ok(Document {
        title: "利用規約",
        version: TERMS_VERSION,
        lead: terms::LEAD,
        articles: terms::ARTICLES,
    }))
}

pub(crate) async fn privacy() -> Result<Page<Document>, Problem> {
    Ok(Page::ok(Document {
        title: "プライバシーポリシー",
        version: TERMS_VERSION,
        lead: privacy::LEAD,
        articles: privacy::ARTICLES,
    }))
}
