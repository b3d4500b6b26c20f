//! What an applicant agrees to: the terms of use and the privacy policy, as the site and the application show them.
//!
//! Invariant: the text that is agreed to is the text that anybody can read at `/terms` and `/privacy`; a change in
//! substance is a new [`TERMS_VERSION`](crate::domain::terms::TERMS_VERSION).

mod privacy;
mod terms;

use serde::Serialize;

/// A text of numbered articles.
#[derive(Debug, Serialize)]
pub struct Agreement {
    pub title: &'static str,
    pub lead: &'static str,
    pub articles: &'static [Article],
}

#[derive(Debug, Serialize)]
pub struct Article {
    pub heading: &'static str,
    pub paragraphs: &'static [&'static str],
    pub items: &'static [&'static str],
}

pub const TERMS: Agreement =
    Agreement { title: "利用規約", lead: terms::LEAD, articles: terms::ARTICLES };

pub const PRIVACY: Agreement =
    Agreement { title: "プライバシーポリシー", lead: privacy::LEAD, articles: privacy::ARTICLES };
