//! What may be wrong with a complete form: numbers that do not fit together, numbers in each other's place.
//!
//! Invariant: a warning never stops an applicant who is sure; its sentence says so.

use super::{ApplicationForm, FieldWarning, INSTITUTION_CODE, INSURANCE_CODE};
use crate::domain::institution::{InstitutionCode, InsuranceCode};

pub(super) fn warnings_of(form: &ApplicationForm) -> Vec<FieldWarning> {
    let swapped =
        form.institution_code.as_ref().and_then(|code| swapped_codes(code, form.insurance_code.as_ref()));
    let of_insurance_code = form.insurance_code.iter().flat_map(|code| {
        code.warnings(form.prefecture, form.institution_kind).into_iter().map(|warning| FieldWarning {
            field: INSURANCE_CODE.name,
            message: warning.sentence(INSURANCE_CODE.label, form.prefecture, form.institution_kind),
        })
    });
    swapped.into_iter().chain(of_insurance_code).collect()
}

/// The mistake that people make most (DOMAIN §2).
fn swapped_codes(code: &InstitutionCode, insurance_code: Option<&InsuranceCode>) -> Option<FieldWarning> {
    let message = if insurance_code.is_some_and(|insurance| insurance.as_str() == code.as_str()) {
        "＊機関コードと保険機関コードに同じ番号が入力されています。機関コードは保険機関コードとは別の番号です。\
         お持ちでない場合は空欄にしてください（このまま進むこともできます）"
    } else if looks_like_an_insurance_code(code.as_str()) {
        "＊機関コードに保険機関コードが入力されている可能性があります。機関コードは保険機関コードとは別の番号です。\
         お持ちでない場合は空欄にしてください（このまま進むこともできます）"
    } else {
        return None;
    };
    Some(FieldWarning { field: INSTITUTION_CODE.name, message: message.to_owned() })
}

/// Ten digits with a prefecture, a fee table and the right check digit: hardly ever by chance.
pub(super) fn looks_like_an_insurance_code(typed: &str) -> bool {
    InsuranceCode::parse(typed).is_ok_and(|code| {
        code.prefecture().is_some() && code.fee_table().is_some() && code.has_valid_check_digit()
    })
}
