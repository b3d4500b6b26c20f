//! Whether SES keeps an address on its suppression list, asked at this moment.

use aws_sdk_sesv2::{
    operation::get_suppressed_destination::GetSuppressedDestinationError, types::SuppressionListReason,
};
use jiff::Timestamp;
use serde::Serialize;
use shared::{domain::contact::EmailAddress, web::Moment};

use crate::App;

/// What SES says about an address.
#[derive(Debug, Serialize)]
pub(super) struct Suppressed {
    state: &'static str,
    pub(super) label: &'static str,
    #[serde(skip)]
    pub(super) tone: &'static str,
    pub(super) words: &'static str,
    /// Since when it is on the list.
    pub(super) since: Option<Moment>,
}

const BOUNCED: &str = "宛先が見つからないという応答があったため、このアドレスへのメールは送信されません。";
const COMPLAINED: &str = "受信した方が迷惑メールとして報告したため、このアドレスへのメールは送信されません。";
const OTHERWISE: &str = "このアドレスへのメールは送信されません。";

impl App {
    /// SES admits one such question a second: one that it does not answer is no reason to show no mails.
    pub(super) async fn suppressed(&self, address: &EmailAddress) -> Suppressed {
        match self.ses.get_suppressed_destination().email_address(address.as_str()).send().await {
            Ok(answer) => match answer.suppressed_destination {
                Some(entry) => Suppressed::listed(entry.reason(), moment(entry.last_update_time().secs())),
                None => Suppressed::unknown(),
            },
            Err(error) => {
                let refused = error.as_service_error();
                if refused.is_some_and(GetSuppressedDestinationError::is_not_found_exception) {
                    return Suppressed::not_listed();
                }
                tracing::warn!(%error, "the suppression list could not be asked");
                Suppressed::unknown()
            }
        }
    }
}

impl Suppressed {
    pub(super) fn is_listed(&self) -> bool {
        self.state == "listed"
    }

    fn listed(reason: &SuppressionListReason, since: Option<Moment>) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the SDK's enum may grow")]
        let words = match reason {
            SuppressionListReason::Bounce => BOUNCED,
            SuppressionListReason::Complaint => COMPLAINED,
            _ => OTHERWISE,
        };
        Self { state: "listed", label: "配信停止中", tone: "error", words, since }
    }

    fn not_listed() -> Self {
        let words = "配信停止リストにはありません。";
        Self { state: "not-listed", label: "送信できます", tone: "success", words, since: None }
    }

    fn unknown() -> Self {
        let words = "配信停止リストを確認できませんでした。しばらくしてから、もう一度お試しください。";
        Self { state: "unknown", label: "確認できません", tone: "neutral", words, since: None }
    }
}

fn moment(seconds: i64) -> Option<Moment> {
    Timestamp::from_second(seconds).ok().map(Moment::from)
}
