//! GET / — who needs this, what to have at hand, how long it takes, and where to go.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    guidance::{GUIDANCE, Guidance, TAKES},
    web::{Notices, Page, Problem},
};

use crate::Site;

#[derive(Template, Serialize)]
#[template(path = "front.html")]
pub(crate) struct Front {
    notices: Notices,
    takes: &'static str,
    ways: &'static [Way],
    guidance: Guidance,
    stages: &'static [Stage],
}

/// A place to go on to.
#[derive(Serialize)]
pub(crate) struct Way {
    path: &'static str,
    label: &'static str,
    about: &'static str,
}

/// A part of the whole procedure.
#[derive(Serialize)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
}

pub(crate) async fn show(State(site): State<Site>) -> Result<Page<Front>, Problem> {
    let notices = site.notices.at(site.clock.now()).await;
    Ok(Page::ok(Front { notices, takes: TAKES, ways: WAYS, guidance: GUIDANCE, stages: STAGES }))
}

const WAYS: &[Way] = &[
    Way {
        path: "/track",
        label: "申請状況の照会",
        about: "申請番号とメールアドレスで、手続の状況とメールの送信結果を確認できます。",
    },
    Way {
        path: "/sign-in",
        label: "ログイン",
        about: "ログインIDをお持ちの方はこちらです。パスワードをお忘れのときも、ここから再設定できます。",
    },
    Way {
        path: "/self-check",
        label: "困ったときの確認",
        about: "メールが届かない、URLを開けないなどのとき、質問に答えると、次にしていただくことが分かります。",
    },
    Way {
        path: "/help/questions",
        label: "よくあるご質問",
        about: "申請の前、申請した後、ログインについて、お問い合わせの多いご質問にお答えします。",
    },
];

pub(crate) const STAGES: &[Stage] = &[
    Stage {
        name: "申請（10～15分程度）",
        about: "メールアドレスを確認し、必要事項を入力して申請します。完了画面の申請番号を控え、申請内容をダウンロードして必ず保管してください。",
    },
    Stage {
        name: "都道府県の承認（通常1～2週間程度）",
        about: "都道府県が申請内容を確認し、承認又は却下します。却下されたときは理由をメールでお知らせします。理由を確認し、必要に応じて再度申請してください。",
    },
    Stage {
        name: "アカウントの発行（承認後、通常1～2週間程度）",
        about: "「事前確認メール」をお送りし、正常に届いた場合は翌営業日以降に「G-MIS利用案内メール」をお送りします。申請が集中した場合は、発行までの期間が大幅に延びることがあります。余裕をもって申請してください。",
    },
    Stage {
        name: "パスワードの設定",
        about: "「G-MIS利用案内メール」に記載されたURLを開き、パスワードを設定すると完了です。",
    },
];
