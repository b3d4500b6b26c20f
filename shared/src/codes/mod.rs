//! Codes by mail: what the entry of an application and the look at one have in common.
//!
//! Architecture invariant: a code exists between its mail's id and the rendered mail; here it is hashed at
//! once. Every send and every try is decided by `domain::verification`, and shows itself only after the
//! commit under the version that it was decided from.

mod attempt;
mod delivery;
mod entry;
mod places;
mod prompt;
mod send;

use jiff::Timestamp;

pub use attempt::{Attempt, Begins, Begun, Tried};
pub use delivery::CodeDelivery;
pub use entry::{CodeEntry, Told, TypedCode};
pub use places::CodePlaces;
pub use prompt::{CodePrompt, CodeStage, Resend};
pub use send::{CodeSender, HeldBack};

use places::places;

use crate::{
    domain::{
        address_change::AddressChange,
        code_traffic::{UNCHECKED_PER_HOUR, over_for_this_hour},
        contact::EmailAddress,
        limits::{LimitReached, UNCHECKED_PER_NETWORK},
        mail::CodePurpose,
        verification::{Purpose, VERIFICATION_TTL, Verification},
    },
    runtime::{ConfigError, Entropy, Environment, Key},
    store::{CommitError, Store, StoreError},
    web::{ClientNetwork, Cookies, Moment, Problem, SetCookie, Token},
};

/// The verifications of the browsers that ask, under the hash of their cookie.
#[derive(Clone)]
pub struct Verifications {
    store: Store,
    pepper: Key,
    entropy: Entropy,
}

impl Verifications {
    pub fn of(environment: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            store: Store::of(environment)?,
            pepper: environment.config.secret("PEPPER")?,
            entropy: environment.entropy.clone(),
        })
    }

    /// The verification of this browser; without one it begins again at the purpose's first page.
    pub async fn load(
        &self,
        cookies: &Cookies,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<Verification, Problem> {
        let found = self.find(cookies, purpose, now).await?;
        found.ok_or_else(|| start_again(purpose))
    }

    /// The verification of this browser, if it has one.
    pub async fn find(
        &self,
        cookies: &Cookies,
        purpose: CodePurpose,
        now: Timestamp,
    ) -> Result<Option<Verification>, StoreError> {
        let Some(token) = cookies.value(places(purpose).cookie).and_then(Token::parse) else {
            return Ok(None);
        };
        let found = self.store.load_verification(&token.hash(&self.pepper), now).await?;
        Ok(found.filter(|verification| verification.purpose.of_code() == purpose))
    }

    /// The same verification after a lost race.
    async fn reload(&self, lost: &Verification, now: Timestamp) -> Result<Verification, Problem> {
        let found = self.store.load_verification(&lost.id, now).await?;
        found.ok_or_else(|| start_again(lost.purpose.of_code()))
    }

    /// Begins a verification for this browser. `solved` is the robot check's challenge that pays for it.
    pub async fn begin(
        &self,
        purpose: Purpose,
        email: EmailAddress,
        solved: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<(Verification, SetCookie), CommitError> {
        let (verification, cookie) = self.drawn(purpose, email, now);
        self.store.commit_verification(&verification, solved, None).await?;
        Ok((verification, cookie))
    }

    /// Begins the verification of the new address of a request, which is kept until then as a draft.
    pub async fn begin_change(
        &self,
        draft: &AddressChange,
        solved: Option<(&str, Timestamp)>,
        now: Timestamp,
    ) -> Result<(Verification, SetCookie), CommitError> {
        let purpose = Purpose::Change { id: draft.id };
        let (verification, cookie) = self.drawn(purpose, draft.items.new_email.clone(), now);
        self.store.commit_verification(&verification, solved, Some(draft)).await?;
        Ok((verification, cookie))
    }

    /// Begins a verification of a browser that ran no robot check, under a limit of its own. 429 beyond it.
    pub async fn begin_unchecked(
        &self,
        purpose: Purpose,
        email: EmailAddress,
        draft: Option<&AddressChange>,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<(Verification, SetCookie), Problem> {
        let key = self.pepper.hash("network", network.as_str());
        let (verification, cookie) = self.drawn(purpose, email, now);
        let mut race = self.store.race();
        loop {
            let read = self.store.load_unchecked(&key).await?;
            let over = |limit| unchecked_over(limit, purpose.of_code(), now);
            let usage = read.usage.used(UNCHECKED_PER_NETWORK, now).map_err(over)?;
            if race.lost() == 0 && !self.store.count_unchecked(UNCHECKED_PER_HOUR, now).await? {
                return Err(over(over_for_this_hour(now)));
            }
            let committed = self.store.commit_unchecked(&verification, draft, &key, &usage, &read).await;
            if race.settle(committed).await?.is_some() {
                return Ok((verification, cookie));
            }
        }
    }

    fn drawn(&self, purpose: Purpose, email: EmailAddress, now: Timestamp) -> (Verification, SetCookie) {
        let token = Token::new(&self.entropy);
        let verification = Verification::begin(token.hash(&self.pepper), purpose, email, now);
        let cookie = SetCookie::host(places(purpose.of_code()).cookie, token.expose(), VERIFICATION_TTL);
        (verification, cookie)
    }

    /// Takes the browser's verification away, once a session has taken its place.
    pub fn cookie_removed(purpose: CodePurpose) -> SetCookie {
        SetCookie::removed(places(purpose).cookie)
    }

    /// What limits count an address by. Not by its very letters: Info@ and info@ fill the same mailbox.
    fn address_key(&self, email: &EmailAddress) -> String {
        self.pepper.hash("address", &email.key())
    }
}

/// A browser goes to the purpose's first page; a script gets 401.
fn start_again(purpose: CodePurpose) -> Problem {
    Problem::sign_in_first(places(purpose).start)
}

/// 429: without scripts it goes on later, with scripts at once.
fn unchecked_over(limit: LimitReached, purpose: CodePurpose, now: Timestamp) -> Problem {
    let again = Moment::from(limit.again_at).whole_minute().text();
    let sentence = format!(
        "JavaScriptを使わずに受け付けられる回数の上限に達したため、先へ進めませんでした。{again}以降にもう一度お試しいただくか、ブラウザーの設定でJavaScriptを有効にして、お進みください。"
    );
    Problem::too_many(sentence, limit.again_at.duration_since(now))
        .with_next(places(purpose).start, "メールアドレスの入力画面へ")
}

/// 429 with the minute from which on it is possible again.
fn limit_reached(
    limit: LimitReached,
    purpose: CodePurpose,
    sentence: impl FnOnce(&str) -> String,
    now: Timestamp,
) -> Problem {
    let again = Moment::from(limit.again_at).whole_minute().text();
    Problem::too_many(sentence(&again), limit.again_at.duration_since(now))
        .with_next(places(purpose).code, "認証コードの入力画面へ")
}
