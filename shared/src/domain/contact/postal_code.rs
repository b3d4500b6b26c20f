//! 郵便番号: seven digits.

use crate::domain::text;

/// A postal code, stored as its seven digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostalCode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostalCodeError {
    #[error("nothing was typed")]
    Missing,
    #[error("{typed} digits where seven are needed")]
    NotSevenDigits { typed: usize },
}

impl PostalCodeError {
    pub fn sentence(self, label: &str) -> String {
        match self {
            Self::Missing => format!("＊{label}を入力してください"),
            Self::NotSevenDigits { typed: 6 } => format!(
                "＊{label}は7桁の数字で入力してください（現在6桁です）。先頭の0が抜けていないかご確認ください"
            ),
            Self::NotSevenDigits { typed } => {
                format!("＊{label}は7桁の数字で入力してください（現在{typed}桁です）")
            }
        }
    }
}

impl PostalCode {
    pub fn parse(typed: &str) -> Result<Self, PostalCodeError> {
        if typed.trim().is_empty() {
            return Err(PostalCodeError::Missing);
        }
        let digits = text::digits(typed);
        if digits.len() == 7 {
            Ok(Self(digits))
        } else {
            Err(PostalCodeError::NotSevenDigits { typed: digits.len() })
        }
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::parse(stored).ok().filter(|code| code.as_str() == stored)
    }

    /// "6308501".
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// "630-8501".
    pub fn display(&self) -> String {
        let (area, town) = self.0.split_at(3);
        format!("{area}-{town}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_postal_code_may_be_typed_in_many_ways() {
        for typed in ["630-8501", "6308501", "〒630-8501", "６３０－８５０１", "630ー8501", "630 8501"]
        {
            let code = PostalCode::parse(typed).expect(typed);
            assert_eq!((code.as_str(), code.display().as_str()), ("6308501", "630-8501"));
        }
    }

    #[test]
    fn a_wrong_length_says_how_many_there_are() {
        let sentence = |typed| PostalCode::parse(typed).map_err(|error| error.sentence("郵便番号"));
        assert_eq!(sentence(" ").unwrap_err(), "＊郵便番号を入力してください");
        assert_eq!(
            sentence("630-85012").unwrap_err(),
            "＊郵便番号は7桁の数字で入力してください（現在8桁です）"
        );
        assert_eq!(sentence("不明").unwrap_err(), "＊郵便番号は7桁の数字で入力してください（現在0桁です）");
        assert_eq!(
            sentence("600042").unwrap_err(),
            "＊郵便番号は7桁の数字で入力してください（現在6桁です）。先頭の0が抜けていないかご確認ください"
        );
    }

    proptest! {
        #[test]
        fn only_seven_digits_are_a_postal_code(typed in any::<String>()) {
            if let Ok(code) = PostalCode::parse(&typed) {
                prop_assert_eq!(code.as_str().len(), 7);
                prop_assert_eq!(PostalCode::from_stored(code.as_str()), Some(code));
            }
        }

        #[test]
        fn the_display_form_parses_to_the_same(digits in "[0-9]{7}") {
            let code = PostalCode::parse(&digits).expect("seven digits");
            prop_assert_eq!(PostalCode::parse(&code.display()), Ok(code.clone()));
            prop_assert_eq!(PostalCode::from_stored(&code.display()), None);
        }
    }
}
