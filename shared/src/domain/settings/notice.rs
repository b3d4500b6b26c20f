//! お知らせ: what the operator tells everybody on the entry page.

use jiff::Timestamp;

use super::{PublicText, SettingsRefused};

/// One notice, shown from `from` until just before `until`, or until it is ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub kind: NoticeKind,
    pub text: PublicText,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
}

/// How urgent it is; the most urgent stands on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    Maintenance,
    Warning,
    Info,
}

impl NoticeKind {
    pub const ALL: [Self; 3] = [Self::Maintenance, Self::Warning, Self::Info];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Maintenance => "メンテナンス",
            Self::Warning => "重要",
            Self::Info => "お知らせ",
        }
    }
}

impl Notice {
    pub(super) fn planned(
        id: u64,
        kind: NoticeKind,
        (from, until): (Timestamp, Option<Timestamp>),
        text: PublicText,
        now: Timestamp,
    ) -> Result<Self, SettingsRefused> {
        match until {
            Some(until) if until <= from => Err(SettingsRefused::EndsBeforeItBegins),
            Some(until) if until <= now => Err(SettingsRefused::OverAlready),
            Some(_) | None => Ok(Self { id, kind, text, from, until }),
        }
    }

    pub fn is_shown_at(&self, at: Timestamp) -> bool {
        self.from <= at && !self.is_over_at(at)
    }

    pub fn is_over_at(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= at)
    }
}
