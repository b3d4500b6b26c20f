use super::*;
use InstitutionKind::{Clinic, DentalClinic, Hospital, MidwiferyHome, Pharmacy};
use InsuranceCodeWarning::{CheckDigit, OtherKind, OtherPrefecture};
use proptest::prelude::*;

fn code(text: &str) -> InsuranceCode {
    InsuranceCode::parse(text).expect("ten digits")
}

#[test]
fn the_published_examples_fit() {
    for (text, prefecture) in [
        ("0110113719", Prefecture::Hokkaido),
        ("0110112489", Prefecture::Hokkaido),
        ("3618010015", Prefecture::Tokushima),
    ] {
        assert_eq!(code(text).warnings(prefecture, Clinic), [], "{text}");
        assert_eq!(code(text).prefecture(), Some(prefecture));
    }
}

#[test]
fn four_prefectures_count_the_last_seven_digits_only() {
    // 0 1 1 2 3 4, every second digit doubled from the right: 0 + 2 + 1 + 4 + 3 + 8 = 18, so the check digit is 2.
    for prefecture in [Prefecture::Saitama, Prefecture::Chiba, Prefecture::Tokyo, Prefecture::Kanagawa] {
        let seven = |check: u8| InsuranceCode::compose(prefecture, Clinic, &format!("011234{check}"));
        let passes = |check: &u8| seven(*check).is_some_and(|code| code.has_valid_check_digit());
        assert_eq!((0..10).filter(passes).collect::<Vec<_>>(), [2], "{prefecture}");
    }
    // Over all ten digits the three in front (1, 3, 1) would add 2 + 3 + 2 and ask for 5.
    assert_eq!(code("1310112342").warnings(Prefecture::Tokyo, Clinic), []);
    assert_eq!(code("1310112345").warnings(Prefecture::Tokyo, Clinic), [CheckDigit]);
}

#[test]
fn everywhere_else_all_ten_digits_count() {
    for prefecture in Prefecture::all() {
        let nine = format!("{}1011234", prefecture.code2());
        let nine = &nine[..9];
        let ten = code(&format!("{nine}{}", luhn_check_digit(nine)));
        let takes_seven = [11, 12, 13, 14].contains(&prefecture.code());
        assert_eq!(ten.has_valid_check_digit(), !takes_seven, "{ten:?}");
    }
}

#[test]
fn what_does_not_fit_is_a_warning() {
    let medical = code("0110113719");
    assert_eq!(medical.warnings(Prefecture::Nara, Clinic), [OtherPrefecture]);
    assert_eq!(medical.warnings(Prefecture::Hokkaido, Pharmacy), [OtherKind]);
    assert_eq!(medical.warnings(Prefecture::Hokkaido, MidwiferyHome), [OtherKind]);
    assert_eq!(
        code("0110113718").warnings(Prefecture::Nara, DentalClinic),
        [CheckDigit, OtherPrefecture, OtherKind]
    );
    assert_eq!(code("9900000000").prefecture(), None);
    assert_eq!(code("0120113717").fee_table(), None);
}

#[test]
fn a_hospital_may_give_its_medical_or_its_dental_code() {
    let dental = InsuranceCode::compose(Prefecture::Nara, DentalClinic, "0112345").expect("a code");
    assert_eq!(dental.fee_table(), Some(FeeTable::Dental));
    assert!(!dental.warnings(Prefecture::Nara, Hospital).contains(&OtherKind));
    assert!(dental.warnings(Prefecture::Nara, Clinic).contains(&OtherKind));
}

#[test]
fn seven_digits_become_ten() {
    let composed = |kind| InsuranceCode::compose(Prefecture::Hokkaido, kind, "０１１ー３７１９");
    assert_eq!(composed(Clinic), Some(code("0110113719")));
    assert_eq!(composed(DentalClinic), Some(code("0130113719")));
    assert_eq!(composed(Pharmacy), Some(code("0140113719")));
    assert_eq!(composed(MidwiferyHome), None);
    assert_eq!(InsuranceCode::compose(Prefecture::Nara, Clinic, "011371"), None);
}

