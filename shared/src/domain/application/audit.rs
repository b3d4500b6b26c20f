//! What happened to an application, in the order in which it happened.

use jiff::{Timestamp, civil::Date};

use super::{Application, FlagReason, HoldReason, RejectionReason, Requester};
use crate::domain::{
    form::Field,
    ids::{LoginId, MailId, StaffId},
    mail::MailKind,
    prefecture::PrefectureDesk,
};

/// One event of an application's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub event: AuditEvent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditEvent {
    Submitted,
    SubmittedOnBehalf {
        by: StaffId,
        by_name: String,
    },
    Returned {
        by: StaffId,
        by_name: String,
        fields: Vec<Field>,
        note: String,
        due_on: Date,
    },
    /// `moved_from` is the desk of before, where the correction made it another desk's.
    Resubmitted {
        moved_from: Option<PrefectureDesk>,
    },
    Withdrawn,
    Approved {
        by: StaffId,
        by_name: String,
    },
    Rejected {
        by: StaffId,
        by_name: String,
        reason: RejectionReason,
        note: String,
    },
    AdvanceNoticeWritten {
        mail: MailId,
    },
    AdvanceNoticeDelivered {
        mail: MailId,
    },
    AdvanceNoticeUndeliverable {
        mail: MailId,
    },
    AccountCreated {
        login_id: LoginId,
        mail: MailId,
    },
    RightAdded {
        login_id: LoginId,
        mail: MailId,
    },
    AlreadyEntitled {
        login_id: LoginId,
    },
    NoticeDelivered {
        mail: MailId,
    },
    NoticeUndeliverable {
        mail: MailId,
    },
    /// Another address was proven; `mail`, of this kind, went there.
    AddressProven {
        mail: MailId,
        kind: MailKind,
    },
    /// The desk corrected the address of its proxy application, which nobody had proven; `mail` is the ① that went there.
    AddressCorrected {
        by: StaffId,
        by_name: String,
        mail: Option<MailId>,
    },
    /// A member of staff registered another address, which its reader had proven; `notice` went there, unless the
    /// account's own mail says it.
    AddressRegistered {
        by: StaffId,
        by_name: String,
        notice: Option<(MailId, MailKind)>,
    },
    /// ①, ② or ③ was written again, at somebody's request.
    NoticeResent {
        mail: MailId,
        kind: MailKind,
        by: Requester,
    },
    PasswordSet,
    Flagged {
        reason: FlagReason,
    },
    Held {
        by: StaffId,
        by_name: String,
        reason: HoldReason,
    },
    Released {
        by: StaffId,
        by_name: String,
    },
}

impl AuditEvent {
    /// The word for it in the store and in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::SubmittedOnBehalf { .. } => "submitted-on-behalf",
            Self::Returned { .. } => "returned",
            Self::Resubmitted { .. } => "resubmitted",
            Self::Withdrawn => "withdrawn",
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
            Self::AddressProven { .. } => "address-proven",
            Self::AddressCorrected { .. } => "address-corrected",
            Self::AddressRegistered { .. } => "address-registered",
            Self::NoticeResent { .. } => "notice-resent",
            Self::PasswordSet => "password-set",
            Self::Flagged { .. } => "flagged",
            Self::Held { .. } => "held",
            Self::Released { .. } => "released",
        }
    }

    /// The member of staff who did it; `None` where an applicant or the system did.
    pub fn by_name(&self) -> Option<&str> {
        match self {
            Self::SubmittedOnBehalf { by_name, .. }
            | Self::Returned { by_name, .. }
            | Self::AddressCorrected { by_name, .. }
            | Self::AddressRegistered { by_name, .. }
            | Self::Approved { by_name, .. }
            | Self::Rejected { by_name, .. }
            | Self::Held { by_name, .. }
            | Self::Released { by_name, .. } => Some(by_name),
            Self::NoticeResent { by: Requester::Secretariat { name, .. }, .. } => Some(name),
            Self::NoticeResent { by: Requester::Applicant, .. }
            | Self::Submitted
            | Self::Resubmitted { .. }
            | Self::Withdrawn
            | Self::AdvanceNoticeWritten { .. }
            | Self::AdvanceNoticeDelivered { .. }
            | Self::AdvanceNoticeUndeliverable { .. }
            | Self::AccountCreated { .. }
            | Self::RightAdded { .. }
            | Self::AlreadyEntitled { .. }
            | Self::NoticeDelivered { .. }
            | Self::NoticeUndeliverable { .. }
            | Self::AddressProven { .. }
            | Self::PasswordSet
            | Self::Flagged { .. } => None,
        }
    }

    /// The line that people read in the timeline.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Submitted => "申請を受け付けました",
            Self::SubmittedOnBehalf { .. } => "都道府県が代理で申請しました",
            Self::Returned { .. } => "都道府県が差し戻しました",
            Self::Resubmitted { .. } => "修正した内容で再申請されました",
            Self::Withdrawn => "申請が取り下げられました",
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
            Self::AddressProven { .. } => "メールアドレスの確認が行われ、新しい宛先に変更しました",
            Self::AddressCorrected { .. } => "都道府県が代理申請のメールアドレスを訂正しました",
            Self::AddressRegistered { .. } => "担当者が、確認のとれた新しいメールアドレスを登録しました",
            Self::NoticeResent { .. } => "利用案内のメールを再び作成しました",
            Self::PasswordSet => "パスワードの設定が完了しました",
            Self::Flagged { .. } => "3週間を超過しました",
            Self::Held { .. } => "事務局が発行手続を保留しました",
            Self::Released { .. } => "事務局が発行手続の保留を解除しました",
        }
    }
}

