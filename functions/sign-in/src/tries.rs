//! What a try at signing in came to, and what every try has in common.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        account::PasswordHash,
        limits::{FAILED_SIGN_INS, LimitReached},
        session::{Holder, Session},
    },
    password::Password,
    runtime::Entropy,
    store::{CommitError, Counter, NetworkFailure, NetworkFailures, StoreError},
    web::{ClientNetwork, Token},
};

use crate::App;

/// A try that was committed: it may be shown now.
pub(crate) enum Tried {
    /// A session began: its token, and how long the cookie lasts.
    In {
        token: Token,
        ttl: SignedDuration,
    },
    Refused(Refused),
}

/// Why nobody got in.
pub(crate) enum Refused {
    Wrong,
    /// Too many failures under this name.
    Locked {
        again_at: Timestamp,
    },
    /// Too many failures from this network.
    BusyNetwork {
        again_at: Timestamp,
    },
}

/// One comparison of a typed password, kept while the decision is made again after a lost race.
pub(crate) struct Comparison<'a> {
    password: &'a Password,
    entropy: &'a Entropy,
    known: Option<(Option<PasswordHash>, bool)>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(password: &'a Password, entropy: &'a Entropy) -> Self {
        Self { password, entropy, known: None }
    }

    /// Whether the password is the one behind `hash`; with nothing to compare with, the same work for nothing.
    pub(crate) fn matches(&mut self, hash: Option<&PasswordHash>) -> bool {
        if let Some((known, matches)) = &self.known
            && known.as_ref() == hash
        {
            return *matches;
        }
        let matches = match hash {
            Some(hash) => self.password.matches(hash),
            None => self.password.matches_nothing(self.entropy),
        };
        self.known = Some((hash.cloned(), matches));
        matches
    }
}

impl App {
    /// What failed from this network until now.
    pub(crate) async fn network_failures(
        &self,
        network: &ClientNetwork,
    ) -> Result<NetworkFailures, StoreError> {
        self.store.load_network_failures(&self.pepper.hash("network", network.as_str())).await
    }

    /// The session that a right try begins, and the outcome to show once it is committed.
    pub(crate) fn begin(&self, holder: Holder, epoch: u64, now: Timestamp) -> (Session, Tried) {
        let token = Token::new(&self.entropy);
        let ttl = holder.ttl();
        (Session::begin(token.hash(&self.pepper), holder, epoch, now), Tried::In { token, ttl })
    }
}

impl Tried {
    pub(crate) const WRONG: Self = Self::Refused(Refused::Wrong);

    pub(crate) fn locked(limit: LimitReached) -> Self {
        Self::Refused(Refused::Locked { again_at: limit.again_at })
    }

    pub(crate) fn busy_network(limit: LimitReached) -> Self {
        Self::Refused(Refused::BusyNetwork { again_at: limit.again_at })
    }

    /// A try under a name that nobody has: counted and locked like anybody's.
    pub(crate) async fn as_nobody(
        app: &App,
        name: &str,
        failures: &Counter,
        network: &NetworkFailure,
        now: Timestamp,
    ) -> Result<Self, CommitError> {
        match failures.usage.used(FAILED_SIGN_INS, now) {
            Err(limit) => Ok(Self::locked(limit)),
            Ok(usage) => {
                let committed = app.store.commit_failure_of_nobody(name, &usage, failures, network).await;
                committed.map(|()| Self::WRONG)
            }
        }
    }
}
