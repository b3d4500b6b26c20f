//! 機関名.

use crate::domain::text::{self, line_type};

line_type! {
    /// The official name of an institution, with the kanji that it chose.
    #[derive(Debug)]
    InstitutionName, 255, text::name
}

impl InstitutionName {
    /// The search key of the name.
    pub fn folded(&self) -> String {
        text::folded(self.as_str())
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
    fn two_hundred_and_fifty_five_characters_are_the_most() {
        assert!(InstitutionName::parse(&"奈".repeat(255)).is_ok());
        assert_eq!(
            InstitutionName::parse(&"奈".repeat(256)),
            Err(TextError::TooLong { limit: 255, typed: 256 })
        );
        assert!(InstitutionName::parse(&"ﾊﾟ".repeat(255)).is_ok());
    }
}
