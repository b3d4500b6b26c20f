use super::*;
use proptest::prelude::*;

/// Characters that people really type, among any others.
fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ 　\tァ-ヶー々〆ぁ-ゖ一-三髙﨑\u{FA19}𠮷㈱①ｦ-ﾟ\u{3099}\u{309A}\u{200B}\u{E0100}０-９0-9－−‐‑–—―@＠.．]{0,40}",
    ]
}

#[test]
fn digits_survive_every_width_and_hyphen() {
    let same = [
        "0742-22-1101",
        "０７４２－２２－１１０１",
        "0742ー22−1101",
        "0742‐22–1101",
        "(0742) 22—1101",
        "0742‑22―1101",
    ];
    for typed in same {
        assert_eq!(digits(typed), "0742221101", "{typed}");
    }
    assert_eq!(digits("①②"), "12");
    assert_eq!(digits("なし"), "");
}

#[test]
fn a_name_keeps_the_characters_people_insist_on() {
    for kept in
        ["\u{FA19}", "㈱", "①", "髙", "﨑", "𠮷", "葛\u{E0100}", "Ａ１", "々〆ヶ", "Dr.林", "\u{FA10}"]
    {
        assert_eq!(name(kept).as_deref(), Ok(kept));
    }
    assert_eq!(name("\u{FA19}\u{FA19}か\u{3099}").as_deref(), Ok("\u{FA19}\u{FA19}が"));
    assert_eq!(name("cafe\u{301}").as_deref(), Ok("café"));
}

#[test]
fn a_name_is_trimmed_and_its_spaces_are_one() {
    let wanted = "医療法人 なら会 病院";
    for typed in [
        "医療法人 なら会 病院",
        "　医療法人　　なら会 　 病院\t\n",
        "医療法人\u{A0}なら会\u{2003}病院\u{FEFF}",
    ] {
        assert_eq!(name(typed).as_deref(), Ok(wanted), "{typed:?}");
    }
    for empty in ["", " ", "　　", "\u{3164}\u{2800}", "\u{200B}"] {
        assert_eq!(name(empty).as_deref(), Ok(""), "{empty:?}");
    }
}

#[test]
fn half_width_kana_becomes_full_width_and_composed() {
    let cases = [
        ("ﾅﾗｸﾘﾆｯｸ", "ナラクリニック"),
        ("ﾋﾞﾊﾟｳﾞ", "ビパヴ"),
        ("ﾜﾞﾎﾟｰﾄ｡｢｣､･", "ヷポート。「」、・"),
        ("かﾞ", "が"),
        ("ﾞ", "゛"),
        ("奈ﾞ", "奈゛"),
        ("ハ\u{309A}", "パ"),
        ("ｱﾟ", "ア゜"),
    ];
    for (typed, wanted) in cases {
        assert_eq!(name(typed).as_deref(), Ok(wanted), "{typed}");
    }
}

