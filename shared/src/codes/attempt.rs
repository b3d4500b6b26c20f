//! A code is tried: counted first, then answered, and a session opened in the same transaction.

use jiff::Timestamp;

use super::{CodeStage, Verifications, limit_reached, places, prompt};
use crate::{
    domain::{
        address_change::ChangeDecided,
        application::Decided,
        form::FieldErrors,
        session::{ApplicantSession, Session},
        verification::{TryOutcome, TryRefused, Verification},
    },
    mail::{VerificationCode, keyed_hash},
    store::Opened,
    web::Problem,
};

/// What came of typing a code.
#[derive(Debug)]
pub enum Attempt {
    /// The session that `begin` made lives.
    Right,
    /// The page comes again, with what is wrong.
    Again(Box<Verification>, FieldErrors),
}

/// The same, with what a right code began.
#[derive(Debug)]
pub enum Tried {
    Right(Begun),
    Again(Box<Verification>, FieldErrors),
}

/// What a right code begins.
#[derive(Debug)]
pub enum Begun {
    Applicant(Box<ApplicantSession>),
    Tracker(Session),
    /// An application goes on at the proven address, and is looked at from there.
    Address {
        decided: Box<Decided>,
        session: Session,
    },
    /// A request to change an address is on its way.
    Change(Box<ChangeDecided>),
}

/// What a right code begins, where it has to be read and decided first.
pub trait Begins: Sync {
    fn begin(&self, proven: &Verification) -> impl Future<Output = Result<Begun, Problem>> + Send;
}

/// What needs nothing but the verification.
struct AtOnce<F>(F);

impl<F: Fn(&Verification) -> Begun + Send + Sync> Begins for AtOnce<F> {
    fn begin(&self, proven: &Verification) -> impl Future<Output = Result<Begun, Problem>> + Send {
        std::future::ready(Ok((self.0)(proven)))
    }
}

impl Verifications {
    /// Tries a code. `session_for` makes the session if the code is right; it is asked anew after each lost
    /// race. 410 where no code is to be tried, 429 where too many were.
    pub async fn attempt(
        &self,
        verification: Verification,
        typed: &VerificationCode,
        session_for: impl Fn(&Verification) -> Begun + Send + Sync,
        now: Timestamp,
    ) -> Result<Attempt, Problem> {
        Ok(match self.attempt_with(verification, typed, &AtOnce(session_for), now).await? {
            Tried::Right(_) => Attempt::Right,
            Tried::Again(verification, errors) => Attempt::Again(verification, errors),
        })
    }

    /// The same where what a right code begins has to be read and decided first.
    pub async fn attempt_with(
        &self,
        mut verification: Verification,
        typed: &VerificationCode,
        begins: &impl Begins,
        now: Timestamp,
    ) -> Result<Tried, Problem> {
        let typed_hash = keyed_hash(&self.pepper, "code", typed.expose());
        let address = self.address_key(&verification.email);
        let mut race = self.store.race();
        loop {
            let read = self.store.load_tries(&address).await?;
            let tried = match verification.clone().try_code(&typed_hash, &read.usage, now) {
                Ok(tried) => tried,
                Err(refused) => return refusal(verification, refused, now),
            };
            let begun = match tried.outcome {
                TryOutcome::Right => Some(begins.begin(&tried.next).await?),
                TryOutcome::Wrong { .. } => None,
            };
            let opened = begun.as_ref().map(Begun::opened);
            let committed = self.store.commit_try(&tried, &address, &read, opened).await;
            if race.settle(committed).await?.is_some() {
                return Ok(match (begun, tried.outcome) {
                    (Some(begun), _) => Tried::Right(begun),
                    (None, TryOutcome::Wrong { tries_left }) => {
                        Tried::Again(Box::new(tried.next), prompt::wrong(tries_left))
                    }
                    (None, TryOutcome::Right) => return Err(Problem::internal("a right code began nothing")),
                });
            }
            verification = self.reload(&verification, now).await?;
        }
    }
}

/// No code was compared.
fn refusal(verification: Verification, refused: TryRefused, now: Timestamp) -> Result<Tried, Problem> {
    let purpose = verification.purpose.of_code();
    match refused {
        TryRefused::NoCode => Err(Problem::gone(
            "使用できる認証コードがありません。認証コードは、一度使用すると使えなくなります。",
        )
        .with_next(places(purpose).send, "新しい認証コードを送信する")),
        TryRefused::Expired => Ok(Tried::Again(Box::new(verification), CodeStage::Expired.errors())),
        TryRefused::NoTriesLeft => Ok(Tried::Again(Box::new(verification), CodeStage::UsedUp.errors())),
        TryRefused::TooManyTries(limit) => Err(limit_reached(limit, purpose, too_many_tries, now)),
    }
}

fn too_many_tries(again: &str) -> String {
    format!(
        "認証コードの入力回数が上限（同じメールアドレスについて24時間に20回まで）に達したため、確認できませんでした。{again}以降に、もう一度お試しください。"
    )
}

impl Begun {
    fn opened(&self) -> Opened<'_> {
        match self {
            Self::Applicant(session) => Opened::Applicant(session),
            Self::Tracker(session) => Opened::Tracker(session),
            Self::Change(decided) => Opened::Change(decided),
            Self::Address { decided, session } => Opened::Address { decided, session },
        }
    }
}
