//! 機関名.

use crate::domain::text::{self, line_type};
use sha2::{Digest, Sha256};

line_type! {
    /// The official name of an institution, with the kanji that it chose.
    #[derive(Debug)]
    InstitutionName, 255, text::name
}

/// Bytes of a folded name that stand in a key of the store, which takes 2,048 with all that belongs to it. Only names
/// of characters that unfold into whole words (﷽) are longer.
const KEY_LIMIT: usize = 1024;

/// What many names begin with and nobody is known by (folded). The longer ones stand first.
const LEGAL_FORMS: [&str; 18] = [
    "地方独立行政法人",
    "社会医療法人社団",
    "社会医療法人財団",
    "医療法人社団",
    "医療法人財団",
    "社会医療法人",
    "特定医療法人",
    "医療法人",
    "社会福祉法人",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "独立行政法人",
    "国立大学法人",
    "株式会社",
    "有限会社",
    "合同会社",
];

/// The letter by which names of the whole country are spread over partitions: the first one that is not of the legal
/// form, so that 「医療法人」 does not gather most of them in one.
pub fn first_letter(folded: &str) -> Option<char> {
    let form = LEGAL_FORMS.into_iter().find(|form| folded.starts_with(form)).unwrap_or_default();
    folded[form.len()..].chars().next().or_else(|| folded.chars().next())
}

impl InstitutionName {
    /// The search key of the name.
    pub fn folded(&self) -> String {
        text::folded(self.as_str())
    }

    /// The folded name as a part of a key; of one that is too long, its digest.
    pub fn as_key(&self) -> String {
        let folded = self.folded();
        if folded.len() <= KEY_LIMIT { folded } else { hex::encode(Sha256::digest(folded)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::TextError;

    #[test]
    fn the_chosen_kanji_stay_and_are_found_by_the_plain_ones() {
        let name = InstitutionName::parse("　医療法人　髙﨑会 ﾅﾗｸﾘﾆｯｸ").expect("a name");
        assert_eq!(name.as_str(), "医療法人 髙﨑会 ナラクリニック");
        assert_eq!(name.folded(), "医療法人高崎会ナラクリニック");
    }

    #[test]
    fn the_legal_form_is_nobodys_first_letter() {
        let letter = |name: &str| first_letter(&text::folded(name));
        assert_eq!(letter("医療法人 社団　若草会"), Some('若'));
        assert_eq!(letter("医療法人若草会"), letter("若草会"));
        assert_eq!(letter("髙橋医院"), Some('高'));
        assert_eq!((letter("医療法人"), letter("")), (Some('医'), None), "an index has no empty keys");
        for (at, form) in LEGAL_FORMS.iter().enumerate() {
            assert_eq!(text::folded(form), *form);
            assert!(
                !LEGAL_FORMS[..at].iter().any(|before| form.starts_with(before)),
                "{form} is never found"
            );
        }
    }

    #[test]
    fn every_name_fits_a_key() {
        let name = |text: &str| InstitutionName::parse(text).expect("a name");
        assert_eq!(name("髙﨑会").as_key(), "高崎会");
        assert_eq!(name(&"𠀀".repeat(255)).as_key().len(), 1020);
        let (one, other) = (name(&"\u{FDFA}".repeat(255)), name(&"\u{FDFA}".repeat(254)));
        assert!(one.folded().len() > 2048);
        assert_eq!((one.as_key().len(), one.as_key() == other.as_key()), (64, false));
    }

    #[test]
    fn two_hundred_and_fifty_five_characters_are_the_most() {
        assert!(InstitutionName::parse(&"奈".repeat(255)).is_ok());
        assert_eq!(
            InstitutionName::parse(&"奈".repeat(256)),
            Err(TextError::TooLong { limit: 255, typed: 256 })
        );
        assert!(InstitutionName::parse(&"ﾊﾟ".repeat(255)).is_ok());
    }
}
