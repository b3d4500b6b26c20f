//! What a mail says, as its item keeps it.

use super::{Inconsistent, Reader, Writer};
use crate::domain::{
    account::Right,
    application::{FlagReason, RejectionReason, StatusKind},
    desk::StuckCase,
    ids::{ApplicationNumber, LoginId, StaffId},
    mail::{ChangeStage, CodePurpose, MailContent, MailKind},
    prefecture::PrefectureDesk,
};

pub(super) fn writer(content: &MailContent) -> Writer {
    let writer = Writer::default();
    match content {
        MailContent::Code { purpose, valid_until } => {
            let purpose = match purpose {
                CodePurpose::Apply => "apply",
                CodePurpose::Track => "track",
                CodePurpose::Address => "address",
                CodePurpose::Change => "change",
            };
            writer.text("purpose", purpose).time("valid_until", *valid_until)
        }
        MailContent::Receipt { institution_name, contact_name }
        | MailContent::Withdrawn { institution_name, contact_name }
        | MailContent::AddressChanged { institution_name, contact_name }
        | MailContent::AdvanceNotice { institution_name, contact_name } => {
            writer.text("institution_name", institution_name).text("contact_name", contact_name)
        }
        MailContent::Rejection { institution_name, contact_name, reason, note } => writer
            .text("institution_name", institution_name)
            .text("contact_name", contact_name)
            .text("reason", reason.as_str())
            .text("note", note),
        MailContent::LoginNotice { institution_name, contact_name, login_id, link_valid_until } => writer
            .text("institution_name", institution_name)
            .text("contact_name", contact_name)
            .text("login_id", login_id.as_str())
            .time("link_valid_until", *link_valid_until),
        MailContent::ExistingAccountNotice { institution_name, contact_name, login_id, right } => writer
            .text("institution_name", institution_name)
            .text("contact_name", contact_name)
            .text("login_id", login_id.as_str())
            .text("right", right.as_str()),
        MailContent::AlreadyEntitledNote { institution_name, login_id, right } => writer
            .text("institution_name", institution_name)
            .text("login_id", login_id.as_str())
            .text("right", right.as_str()),
        MailContent::Returned { institution_name, contact_name, fields, note, due_on } => writer
            .text("institution_name", institution_name)
            .text("contact_name", contact_name)
            .texts("fields", fields.iter().map(|field| field.name.to_owned()))
            .text("note", note)
            .text("due_on", due_on.to_string()),
        MailContent::PasswordReset { login_id, link_valid_until } => {
            writer.text("login_id", login_id.as_str()).time("link_valid_until", *link_valid_until)
        }
        MailContent::LoginIdReminder { institution_name, login_id } => {
            writer.text("institution_name", institution_name).text("login_id", login_id.as_str())
        }
        MailContent::ChangeRequest { institution_name, stage } => {
            let writer = writer.text("institution_name", institution_name);
            match stage {
                ChangeStage::Received => writer.text("stage", "received"),
                ChangeStage::Warning => writer.text("stage", "warning"),
                ChangeStage::Refused { reason } => writer.text("stage", "refused").text("reason", reason),
                ChangeStage::Completed { login_id } => {
                    writer.text("stage", "completed").text("login_id", login_id.as_str())
                }
            }
        }
        MailContent::StaffInvitation { name, staff_id, role, link_valid_until } => writer
            .text("name", name)
            .text("staff_id", staff_id.as_str())
            .text("role", role)
            .time("link_valid_until", *link_valid_until),
        MailContent::StaffPasswordReset { name, staff_id, link_valid_until } => writer
            .text("name", name)
            .text("staff_id", staff_id.as_str())
            .time("link_valid_until", *link_valid_until),
        MailContent::StuckDigest { desk, total, is_all, new, cases } => writer
            .text("desk", desk.as_key())
            .number("total", stored_count(*total))
            .flag("is_all", *is_all)
            .number("new", stored_count(*new))
            .maps("cases", cases.iter().map(case_writer)),
    }
}

