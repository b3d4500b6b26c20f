//! One change of the settings, as it is kept for ever: who, when, what.

use jiff::Timestamp;

use super::{FreezeWindow, Notice, Settings};
use crate::domain::ids::StaffId;

/// A decision on the settings: what they become, and the change to keep. Its condition is the version
/// before `next.version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub next: Settings,
    pub change: SettingsChange,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsChange {
    /// The version that the change led to.
    pub version: u64,
    pub at: Timestamp,
    pub by: StaffId,
    pub by_name: String,
    pub what: Change,
}

/// What was changed; a thing that was ended stands here as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    FreezeAdded(FreezeWindow),
    FreezeEnded(FreezeWindow),
    NoticeAdded(Notice),
    NoticeEnded(Notice),
}

impl Change {
    /// The word for it in the store and in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::FreezeAdded(_) => "freeze-added",
            Self::FreezeEnded(_) => "freeze-ended",
            Self::NoticeAdded(_) => "notice-added",
            Self::NoticeEnded(_) => "notice-ended",
        }
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::FreezeAdded(_) => "発行停止期間を登録しました",
            Self::FreezeEnded(_) => "発行停止期間を終了しました",
            Self::NoticeAdded(_) => "お知らせを登録しました",
            Self::NoticeEnded(_) => "お知らせを終了しました",
        }
    }
}
