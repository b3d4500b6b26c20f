//! The code mails of everybody within one hour: a cap, and a brake for when too many of them cannot arrive.
//!
//! Architecture invariant: only code mails are held back. Anybody may ask for those, for whatever address, and SES
//! pauses *all* sending when one mail in ten bounces; the workflow's own mails go on.

use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};

use super::limits::LimitReached;

/// Fewer bounces than this in an hour say nothing.
pub const BRAKE_FROM: u64 = 30;
/// More than so many of a hundred: a robot types dead addresses. People mistype one in fifty.
pub const BRAKE_PERCENT: u64 = 10;
/// Verifications that begin without the robot check, in an hour, from everywhere.
pub const UNCHECKED_PER_HOUR: u64 = 60;

/// What was counted in the present hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CodeTraffic {
    pub sent: u64,
    pub bounced: u64,
}

impl CodeTraffic {
    /// Refused until the next hour if the brake is on.
    pub fn admit(self, now: Timestamp) -> Result<(), LimitReached> {
        let is_braked = self.bounced >= BRAKE_FROM && self.bounced * 100 > self.sent * BRAKE_PERCENT;
        if is_braked { Err(over_for_this_hour(now)) } else { Ok(()) }
    }
}

/// The cap of this hour is reached.
pub fn over_for_this_hour(now: Timestamp) -> LimitReached {
    LimitReached { again_at: hour_of(now) + SignedDuration::from_hours(1) }
}

/// The beginning of the hour.
pub fn hour_of(now: Timestamp) -> Timestamp {
    let floor = TimestampRound::new().smallest(Unit::Hour).mode(RoundMode::Trunc);
    now.round(floor).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_brake_needs_many_bounces_and_a_large_share() {
        let now = at("2027-01-22T03:20:00Z");
        let admitted = |sent, bounced| CodeTraffic { sent, bounced }.admit(now).is_ok();
        assert!(admitted(0, 0));
        assert!(admitted(29, 29), "a handful of typos in a calm hour");
        assert!(!admitted(30, 30));
        assert!(admitted(300, 30) && !admitted(299, 30));
        assert!(admitted(10_000, 200), "the last day of a campaign");
        let refused = CodeTraffic { sent: 40, bounced: 40 }.admit(now);
        assert_eq!(refused, Err(LimitReached { again_at: at("2027-01-22T04:00:00Z") }));
    }

    #[test]
    fn an_hour_begins_at_its_full_minute() {
        assert_eq!(hour_of(at("2027-01-22T03:59:59.999Z")), at("2027-01-22T03:00:00Z"));
        assert_eq!(hour_of(at("2027-01-22T03:00:00Z")), at("2027-01-22T03:00:00Z"));
        assert_eq!(over_for_this_hour(at("2027-01-22T23:00:00Z")).again_at, at("2027-01-23T00:00:00Z"));
    }
}
