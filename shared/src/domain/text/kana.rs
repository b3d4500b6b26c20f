//! Half-width kana to full-width, and composing what was typed in pieces.
//!
//! Invariant: a CJK compatibility ideograph comes out as it went in. They are distinct people's names, and NFC
//! replaces all of them.

use unicode_normalization::{UnicodeNormalization, char::compose};

const VOICED: char = '\u{3099}';
const SEMI_VOICED: char = '\u{309A}';

/// ｶﾞ → ガ, ﾊﾟ → パ, ｰ → ー, ｡ → 。. A mark that belongs to nothing becomes ゛ or ゜.
pub(super) fn full_width(text: &str) -> String {
    let mut wide = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'ﾞ' => attach(&mut wide, VOICED, '゛'),
            'ﾟ' => attach(&mut wide, SEMI_VOICED, '゜'),
            '｡'..='ﾝ' => wide.extend(std::iter::once(character).nfkc()),
            other => wide.push(other),
        }
    }
    wide
}

fn attach(text: &mut String, mark: char, alone: char) {
    match text.chars().next_back().and_then(|base| compose(base, mark)) {
        Some(composed) => {
            text.pop();
            text.push(composed);
        }
        None => text.push(alone),
    }
}

/// NFC for everything but the CJK compatibility ideographs, which pass untouched.
pub(super) fn composed(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_compatibility_ideograph) {
        let (before, from) = rest.split_at(at);
        whole.extend(before.nfc());
        let width = from.chars().next().map_or(0, char::len_utf8);
        let (kept, after) = from.split_at(width);
        whole.push_str(kept);
        rest = after;
    }
    whole.extend(rest.nfc());
    whole
}

fn is_compatibility_ideograph(character: char) -> bool {
    matches!(character, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}
