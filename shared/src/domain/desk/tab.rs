//! The tabs of a desk's queue.

use crate::domain::application::StatusKind;

/// One tab. An application stands under the tab of its state, and under the two that call for attention besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tab {
    Submitted,
    Returned,
    Approved,
    Issuing,
    /// Issued, or nothing had to be issued.
    Done,
    Rejected,
    Withdrawn,
    /// Flagged after three weeks.
    Stuck,
    /// ①, or the notice of the account, came back.
    Undeliverable,
}

impl Tab {
    pub const ALL: [Self; 9] = [
        Self::Submitted,
        Self::Returned,
        Self::Approved,
        Self::Issuing,
        Self::Done,
        Self::Rejected,
        Self::Withdrawn,
        Self::Stuck,
        Self::Undeliverable,
    ];

    /// The tab of a state.
    pub fn of(status: StatusKind) -> Self {
        match status {
            StatusKind::Submitted => Self::Submitted,
            StatusKind::Approved => Self::Approved,
            StatusKind::Issuing => Self::Issuing,
            StatusKind::Issued | StatusKind::AlreadyEntitled => Self::Done,
            StatusKind::Rejected => Self::Rejected,
            StatusKind::Returned => Self::Returned,
            StatusKind::Withdrawn => Self::Withdrawn,
        }
    }

    /// The word in addresses, in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Issuing => "issuing",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Stuck => "stuck",
            Self::Undeliverable => "undeliverable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Submitted => "未審査",
            Self::Returned => "差戻し中",
            Self::Approved => "承認済",
            Self::Issuing => "発行中",
            Self::Done => "完了",
            Self::Rejected => "却下",
            Self::Withdrawn => "取下げ",
            Self::Stuck => "3週間超過",
            Self::Undeliverable => "不達",
        }
    }

    /// Whether something is still to follow. Such lists begin with the one that waits longest, the others with the
    /// newest.
    pub fn is_open(self) -> bool {
        match self {
            Self::Submitted
            | Self::Returned
            | Self::Approved
            | Self::Issuing
            | Self::Stuck
            | Self::Undeliverable => true,
            Self::Done | Self::Rejected | Self::Withdrawn => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_and_every_state_has_its_tab() {
        for tab in Tab::ALL {
            assert_eq!(Tab::parse(tab.as_str()), Some(tab));
        }
        assert_eq!(Tab::parse("29#medical#submitted"), None);
        let tabs: Vec<String> = StatusKind::ALL
            .into_iter()
            .map(|status| format!("{} → {}", status.label(), Tab::of(status).label()))
            .collect();
        insta::assert_snapshot!(tabs.join("\n"), @r"
        申請中 → 未審査
        承認済 → 承認済
        発行中 → 発行中
        発行済 → 完了
        発行不要（権限あり） → 完了
        却下 → 却下
        差戻し中 → 差戻し中
        取下げ → 取下げ
        ");
    }
}
