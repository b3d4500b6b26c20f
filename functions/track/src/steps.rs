//! 受付 → 都道府県確認 → 承認 → 発行手続 → メール送信 → 設定完了: how far an application has come.

use serde::Serialize;
use shared::domain::application::{Application, AuditEvent, Status};

/// The steps of one application and the one that it is at, counted from 1; past the end: all are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Steps {
    pub(crate) names: &'static [&'static str],
    pub(crate) current: usize,
}

const NEW_ACCOUNT: &[&str] = &["受付", "都道府県確認", "承認", "発行手続", "メール送信", "設定完了"];
const RIGHT_ADDED: &[&str] = &["受付", "都道府県確認", "承認", "権限の追加", "メール送信", "完了"];
const ALREADY_ENTITLED: &[&str] = &["受付", "都道府県確認", "承認", "発行不要"];
const RETURNED: &[&str] = &["受付", "修正", "都道府県確認", "承認", "発行手続", "メール送信", "設定完了"];
const WITHDRAWN: &[&str] = &["受付", "取下げ"];
const REJECTED: &[&str] = &["受付", "都道府県確認", "却下"];

impl Steps {
    pub(crate) fn of(application: &Application) -> Self {
        let (names, current) = match &application.status {
            Status::Submitted => (NEW_ACCOUNT, 2),
            Status::Approved | Status::Issuing { .. } => (NEW_ACCOUNT, 4),
            Status::Issued { delivered_at, .. } if was_added(application) => {
                (RIGHT_ADDED, if delivered_at.is_some() { RIGHT_ADDED.len() + 1 } else { 5 })
            }
            Status::Issued { password_set_at: Some(_), .. } => (NEW_ACCOUNT, NEW_ACCOUNT.len() + 1),
            Status::Issued { delivered_at: Some(_), .. } => (NEW_ACCOUNT, 6),
            Status::Issued { .. } => (NEW_ACCOUNT, 5),
            Status::AlreadyEntitled { .. } => (ALREADY_ENTITLED, ALREADY_ENTITLED.len() + 1),
            // It ends there, but nothing was attained that a tick could stand for.
            Status::Rejected { .. } => (REJECTED, REJECTED.len()),
            Status::Withdrawn { .. } => (WITHDRAWN, WITHDRAWN.len()),
            Status::Returned { .. } => (RETURNED, 2),
        };
        Self { names, current }
    }
}

/// Whether the right was added to an account of before (③), instead of a new account (②).
pub(crate) fn was_added(application: &Application) -> bool {
    application.history.iter().any(|entry| matches!(entry.event, AuditEvent::RightAdded { .. }))
}
