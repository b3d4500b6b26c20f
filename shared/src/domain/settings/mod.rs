//! What the secretariat sets while the system runs: freeze windows (発行停止期間) and notices (お知らせ).
//!
//! Architecture invariant: every change is one value (`Changed`) with the version that it started from and
//! who made it; what is over stays readable in the changes and nowhere else.

mod change;
mod errors;
mod freeze;
mod notice;
mod text;

use jiff::{SignedDuration, Timestamp};

pub use change::{Change, Changed, SettingsChange};
pub use errors::SettingsRefused;
pub use freeze::{FREEZE_MOST_DAYS, FreezeWindow, FreezeWindows};
pub use notice::{Notice, NoticeKind};
pub use text::{PUBLIC_TEXT_LIMIT, PublicText};

use super::account::Secretary;

/// Freeze windows and notices that are kept at once, each: the document stays one small item.
pub const MOST_AT_ONCE: usize = 20;
/// How long what is over is still listed.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// One document. `version` is 0 until somebody changed something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub freezes: FreezeWindows,
    pub notices: Vec<Notice>,
    pub version: u64,
}

impl Settings {
    /// The notices to show now: maintenance first, then warnings, the newest of a kind first.
    pub fn notices_shown_at(&self, now: Timestamp) -> Vec<&Notice> {
        let mut shown: Vec<&Notice> = self.notices.iter().filter(|notice| notice.is_shown_at(now)).collect();
        shown.sort_by_key(|notice| (notice.kind, std::cmp::Reverse(notice.from)));
        shown
    }

    /// A freeze window from `from` until just before `until`.
    pub fn add_freeze(
        mut self,
        (from, until): (Timestamp, Timestamp),
        text: PublicText,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<Changed, SettingsRefused> {
        let window = FreezeWindow::planned(self.next_id(), (from, until), text, now)?;
        self.forget_what_is_over(now);
        if self.freezes.0.len() >= MOST_AT_ONCE {
            return Err(SettingsRefused::TooMany);
        }
        self.freezes.0.push(window.clone());
        self.freezes.0.sort_by_key(|window| window.from);
        Ok(self.changed(Change::FreezeAdded(window), by, now))
    }

    /// Ends a freeze window now, or takes back one that has not begun.
    pub fn end_freeze(mut self, id: u64, by: &Secretary, now: Timestamp) -> Result<Changed, SettingsRefused> {
        let place = self.freezes.0.iter().position(|window| window.id == id && now < window.until);
        let place = place.ok_or(SettingsRefused::NotThere)?;
        let window = self.freezes.0.remove(place);
        if window.from < now {
            self.freezes.0.insert(place, FreezeWindow { until: now, ..window.clone() });
        }
        Ok(self.changed(Change::FreezeEnded(window), by, now))
    }

    /// A notice from `from` on, until just before `until` or until it is ended.
    pub fn add_notice(
        mut self,
        kind: NoticeKind,
        (from, until): (Timestamp, Option<Timestamp>),
        text: PublicText,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<Changed, SettingsRefused> {
        let notice = Notice::planned(self.next_id(), kind, (from, until), text, now)?;
        self.forget_what_is_over(now);
        if self.notices.len() >= MOST_AT_ONCE {
            return Err(SettingsRefused::TooMany);
        }
        self.notices.push(notice.clone());
        self.notices.sort_by_key(|notice| notice.from);
        Ok(self.changed(Change::NoticeAdded(notice), by, now))
    }

    /// Ends a notice now, or takes back one that has not begun.
    pub fn end_notice(mut self, id: u64, by: &Secretary, now: Timestamp) -> Result<Changed, SettingsRefused> {
        let place = self.notices.iter().position(|notice| notice.id == id && !notice.is_over_at(now));
        let notice = self.notices.remove(place.ok_or(SettingsRefused::NotThere)?);
        if notice.from < now {
            self.notices.push(Notice { until: Some(now), ..notice.clone() });
            self.notices.sort_by_key(|notice| notice.from);
        }
        Ok(self.changed(Change::NoticeEnded(notice), by, now))
    }

    /// The version that adds a thing names it: no two changes share one.
    fn next_id(&self) -> u64 {
        self.version + 1
    }

    fn forget_what_is_over(&mut self, now: Timestamp) {
        self.freezes.0.retain(|window| now < window.until + KEPT_FOR);
        self.notices.retain(|notice| notice.until.is_none_or(|until| now < until + KEPT_FOR));
    }

    fn changed(self, what: Change, by: &Secretary, now: Timestamp) -> Changed {
        let version = self.version + 1;
        let change = SettingsChange { version, at: now, by: by.id.clone(), by_name: by.name.clone(), what };
        Changed { next: Self { version, ..self }, change }
    }
}

#[cfg(test)]
mod tests;
