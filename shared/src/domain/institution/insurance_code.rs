//! 保険機関コード: ten digits = prefecture 2, fee table (点数表) 1, district 2, institution 4, check digit 1.
//!
//! Invariant: ten digits are all that a code must be. Whether they fit together is a warning, never a refusal: the
//! authorities' own lists hold exceptions, and only the applicant has the notice in hand.

use super::InstitutionKind;
use crate::domain::{prefecture::Prefecture, text};

/// Ten digits, leading zero included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InsuranceCode(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InsuranceCodeError {
    /// `meant` is the code that would fit, if there is one that can be told from what was typed.
    #[error("{typed} digits where ten are needed")]
    NotTenDigits { typed: usize, meant: Option<InsuranceCode> },
}

impl InsuranceCodeError {
    pub fn sentence(&self, label: &str) -> String {
        let Self::NotTenDigits { typed, meant } = self;
        let what = format!("＊{label}は10桁の数字で入力してください（現在{typed}桁です）");
        let meant = meant
            .as_ref()
            .map(|code| format!("（「{}」ではありませんか）", code.as_str()))
            .unwrap_or_default();
        match typed {
            9 => format!("{what}。先頭の0が抜けていないかご確認ください{meant}"),
            7 => format!("{what}。前に都道府県番号2桁と点数表番号1桁が必要です{meant}"),
            0 => format!("{what}。お持ちでない場合は空欄のままにしてください"),
            _ => what,
        }
    }
}

/// The third digit: by which table the institution charges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeeTable {
    Medical,
    Dental,
    Dispensing,
    VisitingNurse,
}

impl FeeTable {
    const fn of_digit(digit: u8) -> Option<Self> {
        match digit {
            1 => Some(Self::Medical),
            3 => Some(Self::Dental),
            4 => Some(Self::Dispensing),
            6 => Some(Self::VisitingNurse),
            _ => None,
        }
    }

    /// The table by which this kind of institution is known; 助産所 have no insured care.
    const fn of_kind(kind: InstitutionKind) -> Option<(Self, char)> {
        match kind {
            InstitutionKind::Hospital | InstitutionKind::Clinic => Some((Self::Medical, '1')),
            InstitutionKind::DentalClinic => Some((Self::Dental, '3')),
            InstitutionKind::Pharmacy => Some((Self::Dispensing, '4')),
            InstitutionKind::MidwiferyHome => None,
        }
    }
}

/// What does not fit together; the applicant may be right all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InsuranceCodeWarning {
    CheckDigit,
    OtherPrefecture,
    OtherKind,
}

impl InsuranceCodeWarning {
    pub fn sentence(self, label: &str, prefecture: Prefecture, kind: InstitutionKind) -> String {
        match self {
            Self::CheckDigit => format!(
                "＊{label}に誤りがある可能性があります。保険医療機関指定通知書でご確認ください（このまま進むこともできます）"
            ),
            Self::OtherPrefecture => format!(
                "＊{label}の先頭2桁が{}の番号（{}）と異なります。{label}と都道府県をご確認ください（このまま進むこともできます）",
                prefecture.name(),
                prefecture.code2()
            ),
            Self::OtherKind => match FeeTable::of_kind(kind) {
                Some((_, digit)) => format!(
                    "＊{label}の3桁目が機関区分「{}」の番号（{digit}）と異なります。{label}と機関区分をご確認ください（このまま進むこともできます）",
                    kind.label()
                ),
                None => format!(
                    "＊機関区分「{}」には通常{label}がありません。{label}と機関区分をご確認ください（このまま進むこともできます）",
                    kind.label()
                ),
            },
        }
    }
}

impl InsuranceCode {
    /// Any width, any hyphen.
    pub fn parse(typed: &str) -> Result<Self, InsuranceCodeError> {
        let digits = text::digits(typed);
        match digits.len() {
            10 => Ok(Self(digits)),
            9 => {
                let with_zero = Self(format!("0{digits}"));
                let meant = with_zero.has_valid_check_digit().then_some(with_zero);
                Err(InsuranceCodeError::NotTenDigits { typed: 9, meant })
            }
            typed => Err(InsuranceCodeError::NotTenDigits { typed, meant: None }),
        }
    }

    /// [`Self::parse`] for an institution whose prefecture and kind may be known: with them, its last seven digits are
    /// enough.
    pub fn parse_for(
        typed: &str,
        prefecture: Option<Prefecture>,
        kind: Option<InstitutionKind>,
    ) -> Result<Self, InsuranceCodeError> {
        Self::parse(typed).or_else(|error| {
            let composed = prefecture.zip(kind).and_then(|(there, kind)| Self::compose(there, kind, typed));
            composed.ok_or(error)
        })
    }

    /// The ten digits of an institution that knows only its last seven. `None` for 助産所, and if it is not seven.
    pub fn compose(prefecture: Prefecture, kind: InstitutionKind, seven: &str) -> Option<Self> {
        let digits = text::digits(seven);
        let (_, table) = FeeTable::of_kind(kind)?;
        (digits.len() == 7).then(|| Self(format!("{}{table}{digits}", prefecture.code2())))
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        let is_code = stored.len() == 10 && stored.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| Self(stored.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefecture of the first two digits, if they are one's.
    pub fn prefecture(&self) -> Option<Prefecture> {
        Prefecture::from_code(self.digit(0) * 10 + self.digit(1))
    }

    /// The table of the third digit, if it is one's.
    pub fn fee_table(&self) -> Option<FeeTable> {
        FeeTable::of_digit(self.digit(2))
    }

    /// Everything about the code that does not fit an institution of this kind there.
    pub fn warnings(&self, prefecture: Prefecture, kind: InstitutionKind) -> Vec<InsuranceCodeWarning> {
        let mut warnings = Vec::new();
        if !self.has_valid_check_digit() {
            warnings.push(InsuranceCodeWarning::CheckDigit);
        }
        if self.prefecture() != Some(prefecture) {
            warnings.push(InsuranceCodeWarning::OtherPrefecture);
        }
        if !self.fits(kind) {
            warnings.push(InsuranceCodeWarning::OtherKind);
        }
        warnings
    }

    /// Luhn over all ten digits; 埼玉, 千葉, 東京, 神奈川 take the last seven only (DOMAIN §2, measured over 97,024
    /// published codes).
    pub fn has_valid_check_digit(&self) -> bool {
        let counted = match self.prefecture() {
            Some(Prefecture::Saitama | Prefecture::Chiba | Prefecture::Tokyo | Prefecture::Kanagawa) => 7,
            Some(_) | None => 10,
        };
        passes_luhn(self.0.bytes().rev().take(counted))
    }

    /// A hospital may be known by its medical code or by its dental one.
    fn fits(&self, kind: InstitutionKind) -> bool {
        match (kind, self.fee_table()) {
            (InstitutionKind::Hospital, Some(FeeTable::Dental)) => true,
            (_, table) => table.is_some() && table == FeeTable::of_kind(kind).map(|(table, _)| table),
        }
    }

    fn digit(&self, at: usize) -> u8 {
        self.0.as_bytes().get(at).map_or(0, |byte| byte - b'0')
    }
}

/// Luhn's rule, from the check digit leftwards: every second digit counts twice.
fn passes_luhn(from_the_right: impl Iterator<Item = u8>) -> bool {
    let counted = from_the_right.map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = counted
        .map(|(at, digit)| match (at % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit < 5 => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
