//! An application (申請): its form, its state, and the verbs that move it. One file a verb.
//!
//! ```text
//!             approve            issue              announce
//! Submitted ─────────► Approved ───────► Issuing ─────────────► Issued
//!  │   ▲ │                 │  └──────────────────────────────────►
//!  │   │ │ reject          │    (the right added to an account)
//!  │   │ ▼                 ▼
//!  │   │ Rejected    AlreadyEntitled
//!  │   │ resubmit
//!  ▼   │                      Submitted, Returned, Approved, Issuing ──withdraw──► Withdrawn
//! Returned
//! ```
//!
//! `prove_address` and `resend_notice` begin ① or ② again without leaving the state. Applying again after
//! `Rejected` or `Withdrawn` is a new application (`submit`).
//!
//! Architecture invariant: every move is one value (`Decided`) with the state and version that it started
//! from, exactly one audit event, and the mails that must leave. The application names every mail about it, so that
//! who calls mails off has read all of them, also one that was written a moment ago.

mod announce;
mod approve;
mod audit;
mod correct_address;
mod decided;
mod duplicates;
mod flag;
mod hold;
mod issue;
mod notice;
mod password_set;
mod prove_address;
mod reject;
mod resend_notice;
mod resubmit;
mod return_for_correction;
mod status;
mod submit;
mod submit_on_behalf;
mod withdraw;

use jiff::Timestamp;

pub use announce::{Announce, AnnounceError};
pub use approve::Approve;
pub use audit::{AuditEntry, AuditEvent};
pub use correct_address::{CorrectAddress, CorrectAddressError};
pub use decided::{Also, Decided, Was, called_off};
pub use duplicates::{DuplicateKey, Likeness, PossibleDuplicate, duplicate_keys};
pub use flag::{FlagReason, Flags, STUCK_AFTER};
pub use hold::{Hold, HoldError, HoldReason};
pub use issue::{Issue, IssueError};
pub use notice::{NoticeFate, notice_fate};
pub use prove_address::{AddressBy, ProveAddress, ProveAddressError};
pub use reject::{NOTE_LIMIT, Reject, RejectionReason};
pub use resend_notice::{Requester, ResendError, ResendNotice};
pub use resubmit::{Resubmit, ResubmitError};
pub use return_for_correction::{CORRECTION_DAYS, ReturnForCorrection, correction_due_on};
pub use status::{AdvanceOutcome, Queue, Status, StatusKind};
pub use submit::{Submission, submit};
pub use submit_on_behalf::{SubmitOnBehalf, submit_on_behalf};
pub use withdraw::{NotOpen, Withdraw};

use super::{
    account::Reviewer,
    form::ApplicationForm,
    ids::{ApplicationNumber, MailId},
    prefecture::PrefectureDesk,
};

/// One application, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub number: ApplicationNumber,
    pub form: ApplicationForm,
    pub submitted_at: Timestamp,
    /// The version of terms and privacy policy agreed to, and when.
    pub terms_version: String,
    pub agreed_at: Timestamp,
    /// The application that was rejected or taken back, where this one was filled in from it.
    pub applied_again_of: Option<ApplicationNumber>,
    pub status: Status,
    /// When it entered its present state.
    pub entered_at: Timestamp,
    pub flags: Flags,
    /// The secretariat keeps it out of the issuing runs.
    pub hold: Option<Hold>,
    pub history: Vec<AuditEntry>,
    /// Every mail that was written about it, in the order in which they were.
    pub mails: Vec<MailId>,
    pub version: u64,
}

/// The reviewer may not do it, or the application is not where it can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// For this reviewer the application does not exist.
    #[error("not of the reviewer's desk")]
    NotOfThisDesk,
    /// Somebody was faster, or it was decided before.
    #[error("not under review: {status:?}")]
    NotUnderReview { status: StatusKind, last: Option<AuditEntry> },
    /// A proxy application: nobody has proven its address yet, so nothing can be returned there by mail.
    #[error("the address was never proven")]
    AddressNotProven,
}

impl Application {
    /// The desk that decides on it.
    pub fn desk(&self) -> PrefectureDesk {
        PrefectureDesk { prefecture: self.form.prefecture, desk: self.form.institution_kind.desk() }
    }

    /// The work that waits here, and from when on. Held work waits in a list of its own, since it was held.
    pub fn work(&self) -> Option<(Queue, Timestamp)> {
        match &self.hold {
            Some(hold) => Some((Queue::Held, hold.at)),
            None => self.status.work(self.entered_at),
        }
    }

    /// Whether this reviewer may see it at all.
    pub fn is_visible_to(&self, desk: PrefectureDesk) -> bool {
        self.desk() == desk
    }

    /// Whether this reviewer may decide on it, as it stands.
    pub fn for_review_by(&self, reviewer: &Reviewer) -> Result<(), ReviewError> {
        if !self.is_visible_to(reviewer.desk) {
            return Err(ReviewError::NotOfThisDesk);
        }
        match &self.status {
            Status::Submitted => Ok(()),
            Status::Approved
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => {
                let last = self.last_move().cloned();
                Err(ReviewError::NotUnderReview { status: self.status.kind(), last })
            }
        }
    }
}

#[cfg(any(test, feature = "testing"))]
#[expect(clippy::expect_used, reason = "samples are right, or the tests that use them fail")]
pub mod samples;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod waiting_tests;
