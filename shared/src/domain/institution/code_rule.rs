//! How a prefecture's 機関コード look: there is no national format, so the rule is configuration.
//!
//! Invariant: a rule only ever counts characters; codes are text, and their leading zeros are part of them.

use crate::domain::prefecture::Prefecture;
use std::{collections::BTreeMap, ops::RangeInclusive};

/// What a code may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCharacters {
    Digits,
    LettersAndDigits,
}

/// The form of 機関コード in one prefecture and the words that help to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRule {
    pub characters: CodeCharacters,
    pub shortest: usize,
    pub longest: usize,
    /// Stands beside the field.
    pub hint: String,
}

const HINT: &str = "都道府県の旧医療情報システムで割り当てられていた整理番号です。保険機関コードとは異なります。\
                    分からない場合は都道府県の窓口へお問い合わせください。令和5年6月以降に開設した機関は入力不要です。";
const NARA_HINT: &str = "「なら医療情報ネット」で割り当てられていた整理番号です。保険機関コードとは異なります。\
                         分からない場合は奈良県の窓口へお問い合わせください。令和5年6月以降に開設した機関は入力不要です。";

impl Default for CodeRule {
    fn default() -> Self {
        Self { characters: CodeCharacters::LettersAndDigits, shortest: 1, longest: 20, hint: HINT.to_owned() }
    }
}

impl CodeRule {
    /// 「半角英数字20文字以内」, 「数字7桁」, 「数字3〜10桁」.
    pub fn description(&self) -> String {
        let (characters, unit) = match self.characters {
            CodeCharacters::Digits => ("数字", "桁"),
            CodeCharacters::LettersAndDigits => ("半角英数字", "文字"),
        };
        let (shortest, longest) = (self.shortest, self.longest);
        match shortest {
            0 | 1 => format!("{characters}{longest}{unit}以内"),
            same if same == longest => format!("{characters}{longest}{unit}"),
            _ => format!("{characters}{shortest}〜{longest}{unit}"),
        }
    }

    pub(super) fn has_only_its_characters(&self, code: &str) -> bool {
        code.bytes().all(|byte| match self.characters {
            CodeCharacters::Digits => byte.is_ascii_digit(),
            CodeCharacters::LettersAndDigits => byte.is_ascii_alphanumeric(),
        })
    }

    pub(super) const fn lengths(&self) -> RangeInclusive<usize> {
        self.shortest..=self.longest
    }
}

/// The rule of every prefecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// Where a prefecture has no rule of its own.
    pub fallback: CodeRule,
    pub by_prefecture: BTreeMap<Prefecture, CodeRule>,
}

impl Default for CodeRules {
    fn default() -> Self {
        let nara = CodeRule { hint: NARA_HINT.to_owned(), ..CodeRule::default() };
        Self { fallback: CodeRule::default(), by_prefecture: BTreeMap::from([(Prefecture::Nara, nara)]) }
    }
}

impl CodeRules {
    /// The rule for an institution there; before a prefecture is chosen, the fallback.
    pub fn rule_for(&self, prefecture: Option<Prefecture>) -> &CodeRule {
        prefecture.and_then(|prefecture| self.by_prefecture.get(&prefecture)).unwrap_or(&self.fallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nara_speaks_of_its_own_system() {
        let rules = CodeRules::default();
        assert!(rules.rule_for(Some(Prefecture::Nara)).hint.contains("なら医療情報ネット"));
        assert!(!rules.rule_for(Some(Prefecture::Osaka)).hint.contains("なら"));
        assert_eq!(rules.rule_for(None), &rules.fallback);
    }

    #[test]
    fn a_rule_describes_itself() {
        let rule =
            |characters, shortest, longest| CodeRule { characters, shortest, longest, ..CodeRule::default() };
        assert_eq!(CodeRule::default().description(), "半角英数字20文字以内");
        assert_eq!(rule(CodeCharacters::Digits, 7, 7).description(), "数字7桁");
        assert_eq!(rule(CodeCharacters::Digits, 3, 10).description(), "数字3〜10桁");
    }
}
