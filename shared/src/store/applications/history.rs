//! The history of an application: a list of maps, one an event.

use super::{Inconsistent, Reader, Writer};
use crate::domain::{
    application::{AuditEntry, AuditEvent, FlagReason, HoldReason, RejectionReason, Requester},
    ids::{LoginId, MailId, StaffId},
    mail::MailKind,
    prefecture::PrefectureDesk,
};

pub(super) fn writer(entry: &AuditEntry) -> Writer {
    let writer = Writer::default().time("at", entry.at).text("event", entry.event.as_str());
    match &entry.event {
        AuditEvent::Submitted | AuditEvent::Withdrawn | AuditEvent::PasswordSet => writer,
        AuditEvent::Returned { by, by_name, fields, note, due_on } => writer
            .text("by", by.as_str())
            .text("by_name", by_name)
            .texts("fields", fields.iter().map(|field| field.name.to_owned()))
            .text("note", note)
            .text("due_on", due_on.to_string()),
        AuditEvent::Resubmitted { moved_from } => {
            writer.optional_text("moved_from", moved_from.map(PrefectureDesk::as_key))
        }
        AuditEvent::AddressProven { mail, kind } => {
            writer.text("mail", mail.as_str()).text("kind", kind.as_str())
        }
        AuditEvent::AddressCorrected { by, by_name, mail } => writer
            .text("by", by.as_str())
            .text("by_name", by_name)
            .optional_text("mail", mail.as_ref().map(MailId::as_str)),
        AuditEvent::AddressRegistered { by, by_name, notice } => {
            let writer = writer.text("by", by.as_str()).text("by_name", by_name);
            match notice {
                Some((mail, kind)) => writer.text("mail", mail.as_str()).text("kind", kind.as_str()),
                None => writer,
            }
        }
        AuditEvent::NoticeResent { mail, kind, by } => {
            let writer = writer.text("mail", mail.as_str()).text("kind", kind.as_str());
            match by {
                Requester::Applicant => writer,
                Requester::Secretariat { id, name } => writer.text("by", id.as_str()).text("by_name", name),
            }
        }
        AuditEvent::Approved { by, by_name }
        | AuditEvent::SubmittedOnBehalf { by, by_name }
        | AuditEvent::Released { by, by_name } => writer.text("by", by.as_str()).text("by_name", by_name),
        AuditEvent::Rejected { by, by_name, reason, note } => writer
            .text("by", by.as_str())
            .text("by_name", by_name)
            .text("reason", reason.as_str())
            .text("note", note),
        AuditEvent::Held { by, by_name, reason } => {
            writer.text("by", by.as_str()).text("by_name", by_name).text("reason", reason.as_str())
        }
        AuditEvent::AdvanceNoticeWritten { mail }
        | AuditEvent::AdvanceNoticeDelivered { mail }
        | AuditEvent::AdvanceNoticeUndeliverable { mail }
        | AuditEvent::NoticeDelivered { mail }
        | AuditEvent::NoticeUndeliverable { mail } => writer.text("mail", mail.as_str()),
        AuditEvent::AccountCreated { login_id, mail } | AuditEvent::RightAdded { login_id, mail } => {
            writer.text("login_id", login_id.as_str()).text("mail", mail.as_str())
        }
        AuditEvent::AlreadyEntitled { login_id } => writer.text("login_id", login_id.as_str()),
        AuditEvent::Flagged { reason } => writer.text("reason", reason.as_str()),
    }
}

pub(super) fn entry_of(reader: Reader<'_>) -> Result<AuditEntry, Inconsistent> {
    let mail = || reader.parsed("mail", MailId::parse);
    let kind = || reader.parsed("kind", MailKind::parse);
    let login_id = || reader.parsed("login_id", LoginId::parse);
    let by = || reader.parsed("by", StaffId::parse);
    let by_name = || reader.text("by_name").map(str::to_owned);
    let event = match reader.text("event")? {
        "submitted" => AuditEvent::Submitted,
        "submitted-on-behalf" => AuditEvent::SubmittedOnBehalf { by: by()?, by_name: by_name()? },
        "returned" => AuditEvent::Returned {
            by: by()?,
            by_name: by_name()?,
            fields: reader.fields("fields")?,
            note: reader.text("note")?.to_owned(),
            due_on: reader.parsed("due_on", |date| date.parse().ok())?,
        },
        "resubmitted" => AuditEvent::Resubmitted {
            moved_from: reader.optional_parsed("moved_from", PrefectureDesk::parse)?,
        },
        "withdrawn" => AuditEvent::Withdrawn,
        "address-proven" => AuditEvent::AddressProven { mail: mail()?, kind: kind()? },
        "address-corrected" => AuditEvent::AddressCorrected {
            by: by()?,
            by_name: by_name()?,
            mail: reader.optional_parsed("mail", MailId::parse)?,
        },
        "address-registered" => AuditEvent::AddressRegistered {
            by: by()?,
            by_name: by_name()?,
            notice: match reader.optional_parsed("mail", MailId::parse)? {
                Some(mail) => Some((mail, kind()?)),
                None => None,
            },
        },
        "notice-resent" => AuditEvent::NoticeResent {
            mail: mail()?,
            kind: kind()?,
            by: match reader.optional_parsed("by", StaffId::parse)? {
                None => Requester::Applicant,
                Some(id) => Requester::Secretariat { id, name: by_name()? },
            },
        },
        "approved" => AuditEvent::Approved { by: by()?, by_name: by_name()? },
        "rejected" => AuditEvent::Rejected {
            by: by()?,
            by_name: by_name()?,
            reason: reader.parsed("reason", RejectionReason::parse)?,
            note: reader.text("note")?.to_owned(),
        },
        "advance-notice-written" => AuditEvent::AdvanceNoticeWritten { mail: mail()? },
        "advance-notice-delivered" => AuditEvent::AdvanceNoticeDelivered { mail: mail()? },
        "advance-notice-undeliverable" => AuditEvent::AdvanceNoticeUndeliverable { mail: mail()? },
        "account-created" => AuditEvent::AccountCreated { login_id: login_id()?, mail: mail()? },
        "right-added" => AuditEvent::RightAdded { login_id: login_id()?, mail: mail()? },
        "already-entitled" => AuditEvent::AlreadyEntitled { login_id: login_id()? },
        "notice-delivered" => AuditEvent::NoticeDelivered { mail: mail()? },
        "notice-undeliverable" => AuditEvent::NoticeUndeliverable { mail: mail()? },
        "password-set" => AuditEvent::PasswordSet,
        "flagged" => AuditEvent::Flagged { reason: reader.parsed("reason", FlagReason::parse)? },
        "held" => AuditEvent::Held {
            by: by()?,
            by_name: by_name()?,
            reason: reader.parsed("reason", HoldReason::from_stored)?,
        },
        "released" => AuditEvent::Released { by: by()?, by_name: by_name()? },
        _ => return Err(reader.unreadable("event")),
    };
    Ok(AuditEntry { at: reader.time("at")?, event })
}