#[test]
fn a_character_that_harms_is_refused_with_a_sentence_of_its_own() {
    let cases = [
        ("奈良\u{0}病院", TextError::ControlCharacter),
        ("奈良\n病院", TextError::ControlCharacter),
        ("奈良\r\n病院", TextError::ControlCharacter),
        ("奈良\u{7F}", TextError::ControlCharacter),
        ("奈良\u{2028}病院", TextError::ControlCharacter),
        ("奈良\u{E0041}", TextError::ControlCharacter),
        ("奈良\u{202E}病院", TextError::DirectionMark),
        ("奈良\u{200F}病院", TextError::DirectionMark),
        ("奈良\u{2066}病院", TextError::DirectionMark),
        ("奈良\u{E000}病院", TextError::PrivateUse),
        ("奈良\u{F8FF}", TextError::PrivateUse),
        ("奈良\u{F0000}", TextError::PrivateUse),
        ("奈良\u{10FFFD}", TextError::PrivateUse),
        ("奈良\u{FFFD}病院", TextError::Garbled),
        ("奈良\u{FFFE}", TextError::Garbled),
        ("奈良\u{1FFFF}", TextError::Garbled),
    ];
    for (typed, error) in cases {
        assert_eq!(name(typed), Err(error), "{typed:?}");
        assert!(error.sentence("機関名").starts_with("＊機関名に"), "{error}");
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    let refusals = [
        TextError::Missing,
        TextError::TooLong { limit: 255, typed: 300 },
        TextError::ControlCharacter,
        TextError::DirectionMark,
        TextError::PrivateUse,
        TextError::Garbled,
    ];
    insta::assert_snapshot!(refusals.map(|error| error.sentence("機関名")).join("\n"), @r"
    ＊機関名を入力してください
    ＊機関名は255文字以内で入力してください（現在300文字です）
    ＊機関名に改行などの制御文字が含まれています。取り除いて入力してください
    ＊機関名に文字の向きを変える目に見えない文字が含まれています。貼り付けずに、直接入力してください
    ＊機関名に外字（ほかのパソコンでは表示できない文字）が含まれています。別の漢字又はカナに置き換えてください
    ＊機関名に文字化けした文字が含まれています。入力し直してください
    ");
}

#[test]
fn the_hyphens_of_a_house_number_are_one_and_long_vowels_stay() {
    let cases = [
        ("登大路町30－1", "登大路町30-1"),
        ("登大路町３０ー１", "登大路町３０-１"),
        ("1−2‐3‑4–5—6―7ー8", "1-2-3-4-5-6-7-8"),
        ("センター通り1ｰ2", "センター通り1-2"),
        ("コーポ3ーA", "コーポ3ーA"),
        ("スーパー前", "スーパー前"),
    ];
    for (typed, wanted) in cases {
        assert_eq!(street(typed).as_deref(), Ok(wanted), "{typed}");
    }
}

#[test]
fn a_mail_address_typed_in_full_width_becomes_ascii() {
    assert_eq!(mail("　info＠example．jp "), "info@example.jp");
    assert_eq!(mail("ｉｎｆｏ＠ｅｘａｍｐｌｅ。ｊｐ"), "info@example.jp");
    assert_eq!(mail("Info@Example.jp \u{200B}"), "Info@Example.jp");
}

proptest! {
    #[test]
    fn digits_are_only_digits_and_stay(text in typed()) {
        let once = digits(&text);
        prop_assert!(once.bytes().all(|byte| byte.is_ascii_digit()));
        prop_assert_eq!(digits(&once), once);
    }

    #[test]
    fn digits_do_not_see_width_or_hyphen(number in "[0-9]{1,15}", hyphen in "[-ー−‐–—‑―－ 　]") {
        let wide: String = number.chars().flat_map(|digit| {
            let full = char::from_u32(u32::from(digit) + 0xFEE0).unwrap_or(digit);
            std::iter::once(full).chain(hyphen.chars())
        }).collect();
        prop_assert_eq!(digits(&wide), number);
    }

    #[test]
    fn a_name_is_a_stored_line_or_empty_and_stays(text in typed()) {
        if let Ok(once) = name(&text) {
            prop_assert!(once.is_empty() || is_stored_line(&once, usize::MAX), "{once:?}");
            prop_assert!(!once.contains("  ") && !once.contains('　'));
            prop_assert!(!once.chars().any(|character| ('｡'..='ﾟ').contains(&character)));
            prop_assert_eq!(name(&once), Ok(once));
        }
    }

    #[test]
    fn a_street_is_a_name_and_stays(text in typed()) {
        if let Ok(once) = street(&text) {
            prop_assert_eq!(name(&once), Ok(once.clone()));
            prop_assert_eq!(street(&once), Ok(once));
        }
    }

    #[test]
    fn a_mail_address_stays(text in typed()) {
        let once = mail(&text);
        prop_assert_eq!(mail(&once), once);
    }
}
