//! The prefectures' rules for 機関コード, as a setting.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Config, ConfigError};
use crate::domain::{
    institution::{CodeCharacters, CodeRule, CodeRules},
    prefecture::Prefecture,
};

const NAME: &str = "INSTITUTION_CODE_RULES";

/// One rule as it is written:
/// `{"29": {"characters": "digits", "shortest": 7, "longest": 7, "hint": "…"}}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    characters: Characters,
    shortest: usize,
    longest: usize,
    hint: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Characters {
    Digits,
    LettersAndDigits,
}

impl Config {
    /// The rules that hold: the built-in ones, and what the setting says of single prefectures (JSON, by the number
    /// of the prefecture).
    pub fn code_rules(&self) -> Result<CodeRules, ConfigError> {
        let mut rules = CodeRules::default();
        let Some(text) = self.optional(NAME) else { return Ok(rules) };
        let malformed = ConfigError::Malformed { name: NAME, expected: "rules by prefecture, in JSON" };
        let written: BTreeMap<String, Written> = serde_json::from_str(text).map_err(|_| malformed.clone())?;
        for (number, rule) in written {
            let prefecture = Prefecture::from_stored(&number).ok_or_else(|| malformed.clone())?;
            if rule.shortest == 0 || rule.shortest > rule.longest {
                return Err(malformed);
            }
            rules.by_prefecture.insert(prefecture, rule.into());
        }
        Ok(rules)
    }
}

impl From<Written> for CodeRule {
    fn from(Written { characters, shortest, longest, hint }: Written) -> Self {
        let characters = match characters {
            Characters::Digits => CodeCharacters::Digits,
            Characters::LettersAndDigits => CodeCharacters::LettersAndDigits,
        };
        Self { characters, shortest, longest, hint }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Result<CodeRules, ConfigError> {
        Config::new(BTreeMap::from([(NAME.to_owned(), text.to_owned())])).code_rules()
    }

    #[test]
    fn a_prefecture_gets_its_own_rule_and_the_others_keep_theirs() {
        let text =
            r#"{"27": {"characters": "digits", "shortest": 7, "longest": 7, "hint": "7桁の番号です。"}}"#;
        let rules = rules(text).unwrap();
        let osaka = rules.rule_for(Some(Prefecture::Osaka));
        assert_eq!((osaka.description().as_str(), osaka.hint.as_str()), ("数字7桁", "7桁の番号です。"));
        let nara = CodeRules::default();
        assert_eq!(rules.rule_for(Some(Prefecture::Nara)), nara.rule_for(Some(Prefecture::Nara)));
        assert_eq!(rules.rule_for(Some(Prefecture::Hyogo)), &nara.fallback);
        assert_eq!(Config::new(BTreeMap::new()).code_rules(), Ok(nara));
    }

    #[test]
    fn what_is_no_rule_keeps_the_function_from_starting() {
        for text in [
            "[]",
            r#"{"48": {"characters": "digits", "shortest": 7, "longest": 7, "hint": ""}}"#,
            r#"{"奈良県": {"characters": "digits", "shortest": 7, "longest": 7, "hint": ""}}"#,
            r#"{"29": {"characters": "kana", "shortest": 7, "longest": 7, "hint": ""}}"#,
            r#"{"29": {"characters": "digits", "shortest": 8, "longest": 7, "hint": ""}}"#,
            r#"{"29": {"characters": "digits", "shortest": 7, "longest": 7}}"#,
        ] {
            assert!(rules(text).is_err(), "{text}");
        }
    }
}
