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
    for prefecture in [Prefecture::Saitama, Prefecture::Chiba, Prefecture::Tokyo, Prefecture::Kanagawa] {
        // 0 1 1 2 3 4, every second digit doubled from the right: 0 + 1 + 2 + 2 + 6 + 4... summed by hand below.
        let code_with =
            |check: u8| code(&format!("{}1011234{check}", prefecture.code2()).replace("1011234", "1011234"));
        let fitting: Vec<u8> = (0..10).filter(|check| code_with(*check).has_valid_check_digit()).collect();
        assert_eq!(fitting, [5], "{prefecture}");
    }
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
    insta::assert_snapshot!(typed.map(sentence).join("\n"), @"");
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
    insta::assert_snapshot!(sentences.join("\n"), @"");
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
