//! One mail of every kind, as the tests of this room send and show them.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{Timestamp, civil::date};

use super::{DerivedSecret, MailParts, RenderContext, RenderedMail, render};
use crate::{
    domain::{
        account::Right,
        application::{FlagReason, RejectionReason, StatusKind},
        contact::EmailAddress,
        desk::StuckCase,
        form::{INSTITUTION_CODE, STREET},
        ids::{ApplicationNumber, LoginId, MailId, StaffId},
        mail::{ChangeStage, CodePurpose, MailContent, NewMail},
        prefecture::{Desk, Prefecture, PrefectureDesk},
    },
    runtime::Key,
};

pub(super) const ORIGIN: &str = "https://www.g-mis.example.jp";

pub(super) fn noon() -> Timestamp {
    "2027-01-05T03:00:00Z".parse().unwrap()
}

pub(super) fn link_key() -> Key {
    Key::from_base64(&STANDARD.encode([7; 32])).unwrap()
}

/// Every content with the name of its snapshot.
pub(super) fn contents() -> Vec<(&'static str, MailContent)> {
    let mut contents = of_applications();
    contents.extend(of_addresses());
    contents
}

fn institution_name() -> String {
    "医療法人\u{9AD9}橋会 ならやま診療所".to_owned()
}

/// What leaves about login IDs and requests to change an address.
fn of_addresses() -> [(&'static str, MailContent); 5] {
    let change = |stage| MailContent::ChangeRequest { institution_name: institution_name(), stage };
    let login_id = || LoginId::parse("abcd2345").unwrap();
    [
        ("login_id_reminder", MailContent::LoginIdReminder { institution_name: institution_name(), login_id: login_id() }),
        ("change_received", change(ChangeStage::Received)),
        ("change_warning", change(ChangeStage::Warning)),
        (
            "change_refused",
            change(ChangeStage::Refused {
                reason: "報告機関にお電話しましたが、ご依頼を確認できませんでした。\nお心当たりのある場合は、もう一度ご依頼ください。".into(),
            }),
        ),
        ("change_completed", change(ChangeStage::Completed { login_id: login_id() })),
    ]
}

fn of_applications() -> Vec<(&'static str, MailContent)> {
    let contact_name = || "山田 太郎".to_owned();
    let login_id = || LoginId::parse("abcd2345").unwrap();
    let in_three_days = "2027-01-08T00:00:00Z".parse().unwrap();
    let in_ten_minutes = "2027-01-05T03:10:00Z".parse().unwrap();
    vec![
        ("code_to_apply", MailContent::Code { purpose: CodePurpose::Apply, valid_until: in_ten_minutes }),
        ("code_to_track", MailContent::Code { purpose: CodePurpose::Track, valid_until: in_ten_minutes }),
        ("code_to_change_the_address", MailContent::Code { purpose: CodePurpose::Address, valid_until: in_ten_minutes }),
        ("code_to_request_a_change", MailContent::Code { purpose: CodePurpose::Change, valid_until: in_ten_minutes }),
        ("receipt", MailContent::Receipt { institution_name: institution_name(), contact_name: contact_name() }),
        (
            "rejection",
            MailContent::Rejection {
                institution_name: institution_name(),
                contact_name: contact_name(),
                reason: RejectionReason::WrongInstitutionCode,
                note: "機関コードが登録内容と一致しませんでした。\r\n\r\nご確認の上、改めて申請してください。\r\n".into(),
            },
        ),
        (
            "rejection_without_note",
            MailContent::Rejection {
                institution_name: institution_name(),
                contact_name: contact_name(),
                reason: RejectionReason::Other,
                note: " \n".into(),
            },
        ),
        (
            "advance_notice",
            MailContent::AdvanceNotice { institution_name: institution_name(), contact_name: contact_name() },
        ),
        (
            "login_notice",
            MailContent::LoginNotice {
                institution_name: institution_name(),
                contact_name: contact_name(),
                login_id: login_id(),
                link_valid_until: in_three_days,
            },
        ),
        (
            "existing_account_notice",
            MailContent::ExistingAccountNotice {
                institution_name: institution_name(),
                contact_name: contact_name(),
                login_id: login_id(),
                right: Right::MedicalInformation,
            },
        ),
        (
            "already_entitled_note",
            MailContent::AlreadyEntitledNote {
                institution_name: institution_name(),
                login_id: login_id(),
                right: Right::PharmacyInformation,
            },
        ),
        (
            "returned",
            MailContent::Returned {
                institution_name: institution_name(),
                contact_name: contact_name(),
                fields: vec![INSTITUTION_CODE, STREET],
                note: "機関コードは、なら医療情報ネットの7桁の番号をご入力ください。\r\n番地が途中で切れています。\r\n".into(),
                due_on: date(2027, 1, 15),
            },
        ),
        (
            "withdrawn",
            MailContent::Withdrawn { institution_name: institution_name(), contact_name: contact_name() },
        ),
        (
            "address_changed",
            MailContent::AddressChanged { institution_name: institution_name(), contact_name: contact_name() },
        ),
        ("password_reset", MailContent::PasswordReset { login_id: login_id(), link_valid_until: in_ten_minutes }),
        (
            "staff_invitation",
            MailContent::StaffInvitation {
                name: "奈良 太郎".to_owned(),
                staff_id: StaffId::parse("nara-iryo").unwrap(),
                role: "奈良県 医療担当".to_owned(),
                link_valid_until: in_three_days,
            },
        ),
        (
            "staff_password_reset",
            MailContent::StaffPasswordReset {
                name: "奈良 太郎".to_owned(),
                staff_id: StaffId::parse("nara-iryo").unwrap(),
                link_valid_until: in_ten_minutes,
            },
        ),
        ("stuck_digest", stuck_digest()),
    ]
}

fn stuck_digest() -> MailContent {
    let case = |number, status, reason, day, is_new| StuckCase {
        number: ApplicationNumber::new(number).unwrap(),
        status,
        reason,
        since: date(2026, 12, day),
        is_new,
    };
    MailContent::StuckDigest {
        desk: PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical },
        total: 32,
        is_all: true,
        new: 1,
        cases: vec![
            case(1750, StatusKind::Submitted, FlagReason::SinceSubmission, 15, true),
            case(1203, StatusKind::Returned, FlagReason::InState, 8, false),
        ],
    }
}

