use hex::encode;
use sha2::{Digest, Sha256};
use shared::domain::{
    application::samples::{form_of, nara_hospital_input, submitted},
    form::FormInput,
};

use super::{typeface::NOTO_SANS_JP, *};

const ORIGIN: &str = "https://register.example.jp";

#[test]
fn the_font_is_the_one_that_the_assets_name() {
    let readme = include_str!("../../../assets/README.md");
    assert!(readme.contains(&encode(Sha256::digest(NOTO_SANS_JP))));
}

#[test]
fn the_copy_is_a_tagged_document_in_japanese() {
    let file = write(&submitted(), ORIGIN).unwrap();
    assert!(file.starts_with(b"%PDF-1.7"));
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("/MarkInfo<</Marked true") && text.contains("/Lang(ja)"));
    assert!(text.contains("新規ユーザ登録申請 申請内容 API-00001750"), "the title stands in the metadata");
}

#[test]
fn the_copy_is_small_and_quick() {
    let application = submitted();
    let file = write(&application, ORIGIN).unwrap();
    assert!(file.len() < 60_000, "only the glyphs that are shown: {} bytes", file.len());
    let began = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(write(&application, ORIGIN).unwrap().len(), file.len());
    }
    println!("PDF: {} bytes, {:?} each", file.len(), began.elapsed() / 20);
}

#[test]
fn a_character_that_the_font_lacks_is_printed_as_a_geta_with_its_code_point() {
    let typeface = Typeface::embedded().unwrap();
    assert_eq!(typeface.printable("𠮷田髙﨑①㈱ "), "𠮷田髙﨑①㈱ ");
    assert_eq!(typeface.printable("😀院"), "〓（U+1F600）院");
    assert_eq!(typeface.printable("\u{FEFF}奈\u{E000}"), "〓（U+FEFF）奈〓（U+E000）");
    assert_eq!(typeface.printable("葛\u{E0100}城"), "葛\u{E0100}城");
    let lines = typeface.lines("葛\u{E0100}城😀", 100.0);
    assert_eq!(lines[0].text, "葛\u{E0100}城〓（U+1F600）");
    assert!(lines[0].glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
}

#[test]
fn lines_break_where_japanese_lines_may() {
    let typeface = Typeface::embedded().unwrap();
    let broken = |text: &str, width: f32| {
        typeface.lines(text, width).into_iter().map(|line| line.text).collect::<Vec<_>>().join("／")
    };
    assert_eq!(broken("奈良市登大路町三十", 4.0), "奈良市登／大路町三／十");
    assert_eq!(broken("奈良市登、大路町", 4.0), "奈良市／登、大路／町");
    assert_eq!(broken("奈良 kasuga 会", 4.0), "奈良 ／kasuga ／会");
    assert_eq!(broken(&"w".repeat(20), 4.0).matches('／').count(), 4);
    assert_eq!(broken("", 4.0), "");
}

#[test]
fn long_and_odd_answers_go_over_several_pages() {
    let input = FormInput {
        institution_name: "𠮷😀葛\u{E0100}".repeat(60),
        city: "ｶﾞ".repeat(100),
        street: "Ａ a".repeat(80),
        building: "กขค".repeat(50),
        department: "一".repeat(100),
        ..nara_hospital_input()
    };
    let application = Application { form: form_of(&input), ..submitted() };
    let blocks = blocks_of(&application, ORIGIN);
    assert!(Layout::of(&blocks, &Typeface::embedded().unwrap()).sheets.len() > 1);
    assert!(write(&application, ORIGIN).unwrap().starts_with(b"%PDF-"));
}
