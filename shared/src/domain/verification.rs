//! Proof that somebody reads a mail address: a code is sent, and typed in.
//!
//! Architecture invariant: a try is counted by the same conditional write that reveals its outcome, so no
//! number of parallel tries sees more than `MOST_TRIES` comparisons of one code.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::{
    contact::EmailAddress,
    ids::{ApplicationNumber, ChangeId, MailId},
    limits::{LimitReached, MAILS_PER_ADDRESS, MAILS_PER_NETWORK, TRIES_PER_ADDRESS, Usage},
    mail::{CodePurpose, MailContent, NewMail},
};

/// How long a code can be typed in.
pub const CODE_TTL: SignedDuration = SignedDuration::from_mins(10);
/// How many times one code can be tried.
pub const MOST_TRIES: u32 = 5;
/// How long a browser can go on with an address that it named.
pub const VERIFICATION_TTL: SignedDuration = SignedDuration::from_hours(2);

/// One browser's way from an address to its proof. Its id is the hash of the browser's cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub id: String,
    pub purpose: Purpose,
    pub email: EmailAddress,
    pub code: Option<IssuedCode>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub version: u64,
}

/// What the proof is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Apply,
    /// To see an application. `known` is whether number and address belong together: if not, no code is
    /// sent and none is right, and nobody can tell the difference from outside.
    Track {
        number: ApplicationNumber,
        known: bool,
    },
    /// To go on with an application at this address.
    Address {
        number: ApplicationNumber,
    },
    /// To ask that this address take the place of one that nobody can read.
    Change {
        id: ChangeId,
    },
}

/// The newest code; the ones before it are void.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    pub hash: String,
    pub mail: MailId,
    pub valid_until: Timestamp,
    pub tries: u32,
}

/// The counters that a code mail uses up: the address's and the network's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailUsage {
    pub address: Usage,
    pub network: Usage,
}

/// A code goes out: the verification that knows it, the counters, the mail (none if nobody is to get one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRequested {
    pub next: Verification,
    pub usage: MailUsage,
    pub mail: Option<NewMail>,
}

/// A try was counted; this is what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeTried {
    pub next: Verification,
    pub usage: Usage,
    pub outcome: TryOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryOutcome {
    /// Right: the code is used up.
    Right,
    Wrong {
        tries_left: u32,
    },
}

/// Why a code cannot be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TryRefused {
    #[error("no code was sent, or it was used")]
    NoCode,
    #[error("the code is older than ten minutes")]
    Expired,
    #[error("the code was tried five times")]
    NoTriesLeft,
    #[error(transparent)]
    TooManyTries(#[from] LimitReached),
}

impl Verification {
    pub fn begin(id: String, purpose: Purpose, email: EmailAddress, now: Timestamp) -> Self {
        let expires_at = now + VERIFICATION_TTL;
        Self { id, purpose, email, code: None, created_at: now, expires_at, version: 1 }
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Sends a code; the one before it is void from now on.
    pub fn request_code(
        self,
        usage: &MailUsage,
        mail: MailId,
        hash: String,
        now: Timestamp,
    ) -> Result<CodeRequested, LimitReached> {
        let usage = MailUsage {
            address: usage.address.used(MAILS_PER_ADDRESS, now)?,
            network: usage.network.used(MAILS_PER_NETWORK, now)?,
        };
        let valid_until = now + CODE_TTL;
        let new_mail = self.purpose.code_mail().map(|(purpose, application)| NewMail {
            id: mail.clone(),
            application,
            to: self.email.clone(),
            content: MailContent::Code { purpose, valid_until },
        });
        let code = Some(IssuedCode { hash, mail, valid_until, tries: 0 });
        let next = Self { code, expires_at: now + VERIFICATION_TTL, version: self.version + 1, ..self };
        Ok(CodeRequested { next, usage, mail: new_mail })
    }

    /// Tries a code, given as the keyed hash of what was typed.
    pub fn try_code(self, typed_hash: &str, usage: &Usage, now: Timestamp) -> Result<CodeTried, TryRefused> {
        let code = self.code.clone().ok_or(TryRefused::NoCode)?;
        if code.valid_until <= now {
            return Err(TryRefused::Expired);
        }
        if code.tries >= MOST_TRIES {
            return Err(TryRefused::NoTriesLeft);
        }
        let usage = usage.used(TRIES_PER_ADDRESS, now)?;
        let tries = code.tries + 1;
        let same = bool::from(code.hash.as_bytes().ct_eq(typed_hash.as_bytes()));
        let right = same && self.purpose.code_mail().is_some();
        let (code, outcome) = if right {
            (None, TryOutcome::Right)
        } else {
            (Some(IssuedCode { tries, ..code }), TryOutcome::Wrong { tries_left: MOST_TRIES - tries })
        };
        let next = Self { code, version: self.version + 1, ..self };
        Ok(CodeTried { next, usage, outcome })
    }
}

impl Purpose {
    /// What its code opens.
    pub fn of_code(self) -> CodePurpose {
        match self {
            Self::Apply => CodePurpose::Apply,
            Self::Track { .. } => CodePurpose::Track,
            Self::Address { .. } => CodePurpose::Address,
            Self::Change { .. } => CodePurpose::Change,
        }
    }

