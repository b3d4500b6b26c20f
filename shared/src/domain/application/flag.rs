//! 3週間超過: an application on which nothing moves is flagged, with the reason, exactly from 21 days on.

use jiff::{SignedDuration, Timestamp};

use super::{Application, AuditEvent, Decided, Status};

/// The time after which the guide lets an applicant begin to ask.
pub const STUCK_AFTER: SignedDuration = SignedDuration::from_hours(21 * 24);

/// Why an application is flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagReason {
    /// It has been in its present state for 21 days.
    InState,
    /// It was submitted 21 days ago, and ② (or ③) has not been delivered.
    SinceSubmission,
}

/// Since when an application is flagged, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    pub in_state: Option<Timestamp>,
    pub since_submission: Option<Timestamp>,
}

impl FlagReason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InState => "in-state",
            Self::SinceSubmission => "since-submission",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::InState, Self::SinceSubmission].into_iter().find(|reason| reason.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::InState => "現在の状態になってから3週間を超過",
            Self::SinceSubmission => "申請から3週間を超過",
        }
    }
}

impl Flags {
    pub fn is_set(&self) -> bool {
        self.in_state.is_some() || self.since_submission.is_some()
    }

    pub(super) fn clear_in_state(&mut self) {
        self.in_state = None;
    }

    pub(super) fn clear_all(&mut self) {
        *self = Self::default();
    }
}

impl Application {
    /// When the next flag falls due; `None` if none ever will, as things stand.
    pub fn flag_due_at(&self) -> Option<Timestamp> {
        let in_state = self.status.kind().is_open() && self.flags.in_state.is_none();
        let since_submission = self.waits_for_notice() && self.flags.since_submission.is_none();
        let of_state = in_state.then(|| self.entered_at + STUCK_AFTER);
        let of_submission = since_submission.then(|| self.submitted_at + STUCK_AFTER);
        [of_state, of_submission].into_iter().flatten().min()
    }

    /// Sets the flag that is due, the one of the submission first. `None` if none is: a second run of the
    /// same day changes nothing.
    pub fn flag(mut self, now: Timestamp) -> Option<Decided> {
        let due = |since: Timestamp| since + STUCK_AFTER <= now;
        let was = self.was();
        let reason =
            if self.waits_for_notice() && self.flags.since_submission.is_none() && due(self.submitted_at) {
                self.flags.since_submission = Some(now);
                FlagReason::SinceSubmission
            } else if self.status.kind().is_open() && self.flags.in_state.is_none() && due(self.entered_at) {
                self.flags.in_state = Some(now);
                FlagReason::InState
            } else {
                return None;
            };
        Some(self.audited(AuditEvent::Flagged { reason }, was, now))
    }

    /// Whether ② or ③ is still to reach the applicant.
    fn waits_for_notice(&self) -> bool {
        match &self.status {
            Status::Submitted | Status::Approved | Status::Issuing { .. } | Status::Returned { .. } => true,
            Status::Issued { delivered_at, password_set_at, .. } => {
                delivered_at.is_none() && password_set_at.is_none()
            }
            Status::AlreadyEntitled { .. } | Status::Rejected { .. } | Status::Withdrawn { .. } => false,
        }
    }

    /// Whether nothing is left to wait for: then no flag stands.
    pub(super) fn is_heard(&self) -> bool {
        !self.status.kind().is_open() && !self.waits_for_notice()
    }
}
