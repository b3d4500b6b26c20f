//! 発行停止期間: from when until when nothing is issued. What was approved before or during one waits, and is
//! issued after it.

use jiff::{SignedDuration, Timestamp};

use super::{PublicText, SettingsRefused};
use crate::domain::calendar::{
    CalendarError, is_business_day, japan_date, next_business_day, start_of_day_jst,
};

/// The longest freeze, in days: a year mistyped must not stop issuing for a year.
pub const FREEZE_MOST_DAYS: i64 = 92;
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * FREEZE_MOST_DAYS);

/// One window: `from` is in it, `until` is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeWindow {
    pub id: u64,
    pub from: Timestamp,
    pub until: Timestamp,
    /// What the entry page and the state page say.
    pub text: PublicText,
}

/// All windows, by their beginning. They may overlap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FreezeWindows(pub Vec<FreezeWindow>);

impl FreezeWindow {
    pub(super) fn planned(
        id: u64,
        (from, until): (Timestamp, Timestamp),
        text: PublicText,
        now: Timestamp,
    ) -> Result<Self, SettingsRefused> {
        if until <= from {
            return Err(SettingsRefused::EndsBeforeItBegins);
        }
        if until <= now {
            return Err(SettingsRefused::OverAlready);
        }
        if until.duration_since(from) > LONGEST {
            return Err(SettingsRefused::TooLong);
        }
        Ok(Self { id, from, until, text })
    }

    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

impl FreezeWindows {
    /// The window that `at` lies in; of several, the one that ends last.
    pub fn at(&self, at: Timestamp) -> Option<&FreezeWindow> {
        self.0.iter().filter(|window| window.contains(at)).max_by_key(|window| window.until)
    }

    /// Whether anything may be issued at this moment: ①, the right and ③. (② asks for a business day besides.)
    pub fn issuing_may_happen_at(&self, at: Timestamp) -> bool {
        self.at(at).is_none()
    }

    /// Whether accounts and ② may be issued at this moment: on a business day, outside every window.
    pub fn announcing_may_happen_at(&self, at: Timestamp) -> Result<bool, CalendarError> {
        Ok(self.issuing_may_happen_at(at) && is_business_day(japan_date(at))?)
    }

    /// The first moment, from `after` on, that lies outside every window.
    pub fn open_from(&self, after: Timestamp) -> Timestamp {
        let mut at = after;
        while let Some(window) = self.at(at) {
            at = window.until;
        }
        at
    }

    /// The first moment, from `after` on, that lies outside every window and on a business day: what people
    /// may be promised.
    pub fn next_issuing_after(&self, after: Timestamp) -> Result<Timestamp, CalendarError> {
        let mut at = self.open_from(after);
        while !is_business_day(japan_date(at))? {
            at = self.open_from(start_of_day_jst(next_business_day(japan_date(at))?));
        }
        Ok(at)
    }

    /// The windows that are not over yet, the nearest first.
    pub fn ahead_of(&self, now: Timestamp) -> impl Iterator<Item = &FreezeWindow> {
        self.0.iter().filter(move |window| now < window.until)
    }
}
