//! Applications that may be for the same institution: the same code, the same name at the same place, the same address.
//!
//! Architecture invariant: the keys are a function of the application as it stands. A corrected one has the keys of its
//! present answers; one that was rejected has none, so nobody is warned of it.

use super::{Application, Status};
use crate::domain::{form::ApplicationForm, ids::ApplicationNumber};

/// In what two applications are alike, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    InstitutionCode,
    InsuranceCode,
    /// The folded name at its postal code, whatever the kind.
    Place,
    /// The mail address. It says little: one address may serve several institutions.
    Address,
}

/// What an application has in common with its duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    pub likeness: Likeness,
    value: String,
}

/// Another application that may be for the same institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDuplicate {
    pub number: ApplicationNumber,
    /// In what they are alike; never empty.
    pub alike: Vec<Likeness>,
}

impl Likeness {
    pub const ALL: [Self; 4] = [Self::InstitutionCode, Self::InsuranceCode, Self::Place, Self::Address];

    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InstitutionCode => "institution-code",
            Self::InsuranceCode => "insurance-code",
            Self::Place => "place",
            Self::Address => "address",
        }
    }

    /// What the desk reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::InstitutionCode => "機関コードが同じ",
            Self::InsuranceCode => "保険機関コードが同じ",
            Self::Place => "機関名と郵便番号が同じ",
            Self::Address => "メールアドレスが同じ",
        }
    }

    /// Whether it speaks for the same institution, so that an applicant is told of it.
    pub fn is_of_an_institution(self) -> bool {
        match self {
            Self::InstitutionCode | Self::InsuranceCode | Self::Place => true,
            Self::Address => false,
        }
    }
}

impl DuplicateKey {
    /// At most 1,100 bytes, well below what an index takes.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

/// The keys of what is filled in; `Place` and `Address` are always among them.
pub fn duplicate_keys(form: &ApplicationForm) -> Vec<DuplicateKey> {
    let key = |likeness, value| DuplicateKey { likeness, value };
    let institution_code = form.institution_code.as_ref().map(|code| {
        let owner = form.desk().as_key();
        key(Likeness::InstitutionCode, format!("{owner}#{}", code.as_str()))
    });
    let insurance_code =
        form.insurance_code.as_ref().map(|code| key(Likeness::InsuranceCode, code.as_str().to_owned()));
    let place = format!("{}#{}", form.postal_code.as_str(), form.institution_name.as_key());
    institution_code
        .into_iter()
        .chain(insurance_code)
        .chain([key(Likeness::Place, place), key(Likeness::Address, form.email.key())])
        .collect()
}

impl Application {
    /// The keys under which others find it: none once it was rejected or taken back.
    pub fn duplicate_keys(&self) -> Vec<DuplicateKey> {
        match &self.status {
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Returned { .. } => duplicate_keys(&self.form),
            Status::Rejected { .. } | Status::Withdrawn { .. } => Vec::new(),
        }
    }
}

impl PossibleDuplicate {
    /// One entry an application, the most alike first, and among equals the newest.
    pub fn of_findings(
        findings: impl IntoIterator<Item = (ApplicationNumber, Likeness)>,
        own: ApplicationNumber,
    ) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for (number, likeness) in findings.into_iter().filter(|(number, _)| *number != own) {
            match merged.iter_mut().find(|known| known.number == number) {
                Some(known) if known.alike.contains(&likeness) => {}
                Some(known) => known.alike.push(likeness),
                None => merged.push(Self { number, alike: vec![likeness] }),
            }
        }
        for found in &mut merged {
            found.alike.sort_unstable();
        }
        merged.sort_by_key(|found| {
            let surest = found.alike.first().copied();
            (surest, std::cmp::Reverse(found.alike.len()), std::cmp::Reverse(found.number))
        });
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        application::samples::{form_of, in_every_status, nara_hospital_input},
        form::FormInput,
    };

    fn keys(input: &FormInput) -> Vec<String> {
        let keys = duplicate_keys(&form_of(input)).into_iter();
        keys.map(|key| format!("{} {}", key.likeness.as_str(), key.as_str())).collect()
    }

    #[test]
    fn the_keys_of_a_form_at_a_glance() {
        let input = FormInput {
            institution_code: "００１２".into(),
            insurance_code: "29-1-0112340".into(),
            email: "Ijika@Wakakusa.example.jp".into(),
            ..nara_hospital_input()
        };
        assert_eq!(
            keys(&input),
            [
                "institution-code 29#medical#0012",
                "insurance-code 2910112340",
                "place 6308501#医療法人社団大和会若草山病院",
                "address ijika@wakakusa.example.jp",
            ]
        );
        assert_eq!(keys(&nara_hospital_input()).len(), 2, "no code, no key");
    }

    #[test]
    fn a_name_in_other_letters_at_the_same_place_is_the_same() {
        let one = FormInput { institution_name: "髙﨑ｸﾘﾆｯｸ".into(), ..nara_hospital_input() };
        let other =
            FormInput { institution_name: "高崎　くりにっく".into(), ..nara_hospital_input() };
        assert_eq!(keys(&one), keys(&other));
        let elsewhere = FormInput { postal_code: "530-0001".into(), ..one.clone() };
        assert_ne!(keys(&one)[0], keys(&elsewhere)[0]);
    }

    #[test]
    fn the_longest_name_still_fits_a_key() {
        let input = FormInput { institution_name: "\u{FDFA}".repeat(255), ..nara_hospital_input() };
        let longest = duplicate_keys(&form_of(&input)).iter().map(|key| key.as_str().len()).max();
        assert!(longest.is_some_and(|bytes| bytes <= 1100), "{longest:?}");
    }

    #[test]
    fn who_is_found_in_which_state() {
        let found: Vec<_> = in_every_status()
            .into_iter()
            .map(|application| {
                format!("{:?} {}", application.status.kind(), application.duplicate_keys().len())
            })
            .collect();
        insta::assert_snapshot!(found.join("\n"), @r"
        Submitted 2
        Approved 2
        Issuing 2
        Issued 2
        AlreadyEntitled 2
        Rejected 0
        Returned 2
        Withdrawn 0
        ");
    }

    #[test]
    fn findings_become_one_entry_an_application_the_surest_first() {
        let number = |number| ApplicationNumber::new(number).unwrap();
        let findings = [
            (number(1), Likeness::Address),
            (number(2), Likeness::Place),
            (number(2), Likeness::InsuranceCode),
            (number(3), Likeness::InsuranceCode),
            (number(4), Likeness::Address),
            (number(9), Likeness::Place),
            (number(2), Likeness::Place),
        ];
        let merged = PossibleDuplicate::of_findings(findings, number(9));
        let rows: Vec<_> =
            merged.iter().map(|found| (found.number.to_string(), found.alike.clone())).collect();
        assert_eq!(
            rows,
            [
                ("API-00000002".to_owned(), vec![Likeness::InsuranceCode, Likeness::Place]),
                ("API-00000003".to_owned(), vec![Likeness::InsuranceCode]),
                ("API-00000004".to_owned(), vec![Likeness::Address]),
                ("API-00000001".to_owned(), vec![Likeness::Address]),
            ]
        );
    }
}
