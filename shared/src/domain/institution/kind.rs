//! 機関区分 and the finer 機関判別区分.
//!
//! Invariant: every subkind belongs to exactly one kind.

use crate::domain::prefecture::Desk;

/// 機関区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstitutionKind {
    Hospital,
    Clinic,
    DentalClinic,
    MidwiferyHome,
    Pharmacy,
}

impl InstitutionKind {
    pub const fn all() -> &'static [Self; 5] {
        &[Self::Hospital, Self::Clinic, Self::DentalClinic, Self::MidwiferyHome, Self::Pharmacy]
    }

    /// The word in forms, in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Clinic => "clinic",
            Self::DentalClinic => "dental-clinic",
            Self::MidwiferyHome => "midwifery-home",
            Self::Pharmacy => "pharmacy",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Hospital => "病院",
            Self::Clinic => "診療所",
            Self::DentalClinic => "歯科診療所",
            Self::MidwiferyHome => "助産所",
            Self::Pharmacy => "薬局",
        }
    }

    /// The word of the form, or 「病院」 as people write it.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        Self::all().iter().copied().find(|kind| kind.as_str() == typed || kind.label() == typed)
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::all().iter().copied().find(|kind| kind.as_str() == stored)
    }

    /// The desk of a prefecture that answers for this kind.
    pub const fn desk(self) -> Desk {
        match self {
            Self::Hospital | Self::Clinic | Self::DentalClinic | Self::MidwiferyHome => Desk::Medical,
            Self::Pharmacy => Desk::Pharmacy,
        }
    }

    /// What can be chosen as 機関判別区分 below this kind.
    pub fn subkinds(self) -> impl Iterator<Item = InstitutionSubkind> {
        InstitutionSubkind::all().iter().copied().filter(move |subkind| subkind.kind() == self)
    }
}

/// 機関判別区分. No list of it is public; this one is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstitutionSubkind {
    Hospital,
    ClinicWithBeds,
    ClinicWithoutBeds,
    DentalClinic,
    MidwiferyHome,
    Pharmacy,
}

impl InstitutionSubkind {
    pub const fn all() -> &'static [Self; 6] {
        &[
            Self::Hospital,
            Self::ClinicWithBeds,
            Self::ClinicWithoutBeds,
            Self::DentalClinic,
            Self::MidwiferyHome,
            Self::Pharmacy,
        ]
    }

    /// The word in forms, in JSON and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::ClinicWithBeds => "clinic-with-beds",
            Self::ClinicWithoutBeds => "clinic-without-beds",
            Self::DentalClinic => "dental-clinic",
            Self::MidwiferyHome => "midwifery-home",
            Self::Pharmacy => "pharmacy",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Hospital => "病院",
            Self::ClinicWithBeds => "有床診療所",
            Self::ClinicWithoutBeds => "無床診療所",
            Self::DentalClinic => "歯科診療所",
            Self::MidwiferyHome => "助産所",
            Self::Pharmacy => "薬局",
        }
    }

    /// The word of the form, or 「有床診療所」 as people write it.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        Self::all().iter().copied().find(|subkind| subkind.as_str() == typed || subkind.label() == typed)
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::all().iter().copied().find(|subkind| subkind.as_str() == stored)
    }

    pub const fn kind(self) -> InstitutionKind {
        match self {
            Self::Hospital => InstitutionKind::Hospital,
            Self::ClinicWithBeds | Self::ClinicWithoutBeds => InstitutionKind::Clinic,
            Self::DentalClinic => InstitutionKind::DentalClinic,
            Self::MidwiferyHome => InstitutionKind::MidwiferyHome,
            Self::Pharmacy => InstitutionKind::Pharmacy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_at_a_glance() {
        let rows: Vec<String> = InstitutionKind::all()
            .iter()
            .map(|kind| {
                let subkinds: Vec<_> = kind.subkinds().map(InstitutionSubkind::label).collect();
                format!(
                    "{} {} → {}: {}",
                    kind.as_str(),
                    kind.label(),
                    kind.desk().label(),
                    subkinds.join("・")
                )
            })
            .collect();
        insta::assert_snapshot!(rows.join("\n"), @r"
        hospital 病院 → 医療: 病院
        clinic 診療所 → 医療: 有床診療所・無床診療所
        dental-clinic 歯科診療所 → 医療: 歯科診療所
        midwifery-home 助産所 → 医療: 助産所
        pharmacy 薬局 → 薬務: 薬局
        ");
    }

    #[test]
    fn every_word_reads_back() {
        for kind in InstitutionKind::all() {
            assert_eq!(InstitutionKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(InstitutionKind::parse(kind.label()), Some(*kind));
            assert_eq!(InstitutionKind::from_stored(kind.as_str()), Some(*kind));
            assert_eq!(InstitutionKind::from_stored(kind.label()), None);
        }
        for subkind in InstitutionSubkind::all() {
            assert_eq!(InstitutionSubkind::parse(subkind.as_str()), Some(*subkind));
            assert_eq!(InstitutionSubkind::parse(subkind.label()), Some(*subkind));
            assert_eq!(InstitutionSubkind::from_stored(subkind.as_str()), Some(*subkind));
        }
        assert_eq!(InstitutionKind::parse(""), None);
        assert_eq!(InstitutionSubkind::parse("clinic"), None);
    }
}
