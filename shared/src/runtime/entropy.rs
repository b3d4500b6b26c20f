//! Where randomness enters.

use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// Gives random bytes: the operating system's, or a seeded stream that tests can replay.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<(u64, u64)>>),
}

impl Entropy {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// SHA-256 in counter mode over a seed. For tests: the same seed gives the same bytes.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new((seed, 0)))))
    }

    /// Fills `buffer`.
    ///
    /// # Panics
    /// If the operating system has no randomness to give: no answer is better than a guessable secret.
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's randomness is read")]
    #[expect(clippy::expect_used, reason = "without randomness no secret may be made")]
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            Source::System => getrandom::fill(buffer).expect("the operating system gives randomness"),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in buffer.chunks_mut(32) {
                    let block =
                        Sha256::new().chain_update(state.0.to_le_bytes()).chain_update(state.1.to_le_bytes());
                    chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
                    state.1 += 1;
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