#[test]
fn a_wrong_number_of_digits_says_how_many_and_what_may_be_missing() {
    let sentence =
        |typed| InsuranceCode::parse(typed).map_err(|error| error.sentence("保険機関コード")).unwrap_err();
    let typed = ["110113719", "110113718", "0113719", "01101137190", "12345", "なし"];
    insta::assert_snapshot!(typed.map(sentence).join("\n"), @r"
    ＊保険機関コードは10桁の数字で入力してください（現在9桁です）。先頭の0が抜けていないかご確認ください（「0110113719」ではありませんか）
    ＊保険機関コードは10桁の数字で入力してください（現在9桁です）。先頭の0が抜けていないかご確認ください
    ＊保険機関コードは10桁の数字で入力してください（現在7桁です）。前に都道府県番号2桁と点数表番号1桁が必要です
    ＊保険機関コードは10桁の数字で入力してください（現在11桁です）
    ＊保険機関コードは10桁の数字で入力してください（現在5桁です）
    ＊保険機関コードは10桁の数字で入力してください（現在0桁です）。お持ちでない場合は空欄のままにしてください
    ");
}

#[test]
fn every_warning_says_what_to_compare() {
    let sentence =
        |warning: InsuranceCodeWarning, kind| warning.sentence("保険機関コード", Prefecture::Nara, kind);
    let sentences = [
        sentence(CheckDigit, Clinic),
        sentence(OtherPrefecture, Clinic),
        sentence(OtherKind, Pharmacy),
        sentence(OtherKind, MidwiferyHome),
    ];
    insta::assert_snapshot!(sentences.join("\n"), @r"
    ＊保険機関コードに誤りがある可能性があります。保険医療機関指定通知書でご確認ください（このまま進むこともできます）
    ＊保険機関コードの先頭2桁が奈良県の番号（29）と異なります。保険機関コードと都道府県をご確認ください（このまま進むこともできます）
    ＊保険機関コードの3桁目が機関区分「薬局」の番号（4）と異なります。保険機関コードと機関区分をご確認ください（このまま進むこともできます）
    ＊機関区分「助産所」には通常保険機関コードがありません。保険機関コードと機関区分をご確認ください（このまま進むこともできます）
    ");
}

/// Another way to the same digit than the one under test: the smallest digit with which the sum ends in zero.
fn luhn_check_digit(before: &str) -> char {
    let doubled_digits = ['0', '2', '4', '6', '8', '1', '3', '5', '7', '9'];
    let value = |character: char| character.to_digit(10).expect("a digit");
    let sum: u32 = before
        .chars()
        .rev()
        .enumerate()
        .map(|(at, character)| {
            let doubled = doubled_digits[value(character) as usize];
            if at % 2 == 0 { value(doubled) } else { value(character) }
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).expect("a digit")
}

proptest! {
    #[test]
    fn only_ten_digits_are_a_code(typed in any::<String>()) {
        if let Ok(code) = InsuranceCode::parse(&typed) {
            prop_assert_eq!(InsuranceCode::from_stored(code.as_str()), Some(code));
        }
    }

    #[test]
    fn hyphens_and_width_make_no_difference(digits in "[0-9]{10}", hyphen in "[-ー−‐–—‑―－]") {
        let wide: String = digits.bytes().filter_map(|byte| char::from_u32(u32::from(byte) + 0xFEE0)).collect();
        let hyphened = format!("{}{hyphen}{}{hyphen}{}", &digits[..2], &digits[2..3], &digits[3..]);
        prop_assert_eq!(InsuranceCode::parse(&wide), Ok(code(&digits)));
        prop_assert_eq!(InsuranceCode::parse(&hyphened), Ok(code(&digits)));
    }

    #[test]
    fn one_mistyped_digit_is_always_noticed(nine in "29[134][0-9]{6}", at in 0usize..10, more in 1u8..10) {
        let right = format!("{nine}{}", luhn_check_digit(&nine));
        prop_assert!(code(&right).has_valid_check_digit());
        let mut digits = right.into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + more) % 10;
        let wrong = code(std::str::from_utf8(&digits).expect("digits"));
        let noticed = wrong.warnings(Prefecture::Nara, Clinic);
        prop_assert!(noticed.contains(&CheckDigit) || noticed.contains(&OtherPrefecture), "{wrong:?}");
    }
}
