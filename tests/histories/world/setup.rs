//! What a history begins with: the day, the institutions' accounts of before, what is promised of SES.

use std::{rc::Rc, sync::LazyLock};

use jiff::Timestamp;
use shared::domain::{
    account::{Account, Reviewer, Right, institution_keys, samples::account},
    application::samples::{form_of, nara_hospital_input},
    contact::EmailAddress,
    form::{ApplicationForm, FormInput},
    ids::{LoginId, StaffId},
    prefecture::{Desk, Prefecture, PrefectureDesk},
};

use crate::{
    rng::Rng,
    store::{Store, Write},
};

/// Before weekends, before single holidays, and into the two long rests of the year.
const STARTS: [&str; 6] = [
    "2027-01-22T12:00:00+09:00",
    "2026-12-28T17:30:00+09:00",
    "2027-02-10T23:40:00+09:00",
    "2027-03-19T08:00:00+09:00",
    "2027-04-28T09:30:00+09:00",
    "2027-02-16T00:00:00+09:00",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setup {
    start: usize,
    /// The rights of the account that the first institution has, if it has one.
    existing: Option<usize>,
    pub(crate) notify_already_entitled: bool,
    /// Each Send event comes within fifteen minutes.
    pub(crate) in_time: bool,
}

static START_TIMES: LazyLock<[Timestamp; STARTS.len()]> =
    LazyLock::new(|| STARTS.map(|start| start.parse().expect("an instant")));

/// The mailboxes of those who apply.
pub(crate) static PEOPLE: LazyLock<Vec<EmailAddress>> = LazyLock::new(|| {
    let people = ["ijika@wakakusa.example.jp", "jimu@yamanobe.example.jp", "yakkyoku@asuka.example.jp"];
    people.map(|person| EmailAddress::parse(person).expect("an address")).into()
});

/// What they apply for. The first and the second are one institution: with and without its code.
pub(crate) static INSTITUTIONS: LazyLock<Vec<ApplicationForm>> = LazyLock::new(|| {
    let hospital = nara_hospital_input();
    let with_code = FormInput {
        institution_code: "1234567".into(),
        contact_given_name: "次郎".into(),
        ..nara_hospital_input()
    };
    let clinic = FormInput {
        institution_name: "山の辺診療所".into(),
        institution_kind: "clinic".into(),
        institution_subkind: "clinic-without-beds".into(),
        ..nara_hospital_input()
    };
    let pharmacy = FormInput {
        institution_name: "飛鳥薬局".into(),
        institution_kind: "pharmacy".into(),
        institution_subkind: "pharmacy".into(),
        ..nara_hospital_input()
    };
    let of_osaka = FormInput {
        institution_name: "難波病院".into(),
        prefecture: "大阪府".into(),
        city: "大阪市".into(),
        postal_code: "542-0076".into(),
        ..nara_hospital_input()
    };
    [hospital, with_code, clinic, pharmacy, of_osaka].iter().map(form_of).collect()
});

/// The officers of three desks: two of one prefecture, one of another.
pub(crate) static DESKS: LazyLock<Vec<Reviewer>> = LazyLock::new(|| {
    let desks = [
        ("nara-medical", Prefecture::Nara, Desk::Medical),
        ("osaka-medical", Prefecture::Osaka, Desk::Medical),
        ("nara-pharmacy", Prefecture::Nara, Desk::Pharmacy),
    ];
    let officer = |(id, prefecture, desk)| Reviewer {
        id: StaffId::parse(id).expect("a staff id"),
        name: format!("{id} 担当"),
        desk: PrefectureDesk { prefecture, desk },
    };
    desks.map(officer).into()
});

impl Setup {
    pub(crate) fn drawn(rng: &mut Rng) -> Self {
        Self {
            start: rng.below(STARTS.len()),
            existing: *rng.pick(&[None, None, Some(0), Some(1)]),
            notify_already_entitled: rng.chance(50),
            in_time: rng.chance(50),
        }
    }

    pub(super) fn start(&self) -> Timestamp {
        START_TIMES[self.start]
    }

    pub(super) fn store(&self, now: Timestamp) -> Store {
        let mut store = Store::default();
        let Some(rights) = self.existing else { return store };
        let institution = &INSTITUTIONS[0];
        let existing = Account {
            login_id: LoginId::parse("before01").expect("a login ID"),
            keys: institution_keys(institution),
            email: EmailAddress::parse("innai@wakakusa.example.jp").expect("an address"),
            rights: [Right::MedicalInformation].into_iter().take(rights).collect(),
            created_at: now,
            ..account()
        };
        let claims: Vec<Write> =
            existing.keys.iter().map(|key| Write::Claim(key.clone(), existing.login_id.clone())).collect();
        store.accounts.push(Rc::new(existing));
        store.write(claims);
        store
    }
}
