//! The states of an application.

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    form::Field,
    ids::{LoginId, MailId},
};

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// 申請中: waits for the prefecture.
    Submitted,
    /// 承認済: waits for the secretariat.
    Approved,
    /// 発行中: ① was written.
    Issuing { advance: MailId, outcome: AdvanceOutcome },
    /// 発行済: an account or a right exists; ② or ③ (`notice`) was written.
    Issued {
        login_id: LoginId,
        notice: MailId,
        delivered_at: Option<Timestamp>,
        password_set_at: Option<Timestamp>,
    },
    /// The institution's account has the right already: nothing was issued.
    AlreadyEntitled { login_id: LoginId },
    /// 却下. No notice where the address was never proven: a proxy application that the desk itself answers for.
    Rejected { notice: Option<MailId> },
    /// 差戻し中: waits for the applicant to correct the named fields, by the end of `due_on` in Japan.
    Returned { fields: Vec<Field>, note: String, due_on: Date, notice: MailId },
    /// 取下げ: the applicant took it back. `notice` confirms it.
    Withdrawn { notice: MailId },
}

/// What became of ①.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdvanceOutcome {
    Awaited,
    /// Delivered: ② may leave from `announce_at` on, the start of the next business day.
    Delivered {
        announce_at: Timestamp,
    },
    /// 不達: ② does not leave.
    Undeliverable,
}

/// A state without its particulars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKind {
    Submitted,
    Approved,
    Issuing,
    Issued,
    AlreadyEntitled,
    Rejected,
    Returned,
    Withdrawn,
}

/// What waits for what: work that a schedule takes by time, and cases that no schedule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Issue,
    Announce,
    /// ① is on its way.
    Awaited,
    /// ① did not arrive.
    Undeliverable,
    /// Held by the secretariat.
    Held,
}

impl Status {
    pub fn kind(&self) -> StatusKind {
        match self {
            Self::Submitted => StatusKind::Submitted,
            Self::Approved => StatusKind::Approved,
            Self::Issuing { .. } => StatusKind::Issuing,
            Self::Issued { .. } => StatusKind::Issued,
            Self::AlreadyEntitled { .. } => StatusKind::AlreadyEntitled,
            Self::Rejected { .. } => StatusKind::Rejected,
            Self::Returned { .. } => StatusKind::Returned,
            Self::Withdrawn { .. } => StatusKind::Withdrawn,
        }
    }

    /// The login ID, once there is an account.
    pub fn login_id(&self) -> Option<&LoginId> {
        match self {
            Self::Issued { login_id, .. } | Self::AlreadyEntitled { login_id } => Some(login_id),
            Self::Submitted
            | Self::Approved
            | Self::Issuing { .. }
            | Self::Rejected { .. }
            | Self::Returned { .. }
            | Self::Withdrawn { .. } => None,
        }
    }

    /// The work that waits in this state, and from when on; `entered_at` is when the state began.
    pub fn work(&self, entered_at: Timestamp) -> Option<(Queue, Timestamp)> {
        match self {
            Self::Approved => Some((Queue::Issue, entered_at)),
            Self::Issuing { outcome: AdvanceOutcome::Delivered { announce_at }, .. } => {
                Some((Queue::Announce, *announce_at))
            }
            Self::Issuing { outcome: AdvanceOutcome::Awaited, .. } => Some((Queue::Awaited, entered_at)),
            Self::Issuing { outcome: AdvanceOutcome::Undeliverable, .. } => {
                Some((Queue::Undeliverable, entered_at))
            }
            Self::Submitted
            | Self::Issued { .. }
            | Self::AlreadyEntitled { .. }
            | Self::Rejected { .. }
            | Self::Returned { .. }
            | Self::Withdrawn { .. } => None,
        }
    }
}

impl StatusKind {
    pub const ALL: [Self; 8] = [
        Self::Submitted,
        Self::Approved,
        Self::Issuing,
        Self::Issued,
        Self::AlreadyEntitled,
        Self::Rejected,
        Self::Returned,
        Self::Withdrawn,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Issuing => "issuing",
            Self::Issued => "issued",
            Self::AlreadyEntitled => "already-entitled",
            Self::Rejected => "rejected",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The word on the desk's tabs and the state page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Submitted => "申請中",
            Self::Approved => "承認済",
            Self::Issuing => "発行中",
            Self::Issued => "発行済",
            Self::AlreadyEntitled => "発行不要（権限あり）",
            Self::Rejected => "却下",
            Self::Returned => "差戻し中",
            Self::Withdrawn => "取下げ",
        }
    }

    /// A state in which something is to be issued.
    pub fn is_in_issuing(self) -> bool {
        match self {
            Self::Approved | Self::Issuing => true,
            Self::Submitted
            | Self::Issued
            | Self::AlreadyEntitled
            | Self::Rejected
            | Self::Returned
            | Self::Withdrawn => false,
        }
    }

    /// A state that something is still to follow.
    pub fn is_open(self) -> bool {
        match self {
            Self::Submitted | Self::Approved | Self::Issuing | Self::Returned => true,
            Self::Issued | Self::AlreadyEntitled | Self::Rejected | Self::Withdrawn => false,
        }
    }
}

impl Queue {
    pub const ALL: [Self; 5] = [Self::Issue, Self::Announce, Self::Awaited, Self::Undeliverable, Self::Held];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Announce => "announce",
            Self::Awaited => "awaited",
            Self::Undeliverable => "undeliverable",
            Self::Held => "held",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == text)
    }
}
