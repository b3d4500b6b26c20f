//! 「このまま進む」: which warnings an applicant has seen and overruled.
//!
//! Invariant: a confirmation holds for the warnings that the page showed. The box carries their fingerprint, so
//! that an answer changed in the same step, with a new warning, asks again.

use super::Tick;
use crate::{
    domain::form::{FieldWarning, FormInput},
    runtime::Key,
};

/// What was said about warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    None,
    /// A script's word for whatever warnings there are.
    All,
    /// The warnings of this fingerprint.
    These(String),
}

impl Confirmation {
    pub fn of(tick: Tick) -> Self {
        match tick {
            Tick::No => Self::None,
            Tick::Yes => Self::All,
            Tick::Of(fingerprint) => Self::These(fingerprint),
        }
    }

    /// Whether it covers these warnings about this input.
    pub fn covers(&self, warnings: &[FieldWarning], input: &FormInput, pepper: &Key) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::These(shown) => *shown == fingerprint(warnings, input, pepper),
        }
    }
}

/// Changes with the warnings, and with the answers that they are about.
pub(super) fn fingerprint(warnings: &[FieldWarning], input: &FormInput, pepper: &Key) -> String {
    let lines: Vec<String> = warnings
        .iter()
        .map(|warning| {
            let typed = input.typed(warning.field).unwrap_or_default();
            format!("{}\0{typed}\0{}", warning.field, warning.message)
        })
        .collect();
    pepper.hash("warnings", &lines.join("\0\0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        application::samples::nara_hospital_input, contact::EmailAddress, form::ApplicationForm,
    };

    fn pepper() -> Key {
        Key::from_base64(&"A".repeat(44)).unwrap()
    }

    fn warned(insurance_code: &str) -> (Vec<FieldWarning>, FormInput) {
        let input = FormInput { insurance_code: insurance_code.into(), ..nara_hospital_input() };
        let email = EmailAddress::parse("soumu@example.jp").unwrap();
        (ApplicationForm::parse(&input, email).unwrap().warnings, input)
    }

    #[test]
    fn a_changed_answer_asks_again() {
        let (warnings, input) = warned("2910112341");
        let confirmed = Confirmation::These(fingerprint(&warnings, &input, &pepper()));
        assert!(confirmed.covers(&warnings, &input, &pepper()));
        let elsewhere = FormInput { city: "橿原市".into(), ..input.clone() };
        assert!(confirmed.covers(&warnings, &elsewhere, &pepper()), "another answer changes nothing");

        let (same_warnings, other_code) = warned("2910112342");
        assert_eq!(same_warnings, warnings);
        assert!(!confirmed.covers(&same_warnings, &other_code, &pepper()));
        let (more_warnings, third_code) = warned("3648010016");
        assert!(!confirmed.covers(&more_warnings, &third_code, &pepper()));
        assert!(Confirmation::All.covers(&more_warnings, &third_code, &pepper()));
        assert!(!Confirmation::None.covers(&warnings, &input, &pepper()));
    }
}
