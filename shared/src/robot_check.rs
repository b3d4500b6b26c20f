//! 「私はロボットではありません。」: a proof of work by the protocol of ALTCHA v2.
//!
//! The browser looks for a counter whose derived key (PBKDF2) begins as the challenge says. The counter is
//! drawn from a narrow range, so that everybody works about as long: 256 derivations of `cost` iterations on
//! average, 383 at most.
//!
//! Architecture invariant: a challenge is accepted only if its signature is ours and its end, which the
//! signature covers, has not come; that it is accepted once is the store's part (`Solved::id`).

use std::{collections::BTreeMap, sync::Arc};

use altcha::{
    Challenge, ChallengeParameters, HmacAlgorithm, Payload, SolveChallengeOptions, VerifySolutionOptions,
    sign_challenge, solve_challenge, verify_solution,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};

use serde::Serialize;

use crate::{
    domain::form::FieldErrors,
    runtime::{ConfigError, Entropy, Environment},
};

/// Where a script gets a challenge, whichever form it is for.
pub const CHALLENGE: &str = "/user-Registration-Form/challenge";
/// The field of the solution.
pub const ROBOT_CHECK: &str = "robot_check";
/// How long a challenge can be handed in.
const CHALLENGE_TTL: SignedDuration = SignedDuration::from_mins(10);
/// The counter is this plus one random byte.
const LEAST_COUNTER: u32 = 128;
/// The bytes of the derived key, and the hex digits of it that the challenge tells.
const KEY_LENGTH: usize = 32;
const PREFIX_DIGITS: usize = 32;
/// Under this name the end of a challenge stands in its signed `data`. The crate's own `expires_at` is not
/// used, for it is compared with the machine's clock.
const END: &str = "endsAt";

/// Issues challenges and reads what comes back.
#[derive(Clone)]
pub struct RobotCheck {
    secret: Arc<str>,
    cost: u32,
    entropy: Entropy,
}

/// A challenge that was solved in time. Its id is good once, until it ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Solved {
    pub id: String,
    pub ends_at: Timestamp,
}

/// Why the check counts as not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsolved {
    Missing,
    /// Neither solved nor ticked, in a browser without scripts.
    Unticked,
    /// Not what our script sends, not our signature, or not the solution.
    Refused,
    Ended,
    UsedBefore,
}

/// What pays for a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Paid {
    Solved(Solved),
    /// Nothing but a tick, in a browser without scripts: under the stricter limit.
    Ticked,
}

/// What a form sends of the check.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub robot_check: &'a str,
    /// The box was ticked; of use only where no script solves the check.
    pub not_a_robot: &'a str,
    /// The page was shown by a browser that runs no scripts.
    pub without_scripts: &'a str,
}

/// The box as a page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct CheckBox {
    /// Where a script gets the challenge whose solution the field `robot_check` wants.
    pub challenge: &'static str,
    pub not_a_robot: bool,
    /// A solution that is still good, although something else was wrong.
    #[serde(skip)]
    pub robot_check: String,
}

impl CheckBox {
    /// What was sent stands there again, as far as no error says that it is of no use any more.
    pub fn of(sent: Answer<'_>, errors: &FieldErrors) -> Self {
        let is_kept = errors.message_for(ROBOT_CHECK).is_none();
        Self {
            challenge: CHALLENGE,
            not_a_robot: !sent.not_a_robot.is_empty() && !sent.without_scripts.is_empty(),
            robot_check: if is_kept { sent.robot_check.to_owned() } else { String::new() },
        }
    }
}

impl RobotCheck {
    /// The setting `ROBOT_CHECK_COST` is the iterations of one derivation.
    pub fn of(environment: &Environment) -> Result<Self, ConfigError> {
        let key = environment.config.secret("ROBOT_CHECK_KEY")?;
        Ok(Self {
            secret: key.hash("robot check", "challenge").into(),
            cost: environment.config.number("ROBOT_CHECK_COST")?,
            entropy: environment.entropy.clone(),
        })
    }

