//! What a try at signing in came to, and what every try has in common.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        account::PasswordHash,
        limits::FAILED_SIGN_INS,
        session::{Holder, Session},
    },
    password::Password,
    runtime::Entropy,
    store::{CommitError, Counter},
    web::{Moment, Problem, Token},
};

use crate::App;

/// A try that was committed: it may be shown now.
pub(crate) enum Tried {
    /// A session began: its token, and how long the cookie lasts.
    In {
        token: Token,
        ttl: SignedDuration,
    },
    Wrong,
    Locked {
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
    /// The session that a right try begins, and the outcome to show once it is committed.
    pub(crate) fn begin(&self, holder: Holder, epoch: u64, now: Timestamp) -> (Session, Tried) {
        let token = Token::new(&self.entropy);
        let ttl = holder.ttl();
        (Session::begin(token.hash(&self.pepper), holder, epoch, now), Tried::In { token, ttl })
    }
}

impl Tried {
    /// A try under a name that nobody has: counted and locked like anybody's.
    pub(crate) async fn as_nobody(
        app: &App,
        name: &str,
        failures: &Counter,
        now: Timestamp,
    ) -> Result<Self, CommitError> {
        match failures.usage.used(FAILED_SIGN_INS, now) {
            Err(limit) => Ok(Self::Locked { again_at: limit.again_at }),
            Ok(usage) => {
                app.store.commit_failure_of_nobody(name, &usage, failures).await.map(|()| Self::Wrong)
            }
        }
    }
}

/// Notes a refusal in the log, so that many of them can be seen. Whose it was does not stand there.
pub(crate) fn log_refusal(holder: &'static str, reason: &'static str) {
    tracing::warn!(event = "sign_in_refused", holder, reason, "a sign-in was refused");
}

/// 429: a browser reads `sentence` at the field, a script in the problem.
pub(crate) fn locked_out(sentence: &str, again_at: Timestamp, now: Timestamp) -> Problem {
    Problem::too_many(sentence.trim_start_matches('＊'), again_at.duration_since(now))
}

/// From when on somebody who is locked out can try again.
pub(crate) fn again_text(again_at: Timestamp) -> String {
    Moment::from(again_at).whole_minute().text()
}
