//! How typed Japanese text becomes stored text: one normaliser for each kind of field (UX §3).
//!
//! Invariant: what a person sees is kept, and every normaliser is idempotent. Names and addresses are never brought
//! to NFKC, and not even to plain NFC, which would replace U+FA19 by the 神 that everybody types.

mod characters;
mod folded;
mod kana;
mod line;

pub use self::folded::folded;
pub(super) use self::line::{is_stored_line, line, line_type};

use self::characters::{Fault, fault_of, is_blank, is_invisible};
use unicode_normalization::UnicodeNormalization;

/// Why a text is refused. [`TextError::sentence`] is what the applicant reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("nothing was typed")]
    Missing,
    #[error("{typed} characters where {limit} are allowed")]
    TooLong { limit: usize, typed: usize },
    #[error("a control character")]
    ControlCharacter,
    #[error("a character that changes the direction of writing")]
    DirectionMark,
    #[error("a character for private use")]
    PrivateUse,
    #[error("a character that stands for a broken one")]
    Garbled,
}

impl TextError {
    /// What is wrong with the field called `label`, and what to do.
    pub fn sentence(self, label: &str) -> String {
        match self {
            Self::Missing => format!("＊{label}を入力してください"),
            Self::TooLong { limit, typed } => {
                format!("＊{label}は{limit}文字以内で入力してください（現在{typed}文字です）")
            }
            Self::ControlCharacter => {
                format!("＊{label}に改行などの制御文字が含まれています。取り除いて入力してください")
            }
            Self::DirectionMark => format!(
                "＊{label}に文字の向きを変える目に見えない文字が含まれています。貼り付けずに、直接入力してください"
            ),
            Self::PrivateUse => format!(
                "＊{label}に外字（ほかのパソコンでは表示できない文字）が含まれています。別の漢字又はカナに置き換えてください"
            ),
            Self::Garbled => format!("＊{label}に文字化けした文字が含まれています。入力し直してください"),
        }
    }
}

impl From<Fault> for TextError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Control => Self::ControlCharacter,
            Fault::Direction => Self::DirectionMark,
            Fault::PrivateUse => Self::PrivateUse,
            Fault::Garbled => Self::Garbled,
        }
    }
}

/// The digits of a code, a telephone or a postal number, whatever width and hyphens they were typed with.
pub fn digits(typed: &str) -> String {
    typed.nfkc().filter(char::is_ascii_digit).collect()
}

/// A name or an address: trimmed, every run of spaces one space, half-width kana made full-width, marks composed.
/// Characters that only break screens, files or searches are refused; empty text stays empty.
pub fn name(typed: &str) -> Result<String, TextError> {
    let mut spaced = String::with_capacity(typed.len());
    for character in visible(typed).trim().chars() {
        if let Some(fault) = fault_of(character) {
            return Err(fault.into());
        }
        if !is_blank(character) {
            spaced.push(character);
        } else if !spaced.is_empty() && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    Ok(kana::composed(&kana::full_width(spaced.trim_end_matches(' '))))
}

/// 町名・番地: a [`name`] in which the many hyphens of a house number are one, and ー stays inside words.
pub fn street(typed: &str) -> Result<String, TextError> {
    let named: Vec<char> = name(typed)?.chars().collect();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| named.get(at)).is_some_and(|near| matches!(near, '0'..='9' | '０'..='９'))
    };
    let hyphened = named.iter().enumerate().map(|(at, character)| match character {
        '－' | '−' | '‐' | '‑' | '–' | '—' | '―' => '-',
        'ー' if is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1)) => '-',
        other => *other,
    });
    Ok(hyphened.collect())
}

/// A mail address before it is parsed: trimmed, full-width letters and signs made ASCII. Case stays: only the domain
/// is without case, and [`crate::domain::contact::EmailAddress`] knows where it begins.
pub fn mail(typed: &str) -> String {
    let to_ascii = |character: char| match character {
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        '。' | '｡' => '.',
        other => other,
    };
    visible(typed).trim().chars().map(to_ascii).collect()
}

fn visible(typed: &str) -> String {
    typed.chars().filter(|character| !is_invisible(*character)).collect()
}

#[cfg(test)]
mod tests;
