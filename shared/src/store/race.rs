//! Deciding again after a lost race: from a fresh read, a few times, with jitter.

use std::time::Duration;

use super::{CommitError, StoreError};
use crate::runtime::Entropy;

/// Counts the attempts of one decision.
pub struct Race {
    entropy: Entropy,
    lost: u32,
}

impl Race {
    /// Under 64 rivals each attempt lets one through; so many attempts let an honest one come in.
    const MOST_ATTEMPTS: u32 = 12;

    pub(super) fn new(entropy: Entropy) -> Self {
        Self { entropy, lost: 0 }
    }

    /// How many attempts were lost so far.
    pub fn lost(&self) -> u32 {
        self.lost
    }

    /// `Some` is the commit's value. `None` means: lost, a little later now, read and decide again.
    pub async fn settle<T>(&mut self, committed: Result<T, CommitError>) -> Result<Option<T>, StoreError> {
        match committed {
            Ok(value) => Ok(Some(value)),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::Lost(_)) => {
                self.lost += 1;
                if self.lost >= Self::MOST_ATTEMPTS {
                    return Err(StoreError::Contended);
                }
                tokio::time::sleep(jitter(&self.entropy, self.lost)).await;
                Ok(None)
            }
        }
    }
}

/// Up to 10 ms after the first loss, twice as much after each further one, 200 ms at most.
pub(super) fn jitter(entropy: &Entropy, lost: u32) -> Duration {
    let most = (10_u64 << lost.min(5)).min(200);
    let [byte] = entropy.bytes::<1>();
    Duration::from_millis(most * u64::from(byte) / 255)
}
