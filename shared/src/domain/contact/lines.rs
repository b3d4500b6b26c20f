//! The lines of text of a form that say where an institution is and who answers for it.

use crate::domain::text::{self, line_type};
use std::fmt;

line_type! {
    /// 担当者(姓) or 担当者(名). `Debug` does not show it.
    PersonName, 50, text::name
}

line_type! {
    /// 市区町村.
    #[derive(Debug)]
    City, 100, text::name
}

line_type! {
    /// 町名・番地: hyphens between the numbers are all `-`.
    #[derive(Debug)]
    Street, 255, text::street
}

line_type! {
    /// 建物名.
    #[derive(Debug)]
    Building, 255, text::name
}

line_type! {
    /// 担当部署.
    #[derive(Debug)]
    Department, 100, text::name
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::TextError;
    use proptest::prelude::*;

    #[test]
    fn a_line_has_one_to_its_limit_of_characters() {
        assert_eq!(PersonName::parse(" 　"), Err(TextError::Missing));
        assert!(PersonName::parse(&"𠮷".repeat(50)).is_ok());
        assert_eq!(PersonName::parse(&"𠮷".repeat(51)), Err(TextError::TooLong { limit: 50, typed: 51 }));
    }

    #[test]
    fn debug_does_not_show_a_person() {
        let name = PersonName::parse("𠮷田").expect("a name");
        assert_eq!(format!("{name:?}"), "PersonName(***)");
    }

    #[test]
    fn what_is_no_stored_line_does_not_read_back() {
        for stored in ["", " 奈良市", "奈良市　", "奈良\u{0}市", "奈良\n市", "\u{202E}奈良市"]
        {
            assert_eq!(City::from_stored(stored), None, "{stored:?}");
        }
        assert_eq!(City::from_stored(&"あ".repeat(101)), None);
    }

    proptest! {
        #[test]
        fn what_was_parsed_reads_back(typed in any::<String>()) {
            if let Ok(street) = Street::parse(&typed) {
                prop_assert_eq!(Street::from_stored(street.as_str()), Some(street.clone()));
                prop_assert_eq!(Street::parse(street.as_str()), Ok(street));
            }
        }
    }
}
