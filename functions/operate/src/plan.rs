//! What becomes of a case next, and why: the words of one row.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, Queue},
        calendar::CalendarError,
        settings::FreezeWindows,
    },
    web::Moment,
};

/// What the next run does with a case.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) verdict: Verdict,
    pub(crate) words: String,
    /// From when on it is done, where that is known.
    pub(crate) at: Option<Moment>,
}

#[derive(Debug, Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// The next run takes it.
    Next,
    /// Its time has not come.
    Waits,
    Frozen,
    Held,
    Undeliverable,
}

impl Plan {
    /// `None` for a case on which nothing is to be done.
    pub(crate) fn of(
        application: &Application,
        freezes: &FreezeWindows,
        now: Timestamp,
    ) -> Result<Option<Self>, CalendarError> {
        let Some((queue, due)) = application.work() else { return Ok(None) };
        Ok(Some(match queue {
            Queue::Issue => match freezes.at(now) {
                Some(_) => Self::new(Verdict::Frozen, FROZEN, Some(freezes.open_from(now))),
                None => Self::new(Verdict::Next, "承認済みのため、次の処理で①又は③を送信します。", None),
            },
            Queue::Announce if due <= now && freezes.announcing_may_happen_at(now)? => Self::new(
                Verdict::Next,
                "①が送信完了となり翌営業日を迎えたため、次の処理で②を送信します。",
                None,
            ),
            Queue::Announce if freezes.at(now.max(due)).is_some() => {
                Self::new(Verdict::Frozen, FROZEN, Some(freezes.next_issuing_after(now.max(due))?))
            }
            Queue::Announce => Self::new(
                Verdict::Waits,
                "①は送信完了です。翌営業日以降に②を送信します。",
                Some(freezes.next_issuing_after(now.max(due))?),
            ),
            Queue::Awaited => Self::new(Verdict::Waits, "①の送信結果を待っています。", None),
            Queue::Undeliverable => Self::new(
                Verdict::Undeliverable,
                "①が不達のため、②は送信しません。都道府県から申請者に連絡します。",
                None,
            ),
            Queue::Held => Self::held(application),
        }))
    }

    fn held(application: &Application) -> Self {
        let words = application.hold.as_ref().map_or_else(
            || "保留しています。".to_owned(),
            |hold| format!("{}が保留しています（理由：{}）", hold.by_name, hold.reason.as_str()),
        );
        Self { verdict: Verdict::Held, words, at: None }
    }

    fn new(verdict: Verdict, words: &str, at: Option<Timestamp>) -> Self {
        Self { verdict, words: words.to_owned(), at: at.map(Moment::from) }
    }
}

const FROZEN: &str = "発行停止期間のため、終了後に処理します。";

impl Verdict {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Next => "次の処理の対象",
            Self::Waits => "待機中",
            Self::Frozen => "発行停止中",
            Self::Held => "保留中",
            Self::Undeliverable => "不達",
        }
    }

    pub(crate) fn tone(self) -> &'static str {
        match self {
            Self::Next => "info",
            Self::Waits => "neutral",
            Self::Frozen | Self::Held => "warning",
            Self::Undeliverable => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::domain::{
        application::{
            AdvanceOutcome, HoldReason, Status,
            samples::{NOON, in_every_status, mail_id, secretary, submitted},
        },
        settings::{FreezeWindow, PublicText},
    };

    use super::*;

    fn frozen_today() -> FreezeWindows {
        let (from, until) = (*NOON, *NOON + SignedDuration::from_hours(5));
        let text = PublicText::parse("停止").unwrap();
        FreezeWindows(vec![FreezeWindow { id: 1, from, until, text }])
    }

    fn line(application: &Application, freezes: &FreezeWindows) -> String {
        match Plan::of(application, freezes, *NOON).unwrap() {
            None => "-".to_owned(),
            Some(plan) => format!("{:?} {}", plan.verdict, plan.at.map(Moment::at).unwrap_or_default()),
        }
    }

    #[test]
    fn every_state_says_what_comes_next() {
        let open = FreezeWindows::default();
        let lines: Vec<String> = in_every_status()
            .iter()
            .map(|one| {
                let status = one.status.kind();
                format!("{status:?}: {} / frozen: {}", line(one, &open), line(one, &frozen_today()))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        Submitted: - / frozen: -
        Approved: Next  / frozen: Frozen 2027-01-22T08:00:00Z
        Issuing: Next  / frozen: Frozen 2027-01-22T08:00:00Z
        Issued: - / frozen: -
        AlreadyEntitled: - / frozen: -
        Rejected: - / frozen: -
        Returned: - / frozen: -
        Withdrawn: - / frozen: -
        ");
    }

    #[test]
    fn an_advance_notice_under_way_bounced_or_early_is_told_apart() {
        let with =
            |outcome| Application { status: Status::Issuing { advance: mail_id(1), outcome }, ..submitted() };
        let announce_at = "2027-01-25T00:00:00+09:00".parse().unwrap();
        let open = FreezeWindows::default();
        assert_eq!(line(&with(AdvanceOutcome::Awaited), &open), "Waits ");
        assert_eq!(line(&with(AdvanceOutcome::Undeliverable), &open), "Undeliverable ");
        assert_eq!(
            line(&with(AdvanceOutcome::Delivered { announce_at }), &open),
            "Waits 2027-01-24T15:00:00Z"
        );
    }

    #[test]
    fn a_held_case_says_by_whom_and_why() {
        let approved = in_every_status().remove(1);
        let reason = HoldReason::parse("重複の確認中").unwrap();
        let held = approved.hold(reason, &secretary(), *NOON).unwrap().next;
        let plan = Plan::of(&held, &FreezeWindows::default(), *NOON).unwrap().unwrap();
        assert_eq!(plan.words, "事務局 三郎が保留しています（理由：重複の確認中）");
    }
}
