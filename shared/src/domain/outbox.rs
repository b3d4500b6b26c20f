//! The way of a mail out of the store: claimed under a lease, sent once, its outcome recorded.
//!
//! ```text
//! Pending ──claim──► Claimed ──accepted──► Sent
//!    ▲                  │ refused ──► Pending (later) or Failed
//!    │                  │ lease over
//!    │                  ▼
//!    └──nothing heard── Unknown ──any event──► Sent
//!
//! Pending, Claimed, Unknown ──cancel──► Cancelled ──an earlier try was accepted──► Sent
//! ```
//!
//! Architecture invariant: a mail is handed to SES only by who holds its claim, and is handed over again
//! only when SES refused it clearly, or when nothing was heard of an uncertain try for `RECOVERY_TTL`. Nobody
//! claims it once it was cancelled.

use jiff::{SignedDuration, Timestamp};

use super::mail::MailKind;

/// How long a claim lasts. Longer than any function runs.
pub const LEASE_TTL: SignedDuration = SignedDuration::from_mins(5);
/// How long an uncertain try is given to show by an event that it was accepted after all.
pub const RECOVERY_TTL: SignedDuration = SignedDuration::from_mins(15);
/// After so many clear refusals a person has to look.
pub const MOST_TRIES: u32 = 12;

/// Who claimed a mail: random, so that a repeated write knows itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimId(String);

/// How far the sending of a mail has come. `tries` counts the times it was handed to SES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outbox {
    Pending {
        tries: u32,
        not_before: Timestamp,
    },
    Claimed {
        tries: u32,
        claim: ClaimId,
        lease_until: Timestamp,
    },
    Unknown {
        tries: u32,
        since: Timestamp,
    },
    Sent {
        tries: u32,
        message_id: Option<String>,
        at: Timestamp,
    },
    Failed {
        tries: u32,
        reason: String,
        at: Timestamp,
    },
    /// `tries` were handed over before, the last perhaps at this moment: what is heard of them still counts.
    Cancelled {
        tries: u32,
        reason: String,
        at: Timestamp,
    },
}

/// The mail may not be sent now by who asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    #[error("not due before {not_before}")]
    NotDue { not_before: Timestamp },
    #[error("nothing to send: {state}")]
    NotPending { state: &'static str },
}

/// What SES answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    Accepted {
        message_id: String,
    },
    /// SES certainly did not take it.
    Refused {
        reason: String,
        permanent: bool,
    },
    /// Nobody knows: a time-out, a broken connection.
    Unknown {
        reason: String,
    },
}

