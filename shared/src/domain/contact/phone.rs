//! Japanese telephone numbers.
//!
//! Invariant: a number is stored as E.164 ("+81742221101") and is one that the numbering plan of Japan knows.
//!
//! The plan is a table of ours, made out of the library that knows it: the library itself reads the plans of all
//! countries first, which takes a tenth of a second of a processor of its own.

mod plan;

use crate::domain::text;
use plan::{NINE_DIGITS, Row, TEN_DIGITS};
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
    #[error("no trunk prefix: the area code is missing, or its 0")]
    NoLeadingZero,
    #[error("{typed} digits are too few for a Japanese number")]
    TooShort { typed: usize },
    #[error("{typed} digits are too many for a Japanese number")]
    TooLong { typed: usize },
    #[error("no number of the Japanese numbering plan")]
    NotJapanese,
}

impl PhoneError {
    pub fn sentence(self, label: &str) -> String {
        match self {
            Self::Missing => format!("＊{label}を入力してください"),
            Self::NoDigits => format!("＊{label}は数字で入力してください（例：0742-22-1101）"),
            Self::NoLeadingZero => {
                format!("＊{label}は0で始まる市外局番から入力してください（例：0742-22-1101）")
            }
            Self::TooShort { typed } => format!(
                "＊{label}の桁数が足りません（現在{typed}桁です）。市外局番から入力してください（例：0742-22-1101）"
            ),
            Self::TooLong { typed } => format!(
                "＊{label}の桁数が多すぎます（現在{typed}桁です）。内線番号を除いて入力してください（例：0742-22-1101）"
            ),
            Self::NotJapanese => {
                format!(
                    "＊{label}は日本の電話番号ではないようです。市外局番から入力し直してください（例：0742-22-1101）"
                )
            }
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
        let national = national_digits(typed, &digits)?;
        let significant = national.strip_prefix('0').ok_or(PhoneError::NoLeadingZero)?;
        grouping(significant).ok_or(PhoneError::NotJapanese)?;
        Ok(Self(format!("{COUNTRY_CODE}{significant}")))
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
        let significant = self.0.strip_prefix(COUNTRY_CODE).unwrap_or(&self.0);
        let parts = grouping(significant).and_then(|[first, second, _]| {
            let (area, rest) = significant.split_at_checked(first)?;
            let (exchange, subscriber) = rest.split_at_checked(second)?;
            Some([area, exchange, subscriber])
        });
        match parts {
            Some([area, "", ""]) => format!("0{area}"),
            Some([area, exchange, subscriber]) => format!("0{area}-{exchange}-{subscriber}"),
            None => format!("0{significant}"),
        }
    }
}

/// How the digits after the 0 are grouped; `None` if there is no such number.
fn grouping(significant: &str) -> Option<[usize; 3]> {
    let rows: &[Row] = match significant.len() {
        9 => &NINE_DIGITS,
        10 => &TEN_DIGITS,
        _ => return None,
    };
    let beginning: u32 = significant.get(..6)?.parse().ok()?;
    let after = rows.partition_point(|(first, _)| *first <= beginning);
    let (_, groups) = rows.get(after.checked_sub(1)?)?;
    (groups[0] > 0).then(|| groups.map(usize::from))
}

/// Ten digits, eleven for mobile and IP telephones, up to thirteen for some free numbers that begin with 00.
const SHORTEST: usize = 10;
const LONGEST: usize = 11;
const LONGEST_FREE: usize = 13;

/// The number with its leading 0, which is never guessed: without it the area code may be missing too.
fn national_digits(typed: &str, digits: &str) -> Result<String, PhoneError> {
    let national = if typed.starts_with(['+', '＋']) {
        let significant = digits.strip_prefix("81").ok_or(PhoneError::NotJapanese)?;
        format!("0{}", significant.trim_start_matches('0'))
    } else {
        digits.to_owned()
    };
    if !national.starts_with('0') {
        return Err(PhoneError::NoLeadingZero);
    }
    let longest = if national.starts_with("00") { LONGEST_FREE } else { LONGEST };
    match national.len() {
        typed if typed < SHORTEST => Err(PhoneError::TooShort { typed }),
        typed if typed > longest => Err(PhoneError::TooLong { typed }),
        _ => Ok(national),
    }
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
    use phonenumber::{Mode, country};
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
        let typed = [
            "",
            "なし",
            "742-22-1101",
            "110",
            "0742-22-110",
            "0742-22-1101 内線123",
            "0000000000",
            "+1 212 555 0123",
        ];
        insta::assert_snapshot!(typed.map(|typed| sentence(typed).unwrap_err()).join("\n"), @r"
        ＊電話番号を入力してください
        ＊電話番号は数字で入力してください（例：0742-22-1101）
        ＊電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）
        ＊電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）
        ＊電話番号の桁数が足りません（現在9桁です）。市外局番から入力してください（例：0742-22-1101）
        ＊電話番号の桁数が多すぎます（現在13桁です）。内線番号を除いて入力してください（例：0742-22-1101）
        ＊電話番号は日本の電話番号ではないようです。市外局番から入力し直してください（例：0742-22-1101）
        ＊電話番号は日本の電話番号ではないようです。市外局番から入力し直してください（例：0742-22-1101）
        ");
    }

    /// What the library says of a number that is typed with its 0. It forgets the 0 of one that it cannot group.
    fn by_the_library(typed: &str) -> Option<(String, String)> {
        let number = phonenumber::parse(Some(country::Id::JP), typed).ok()?;
        let e164 = number.format().mode(Mode::E164).to_string();
        let is_known = phonenumber::is_valid(&number) && is_e164_of_japan(&e164);
        let national = number.format().mode(Mode::National).to_string();
        let national = if national.contains('-') { national } else { typed.to_owned() };
        is_known.then_some((e164, national))
    }

    fn by_us(typed: &str) -> Option<(String, String)> {
        let number = PhoneNumber::parse(typed).ok()?;
        Some((number.as_str().to_owned(), number.national()))
    }

    #[test]
    fn the_table_says_what_the_library_says_at_both_edges_of_every_row() {
        for (rows, ending) in [(&NINE_DIGITS[..], "345"), (&TEN_DIGITS[..], "3456")] {
            for (first, _) in rows {
                for beginning in [first.saturating_sub(1), *first].into_iter().filter(|one| *one >= 100_000) {
                    let typed = format!("0{beginning}{ending}");
                    assert_eq!(by_us(&typed), by_the_library(&typed), "{typed}");
                }
            }
        }
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
        fn every_number_is_read_as_the_library_reads_it(typed in "0[1-9][0-9]{8,9}") {
            prop_assert_eq!(by_us(&typed), by_the_library(&typed));
        }

        #[test]
        fn parsing_never_panics_and_reads_back(typed in prop_oneof![any::<String>(), "[+＋]?[0-9０-９-]{0,20}"]) {
            if let Ok(number) = PhoneNumber::parse(&typed) {
                prop_assert_eq!(PhoneNumber::from_stored(number.as_str()), Some(number.clone()));
                prop_assert_eq!(PhoneNumber::parse(&number.national()), Ok(number.clone()));
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
        }
    }
}
