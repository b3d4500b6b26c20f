//! How often something may be done within a time that slides along.
//!
//! Architecture invariant: a use is counted before its effect is shown to anybody.

use jiff::{SignedDuration, Timestamp};

/// At most `most` uses within any `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub most: usize,
    pub window: SignedDuration,
}

/// Code mails to one address.
pub const MAILS_PER_ADDRESS: Limit = Limit { most: 3, window: SignedDuration::from_hours(1) };
/// Code mails asked for from one network.
pub const MAILS_PER_NETWORK: Limit = Limit { most: 5, window: SignedDuration::from_mins(1) };
/// Verifications begun from one network without the robot check, by browsers that run no scripts.
pub const UNCHECKED_PER_NETWORK: Limit = Limit { most: 2, window: SignedDuration::from_hours(1) };
/// Codes tried for one address.
pub const TRIES_PER_ADDRESS: Limit = Limit { most: 20, window: SignedDuration::from_hours(24) };
/// Failed sign-ins under one name, and failed second factors with them.
pub const FAILED_SIGN_INS: Limit = Limit { most: 5, window: SignedDuration::from_mins(15) };
/// Failed sign-ins from one network, of institutions and staff together: a hospital's whole office behind one address
/// stays far below, who tries one password on many names does not.
pub const FAILED_SIGN_INS_PER_NETWORK: Limit = Limit { most: 30, window: SignedDuration::from_mins(15) };
/// Mails with a password link that are asked for one login ID.
pub const LINK_MAILS_PER_ACCOUNT: Limit = Limit { most: 3, window: SignedDuration::from_hours(1) };

/// The uses that still count, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    pub used_at: Vec<Timestamp>,
}

/// The limit is reached; the next use is possible at `again_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit is reached until {again_at}")]
pub struct LimitReached {
    pub again_at: Timestamp,
}

impl Usage {
    /// One more use, if the limit allows it.
    pub fn used(&self, limit: Limit, now: Timestamp) -> Result<Self, LimitReached> {
        let mut used_at: Vec<Timestamp> =
            self.used_at.iter().copied().filter(|used| *used + limit.window > now).collect();
        if used_at.len() >= limit.most {
            let oldest_that_blocks = used_at[used_at.len() - limit.most];
            return Err(LimitReached { again_at: oldest_that_blocks + limit.window });
        }
        used_at.push(now);
        Ok(Self { used_at })
    }

    /// How many more uses the limit allows now.
    pub fn left(&self, limit: Limit, now: Timestamp) -> usize {
        let counting = self.used_at.iter().filter(|used| **used + limit.window > now).count();
        limit.most.saturating_sub(counting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let limit = Limit { most: 2, window: SignedDuration::from_mins(10) };
        let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        let usage = Usage::default().used(limit, at(0)).unwrap().used(limit, at(6)).unwrap();
        assert_eq!(
            (usage.left(limit, at(9)), usage.left(limit, at(10)), usage.left(limit, at(16))),
            (0, 1, 2)
        );
        assert_eq!(usage.used(limit, at(9)), Err(LimitReached { again_at: at(10) }));
        let usage = usage.used(limit, at(10)).unwrap();
        assert_eq!(usage.used_at, [at(6), at(10)]);
        assert_eq!(usage.used(limit, at(11)), Err(LimitReached { again_at: at(16) }));
    }
}
