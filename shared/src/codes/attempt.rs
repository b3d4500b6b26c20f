//! A code is tried: counted first, then answered, and a session opened in the same transaction.

use jiff::Timestamp;

use super::{CodeStage, Verifications, limit_reached, places, prompt};
use crate::{
    domain::{
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
    Again(Verification, FieldErrors),
}

/// The session that a right code opens.
#[derive(Debug)]
pub enum Begun {
    Applicant(Box<ApplicantSession>),
    Tracker(Session),
}

impl Verifications {
    /// Tries a code. `session_for` makes the session if the code is right; it is asked anew after each lost
    /// race. 410 where no code is to be tried, 429 where too many were.
    pub async fn attempt(
        &self,
        mut verification: Verification,
        typed: &VerificationCode,
        session_for: impl Fn(&Verification) -> Begun,
        now: Timestamp,
    ) -> Result<Attempt, Problem> {
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
                TryOutcome::Right => Some(session_for(&tried.next)),
                TryOutcome::Wrong { .. } => None,
            };
            let opened = begun.as_ref().map(Begun::opened);
            let committed = self.store.commit_try(&tried, &address, &read, opened).await;
            if race.settle(committed).await?.is_some() {
                return Ok(match tried.outcome {
                    TryOutcome::Right => Attempt::Right,
                    TryOutcome::Wrong { tries_left } => Attempt::Again(tried.next, prompt::wrong(tries_left)),
                });
            }
            verification = self.reload(&verification, now).await?;
        }
    }
}

/// No code was compared.
fn refusal(verification: Verification, refused: TryRefused, now: Timestamp) -> Result<Attempt, Problem> {
    let purpose = verification.purpose.of_code();
    match refused {
        TryRefused::NoCode => Err(Problem::gone(
            "使用できる認証コードがありません。認証コードは、一度使用すると使えなくなります。",
        )
        .with_next(places(purpose).send, "新しい認証コードを送信する")),
        TryRefused::Expired => Ok(Attempt::Again(verification, CodeStage::Expired.errors())),
        TryRefused::NoTriesLeft => Ok(Attempt::Again(verification, CodeStage::UsedUp.errors())),
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
        }
    }
}
