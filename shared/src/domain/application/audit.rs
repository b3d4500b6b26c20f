//! What happened to an application, in the order in which it happened.

use jiff::Timestamp;

use super::{FlagReason, HoldReason, RejectionReason};
use crate::domain::ids::{LoginId, MailId, StaffId};

/// One event of an application's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub event: AuditEvent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditEvent {
    Submitted,
    Approved { by: StaffId, by_name: String },
    Rejected { by: StaffId, by_name: String, reason: RejectionReason, note: String },
    AdvanceNoticeWritten { mail: MailId },
    AdvanceNoticeDelivered { mail: MailId },
    AdvanceNoticeUndeliverable { mail: MailId },
    AccountCreated { login_id: LoginId, mail: MailId },
    RightAdded { login_id: LoginId, mail: MailId },
    AlreadyEntitled { login_id: LoginId },
    NoticeDelivered { mail: MailId },
    NoticeUndeliverable { mail: MailId },
    PasswordSet,
    Flagged { reason: FlagReason },
    Held { by: StaffId, by_name: String, reason: HoldReason },
    Released { by: StaffId, by_name: String },
}

impl AuditEvent {
    /// The word for it in the store and in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::AdvanceNoticeWritten { .. } => "advance-notice-written",
            Self::AdvanceNoticeDelivered { .. } => "advance-notice-delivered",
            Self::AdvanceNoticeUndeliverable { .. } => "advance-notice-undeliverable",
            Self::AccountCreated { .. } => "account-created",
            Self::RightAdded { .. } => "right-added",
            Self::AlreadyEntitled { .. } => "already-entitled",
            Self::NoticeDelivered { .. } => "notice-delivered",
            Self::NoticeUndeliverable { .. } => "notice-undeliverable",
            Self::PasswordSet => "password-set",
            Self::Flagged { .. } => "flagged",
            Self::Held { .. } => "held",
            Self::Released { .. } => "released",
        }
    }

    /// The line that people read in the timeline.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Submitted => "申請を受け付けました",
            Self::Approved { .. } => "都道府県が承認しました",
            Self::Rejected { .. } => "都道府県が却下しました",
            Self::AdvanceNoticeWritten { .. } => "①事前確認メールを作成しました",
            Self::AdvanceNoticeDelivered { .. } => "①事前確認メールが送信完了となりました",
            Self::AdvanceNoticeUndeliverable { .. } => "①事前確認メールが不達となりました",
            Self::AccountCreated { .. } => "アカウントを発行し、②G-MIS利用案内メールを作成しました",
            Self::RightAdded { .. } => "既存のアカウントに報告権限を追加し、③のメールを作成しました",
            Self::AlreadyEntitled { .. } => {
                "報告権限のあるアカウントを既にお持ちのため、発行は行いませんでした"
            }
            Self::NoticeDelivered { .. } => "利用案内のメールが送信完了となりました",
            Self::NoticeUndeliverable { .. } => "利用案内のメールが不達となりました",
            Self::PasswordSet => "パスワードの設定が完了しました",
            Self::Flagged { .. } => "3週間を超過しました",
            Self::Held { .. } => "事務局が発行手続を保留しました",
            Self::Released { .. } => "事務局が発行手続の保留を解除しました",
        }
    }
}