    pub fn issue(&self, now: Timestamp) -> Result<Challenge, altcha::Error> {
        let ends_at = (now + CHALLENGE_TTL).as_second();
        let mut parameters = ChallengeParameters {
            algorithm: "PBKDF2/SHA-256".to_owned(),
            cost: self.cost,
            data: Some(BTreeMap::from([(END.to_owned(), ends_at.into())])),
            expires_at: None,
            key_length: KEY_LENGTH,
            key_prefix: String::new(),
            key_signature: None,
            memory_cost: None,
            nonce: hex::encode(self.entropy.bytes::<16>()),
            parallelism: None,
            salt: hex::encode(self.entropy.bytes::<16>()),
        };
        parameters.key_prefix = self.prefix_of_some_counter(&parameters)?;
        sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, None, &self.secret, None)
    }

    /// What pays for the request that this came with.
    pub fn paid(&self, answer: Answer<'_>, now: Timestamp) -> Result<Paid, Unsolved> {
        if answer.robot_check.is_empty() && !answer.without_scripts.is_empty() {
            return if answer.not_a_robot.is_empty() { Err(Unsolved::Unticked) } else { Ok(Paid::Ticked) };
        }
        self.accept(answer.robot_check, now).map(Paid::Solved)
    }

    /// What a browser sends back: base64 of the JSON `{challenge, solution}`.
    fn accept(&self, payload: &str, now: Timestamp) -> Result<Solved, Unsolved> {
        if payload.is_empty() {
            return Err(Unsolved::Missing);
        }
        let json = STANDARD.decode(payload).map_err(|_| Unsolved::Refused)?;
        let Payload { challenge, solution } = serde_json::from_slice(&json).map_err(|_| Unsolved::Refused)?;
        let ends_at = end_of(&challenge).ok_or(Unsolved::Refused)?;
        let checked =
            verify_solution(VerifySolutionOptions::new(&challenge, &solution, self.secret.to_string()));
        let id = challenge.signature.filter(|_| checked.is_ok_and(|result| result.verified));
        let id = id.ok_or(Unsolved::Refused)?;
        if ends_at <= now { Err(Unsolved::Ended) } else { Ok(Solved { id, ends_at }) }
    }

    /// Draws the counter that the browser will find. An empty prefix is met by the first key, so "solving"
    /// from there is one derivation.
    fn prefix_of_some_counter(&self, parameters: &ChallengeParameters) -> Result<String, altcha::Error> {
        let [byte] = self.entropy.bytes();
        let open = Challenge { parameters: parameters.clone(), signature: None };
        let counter_start = LEAST_COUNTER + u32::from(byte);
        let key = solve_challenge(SolveChallengeOptions {
            counter_start,
            timeout_ms: 0,
            ..SolveChallengeOptions::new(&open)
        })?;
        let prefix = key.as_ref().and_then(|key| key.derived_key.get(..PREFIX_DIGITS));
        prefix.map(str::to_owned).ok_or_else(|| altcha::Error::InvalidParameters("key_length".to_owned()))
    }
}

impl Paid {
    /// The challenge that is used up, with its end.
    pub fn challenge(&self) -> Option<(&str, Timestamp)> {
        match self {
            Self::Solved(solved) => Some((&solved.id, solved.ends_at)),
            Self::Ticked => None,
        }
    }
}

impl Unsolved {
    /// The error at the checkbox.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Missing => {
                "＊「私はロボットではありません。」にチェックを入れ、確認が終わるまでお待ちください"
            }
            Self::Unticked => "＊「私はロボットではありません。」にチェックを入れてください",
            Self::Refused => {
                "＊「私はロボットではありません。」の確認ができませんでした。もう一度チェックを入れてください"
            }
            Self::Ended => {
                "＊「私はロボットではありません。」の確認から時間が経過しました。もう一度チェックを入れてください"
            }
            Self::UsedBefore => {
                "＊「私はロボットではありません。」の確認は、送信のたびに必要です。もう一度チェックを入れてください"
            }
        }
    }
}

fn end_of(challenge: &Challenge) -> Option<Timestamp> {
    let end = challenge.parameters.data.as_ref()?.get(END)?.as_i64()?;
    Timestamp::from_second(end).ok()
}

#[cfg(test)]
mod tests {
    use altcha::Solution;

    use super::*;