    /// The mail that carries the code, or none where number and address do not belong together.
    fn code_mail(self) -> Option<(CodePurpose, Option<ApplicationNumber>)> {
        match self {
            Self::Apply => Some((CodePurpose::Apply, None)),
            Self::Change { .. } => Some((CodePurpose::Change, None)),
            Self::Address { number } => Some((CodePurpose::Address, Some(number))),
            Self::Track { number, known: true } => Some((CodePurpose::Track, Some(number))),
            Self::Track { known: false, .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn begun(purpose: Purpose) -> Verification {
        Verification::begin("id".into(), purpose, EmailAddress::parse("a@example.jp").unwrap(), at(0))
    }

    fn unused() -> MailUsage {
        MailUsage { address: Usage::default(), network: Usage::default() }
    }

    fn sent(purpose: Purpose, hash: &str, minute: i64) -> Verification {
        let mail = MailId::from_parts(at(minute), [1; 10]);
        begun(purpose).request_code(&unused(), mail, hash.into(), at(minute)).unwrap().next
    }

    #[test]
    fn a_code_can_be_tried_five_times_and_no_more() {
        let mut verification = sent(Purpose::Apply, "right", 0);
        for left in (0..MOST_TRIES).rev() {
            let tried = verification.try_code("wrong", &Usage::default(), at(1)).unwrap();
            assert_eq!(tried.outcome, TryOutcome::Wrong { tries_left: left });
            verification = tried.next;
        }
        assert_eq!(verification.try_code("right", &Usage::default(), at(1)), Err(TryRefused::NoTriesLeft));
    }

    #[test]
    fn a_right_code_works_once() {
        let tried = sent(Purpose::Apply, "right", 0).try_code("right", &Usage::default(), at(9)).unwrap();
        assert_eq!(tried.outcome, TryOutcome::Right);
        assert_eq!(tried.next.try_code("right", &Usage::default(), at(9)), Err(TryRefused::NoCode));
    }

    #[test]
    fn a_code_ends_with_its_tenth_minute() {
        let verification = sent(Purpose::Apply, "right", 0);
        assert_eq!(verification.try_code("right", &Usage::default(), at(10)), Err(TryRefused::Expired));
    }

    #[test]
    fn only_the_newest_code_counts() {
        let again = MailId::from_parts(at(1), [2; 10]);
        let second =
            sent(Purpose::Apply, "first", 0).request_code(&unused(), again, "second".into(), at(1)).unwrap();
        let tried = second.next.try_code("first", &Usage::default(), at(1)).unwrap();
        assert_eq!(tried.outcome, TryOutcome::Wrong { tries_left: 4 });
    }

    #[test]
    fn an_unknown_pair_gets_no_mail_and_no_code_is_right() {
        let number = ApplicationNumber::new(1).unwrap();
        let purpose = Purpose::Track { number, known: false };
        let mail = MailId::from_parts(at(0), [1; 10]);
        let requested = begun(purpose).request_code(&unused(), mail, "right".into(), at(0)).unwrap();
        assert_eq!(requested.mail, None);
        let tried = requested.next.try_code("right", &Usage::default(), at(1)).unwrap();
        assert_eq!(tried.outcome, TryOutcome::Wrong { tries_left: 4 });
    }

    #[test]
    fn three_mails_an_hour_for_an_address_and_twenty_tries_a_day() {
        let three = Usage { used_at: vec![at(0), at(1), at(2)] };
        let usage = MailUsage { address: three, network: Usage::default() };
        let mail = MailId::from_parts(at(3), [1; 10]);
        let refused = begun(Purpose::Apply).request_code(&usage, mail, "hash".into(), at(3));
        assert_eq!(refused, Err(LimitReached { again_at: at(60) }));
        let twenty = Usage { used_at: vec![at(0); 20] };
        let refused = sent(Purpose::Apply, "right", 3).try_code("right", &twenty, at(4));
        assert_eq!(refused, Err(TryRefused::TooManyTries(LimitReached { again_at: at(24 * 60) })));
    }
}
