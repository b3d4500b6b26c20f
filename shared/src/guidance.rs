//! Who needs an account, who does not, and what to have at hand: the same words on the front page, on the entry
//! page and on the leaflet that prefectures hand out.
//!
//! Architecture invariant: nothing here is decided by the state of the system; what changes from day to day is a
//! notice. Source: the guide, 「新規ユーザ登録申請が必要となる報告機関」.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Guidance {
    pub needed_by: &'static [&'static str],
    pub not_needed_by: &'static [&'static str],
    pub at_hand: &'static [Item],
}

/// A thing with its explanation.
#[derive(Debug, Serialize)]
pub struct Item {
    pub name: &'static str,
    pub about: &'static str,
}

/// How long an applicant sits at the form.
pub const TAKES: &str = "10～15分程度";

pub const GUIDANCE: Guidance = Guidance {
    needed_by: &[
        "G-MISを利用して医療機能情報提供制度・薬局機能情報提供制度の報告を行う予定で、アカウントの発行を受けていない病院、診療所、歯科診療所、助産所、薬局",
        "以前に申請したものの、メールアドレスの誤りや変更により「G-MIS利用案内メール」が不達となり、アカウントを受け取れなかった機関",
        "既にアカウントをお持ちで、メニュー画面の「医療機能情報提供制度」又は「薬局機能情報提供制度」のボタンを押すと、権限が存在しない旨のメッセージが表示される機関",
    ],
    not_needed_by: &[
        "既に報告の権限があるアカウントをお持ちの機関（申請しても、新しいアカウントは発行されません）",
        "「G-MIS利用案内メール」は届いているが、担当者の異動などでメールを見られない機関（申請ではなく、メールアドレスの変更を依頼してください）",
        "インターネットを利用できない等の事情により、紙で報告する機関（都道府県の窓口にご相談ください）",
    ],
    at_hand: &[
        Item {
            name: "メールを受信できるメールアドレス",
            about: "申請の途中で、このメールアドレスに届く認証コードを入力します。担当者が交代しても受け取れるよう、機関で共有しているメールアドレスをお勧めします。",
        },
        Item {
            name: "機関コード（お持ちの場合）",
            about: "都道府県の以前の医療情報システムで、各機関に割り当てられていた整理番号です。保険機関コードとは異なります。令和5年6月以降に開設した機関などにはありませんので、入力は不要です。",
        },
        Item {
            name: "保険機関コード（お持ちの場合）",
            about: "保険医療機関又は保険薬局の指定通知書に記載された番号です。10桁で入力します。",
        },
        Item {
            name: "機関の正式名称、所在地、電話番号", about: "省略せずに入力してください。"
        },
        Item {
            name: "担当者の氏名、担当部署、電話番号",
            about: "都道府県から確認のご連絡をすることがあります。",
        },
    ],
};
