//! Sample values for tests: an application in every state, and the people around it.

use std::sync::LazyLock;

use jiff::{Timestamp, civil::date};

use super::{AdvanceOutcome, Application, Status, Submission, submit};
use crate::domain::{
    account::{Reviewer, Secretary},
    contact::EmailAddress,
    form::{ApplicationForm, FormInput, INSTITUTION_CODE, STREET},
    ids::{ApplicationNumber, LoginId, MailId, StaffId},
    prefecture::{Desk, Prefecture, PrefectureDesk},
};

/// Friday, 22 January 2027, 12:00 in Japan.
pub static NOON: LazyLock<Timestamp> =
    LazyLock::new(|| "2027-01-22T12:00:00+09:00".parse().expect("an instant"));

/// A filled form of a hospital in Nara, as it is typed.
pub fn nara_hospital_input() -> FormInput {
    FormInput {
        institution_name: "医療法人社団 大和会 若草山病院".into(),
        institution_kind: "hospital".into(),
        institution_subkind: "hospital".into(),
        phone: "0742-22-1101".into(),
        postal_code: "630-8501".into(),
        prefecture: "奈良県".into(),
        city: "奈良市".into(),
        street: "登大路町30".into(),
        department: "医事課".into(),
        contact_family_name: "田中".into(),
        contact_given_name: "花子".into(),
        department_phone: "0742-22-1102".into(),
        email: "ijika@wakakusa.example.jp".into(),
        ..FormInput::default()
    }
}

pub fn form_of(input: &FormInput) -> ApplicationForm {
    let email = EmailAddress::parse(&input.email).expect("an address");
    ApplicationForm::parse(input, email).expect("a form without errors").form
}

/// An application of that hospital, just submitted at `NOON`.
pub fn submitted() -> Application {
    let submission = Submission {
        number: ApplicationNumber::new(1750).expect("a number"),
        form: form_of(&nara_hospital_input()),
        terms_version: "2026-11".into(),
        agreed_at: *NOON,
        receipt: mail_id(0),
        applied_again_of: None,
    };
    submit(submission, *NOON).0
}

/// One application in each state, in the order of `StatusKind::ALL`.
pub fn in_every_status() -> Vec<Application> {
    let login_id = LoginId::parse("nara1234").expect("a login ID");
    let advance = mail_id(1);
    [
        Status::Submitted,
        Status::Approved,
        Status::Issuing { advance, outcome: AdvanceOutcome::Delivered { announce_at: *NOON } },
        Status::Issued {
            login_id: login_id.clone(),
            notice: mail_id(2),
            delivered_at: None,
            password_set_at: None,
        },
        Status::AlreadyEntitled { login_id },
        Status::Rejected { notice: Some(mail_id(3)) },
        Status::Returned {
            fields: vec![INSTITUTION_CODE, STREET],
            note: "番地をご確認ください。".into(),
            due_on: date(2027, 1, 29),
            notice: mail_id(4),
        },
        Status::Withdrawn { notice: mail_id(5) },
    ]
    .into_iter()
    .map(|status| Application { status, ..submitted() })
    .collect()
}

/// The officer of Nara's medical desk.
pub fn nara_medical() -> Reviewer {
    reviewer("nara-iryo", "奈良 太郎", Prefecture::Nara, Desk::Medical)
}

/// An officer of another prefecture.
pub fn osaka_medical() -> Reviewer {
    reviewer("osaka-iryo", "大阪 次郎", Prefecture::Osaka, Desk::Medical)
}

/// The secretariat.
pub fn secretary() -> Secretary {
    Secretary { id: StaffId::parse("jimukyoku").expect("a staff id"), name: "事務局 三郎".into() }
}

fn reviewer(id: &str, name: &str, prefecture: Prefecture, desk: Desk) -> Reviewer {
    let id = StaffId::parse(id).expect("a staff id");
    Reviewer { id, name: name.into(), desk: PrefectureDesk { prefecture, desk } }
}

pub fn mail_id(n: u8) -> MailId {
    MailId::from_parts(*NOON, [n; 10])
}
