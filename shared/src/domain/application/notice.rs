//! What the fate of ①, ② or ③ does to its application.

use jiff::Timestamp;

use super::{AdvanceOutcome, Application, AuditEvent, Decided, Status};
use crate::domain::{
    calendar::{CalendarError, japan_date, next_business_day, start_of_day_jst},
    delivery::DeliveryState,
    ids::MailId,
    mail::{Fate, Mail, MailKind},
};

/// The part of a mail's fate that its application cares for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeFate {
    Delivered { at: Timestamp },
    Undeliverable,
}

/// The fate of a mail as its application sees it; `None` while it is open.
pub fn notice_fate(mail: &Mail, now: Timestamp) -> Option<NoticeFate> {
    match mail.fate(now) {
        Fate::Known(DeliveryState::Delivered { at, .. }) => Some(NoticeFate::Delivered { at }),
        Fate::Known(DeliveryState::Undeliverable { .. }) => Some(NoticeFate::Undeliverable),
        Fate::Known(DeliveryState::Sending | DeliveryState::NeedsAttention)
        | Fate::Sending
        | Fate::NeedsAttention
        | Fate::Cancelled => None,
    }
}

impl Application {
    /// Takes in the fate of one of its mails. `None` if the mail does not matter to its state any more, or
    /// if this is known: the same event may come any number of times.
    pub fn learn_fate(
        self,
        mail: &MailId,
        fate: NoticeFate,
        now: Timestamp,
    ) -> Result<Option<Decided>, CalendarError> {
        match self.status.clone() {
            Status::Issuing { advance, outcome } if advance == *mail => {
                self.advance_fate(advance, &outcome, fate, now)
            }
            Status::Issued { login_id, notice, delivered_at, password_set_at } if notice == *mail => {
                let (delivered, event) = match fate {
                    NoticeFate::Delivered { at } => {
                        (Some(at), AuditEvent::NoticeDelivered { mail: notice.clone() })
                    }
                    NoticeFate::Undeliverable => {
                        (None, AuditEvent::NoticeUndeliverable { mail: notice.clone() })
                    }
                };
                if delivered.is_some() == delivered_at.is_some() && self.has_heard(&event) {
                    return Ok(None);
                }
                let status = Status::Issued { login_id, notice, delivered_at: delivered, password_set_at };
                Ok(Some(self.moved(status, event, now)))
            }
            Status::Submitted
            | Status::Approved
            | Status::Issuing { .. }
            | Status::Issued { .. }
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => Ok(self.late_bounce(mail, fate, now)),
        }
    }

    /// ① came back after ② had left: that moves nothing any more, but the desk reads it in the history.
    fn late_bounce(self, mail: &MailId, fate: NoticeFate, now: Timestamp) -> Option<Decided> {
        let word = AuditEvent::AdvanceNoticeUndeliverable { mail: mail.clone() };
        let known = self.history.iter().any(|entry| entry.event == word);
        if fate != NoticeFate::Undeliverable || !self.wrote_advance(mail) || known {
            return None;
        }
        let was = self.was();
        Some(self.audited(word, was, now))
    }

    /// Whether this mail is an ① of it, the first or a later one.
    fn wrote_advance(&self, id: &MailId) -> bool {
        self.history.iter().any(|entry| match &entry.event {
            AuditEvent::AdvanceNoticeWritten { mail } => mail == id,
            AuditEvent::AddressProven { mail, kind }
            | AuditEvent::AddressRegistered { notice: Some((mail, kind)), .. }
            | AuditEvent::NoticeResent { mail, kind, .. } => mail == id && *kind == MailKind::AdvanceNotice,
            AuditEvent::AddressCorrected { mail, .. } => mail.as_ref() == Some(id),
            AuditEvent::AddressRegistered { notice: None, .. }
            | AuditEvent::Submitted
            | AuditEvent::SubmittedOnBehalf { .. }
            | AuditEvent::Returned { .. }
            | AuditEvent::Resubmitted { .. }
            | AuditEvent::Withdrawn
            | AuditEvent::Approved { .. }
            | AuditEvent::Rejected { .. }
            | AuditEvent::AdvanceNoticeDelivered { .. }
            | AuditEvent::AdvanceNoticeUndeliverable { .. }
            | AuditEvent::AccountCreated { .. }
            | AuditEvent::RightAdded { .. }
            | AuditEvent::AlreadyEntitled { .. }
            | AuditEvent::NoticeDelivered { .. }
            | AuditEvent::NoticeUndeliverable { .. }
            | AuditEvent::PasswordSet
            | AuditEvent::Flagged { .. }
            | AuditEvent::Held { .. }
            | AuditEvent::Released { .. } => false,
        })
    }

    fn advance_fate(
        self,
        advance: MailId,
        known: &AdvanceOutcome,
        fate: NoticeFate,
        now: Timestamp,
    ) -> Result<Option<Decided>, CalendarError> {
        let (outcome, event) = match fate {
            NoticeFate::Delivered { at } => {
                let announce_at = start_of_day_jst(next_business_day(japan_date(at))?);
                let event = AuditEvent::AdvanceNoticeDelivered { mail: advance.clone() };
                (AdvanceOutcome::Delivered { announce_at }, event)
            }
            NoticeFate::Undeliverable => (
                AdvanceOutcome::Undeliverable,
                AuditEvent::AdvanceNoticeUndeliverable { mail: advance.clone() },
            ),
        };
        if outcome == *known {
            return Ok(None);
        }
        Ok(Some(self.moved(Status::Issuing { advance, outcome }, event, now)))
    }

    /// Whether the newest word on its notice is this one.
    fn has_heard(&self, event: &AuditEvent) -> bool {
        let newest = self.history.iter().rev().find(|entry| {
            matches!(entry.event, AuditEvent::NoticeDelivered { .. } | AuditEvent::NoticeUndeliverable { .. })
        });
        newest.is_some_and(|entry| entry.event == *event)
    }
}
