//! `cargo xtask solve`: does in a script what the browser does for 「私はロボットではありません。」.
//!
//! Architecture invariant: it knows nothing but the challenge; a script has no easier way than a browser.

use std::io::Read;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::run::Failure;

pub(crate) fn solve() -> Result<(), Failure> {
    let mut challenge = String::new();
    std::io::stdin()
        .read_to_string(&mut challenge)
        .map_err(|error| Failure(format!("standard input: {error}")))?;
    println!("{}", payload(&challenge)?);
    Ok(())
}

/// The payload that the form sends for `challenge` (JSON, as `/user-Registration-Form/challenge` gives it).
fn payload(challenge: &str) -> Result<String, Failure> {
    let challenge: Challenge =
        serde_json::from_str(challenge).map_err(|error| Failure(format!("this is no challenge: {error}")))?;
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
        .map_err(|error| Failure(format!("the challenge cannot be solved: {error}")))?
        .ok_or_else(|| Failure("no solution was found in 90 seconds".to_owned()))?;
    let payload = serde_json::to_vec(&Payload { challenge, solution })
        .map_err(|error| Failure(format!("the payload cannot be written: {error}")))?;
    Ok(STANDARD.encode(payload))
}

#[cfg(test)]
mod tests {
    use altcha::{CreateChallengeOptions, VerifySolutionOptions, create_challenge, verify_solution};

    use super::*;

    #[test]
    fn what_is_solved_is_accepted() {
        let options = CreateChallengeOptions {
            algorithm: "PBKDF2/SHA-256".to_owned(),
            cost: 10,
            counter: Some(40),
            hmac_signature_secret: Some("secret".to_owned()),
            ..CreateChallengeOptions::default()
        };
        let challenge = create_challenge(options).expect("a challenge");
        let sent = payload(&serde_json::to_string(&challenge).expect("JSON")).expect("a payload");
        let received: Payload =
            serde_json::from_slice(&STANDARD.decode(sent).expect("base64")).expect("JSON");
        let verdict =
            verify_solution(VerifySolutionOptions::new(&received.challenge, &received.solution, "secret"));
        assert!(verdict.expect("a verdict").verified);
    }

    #[test]
    fn what_is_no_challenge_is_refused() {
        assert!(payload("{}").expect_err("no challenge").0.starts_with("this is no challenge"));
    }
}
