//! What an applicant agrees to: the terms of use and the privacy policy, as the site and the application show them.
//!
//! Invariant: the text that is agreed to is the text that anybody can read at `/terms` and `/privacy`; a change in
//! substance is a new [`TERMS_VERSION`].

mod privacy;
mod terms;

use serde::Serialize;

use crate::{domain::terms::TERMS_VERSION, mail::japan_date_text};

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

/// The day from which the texts hold, as people read it.
pub fn in_force_since() -> String {
    TERMS_VERSION.parse().map_or_else(|_| TERMS_VERSION.to_owned(), japan_date_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_a_day() {
        assert!(in_force_since().starts_with("令和"), "{}", in_force_since());
    }
}