pub(super) fn mail(content: MailContent) -> NewMail {
    let application = match &content {
        MailContent::Code { purpose: CodePurpose::Apply | CodePurpose::Change, .. }
        | MailContent::LoginIdReminder { .. }
        | MailContent::ChangeRequest { .. }
        | MailContent::PasswordReset { .. }
        | MailContent::StaffInvitation { .. }
        | MailContent::StaffPasswordReset { .. }
        | MailContent::StuckDigest { .. } => None,
        MailContent::Code { purpose: CodePurpose::Track | CodePurpose::Address, .. }
        | MailContent::Receipt { .. }
        | MailContent::Rejection { .. }
        | MailContent::AdvanceNotice { .. }
        | MailContent::LoginNotice { .. }
        | MailContent::ExistingAccountNotice { .. }
        | MailContent::AlreadyEntitledNote { .. }
        | MailContent::Returned { .. }
        | MailContent::Withdrawn { .. }
        | MailContent::AddressChanged { .. } => ApplicationNumber::new(1750),
    };
    NewMail {
        id: MailId::from_parts(noon(), [1; 10]),
        application,
        to: EmailAddress::parse("jimu@clinic.example.jp").unwrap(),
        content,
    }
}

pub(super) fn rendered(content: MailContent) -> RenderedMail {
    let mail = mail(content);
    let secret = DerivedSecret::of(&link_key(), mail.content.kind(), &mail.id);
    render(&MailParts::from(&mail), &RenderContext { origin: ORIGIN, from_address: "info@g-mis.net", secret })
        .unwrap()
}
