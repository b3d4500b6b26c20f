//! GET / — who needs this, what to have at hand, how long it takes, and where to go.

use askama::Template;
use serde::Serialize;
use shared::web::{Page, Problem};

#[derive(Template, Serialize)]
#[template(path = "front.html")]
pub(crate) struct Front {
    ways: &'static [Way],
    needed_by: &'static [&'static str],
    not_needed_by: &'static [&'static str],
    at_hand: &'static [Item],
    stages: &'static [Item],
}

/// A place to go on to.
#[derive(Serialize)]
pub(crate) struct Way {
    path: &'static str,
    label: &'static str,
    about: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Item {
    name: &'static str,
    about: &'static str,
}

pub(crate) async fn show() -> Result<Page<Front>, Problem> {
    Ok(Page::ok(Front {
        ways: WAYS,
        needed_by: NEEDED_BY,
        not_needed_by: NOT_NEEDED_BY,
        at_hand: AT_HAND,
        stages: STAGES,
    }))
}

const WAYS: &[Way] = &[
    Way {
        path: "/user-Registration-Form",
        label: "新規ユーザ登録を申請する",
        about: "はじめにメールアドレスを確認します。",
    },
    Way {
        path: "/track",
        label: "申請状況を照会する",
        about: "申請番号とメールアドレスで、手続の状況とメールの送信結果を確認できます。",
    },
    Way {
        path: "/sign-in",
        label: "ログインする",
        about: "ログインIDをお持ちの方はこちらです。パスワードをお忘れのときも、ここから再設定できます。",
    },
    Way {
        path: "/help",
        label: "困ったとき",
        about: "メールが届かない、URLが開けないなどの対処方法をご案内します。",
    },
];

const NEEDED_BY: &[&str] = &[
    "G-MISを利用して医療機能情報提供制度・薬局機能情報提供制度の報告を行う予定で、アカウントの発行を受けていない病院、診療所、歯科診療所、助産所、薬局",
    "以前に申請したものの、メールアドレスの誤りや変更によりG-MIS利用案内メールが送信エラーとなり、アカウントを受け取れなかった機関",
    "すでにアカウントをお持ちで、メニュー画面の「医療機能情報提供制度」または「薬局機能情報提供制度」のボタンを押すと、権限が存在しない旨のメッセージが表示される機関",
];

const NOT_NEEDED_BY: &[&str] = &[
    "すでに報告の権限があるアカウントをお持ちの機関（申請しても、新しいアカウントは発行されません）",
    "G-MIS利用案内メールは届いているが、担当者の異動などでメールを見られない機関（申請ではなく、メールアドレスの変更を都道府県の窓口に依頼してください）",
    "インターネットを利用できない等の事情により、紙で報告する機関（都道府県の窓口にご相談ください）",
];

const AT_HAND: &[Item] = &[
    Item {
        name: "メールを受信できるメールアドレス",
        about: "担当者が交代しても受け取れるよう、機関で共有しているメールアドレスをお勧めします。",
    },
    Item {
        name: "機関コード（お持ちの場合）",
        about: "都道府県の以前の医療情報システムで、各機関に割り当てられていた整理番号です。保険機関コードとは異なります。令和5年6月以降に開設した機関などにはありませんので、入力は不要です。",
    },
    Item {
        name: "保険機関コード（保険医療機関・保険薬局の場合）",
        about: "保険医療機関または保険薬局の指定通知書に記載された番号です。10桁で入力します。",
    },
    Item {
        name: "機関の正式名称、所在地、電話番号", about: "省略せずに入力してください。"
    },
    Item {
        name: "担当者の氏名、担当部署、電話番号",
        about: "都道府県から確認のご連絡をすることがあります。",
    },
];

const STAGES: &[Item] = &[
    Item {
        name: "申請（10～15分程度）",
        about: "メールアドレスを確認し、必要事項を入力して申請します。完了画面の申請番号を控え、申請内容をダウンロードして必ず保管してください。",
    },
    Item {
        name: "都道府県の承認（通常1～2週間程度）",
        about: "都道府県が申請内容を確認し、承認または却下します。却下されたときは理由をメールでお知らせします。理由を確認し、必要に応じて再度申請してください。",
    },
    Item {
        name: "アカウントの発行（承認後、通常1～2週間程度）",
        about: "「事前確認メール」をお送りし、正常に届いた場合は翌営業日以降に「G-MIS利用案内メール」をお送りします。申請が集中した場合は、発行までの期間が大幅に延びることがあります。余裕をもって申請してください。",
    },
    Item {
        name: "パスワードの設定",
        about: "「G-MIS利用案内メール」に記載されたURLを開き、パスワードを設定すると完了です。",
    },
];
