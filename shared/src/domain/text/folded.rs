//! The search key of a text: what finds 髙﨑クリニック when somebody types 高崎くりにっく.
//!
//! Invariant: a key is for comparing only. It is stored beside the text, never shown and never in its place.

use unicode_normalization::UnicodeNormalization;

/// Variant kanji and what they are searched as. No right side is a left side.
const VARIANTS: [(char, char); 61] = [
    ('髙', '高'),
    ('﨑', '崎'),
    ('嵜', '崎'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('邉', '辺'),
    ('邊', '辺'),
    ('齋', '斎'),
    ('齊', '斉'),
    ('澤', '沢'),
    ('廣', '広'),
    ('國', '国'),
    ('圀', '国'),
    ('德', '徳'),
    ('惠', '恵'),
    ('眞', '真'),
    ('嶋', '島'),
    ('嶌', '島'),
    ('冨', '富'),
    ('槇', '槙'),
    ('櫻', '桜'),
    ('瀨', '瀬'),
    ('瀧', '滝'),
    ('龍', '竜'),
    ('籔', '薮'),
    ('藪', '薮'),
    ('條', '条'),
    ('榮', '栄'),
    ('學', '学'),
    ('會', '会'),
    ('醫', '医'),
    ('藥', '薬'),
    ('齒', '歯'),
    ('處', '処'),
    ('圓', '円'),
    ('緖', '緒'),
    ('與', '与'),
    ('彌', '弥'),
    ('𠮷', '吉'),
    ('黑', '黒'),
    ('靑', '青'),
    ('淸', '清'),
    ('靜', '静'),
    ('增', '増'),
    ('寬', '寛'),
    ('顯', '顕'),
    ('槗', '橋'),
    ('栁', '柳'),
    ('鄕', '郷'),
    ('壽', '寿'),
    ('實', '実'),
    ('豐', '豊'),
    ('關', '関'),
    ('戶', '戸'),
    ('吳', '呉'),
    ('曾', '曽'),
    ('絲', '糸'),
    ('惪', '徳'),
    ('凉', '涼'),
    ('ヶ', 'ケ'),
    ('ヵ', 'カ'),
];

/// NFKC, lower case, katakana for hiragana, one kanji for its variants; without spaces and variation selectors.
pub fn folded(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower
        .chars()
        .filter(|character| !is_left_out(*character))
        .map(katakana)
        .map(one_of_its_variants)
        .nfkc()
        .collect()
}

fn katakana(character: char) -> char {
    match character {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        other => other,
    }
}

fn one_of_its_variants(character: char) -> char {
    VARIANTS.iter().find(|(variant, _)| *variant == character).map_or(character, |(_, plain)| *plain)
}

fn is_left_out(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_take_for_the_same_is_the_same() {
        let same = [
            ("髙﨑クリニック", "高崎くりにっく"),
            ("ＡＢＣ薬局", "abc薬局"),
            ("霞ヶ関ﾋﾞﾙ歯科", "霞ケ関ビル歯科"),
            ("渡邉医院", "渡辺医院"),
            ("医療法人　𠮷田会", "医療法人吉田会"),
            ("㈱薬局", "(株)薬局"),
            ("\u{FA19}戸", "神戸"),
            ("葛\u{E0100}城", "葛城"),
        ];
        for (one, other) in same {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(folded("斎藤医院"), folded("伊藤医院"));
    }

    #[test]
    fn no_variant_leads_to_another() {
        for (_, plain) in VARIANTS {
            assert!(VARIANTS.iter().all(|(variant, _)| *variant != plain), "{plain}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }
    }
}
