//! The page that asks for a code: what it knows, and how what was typed is read.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    domain::{
        form::FieldErrors,
        limits::{MAILS_PER_ADDRESS, Usage},
        text,
        verification::{MOST_TRIES, Verification},
    },
    mail::VerificationCode,
    web::Moment,
};

/// The field of the code.
const FIELD: &str = "code";

/// The newest code of a verification, as its page shows it (`codes.html`).
#[derive(Debug, Clone, Serialize)]
pub struct CodePrompt {
    /// Where the code was sent.
    pub email: String,
    pub stage: CodeStage,
    pub valid_until: Moment,
    pub tries_left: u32,
    /// Told only to who named the address for an application: on the look-up it would tell a stranger whether
    /// somebody else is looking.
    pub resend: Option<Resend>,
}

/// What is left of the mails to this address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Resend {
    pub left: usize,
    /// From when on there is one again, where none is left.
    pub again_at: Option<Moment>,
}

/// Whether the code can still be typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeStage {
    Open,
    Expired,
    UsedUp,
}

impl CodePrompt {
    /// `None`: no code was sent yet, or it was used.
    pub(super) fn of(verification: &Verification, now: Timestamp) -> Option<Self> {
        let code = verification.code.as_ref()?;
        let stage = if code.valid_until <= now {
            CodeStage::Expired
        } else if code.tries >= MOST_TRIES {
            CodeStage::UsedUp
        } else {
            CodeStage::Open
        };
        Some(Self {
            email: verification.email.as_str().to_owned(),
            stage,
            valid_until: code.valid_until.into(),
            tries_left: MOST_TRIES.saturating_sub(code.tries),
            resend: None,
        })
    }

    /// `usage`: the code mails to the address so far.
    #[must_use]
    pub(super) fn with_resend(self, usage: &Usage, now: Timestamp) -> Self {
        let again_at = usage.used(MAILS_PER_ADDRESS, now).err();
        let again_at = again_at.map(|limit| Moment::from(limit.again_at).whole_minute());
        let left = usage.left(MAILS_PER_ADDRESS, now);
        Self { resend: Some(Resend { left, again_at }), ..self }
    }
}

impl CodePrompt {
    /// What stands behind the @ of the address.
    pub fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// From when on another mail can be asked for, where none is left.
    pub fn again_at(&self) -> Option<Moment> {
        self.resend.as_ref()?.again_at
    }
}

impl CodeStage {
    pub fn is_open(self) -> bool {
        self == Self::Open
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::UsedUp => "used-up",
        }
    }

    /// Why the code is of no use any more, and what to do; empty while it is.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Expired => "認証コードの有効期限（10分）が過ぎました。新しいコードを送信してください",
            Self::UsedUp => {
                "入力できる回数（5回）に達したため、この認証コードは使えません。新しいコードを送信してください"
            }
        }
    }

    /// The same as the error of a try.
    pub fn errors(self) -> FieldErrors {
        FieldErrors::of(FIELD, format!("＊{}", self.sentence()))
    }
}

/// The code as people type it: any width, with spaces and hyphens. A wrong length is an error of the field,
/// and no try.
pub(super) fn typed_code(typed: &str) -> Result<VerificationCode, FieldErrors> {
    let digits = text::digits(typed);
    VerificationCode::parse(&digits).ok_or_else(|| {
        let sentence = if typed.trim().is_empty() {
            "＊認証コードを入力してください".to_owned()
        } else {
            format!("＊認証コードは6桁の数字で入力してください（現在{}桁です）", digits.len())
        };
        FieldErrors::of(FIELD, sentence)
    })
}

/// The errors of a wrong code.
pub(super) fn wrong(tries_left: u32) -> FieldErrors {
    let sentence = match tries_left {
        0 => format!("＊認証コードが違います。{}", CodeStage::UsedUp.sentence()),
        left => {
            format!("＊認証コードが違います。最後に届いたメールをご確認ください（あと{left}回入力できます）")
        }
    };
    FieldErrors::of(FIELD, sentence)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::{contact::EmailAddress, ids::MailId, verification::*};

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn sent() -> Verification {
        let email = EmailAddress::parse("info@example.jp").unwrap();
        let usage = MailUsage { address: Usage::default(), network: Usage::default() };
        let begun = Verification::begin("id".into(), Purpose::Apply, email, now());
        begun.request_code(&usage, MailId::from_parts(now(), [1; 10]), "right".into(), now()).unwrap().next
    }

    #[test]
    fn a_code_is_read_in_any_width_and_a_wrong_length_is_said() {
        for typed in ["123456", " １２３ ４５６ ", "123-456", "１２３－４５６"] {
            assert_eq!(typed_code(typed).unwrap().expose(), "123456", "{typed}");
        }
        let message = |typed| typed_code(typed).err().unwrap().message_for("code").unwrap().to_owned();
        assert_eq!(message("12345"), "＊認証コードは6桁の数字で入力してください（現在5桁です）");
        assert_eq!(message("なし"), "＊認証コードは6桁の数字で入力してください（現在0桁です）");
        assert_eq!(message("　"), "＊認証コードを入力してください");
    }

    #[test]
    fn the_prompt_follows_the_code() {
        let stage = |verification: &Verification, minutes| {
            CodePrompt::of(verification, now() + SignedDuration::from_mins(minutes)).unwrap().stage
        };
        let mut verification = sent();
        assert_eq!(stage(&verification, 9), CodeStage::Open);
        assert_eq!(stage(&verification, 10), CodeStage::Expired);
        for _ in 0..MOST_TRIES {
            verification = verification.try_code("wrong", &Usage::default(), now()).unwrap().next;
        }
        assert_eq!(stage(&verification, 9), CodeStage::UsedUp);
        let right = sent().try_code("right", &Usage::default(), now()).unwrap().next;
        assert!(CodePrompt::of(&right, now()).is_none());
    }

    #[test]
    fn what_is_left_of_the_mails_is_shown() {
        let resend = |mails: usize| {
            let usage = Usage { used_at: vec![now(); mails] };
            CodePrompt::of(&sent(), now()).unwrap().with_resend(&usage, now()).resend.unwrap()
        };
        assert_eq!((resend(1).left, resend(1).again_at.is_none()), (2, true));
        let none = resend(3);
        let again_at = none.again_at.unwrap();
        assert_eq!((none.left, again_at.at().as_str()), (0, "2027-01-15T09:00:00Z"));
    }
}
