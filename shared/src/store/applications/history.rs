//! The history of an application: a list of maps, one an event.

use super::{Inconsistent, Reader, Writer};
use crate::domain::{
    application::{AuditEntry, AuditEvent, FlagReason, HoldReason, RejectionReason},
    ids::{LoginId, MailId, StaffId},
};

pub(super) fn writer(entry: &AuditEntry) -> Writer {
    let writer = Writer::default().time("at", entry.at).text("event", entry.event.as_str());
    match &entry.event {
        AuditEvent::Submitted | AuditEvent::PasswordSet => writer,
        AuditEvent::Approved { by, by_name } | AuditEvent::Released { by, by_name } => {
            writer.text("by", by.as_str()).text("by_name", by_name)
        }
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
    let login_id = || reader.parsed("login_id", LoginId::parse);
    let by = || reader.parsed("by", StaffId::parse);
    let by_name = || reader.text("by_name").map(str::to_owned);
    let event = match reader.text("event")? {
        "submitted" => AuditEvent::Submitted,
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
