//! What the operator tells everybody, on the pages that need no session: maintenance, warnings, news, and the
//! windows in which nothing is issued.
//!
//! Architecture invariant: what is shown is at most [`KEPT_FOR`] old, and no page fails because the settings cannot
//! be read: it is shown without notices then.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Moment, Problem};
use crate::{
    domain::settings::{FreezeWindow, Notice, NoticeKind, Settings},
    mail::japan_time_text,
    store::Store,
};

/// For how long an instance of a function trusts what it read.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(30);
/// How soon to look again, where the end of maintenance is not known.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// Reads the settings, at most once in [`KEPT_FOR`].
#[derive(Clone)]
pub struct NoticeBoard {
    store: Store,
    kept: Arc<Mutex<Option<Read>>>,
}

/// What was read, and when.
type Read = (Timestamp, Arc<Settings>);

/// What there is to show now. In a template: `{% include "notices.html" %}` with a field `notices`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Notices {
    /// New applications are not taken at present.
    pub maintenance: Option<Maintenance>,
    /// The most urgent first.
    pub shown: Vec<ShownNotice>,
}

/// Maintenance under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Maintenance {
    pub text: String,
    pub since: Moment,
    pub until: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownNotice {
    pub kind: ShownKind,
    pub heading: &'static str,
    pub text: String,
    /// From when until when, where that matters to the reader.
    pub from: Option<Moment>,
    pub until: Option<Moment>,
    /// What it means for the reader.
    pub meaning: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownKind {
    Maintenance,
    PlannedMaintenance,
    Warning,
    Freeze,
    Info,
}

impl NoticeBoard {
    pub fn new(store: Store) -> Self {
        Self { store, kept: Arc::default() }
    }

    pub async fn at(&self, now: Timestamp) -> Notices {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, settings)) = kept
            && read_at <= now
            && now.duration_since(read_at) < KEPT_FOR
        {
            return Notices::of(&settings, now);
        }
        let settings = self.store.load_settings().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the notices cannot be read");
            Settings::default()
        });
        let notices = Notices::of(&settings, now);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::new(settings)));
        notices
    }

    /// Refuses what begins something new while maintenance is under way.
    pub async fn admit(&self, now: Timestamp) -> Result<Notices, Problem> {
        let notices = self.at(now).await;
        match &notices.maintenance {
            None => Ok(notices),
            Some(maintenance) => Err(maintenance.problem(now)),
        }
    }
}

impl Notices {
    /// What is shown at a moment; pure.
    pub fn of(settings: &Settings, now: Timestamp) -> Self {
        let under_way = settings.notices_shown_at(now);
        let maintenance = under_way.iter().filter(|notice| notice.kind == NoticeKind::Maintenance);
        let maintenance = maintenance.max_by_key(|notice| (notice.until.is_none(), notice.until));
        let planned = settings.notices.iter();
        let planned = planned.filter(|notice| notice.kind == NoticeKind::Maintenance && now < notice.from);
        let mut shown: Vec<ShownNotice> = under_way.iter().map(|notice| ShownNotice::now(notice)).collect();
        shown.extend(planned.map(ShownNotice::planned));
        shown.extend(settings.freezes.ahead_of(now).map(|window| ShownNotice::freeze(window, now)));
        shown.sort_by_key(|notice| notice.kind.rank());
        Self { maintenance: maintenance.map(|notice| Maintenance::of(notice)), shown }
    }

    /// Those about maintenance, under way and planned.
    #[must_use]
    pub fn about_maintenance(mut self) -> Self {
        self.shown.retain(|notice| match notice.kind {
            ShownKind::Maintenance | ShownKind::PlannedMaintenance => true,
            ShownKind::Warning | ShownKind::Freeze | ShownKind::Info => false,
        });
        self
    }
}

impl Maintenance {
    fn of(notice: &Notice) -> Self {
        Self {
            text: notice.text.as_str().to_owned(),
            since: notice.from.into(),
            until: notice.until.map(Moment::from),
        }
    }

    /// 503, with when to come again.
    fn problem(&self, now: Timestamp) -> Problem {
        let (until, wait) = match self.until {
            Some(until) => (
                format!("終了は、{}の予定です。", japan_time_text(until.timestamp())),
                until.timestamp().duration_since(now),
            ),
            None => ("終了の時刻は未定です。".to_owned(), LOOK_AGAIN),
        };
        let sentence = format!("メンテナンス中のため、新しい申請の受付を停止しています。{until}");
        Problem::in_maintenance(sentence, wait).with_next("/maintenance", "メンテナンスのご案内を見る")
    }
}