    /// A low cost: the protocol is the same.
    fn check(secret: &str, seed: u64) -> RobotCheck {
        RobotCheck { secret: secret.into(), cost: 20, entropy: Entropy::seeded(seed) }
    }

    fn noon() -> Timestamp {
        "2027-01-22T03:00:00Z".parse().unwrap()
    }

    fn solved(challenge: &Challenge) -> Solution {
        solve_challenge(SolveChallengeOptions::new(challenge)).unwrap().unwrap()
    }

    fn sent(challenge: Challenge, solution: Solution) -> String {
        STANDARD.encode(serde_json::to_vec(&Payload { challenge, solution }).unwrap())
    }

    #[test]
    fn a_solved_challenge_is_accepted_until_it_ends() {
        let check = check("ours", 1);
        let challenge = check.issue(noon()).unwrap();
        let id = challenge.signature.clone().unwrap();
        let payload = sent(challenge.clone(), solved(&challenge));
        let ends_at = noon() + CHALLENGE_TTL;
        assert_eq!(check.accept(&payload, noon()), Ok(Solved { id, ends_at }));
        assert!(check.accept(&payload, ends_at - SignedDuration::from_secs(1)).is_ok());
        assert_eq!(check.accept(&payload, ends_at), Err(Unsolved::Ended));
    }

    #[test]
    fn the_work_lies_between_its_bounds_and_no_two_challenges_are_alike() {
        let check = check("ours", 2);
        let challenges: Vec<_> = (0..12).map(|_| check.issue(noon()).unwrap()).collect();
        for challenge in &challenges {
            assert_eq!(challenge.parameters.expires_at, None);
            assert_eq!(challenge.parameters.key_prefix.len(), PREFIX_DIGITS);
            assert!((LEAST_COUNTER..=LEAST_COUNTER + 255).contains(&solved(challenge).counter));
        }
        let distinct: std::collections::BTreeSet<_> =
            challenges.iter().map(|challenge| challenge.signature.clone()).collect();
        assert_eq!(distinct.len(), challenges.len());
    }

    /// The end, the cost, the prefix, the nonce, the counter, the key, the signature.
    #[test]
    fn whoever_changes_anything_is_refused() {
        let check = check("ours", 3);
        let challenge = check.issue(noon()).unwrap();
        let solution = solved(&challenge);
        let after = |change: fn(&mut Challenge, &mut Solution)| {
            let (mut challenge, mut solution) = (challenge.clone(), solution.clone());
            change(&mut challenge, &mut solution);
            check.accept(&sent(challenge, solution), noon())
        };
        assert!(after(|_, _| {}).is_ok());
        let changes: [fn(&mut Challenge, &mut Solution); 9] = [
            |challenge, _| {
                challenge.parameters.data =
                    Some(BTreeMap::from([(END.to_owned(), 4_000_000_000_i64.into())]));
            },
            |challenge, _| challenge.parameters.data = None,
            |challenge, _| challenge.parameters.cost = 1,
            |challenge, _| challenge.parameters.key_prefix.clear(),
            |challenge, _| challenge.parameters.nonce.replace_range(..2, "zz"),
            |challenge, _| challenge.signature = None,
            |challenge, _| challenge.signature = challenge.signature.take().map(|text| text.to_uppercase()),
            |_, solution| solution.counter += 1,
            |_, solution| solution.derived_key = "00".repeat(KEY_LENGTH),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            assert_eq!(after(change), Err(Unsolved::Refused), "change {index}");
        }
    }

    #[test]
    fn a_challenge_of_another_key_and_no_challenge_at_all_are_refused() {
        let ours = check("ours", 4);
        let foreign = check("theirs", 4).issue(noon()).unwrap();
        let payload = sent(foreign.clone(), solved(&foreign));
        assert_eq!(ours.accept(&payload, noon()), Err(Unsolved::Refused));
        assert_eq!(ours.accept("", noon()), Err(Unsolved::Missing));
        for nonsense in ["!", "e30=", "bnVsbA==", &STANDARD.encode([0xff; 40])] {
            assert_eq!(ours.accept(nonsense, noon()), Err(Unsolved::Refused), "{nonsense}");
        }
    }
}
