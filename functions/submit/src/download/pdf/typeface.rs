//! The one font: which glyph prints a character, how wide it is, and where a line breaks.
//!
//! Invariant: no line asks the font for a glyph that it does not have.

use std::ops::Range;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    charmap::{Charmap, MapVariant},
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

/// Noto Sans JP Regular, under the SIL Open Font License (`assets/README.md`).
pub(super) const NOTO_SANS_JP: &[u8] = include_bytes!("../../../assets/NotoSansJP-Regular.ttf");

/// The mark of a character that cannot be printed.
const GETA: char = '〓';
/// What must not begin a line.
const NEVER_FIRST: &str = "、。，．,.・：；？！）」』】〕〉》］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";
/// What must not end a line.
const NEVER_LAST: &str = "（「『【〔〈《［｛(";

pub(super) struct Typeface {
    font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

/// One line of text, ready to be drawn.
#[derive(Clone)]
pub(super) struct Line {
    /// What is copied out of the file.
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// What is printed as one: a character, with its variation selector.
struct Sort {
    range: Range<usize>,
    glyph: GlyphId,
    /// In ems.
    advance: f32,
}

impl Typeface {
    /// `None` only if the file in the binary were no font.
    pub(super) fn embedded() -> Option<Self> {
        let font = Font::new(NOTO_SANS_JP.into(), 0)?;
        let face = FontRef::from_index(NOTO_SANS_JP, 0).ok()?;
        let units_per_em = font.units_per_em();
        let metrics = face.glyph_metrics(Size::unscaled(), LocationRef::default());
        Some(Self { font, charmap: face.charmap(), metrics, units_per_em })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// `text` in lines of at most `width` ems.
    pub(super) fn lines(&self, text: &str, width: f32) -> Vec<Line> {
        let text = self.printable(text);
        let sorts = self.sorts(&text);
        let mut lines = Vec::new();
        let mut rest = sorts.as_slice();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(first_line(rest, &text, width));
            lines.push(Line::of(line, &text));
            rest = after;
        }
        lines
    }

    /// The text with 〓 and the code point in place of each character that the font lacks: 〓（U+1F600）.
    pub(super) fn printable(&self, text: &str) -> String {
        let mark = |character: char| {
            if is_selector(character) || self.glyph_of(character).is_some() {
                character.to_string()
            } else {
                format!("{GETA}（U+{:04X}）", u32::from(character))
            }
        };
        text.chars().map(mark).collect()
    }

    fn sorts(&self, text: &str) -> Vec<Sort> {
        let mut sorts: Vec<Sort> = Vec::new();
        let mut base = None;
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            if is_selector(character) {
                // The variant if the font has it, else the plain form; the selector stays in the text.
                if let (Some(sort), Some(base)) = (sorts.last_mut(), base) {
                    sort.range.end = end;
                    if let Some(MapVariant::Variant(glyph)) = self.charmap.map_variant(base, character) {
                        sort.glyph = GlyphId::new(glyph.to_u32());
                    }
                }
            } else if let Some(glyph) = self.glyph_of(character) {
                let advance =
                    self.metrics.advance_width(glyph).unwrap_or(self.units_per_em) / self.units_per_em;
                sorts.push(Sort { range: at..end, glyph: GlyphId::new(glyph.to_u32()), advance });
                base = Some(character);
            }
        }
        sorts
    }

    fn glyph_of(&self, character: char) -> Option<skrifa::GlyphId> {
        // PDF/UA refuses U+FEFF and U+FFFE in text, whatever a font has for them.
        let is_refused = matches!(character, '\0' | '\u{FEFF}' | '\u{FFFE}') || character.is_control();
        self.charmap.map(character).filter(|glyph| glyph.to_u32() != 0 && !is_refused)
    }
}

impl Line {
    fn of(sorts: &[Sort], text: &str) -> Self {
        let start = sorts.first().map_or(0, |sort| sort.range.start);
        let end = sorts.last().map_or(0, |sort| sort.range.end);
        let glyph = |sort: &Sort| {
            let range = sort.range.start - start..sort.range.end - start;
            KrillaGlyph::new(sort.glyph, sort.advance, 0.0, 0.0, 0.0, range, None)
        };
        Self { text: text[start..end].to_owned(), glyphs: sorts.iter().map(glyph).collect() }
    }
}

/// Variation selectors choose a form of the character before them (異体字セレクタ).
fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// How many sorts the first line takes: as many as fit, back to the last place where a line may end.
fn first_line(sorts: &[Sort], text: &str, width: f32) -> usize {
    let mut used = 0.0;
    let fitting = sorts.iter().take_while(|sort| {
        used += sort.advance;
        used <= width
    });
    let fitting = fitting.count().max(1);
    if fitting == sorts.len() {
        return fitting;
    }
    let may_end = |count: &usize| may_break(&sorts[*count - 1], &sorts[*count], text);
    (1..=fitting).rev().find(may_end).unwrap_or(fitting)
}

fn may_break(before: &Sort, after: &Sort, text: &str) -> bool {
    let (before, after) = (&text[before.range.clone()], &text[after.range.clone()]);
    let is_word = |part: &str| part.chars().all(|character| character.is_ascii_graphic());
    let is_inside_word = is_word(before) && is_word(after);
    let is_bad_edge = after == " " || NEVER_FIRST.contains(after) || NEVER_LAST.contains(before);
    !is_inside_word && !is_bad_edge
}