impl ShownNotice {
    fn now(notice: &Notice) -> Self {
        let kind = match notice.kind {
            NoticeKind::Maintenance => ShownKind::Maintenance,
            NoticeKind::Warning => ShownKind::Warning,
            NoticeKind::Info => ShownKind::Info,
        };
        let dated = kind == ShownKind::Maintenance;
        Self {
            from: dated.then(|| notice.from.into()),
            until: notice.until.filter(|_| dated).map(Moment::from),
            ..Self::saying(kind, notice.text.as_str())
        }
    }

    fn planned(notice: &Notice) -> Self {
        Self {
            from: Some(notice.from.into()),
            until: notice.until.map(Moment::from),
            ..Self::saying(ShownKind::PlannedMaintenance, notice.text.as_str())
        }
    }

    fn freeze(window: &FreezeWindow, now: Timestamp) -> Self {
        let said = Self::saying(ShownKind::Freeze, window.text.as_str());
        Self {
            heading: if window.contains(now) {
                "アカウントの発行を停止しています"
            } else {
                said.heading
            },
            from: Some(window.from.into()),
            until: Some(window.until.into()),
            ..said
        }
    }

    fn saying(kind: ShownKind, text: &str) -> Self {
        Self {
            kind,
            heading: kind.heading(),
            text: text.to_owned(),
            from: None,
            until: None,
            meaning: kind.meaning(),
        }
    }
}

impl ShownKind {
    /// The look of the banner: a kind of the macro `notice`.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Maintenance => "error",
            Self::PlannedMaintenance | Self::Warning | Self::Freeze => "warning",
            Self::Info => "info",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Maintenance => "メンテナンス中です",
            Self::PlannedMaintenance => "メンテナンスの予定",
            Self::Warning => "重要なお知らせ",
            Self::Freeze => "アカウントの発行を停止する期間があります",
            Self::Info => "お知らせ",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Maintenance => "新しい申請の受付を停止しています。",
            Self::PlannedMaintenance => "この間は、新しい申請の受付を停止します。",
            Self::Freeze => {
                "この間も、申請は受け付けます。この間に承認された申請のアカウントは、期間の終了後に発行します。"
            }
            Self::Warning | Self::Info => "",
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Maintenance => 0,
            Self::PlannedMaintenance => 1,
            Self::Warning => 2,
            Self::Freeze => 3,
            Self::Info => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::{FreezeWindows, PublicText};

    fn at(text: &str) -> Timestamp {
        format!("2026-12-{text}:00+09:00").parse().unwrap()
    }

    fn notice(kind: NoticeKind, from: &str, until: Option<&str>) -> Notice {
        let text = PublicText::parse(kind.label()).unwrap();
        Notice { id: 1, kind, text, from: at(from), until: until.map(at) }
    }

    fn settings() -> Settings {
        Settings {
            freezes: FreezeWindows(vec![FreezeWindow {
                id: 2,
                from: at("25T17:00"),
                until: at("31T09:00"),
                text: PublicText::parse("年末年始").unwrap(),
            }]),
            notices: vec![
                notice(NoticeKind::Info, "01T09:00", None),
                notice(NoticeKind::Warning, "01T09:00", Some("10T09:00")),
                notice(NoticeKind::Maintenance, "20T22:00", Some("21T02:00")),
            ],
            version: 4,
        }
    }

    /// Headings, the most urgent first.
    fn headings(moment: &str) -> Vec<&'static str> {
        Notices::of(&settings(), at(moment)).shown.into_iter().map(|notice| notice.heading).collect()
    }

    #[test]
    fn each_notice_is_shown_in_its_time_and_the_most_urgent_first() {
        let (planned, freeze) = ("メンテナンスの予定", "アカウントの発行を停止する期間があります");
        assert_eq!(headings("05T12:00"), [planned, "重要なお知らせ", freeze, "お知らせ"]);
        assert_eq!(headings("10T09:00"), [planned, freeze, "お知らせ"]);
        assert_eq!(headings("20T22:00"), ["メンテナンス中です", freeze, "お知らせ"]);
        assert_eq!(headings("21T02:00"), [freeze, "お知らせ"]);
        assert_eq!(headings("25T17:00"), ["アカウントの発行を停止しています", "お知らせ"]);
        assert_eq!(headings("31T09:00"), ["お知らせ"]);
    }

    #[test]
    fn maintenance_closes_the_entry_from_its_first_to_before_its_last_second() {
        let under_way = |moment| Notices::of(&settings(), at(moment)).maintenance.is_some();
        assert_eq!(
            ["20T21:59", "20T22:00", "21T01:59", "21T02:00"].map(under_way),
            [false, true, true, false]
        );
        let about = Notices::of(&settings(), at("05T12:00")).about_maintenance();
        assert_eq!(about.shown.len(), 1);
        assert_eq!(about.shown[0].until, Some(at("21T02:00").into()));
    }
}
