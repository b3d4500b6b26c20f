//! The programs of this repository: one crate under `functions/` for each function of the template.

use crate::registry::Registry;

/// All of them, by the template's names.
pub fn all() -> Registry {
    Registry::empty()
        .with("announce-account", announce_account::lambda)
        .with("change-address", change_address::lambda)
        .with("flag-stuck", flag_stuck::lambda)
        .with("index-desks", index_desks::lambda)
        .with("import-institutions", import_institutions::lambda)
        .with("issue-account", issue_account::lambda)
        .with("lift-suppression", lift_suppression::lambda)
        .with("operate", operate::lambda)
        .with("record-delivery", record_delivery::lambda)
        .with("request-code", request_code::lambda)
        .with("review", review::lambda)
        .with("send-mail", send_mail::lambda)
        .with("set-password", set_password::lambda)
        .with("sign-in", sign_in::lambda)
        .with("site", site::lambda)
        .with("submit", submit::lambda)
        .with("sweep-outbox", sweep_outbox::lambda)
        .with("track", track::lambda)
        .with("verify-code", verify_code::lambda)
}