pub(super) fn content_of(kind: MailKind, reader: Reader<'_>) -> Result<MailContent, Inconsistent> {
    let text = |name| reader.text(name).map(str::to_owned);
    let login_id = || reader.parsed("login_id", LoginId::parse);
    let right = || reader.parsed("right", Right::parse);
    Ok(match kind {
        MailKind::Code => MailContent::Code {
            purpose: match reader.text("purpose")? {
                "apply" => CodePurpose::Apply,
                "track" => CodePurpose::Track,
                "address" => CodePurpose::Address,
                "change" => CodePurpose::Change,
                _ => return Err(reader.unreadable("purpose")),
            },
            valid_until: reader.time("valid_until")?,
        },
        MailKind::Receipt => MailContent::Receipt {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
        },
        MailKind::Rejection => MailContent::Rejection {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
            reason: reader.parsed("reason", RejectionReason::parse)?,
            note: text("note")?,
        },
        MailKind::Returned => MailContent::Returned {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
            fields: reader.fields("fields")?,
            note: text("note")?,
            due_on: reader.parsed("due_on", |date| date.parse().ok())?,
        },
        MailKind::Withdrawn => MailContent::Withdrawn {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
        },
        MailKind::AddressChanged => MailContent::AddressChanged {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
        },
        MailKind::AdvanceNotice => MailContent::AdvanceNotice {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
        },
        MailKind::LoginNotice => MailContent::LoginNotice {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
            login_id: login_id()?,
            link_valid_until: reader.time("link_valid_until")?,
        },
        MailKind::ExistingAccountNotice => MailContent::ExistingAccountNotice {
            institution_name: text("institution_name")?,
            contact_name: text("contact_name")?,
            login_id: login_id()?,
            right: right()?,
        },
        MailKind::AlreadyEntitledNote => MailContent::AlreadyEntitledNote {
            institution_name: text("institution_name")?,
            login_id: login_id()?,
            right: right()?,
        },
        MailKind::PasswordReset => MailContent::PasswordReset {
            login_id: login_id()?,
            link_valid_until: reader.time("link_valid_until")?,
        },
        MailKind::LoginIdReminder => MailContent::LoginIdReminder {
            institution_name: text("institution_name")?,
            login_id: login_id()?,
        },
        MailKind::ChangeRequest => MailContent::ChangeRequest {
            institution_name: text("institution_name")?,
            stage: match reader.text("stage")? {
                "received" => ChangeStage::Received,
                "warning" => ChangeStage::Warning,
                "refused" => ChangeStage::Refused { reason: text("reason")? },
                "completed" => ChangeStage::Completed { login_id: login_id()? },
                _ => return Err(reader.unreadable("stage")),
            },
        },
        MailKind::StaffInvitation => MailContent::StaffInvitation {
            name: text("name")?,
            staff_id: reader.parsed("staff_id", StaffId::parse)?,
            role: text("role")?,
            link_valid_until: reader.time("link_valid_until")?,
        },
        MailKind::StaffPasswordReset => MailContent::StaffPasswordReset {
            name: text("name")?,
            staff_id: reader.parsed("staff_id", StaffId::parse)?,
            link_valid_until: reader.time("link_valid_until")?,
        },
        MailKind::StuckDigest => MailContent::StuckDigest {
            desk: reader.parsed("desk", PrefectureDesk::parse)?,
            total: reader.number("total")?,
            is_all: reader.flag("is_all")?,
            new: reader.number("new")?,
            cases: reader.maps("cases")?.into_iter().map(case_of).collect::<Result<_, _>>()?,
        },
    })
}

fn case_writer(case: &StuckCase) -> Writer {
    Writer::default()
        .text("number", case.number.to_string())
        .text("status", case.status.as_str())
        .text("reason", case.reason.as_str())
        .text("since", case.since.to_string())
        .flag("is_new", case.is_new)
}

fn case_of(reader: Reader<'_>) -> Result<StuckCase, Inconsistent> {
    Ok(StuckCase {
        number: reader.parsed("number", ApplicationNumber::parse)?,
        status: reader.parsed("status", StatusKind::parse)?,
        reason: reader.parsed("reason", FlagReason::parse)?,
        since: reader.parsed("since", |date| date.parse().ok())?,
        is_new: reader.flag("is_new")?,
    })
}

fn stored_count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
