//! What the help pages say. Source: the guide on 「新規ユーザ登録申請」 (申請の流れ, 対応方法1–5).
//!
//! A text stands here once, as plain sentences and lists, so that a page and its JSON cannot differ.

mod about;
mod apply;
mod contact;
mod questions;
mod trouble;

use serde::Serialize;

use crate::ways::Link;

#[derive(Serialize)]
pub(crate) struct Topic {
    #[serde(rename = "topic")]
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    /// When this topic is the right one.
    pub(crate) about: &'static str,
    pub(crate) group: Group,
    pub(crate) sections: &'static [Section],
}

#[derive(Serialize)]
pub(crate) struct Section {
    pub(crate) heading: &'static str,
    /// The anchor, where something leads to this very section.
    #[serde(skip)]
    pub(crate) id: &'static str,
    pub(crate) paragraphs: &'static [&'static str],
    /// In order.
    pub(crate) steps: &'static [&'static str],
    /// In no order.
    pub(crate) items: &'static [&'static str],
    pub(crate) links: &'static [Link],
    /// Whether this site's own address belongs to what is said.
    #[serde(skip)]
    pub(crate) names_site: bool,
}

/// Where a topic stands in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    Apply,
    Trouble,
    Site,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Apply, Self::Trouble, Self::Site];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Apply => "申請について",
            Self::Trouble => "メールやURLについて困ったとき",
            Self::Site => "お問い合わせ、このサイトについて",
        }
    }
}

impl Section {
    const EMPTY: Self =
        Self { heading: "", id: "", paragraphs: &[], steps: &[], items: &[], links: &[], names_site: false };

    /// A question with its answer.
    const fn answer(heading: &'static str, paragraphs: &'static [&'static str]) -> Self {
        Self { heading, paragraphs, ..Self::EMPTY }
    }
}

pub(crate) const TOPICS: &[Topic] = &[
    apply::FLOW,
    apply::CODES,
    questions::QUESTIONS,
    trouble::NO_MAIL,
    trouble::MAILBOX_FULL,
    trouble::SPAM_FOLDER,
    trouble::PERSON_LEFT,
    trouble::URL_DOES_NOT_OPEN,
    trouble::NOTHING_CAME,
    contact::CONTACT,
    about::ACCESSIBILITY,
    about::ERRORS,
];
