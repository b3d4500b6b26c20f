//! What the applicant can do from the state page.

use serde::Serialize;
use shared::domain::application::{Application, Status};

/// One act: a link to a page that asks once more, or a button to a form that has its own check page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Offer {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
    pub(crate) sentence: &'static str,
    /// The act begins at once, by POST.
    #[serde(skip)]
    pub(crate) posts: bool,
}

const CORRECT: Offer = Offer {
    path: "/track/correct",
    label: "申請内容を修正する",
    sentence: "前回の内容が入力された画面が開きます。申請番号は変わりません。",
    posts: true,
};
const APPLY_AGAIN: Offer = Offer {
    path: "/track/apply-again",
    label: "もう一度申請する",
    sentence: "この申請の内容が入力された画面が開きます。新しい申請番号が発行されます。",
    posts: true,
};
const RESEND: Offer = Offer {
    path: "/track/resend",
    label: "利用案内のメールを再送する",
    sentence: "同じメールアドレスに、もう一度お送りします。",
    posts: false,
};
const ADDRESS: Offer = Offer {
    path: "/track/address",
    label: "新しいメールアドレスを登録する",
    sentence: "メールが届かないとき、担当者が交代したときに、別のメールアドレスで手続を続けられます。",
    posts: false,
};
const WITHDRAW: Offer = Offer {
    path: "/track/withdraw",
    label: "申請を取り下げる",
    sentence: "アカウントが発行されるまでの間、申請を取りやめることができます。",
    posts: false,
};

/// What comes first is what most people need.
pub(crate) fn offers_of(application: &Application) -> Vec<Offer> {
    let returned = matches!(application.status, Status::Returned { .. });
    [
        (returned, CORRECT),
        (application.can_be_applied_again(), APPLY_AGAIN),
        (application.can_be_sent_again(), RESEND),
        (application.can_prove_address().is_ok(), ADDRESS),
        (application.can_be_withdrawn(), WITHDRAW),
    ]
    .into_iter()
    .filter_map(|(possible, offer)| possible.then_some(offer))
    .collect()
}

#[cfg(test)]
mod tests {
    use shared::domain::application::samples::in_every_status;

    use super::*;

    #[test]
    fn every_state_offers_what_is_possible_in_it() {
        let lines: Vec<String> = in_every_status()
            .iter()
            .map(|application| {
                let paths: Vec<_> = offers_of(application).iter().map(|offer| offer.path).collect();
                format!("{:?}: {}", application.status.kind(), paths.join(" "))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        Submitted: /track/address /track/withdraw
        Approved: /track/address /track/withdraw
        Issuing: /track/address /track/withdraw
        Issued: /track/resend /track/address
        AlreadyEntitled: 
        Rejected: /track/apply-again
        Returned: /track/correct /track/address /track/withdraw
        Withdrawn: /track/apply-again
        ");
    }
}
