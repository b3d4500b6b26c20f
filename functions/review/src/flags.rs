//! 3週間超過 and 不達 as the desk reads them: the fact, the reason, and what to do.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::application::{AdvanceOutcome, Application, FlagReason, Status},
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

fn chip(reason: FlagReason) -> &'static str {
    match reason {
        FlagReason::InState => "3週間超過（この状態になってから）",
        FlagReason::SinceSubmission => "3週間超過（申請から）",
    }
}

fn advice(status: &Status) -> &'static str {
    match status {
        Status::Submitted => "審査が続いています。内容を確認し、承認又は却下をしてください。",
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
    use shared::domain::application::samples::{NOON, in_every_status};

    use super::*;

    #[test]
    fn every_standing_flag_is_shown_with_what_to_do() {
        let mut application = in_every_status().remove(0);
        assert!(flags_of(&application).is_empty());
        application.flags.in_state = Some(*NOON);
        application.flags.since_submission = Some(*NOON);
        let reasons: Vec<_> = flags_of(&application).iter().map(|flag| flag.reason).collect();
        assert_eq!(reasons, ["since-submission", "in-state"]);
        assert!(flags_of(&application).iter().all(|flag| flag.advice.contains("承認又は却下")));
    }
}