impl Application {
    /// The entry of the decision (承認 or 却下), once there is one.
    pub fn decision(&self) -> Option<&AuditEntry> {
        self.history.iter().find(|entry| match entry.event.turn() {
            Turn::Decision => true,
            Turn::Stop | Turn::None => false,
        })
    }

    /// The newest entry that took it from the desk's table: a decision, a return, a withdrawal.
    pub fn last_move(&self) -> Option<&AuditEntry> {
        self.history.iter().rev().find(|entry| match entry.event.turn() {
            Turn::Decision | Turn::Stop => true,
            Turn::None => false,
        })
    }

    /// Whether somebody has shown to read mail at its address: an applicant by the code at the beginning or by
    /// a later one, else ① by its delivery.
    pub fn address_is_proven(&self) -> bool {
        self.history.iter().any(|entry| match &entry.event {
            AuditEvent::Submitted
            | AuditEvent::Resubmitted { .. }
            | AuditEvent::AddressProven { .. }
            | AuditEvent::AddressRegistered { .. }
            | AuditEvent::AdvanceNoticeDelivered { .. } => true,
            AuditEvent::SubmittedOnBehalf { .. }
            | AuditEvent::Returned { .. }
            | AuditEvent::Withdrawn
            | AuditEvent::Approved { .. }
            | AuditEvent::Rejected { .. }
            | AuditEvent::AdvanceNoticeWritten { .. }
            | AuditEvent::AdvanceNoticeUndeliverable { .. }
            | AuditEvent::AccountCreated { .. }
            | AuditEvent::RightAdded { .. }
            | AuditEvent::AlreadyEntitled { .. }
            | AuditEvent::NoticeDelivered { .. }
            | AuditEvent::NoticeUndeliverable { .. }
            | AuditEvent::AddressCorrected { .. }
            | AuditEvent::NoticeResent { .. }
            | AuditEvent::PasswordSet
            | AuditEvent::Flagged { .. }
            | AuditEvent::Held { .. }
            | AuditEvent::Released { .. } => false,
        })
    }

    /// How often its address was changed. A session of the state page belongs to one address: it ends when this
    /// number moves.
    pub fn address_epoch(&self) -> u64 {
        let changed = |entry: &&AuditEntry| {
            matches!(
                entry.event,
                AuditEvent::AddressProven { .. }
                    | AuditEvent::AddressCorrected { .. }
                    | AuditEvent::AddressRegistered { .. }
            )
        };
        self.history.iter().filter(changed).count().try_into().unwrap_or(u64::MAX)
    }

    /// The desk that an entry of the history was made under: the one of before, where the application has
    /// moved to another desk since.
    pub fn desk_of_entry(&self, index: usize) -> PrefectureDesk {
        let moved_from = |entry: &AuditEntry| {
            let AuditEvent::Resubmitted { moved_from } = &entry.event else { return None };
            *moved_from
        };
        self.history.iter().skip(index).find_map(moved_from).unwrap_or_else(|| self.desk())
    }
}

/// What an event is to the desk.
enum Turn {
    Decision,
    Stop,
    None,
}

impl AuditEvent {
    fn turn(&self) -> Turn {
        match self {
            Self::Approved { .. } | Self::Rejected { .. } => Turn::Decision,
            Self::Returned { .. } | Self::Withdrawn => Turn::Stop,
            Self::Submitted
            | Self::SubmittedOnBehalf { .. }
            | Self::Resubmitted { .. }
            | Self::AdvanceNoticeWritten { .. }
            | Self::AdvanceNoticeDelivered { .. }
            | Self::AdvanceNoticeUndeliverable { .. }
            | Self::AccountCreated { .. }
            | Self::RightAdded { .. }
            | Self::AlreadyEntitled { .. }
            | Self::NoticeDelivered { .. }
            | Self::NoticeUndeliverable { .. }
            | Self::AddressProven { .. }
            | Self::AddressCorrected { .. }
            | Self::AddressRegistered { .. }
            | Self::NoticeResent { .. }
            | Self::PasswordSet
            | Self::Flagged { .. }
            | Self::Held { .. }
            | Self::Released { .. } => Turn::None,
        }
    }
}
