//! Which characters no field may hold, and which count as a space or as nothing.
//!
//! Invariant: nothing here refuses a character that somebody's name is written with; variation selectors, which
//! choose between the shapes of a kanji (異体字), pass.

/// Why a character is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Control,
    Direction,
    PrivateUse,
    Garbled,
}

pub(super) fn fault_of(character: char) -> Option<Fault> {
    match character {
        // Arabic letter mark, left-to-right and right-to-left marks, embeddings, overrides, isolates.
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            Some(Fault::Direction)
        }
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}' => {
            Some(Fault::PrivateUse)
        }
        '\u{FFFD}' | '\u{FDD0}'..='\u{FDEF}' => Some(Fault::Garbled),
        // Line and paragraph separators, deprecated format characters, annotations, tags.
        '\u{2028}'
        | '\u{2029}'
        | '\u{206A}'..='\u{206F}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => Some(Fault::Control),
        other if other.is_control() => Some(Fault::Control),
        // The last two code points of each plane are no characters.
        other if u32::from(other) & 0xFFFE == 0xFFFE => Some(Fault::Garbled),
        _ => None,
    }
}

/// Drawn as nothing but space: the spaces of Unicode, the fillers of Hangul, the empty Braille cell.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

/// Takes no room at all and comes along when text is pasted: soft hyphen, zero-width spaces and joiners, the byte
/// order mark.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}
