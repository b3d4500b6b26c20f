//! 機関コード: the number that the prefecture's former system gave an institution.
//!
//! Invariant: kept as text, with its leading zeros, in ASCII letters and digits; the migrated data are joined by it.

use super::CodeRule;
use unicode_normalization::UnicodeNormalization;

/// 機関コード. Not the 保険機関コード.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstitutionCode(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstitutionCodeError {
    #[error("not only the characters of the prefecture's rule: {wanted}")]
    WrongCharacters { wanted: String },
    #[error("{typed} characters, against the prefecture's rule: {wanted}")]
    WrongLength { wanted: String, typed: usize, is_one_short: bool },
}

impl InstitutionCodeError {
    pub fn sentence(&self, label: &str) -> String {
        match self {
            Self::WrongCharacters { wanted } => {
                format!("＊{label}は{wanted}で入力してください。お持ちでない場合は空欄のままにしてください")
            }
            Self::WrongLength { wanted, typed, is_one_short } => {
                let zero = if *is_one_short {
                    "。先頭の0が抜けていないかご確認ください"
                } else {
                    ""
                };
                format!("＊{label}は{wanted}で入力してください（現在{typed}文字です）{zero}")
            }
        }
    }
}

/// No prefecture's rule may allow more.
const LIMIT: usize = 64;

impl InstitutionCode {
    /// Full width and hyphens make no difference; a rule decides about the rest.
    pub fn parse(typed: &str, rule: &CodeRule) -> Result<Self, InstitutionCodeError> {
        let code: String = typed.nfkc().filter(|character| !is_separator(*character)).collect();
        let wanted = rule.description();
        if code.is_empty() || !rule.has_only_its_characters(&code) {
            return Err(InstitutionCodeError::WrongCharacters { wanted });
        }
        let typed = code.len();
        if typed > LIMIT || !rule.lengths().contains(&typed) {
            let is_one_short = typed + 1 == rule.shortest;
            return Err(InstitutionCodeError::WrongLength { wanted, typed, is_one_short });
        }
        Ok(Self(code))
    }

    /// A code by which an institution is looked up, whatever the rule is today; `None` for what can be none.
    pub fn from_typed(typed: &str) -> Option<Self> {
        Self::from_stored(&typed.nfkc().filter(|character| !is_separator(*character)).collect::<String>())
    }

    /// Reads back what [`Self::as_str`] gave, whatever the rule is today.
    pub fn from_stored(stored: &str) -> Option<Self> {
        let is_code =
            (1..=LIMIT).contains(&stored.len()) && stored.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_code.then(|| Self(stored.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | 'ー' | '−' | '‐' | '‑' | '–' | '—' | '―')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::institution::CodeCharacters;
    use proptest::prelude::*;

    fn seven_digits() -> CodeRule {
        CodeRule { characters: CodeCharacters::Digits, shortest: 7, longest: 7, ..CodeRule::default() }
    }

    #[test]
    fn leading_zeros_stay() {
        let code = InstitutionCode::parse("００１２ー３４５", &seven_digits()).expect("a code");
        assert_eq!(code.as_str(), "0012345");
        assert_eq!(InstitutionCode::from_stored("0012345"), Some(code));
    }

    #[test]
    fn a_rule_that_is_broken_is_quoted() {
        let sentence = |typed: &str, rule: &CodeRule| {
            InstitutionCode::parse(typed, rule).map_err(|error| error.sentence("機関コード")).unwrap_err()
        };
        let any = CodeRule::default();
        let sentences = [
            sentence("－", &any),
            sentence("なし", &any),
            sentence("123456789012345678901", &any),
            sentence("12\u{0}34", &any),
            sentence("012345", &seven_digits()),
            sentence("A123456", &seven_digits()),
        ];
        insta::assert_snapshot!(sentences.join("\n"), @r"
        ＊機関コードは半角英数字20文字以内で入力してください。お持ちでない場合は空欄のままにしてください
        ＊機関コードは半角英数字20文字以内で入力してください。お持ちでない場合は空欄のままにしてください
        ＊機関コードは半角英数字20文字以内で入力してください（現在21文字です）
        ＊機関コードは半角英数字20文字以内で入力してください。お持ちでない場合は空欄のままにしてください
        ＊機関コードは数字7桁で入力してください（現在6文字です）。先頭の0が抜けていないかご確認ください
        ＊機関コードは数字7桁で入力してください。お持ちでない場合は空欄のままにしてください
        ");
    }

    #[test]
    fn only_the_stored_form_reads_back() {
        for stored in ["", "12-34", "１２", "12\u{0}"] {
            assert_eq!(InstitutionCode::from_stored(stored), None, "{stored:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_parsed_reads_back(typed in prop_oneof![any::<String>(), "[0-9０-９A-Za-zＡ-Ｚ－−‐‑–—ー 　]{1,24}"]) {
            let rule = CodeRule::default();
            if let Ok(code) = InstitutionCode::parse(&typed, &rule) {
                prop_assert_eq!(InstitutionCode::from_stored(code.as_str()), Some(code.clone()));
                prop_assert_eq!(InstitutionCode::parse(code.as_str(), &rule), Ok(code));
            }
        }
    }
}