impl ClaimId {
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(hex::encode(random))
    }

    pub fn from_stored(text: &str) -> Option<Self> {
        (text.len() == 32).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Outbox {
    /// To be sent from `at` on.
    pub fn due(at: Timestamp) -> Self {
        Self::Pending { tries: 0, not_before: at }
    }

    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Claimed { .. } => "claimed",
            Self::Unknown { .. } => "unknown",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// When somebody has to see to it; `None` once it has ended.
    pub fn due_at(&self) -> Option<Timestamp> {
        match self {
            Self::Pending { not_before, .. } => Some(*not_before),
            Self::Claimed { lease_until, .. } => Some(*lease_until),
            Self::Unknown { since, .. } => Some(*since + RECOVERY_TTL),
            Self::Sent { .. } | Self::Failed { .. } | Self::Cancelled { .. } => None,
        }
    }

    /// Whether somebody may take it for a try now.
    pub fn is_to_be_sent(&self, now: Timestamp) -> bool {
        matches!(self, Self::Pending { not_before, .. } if *not_before <= now)
    }

    /// Takes the mail for one try.
    pub fn claim(&self, claim: ClaimId, now: Timestamp) -> Result<Self, ClaimRefused> {
        match self {
            Self::Pending { tries, .. } if self.is_to_be_sent(now) => {
                Ok(Self::Claimed { tries: tries + 1, claim, lease_until: now + LEASE_TTL })
            }
            Self::Pending { not_before, .. } => Err(ClaimRefused::NotDue { not_before: *not_before }),
            Self::Claimed { .. }
            | Self::Unknown { .. }
            | Self::Sent { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. } => Err(ClaimRefused::NotPending { state: self.as_str() }),
        }
    }

    /// Records what SES answered to the try that `mine` claimed; `None` if that changes nothing, because
    /// the claim is not there any more or the outcome is uncertain (then the lease runs out).
    pub fn answered(
        &self,
        mine: &ClaimId,
        outcome: &SendOutcome,
        kind: MailKind,
        now: Timestamp,
    ) -> Option<Self> {
        let tries = self.tries();
        match (self, outcome) {
            (Self::Claimed { claim, .. }, SendOutcome::Accepted { message_id }) if claim == mine => {
                Some(Self::Sent { tries, message_id: Some(message_id.clone()), at: now })
            }
            (Self::Sent { message_id: None, at, .. }, SendOutcome::Accepted { message_id }) => {
                Some(Self::Sent { tries, message_id: Some(message_id.clone()), at: *at })
            }
            // The answer came after the lease had run out, or after it was cancelled: it still is the truth.
            (
                Self::Unknown { .. } | Self::Cancelled { tries: 1.., .. },
                SendOutcome::Accepted { message_id },
            ) => Some(Self::Sent { tries, message_id: Some(message_id.clone()), at: now }),
            (Self::Claimed { claim, .. }, SendOutcome::Refused { reason, permanent }) if claim == mine => {
                Some(refused(
                    tries,
                    reason,
                    *permanent || !kind.is_repeated_when_unknown() && tries >= 3,
                    now,
                ))
            }
            _ => None,
        }
    }

    /// What the sweeper makes of it: a lease that ran out, an uncertain try of which nothing was heard.
    pub fn swept(&self, kind: MailKind, now: Timestamp) -> Option<Self> {
        match self {
            Self::Claimed { tries, lease_until, .. } if *lease_until <= now => {
                Some(Self::Unknown { tries: *tries, since: now })
            }
            Self::Unknown { tries, since } if *since + RECOVERY_TTL <= now => {
                if kind.is_repeated_when_unknown() {
                    Some(Self::Pending { tries: *tries, not_before: now })
                } else {
                    Some(Self::Failed { tries: *tries, reason: "outcome unknown".to_owned(), at: now })
                }
            }
            Self::Pending { .. }
            | Self::Claimed { .. }
            | Self::Unknown { .. }
            | Self::Sent { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. } => None,
        }
    }

    /// It shall not leave (any more); `None` if it has ended. Who holds its claim may be handing it over at
    /// this moment; after that nobody sends it.
    pub fn cancel(&self, reason: &str, now: Timestamp) -> Option<Self> {
        match self {
            Self::Pending { tries, .. } | Self::Claimed { tries, .. } | Self::Unknown { tries, .. } => {
                Some(Self::Cancelled { tries: *tries, reason: reason.to_owned(), at: now })
            }
            Self::Sent { .. } | Self::Failed { .. } | Self::Cancelled { .. } => None,
        }
    }

    /// An event of this mail came: some try of it was accepted, whatever we knew of it.
    #[must_use]
    pub fn proven_sent(self, at: Timestamp) -> Self {
        match self {
            Self::Pending { tries, .. }
            | Self::Claimed { tries, .. }
            | Self::Unknown { tries, .. }
            | Self::Failed { tries, .. }
            | Self::Cancelled { tries, .. }
                if tries > 0 =>
            {
                Self::Sent { tries, message_id: None, at }
            }
            unmoved @ (Self::Pending { .. }
            | Self::Claimed { .. }
            | Self::Unknown { .. }
            | Self::Sent { .. }
            | Self::Failed { .. }
            | Self::Cancelled { .. }) => unmoved,
        }
    }

    /// How many times it was handed to SES.
    pub fn tries(&self) -> u32 {
        match self {
            Self::Pending { tries, .. }
            | Self::Claimed { tries, .. }
            | Self::Unknown { tries, .. }
            | Self::Sent { tries, .. }
            | Self::Failed { tries, .. }
            | Self::Cancelled { tries, .. } => *tries,
        }
    }
}

/// One minute, then twice as long each time, an hour at most.
fn refused(tries: u32, reason: &str, permanent: bool, now: Timestamp) -> Outbox {
    if permanent || tries >= MOST_TRIES {
        return Outbox::Failed { tries, reason: reason.to_owned(), at: now };
    }
    let minutes = (1_i64 << tries.saturating_sub(1).min(6)).min(60);
    Outbox::Pending { tries, not_before: now + SignedDuration::from_mins(minutes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn claim(byte: u8) -> ClaimId {
        ClaimId::from_random([byte; 16])
    }

    fn accepted() -> SendOutcome {
        SendOutcome::Accepted { message_id: "ses-1".into() }
    }

    const KIND: MailKind = MailKind::AdvanceNotice;

    #[test]
    fn one_claim_excludes_the_next() {
        let claimed = Outbox::due(at(0)).claim(claim(1), at(0)).unwrap();
        assert_eq!(claimed.claim(claim(2), at(1)), Err(ClaimRefused::NotPending { state: "claimed" }));
        assert_eq!(claimed.answered(&claim(2), &accepted(), KIND, at(1)), None);
        let sent = claimed.answered(&claim(1), &accepted(), KIND, at(1)).unwrap();
        assert_eq!(sent.due_at(), None);
    }

    #[test]
    fn nothing_is_sent_before_its_time() {
        let refused = Outbox::due(at(10)).claim(claim(1), at(9));
        assert_eq!(refused, Err(ClaimRefused::NotDue { not_before: at(10) }));
    }

    #[test]
    fn an_uncertain_try_is_repeated_only_after_the_recovery_time() {
        let claimed = Outbox::due(at(0)).claim(claim(1), at(0)).unwrap();
        assert_eq!(claimed.swept(KIND, at(4)), None);
        let unknown = claimed.swept(KIND, at(5)).unwrap();
        assert_eq!(unknown.swept(KIND, at(19)), None);
        assert_eq!(unknown.swept(KIND, at(20)), Some(Outbox::Pending { tries: 1, not_before: at(20) }));
        assert_eq!(unknown.swept(MailKind::Code, at(20)).unwrap().as_str(), "failed");
    }

    #[test]
    fn an_event_proves_an_uncertain_try_even_after_it_went_back_to_pending() {
        let unknown = Outbox::Unknown { tries: 1, since: at(5) };
        assert_eq!(unknown.clone().proven_sent(at(6)).as_str(), "sent");
        assert_eq!(unknown.swept(KIND, at(30)).unwrap().proven_sent(at(31)).as_str(), "sent");
        assert_eq!(
            Outbox::due(at(0)).proven_sent(at(1)).as_str(),
            "pending",
            "never handed over: a forged event"
        );
    }

    #[test]
    fn what_is_cancelled_is_never_claimed_and_ends_once() {
        let pending = Outbox::due(at(0));
        let cancelled = pending.cancel("withdrawn", at(1)).unwrap();
        assert_eq!(cancelled, Outbox::Cancelled { tries: 0, reason: "withdrawn".into(), at: at(1) });
        assert_eq!((cancelled.due_at(), cancelled.is_to_be_sent(at(2))), (None, false));
        assert_eq!(cancelled.claim(claim(1), at(2)), Err(ClaimRefused::NotPending { state: "cancelled" }));
        assert_eq!(cancelled.answered(&claim(1), &accepted(), KIND, at(2)), None, "never handed over");
        assert_eq!(cancelled.clone().proven_sent(at(2)), cancelled, "a forged event");
        let sent = Outbox::Sent { tries: 1, message_id: None, at: at(0) };
        let failed = Outbox::Failed { tries: 1, reason: "rejected".into(), at: at(0) };
        for ended in [cancelled, sent, failed] {
            assert_eq!(ended.cancel("withdrawn", at(3)), None, "{ended:?}");
        }
    }

    #[test]
    fn what_was_on_its_way_when_cancelled_is_told_as_it_is_and_not_repeated() {
        let claimed = Outbox::due(at(0)).claim(claim(1), at(0)).unwrap();
        let unknown = claimed.swept(KIND, at(5)).unwrap();
        for under_way in [claimed, unknown] {
            let cancelled = under_way.cancel("withdrawn", at(6)).unwrap();
            assert_eq!(cancelled.swept(KIND, at(60)), None);
            assert_eq!(cancelled.clone().proven_sent(at(7)).as_str(), "sent");
            assert_eq!(cancelled.answered(&claim(1), &accepted(), KIND, at(7)).unwrap().as_str(), "sent");
            let refusal = SendOutcome::Refused { reason: "throttled".into(), permanent: false };
            assert_eq!(cancelled.answered(&claim(1), &refusal, KIND, at(7)), None);
        }
    }

    #[test]
    fn a_clear_refusal_waits_longer_each_time_and_ends_at_a_person() {
        let refusal = SendOutcome::Refused { reason: "throttled".into(), permanent: false };
        let mut outbox = Outbox::due(at(0));
        let mut now = at(0);
        let mut waits = Vec::new();
        while let Some(due) = outbox.due_at() {
            waits.push((due.as_second() - now.as_second()) / 60);
            now = due;
            let claimed = outbox.claim(claim(1), now).unwrap();
            outbox = claimed.answered(&claim(1), &refusal, KIND, now).unwrap();
        }
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
        assert_eq!(outbox.as_str(), "failed");
    }

    #[test]
    fn a_permanent_refusal_fails_at_once_and_an_unknown_outcome_stays_claimed() {
        let claimed = Outbox::due(at(0)).claim(claim(1), at(0)).unwrap();
        let permanent = SendOutcome::Refused { reason: "rejected".into(), permanent: true };
        assert_eq!(claimed.answered(&claim(1), &permanent, KIND, at(0)).unwrap().as_str(), "failed");
        let unknown = SendOutcome::Unknown { reason: "time-out".into() };
        assert_eq!(claimed.answered(&claim(1), &unknown, KIND, at(0)), None);
    }
}
