//! Japanese telephone numbers.
//!
//! Invariant: a number is stored as E.164 ("+81742221101") and is one that the numbering plan of Japan knows.

use crate::domain::text;
use phonenumber::{Mode, country};
use std::fmt;

/// A telephone number in Japan. `Debug` shows its last two digits only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("nothing was typed")]
    Missing,
    #[error("no digit in what was typed")]
    NoDigits,
    #[error("no number of the Japanese numbering plan")]
    NotJapanese { typed: usize },
}

impl PhoneError {
    pub fn sentence(self, label: &str) -> String {
        match self {
            Self::Missing => format!("＊{label}を入力してください"),
            Self::NoDigits => format!("＊{label}は数字で入力してください（例：0742-22-1101）"),
            Self::NotJapanese { typed: ..=9 } => format!(
                "＊{label}は市外局番から入力してください（例：0742-22-1101）。先頭の0が抜けていないかご確認ください"
            ),
            Self::NotJapanese { typed: 10 | 11 } => {
                format!("＊{label}に誤りがあります。市外局番から入力し直してください（例：0742-22-1101）")
            }
            Self::NotJapanese { .. } => format!(
                "＊{label}の桁数が多すぎます。内線番号を除いて、市外局番から入力してください（例：0742-22-1101）"
            ),
        }
    }
}

const COUNTRY_CODE: &str = "+81";

impl PhoneNumber {
    /// Any width, any hyphen, with the leading 0 or with +81.
    pub fn parse(typed: &str) -> Result<Self, PhoneError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(PhoneError::Missing);
        }
        let digits = text::digits(typed);
        if digits.is_empty() {
            return Err(PhoneError::NoDigits);
        }
        let refused = PhoneError::NotJapanese { typed: digits.len() };
        if digits.len() > 15 {
            return Err(refused);
        }
        let national = national_digits(typed, &digits).ok_or(refused)?;
        let number = phonenumber::parse(Some(country::Id::JP), &national).map_err(|_| refused)?;
        let e164 = number.format().mode(Mode::E164).to_string();
        if phonenumber::is_valid(&number) && is_e164_of_japan(&e164) { Ok(Self(e164)) } else { Err(refused) }
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        is_e164_of_japan(stored).then(|| Self(stored.to_owned()))
    }

    /// E.164: "+81742221101".
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people in Japan write it: "0742-22-1101".
    pub fn national(&self) -> String {
        let plain = format!("0{}", self.0.trim_start_matches(COUNTRY_CODE));
        phonenumber::parse(Some(country::Id::JP), &plain)
            .map_or(plain, |number| number.format().mode(Mode::National).to_string())
    }
}

/// The number with its leading 0. `None` without one: a number lacking it would be guessed at.
fn national_digits(typed: &str, digits: &str) -> Option<String> {
    if typed.starts_with(['+', '＋']) {
        let significant = digits.strip_prefix("81")?.trim_start_matches('0');
        return Some(format!("0{significant}"));
    }
    digits.starts_with('0').then(|| digits.to_owned())
}

fn is_e164_of_japan(text: &str) -> bool {
    text.strip_prefix(COUNTRY_CODE).is_some_and(|digits| {
        (8..=12).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, last) = self.0.split_at(self.0.len().saturating_sub(2));
        write!(f, "PhoneNumber(***{last})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_number_typed_in_every_way_is_the_same() {
        let ways = [
            "0742221101",
            "0742-22-1101",
            "0742ー22ー1101",
            "0742−22−1101",
            "0742‐22‐1101",
            "0742–22–1101",
            "0742—22—1101",
            "０７４２－２２－１１０１",
            "(0742) 22-1101",
            "０７４２（２２）１１０１",
            "+81 742-22-1101",
            "＋８１７４２２２１１０１",
            "+81 (0)742-22-1101",
        ];
        for typed in ways {
            let number = PhoneNumber::parse(typed).expect(typed);
            assert_eq!(
                (number.as_str(), number.national().as_str()),
                ("+81742221101", "0742-22-1101"),
                "{typed}"
            );
        }
    }

    #[test]
    fn numbers_of_every_sort_keep_their_national_form() {
        for national in
            ["03-3595-2430", "06-6941-0351", "090-1234-5678", "050-3355-5670", "0120-00-0000", "04992-2-0001"]
        {
            let number = PhoneNumber::parse(national).expect(national);
            assert_eq!(number.national().replace('-', ""), national.replace('-', ""));
            assert_eq!(PhoneNumber::from_stored(number.as_str()), Some(number));
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        let sentence = |typed| PhoneNumber::parse(typed).map_err(|error| error.sentence("電話番号"));
        let typed =
            ["", "なし", "742-22-1101", "110", "0742-22-1101 内線123", "0000000000", "+1 212 555 0123"];
        insta::assert_snapshot!(typed.map(|typed| sentence(typed).unwrap_err()).join("\n"), @"");
    }

    #[test]
    fn only_the_stored_form_reads_back() {
        for stored in ["", "0742221101", "+810742221101", "+8174222110x", "+12125550123", "+81"] {
            assert_eq!(PhoneNumber::from_stored(stored), None, "{stored}");
        }
    }

    #[test]
    fn debug_shows_two_digits() {
        let number = PhoneNumber::parse("0742-22-1101").expect("a number");
        assert_eq!(format!("{number:?}"), "PhoneNumber(***01)");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_reads_back(typed in prop_oneof![any::<String>(), "[+＋]?[0-9０-９-]{0,20}"]) {
            if let Ok(number) = PhoneNumber::parse(&typed) {
                prop_assert_eq!(PhoneNumber::from_stored(number.as_str()).as_ref(), Some(&number));
                prop_assert_eq!(PhoneNumber::parse(&number.national()).as_ref(), Ok(&number));
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
        }
    }
}
