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
