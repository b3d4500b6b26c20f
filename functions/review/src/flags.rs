//! 3週間超過 and 不達 as the desk reads them: the fact, the reason, and what to do.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::application::{AdvanceOutcome, Application, AuditEvent, FlagReason, Status},
    web::Moment,
};

/// One flag of an application.
#[derive(Serialize)]
pub(crate) struct Flag {
    pub(crate) reason: &'static str,
    /// 「申請から3週間を超過」.
    pub(crate) label: &'static str,
    /// 「3週間超過（申請から）」, for a list.
    #[serde(skip)]
    pub(crate) chip: &'static str,
    pub(crate) since: Moment,
    pub(crate) advice: &'static str,
}

/// The flags that stand, the submission's first.
pub(crate) fn flags_of(application: &Application) -> Vec<Flag> {
    let flags = application.flags;
    let flag = |reason: FlagReason, since: Option<Timestamp>| {
        since.map(|since| Flag {
            reason: reason.as_str(),
            label: reason.label(),
            chip: chip(reason),
            since: since.into(),
            advice: advice(&application.status),
        })
    };
    [flag(FlagReason::SinceSubmission, flags.since_submission), flag(FlagReason::InState, flags.in_state)]
        .into_iter()
        .flatten()
        .collect()
}

/// Whether ①, or the notice of the account, came back: the newest word on it counts.
pub(crate) fn is_undeliverable(application: &Application) -> bool {
    match &application.status {
        Status::Issuing { outcome, .. } => *outcome == AdvanceOutcome::Undeliverable,
        Status::Issued { password_set_at: None, delivered_at: None, .. } => {
            application.history.iter().rev().find_map(notice_failed).unwrap_or(false)
        }
        Status::Issued { .. }
        | Status::Submitted
        | Status::Approved
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Returned { .. }
        | Status::Withdrawn { .. } => false,
    }
}

fn notice_failed(entry: &shared::domain::application::AuditEntry) -> Option<bool> {
    match &entry.event {
        AuditEvent::NoticeUndeliverable { .. } => Some(true),
        // A newer notice: nothing is known of it yet.
        AuditEvent::NoticeDelivered { .. }
        | AuditEvent::AddressProven { .. }
        | AuditEvent::NoticeResent { .. } => Some(false),
        AuditEvent::Submitted
        | AuditEvent::SubmittedOnBehalf { .. }
        | AuditEvent::Returned { .. }
        | AuditEvent::Resubmitted { .. }
        | AuditEvent::Withdrawn
        | AuditEvent::Approved { .. }
        | AuditEvent::Rejected { .. }
        | AuditEvent::AdvanceNoticeWritten { .. }
        | AuditEvent::AdvanceNoticeDelivered { .. }
        | AuditEvent::AdvanceNoticeUndeliverable { .. }
        | AuditEvent::AccountCreated { .. }
        | AuditEvent::RightAdded { .. }
        | AuditEvent::AlreadyEntitled { .. }
        | AuditEvent::PasswordSet
        | AuditEvent::Flagged { .. }
        | AuditEvent::Held { .. }
        | AuditEvent::Released { .. } => None,
    }
}

fn chip(reason: FlagReason) -> &'static str {
    match reason {
        FlagReason::InState => "3週間超過（この状態になってから）",
        FlagReason::SinceSubmission => "3週間超過（申請から）",
    }
}

fn advice(status: &Status) -> &'static str {
    match status {
        Status::Submitted => "審査が続いています。内容を確認し、承認または却下をしてください。",
        Status::Approved => "発行の手続が始まっていません。G-MIS事務局に状況をお問い合わせください。",
        Status::Issuing { outcome: AdvanceOutcome::Undeliverable, .. } => {
            "①事前確認メールが届いていません。担当部署に電話で連絡し、申請状況の画面で新しいメールアドレスを登録するか、正しいメールアドレスで改めて申請するようご案内ください。"
        }
        Status::Issuing { outcome: AdvanceOutcome::Awaited | AdvanceOutcome::Delivered { .. }, .. } => {
            "発行の手続が終わっていません。下の経過でメールの送信結果を確認し、動きがない場合はG-MIS事務局にお問い合わせください。"
        }
        Status::Returned { .. } => {
            "申請者による修正が続いています。担当部署に電話で連絡し、修正と再申請をご案内ください。"
        }
        Status::Issued { .. }
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Withdrawn { .. } => {
            "利用案内のメールが届いたことを確認できていません。下の経過でメールの送信結果を確認し、担当部署に電話でご連絡ください。"
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::domain::application::samples::{NOON, in_every_status, mail_id};

    use super::*;

    #[test]
    fn only_a_notice_whose_last_word_is_a_bounce_is_undeliverable() {
        assert!(in_every_status().iter().all(|application| !is_undeliverable(application)));
        let failed = shared::domain::application::NoticeFate::Undeliverable;
        let delivered = shared::domain::application::NoticeFate::Delivered { at: *NOON };
        let issuing =
            in_every_status().remove(2).learn_fate(&mail_id(1), failed, *NOON).unwrap().unwrap().next;
        assert!(is_undeliverable(&issuing));
        let issued =
            in_every_status().remove(3).learn_fate(&mail_id(2), failed, *NOON).unwrap().unwrap().next;
        assert!(is_undeliverable(&issued));
        let mended = issued.learn_fate(&mail_id(2), delivered, *NOON).unwrap().unwrap().next;
        assert!(!is_undeliverable(&mended));
    }

    #[test]
    fn every_standing_flag_is_shown_with_what_to_do() {
        let mut application = in_every_status().remove(0);
        assert!(flags_of(&application).is_empty());
        application.flags.in_state = Some(*NOON);
        application.flags.since_submission = Some(*NOON);
        let reasons: Vec<_> = flags_of(&application).iter().map(|flag| flag.reason).collect();
        assert_eq!(reasons, ["since-submission", "in-state"]);
        assert!(flags_of(&application).iter().all(|flag| flag.advice.contains("承認または却下")));
    }
}
