//! Whom to ask. No number is invented here: the desk is that of the prefecture.

use super::{Group, Section, Topic};
use crate::ways::{
    CHANGE_REQUEST, CHANGE_REQUEST_ITEMS, FORGOTTEN, LOGIN_ID_ENQUIRY, Link, SELF_CHECK, TRACK,
};

pub(super) const CONTACT: Topic = Topic {
    slug: "contact",
    title: "お問い合わせ",
    about: "お問い合わせの窓口は、報告機関の所在地の都道府県です。お問い合わせの前に確認できることと、ご用意いただくものをご案内します。",
    group: Group::Site,
    sections: &[
        Section {
            heading: "お問い合わせの前に",
            paragraphs: &[
                "手続の状況とメールの送信結果は、申請状況の照会でいつでも確認できます。メールが届かないときやURLを開けないときは、質問に答えると、次にしていただくことが分かります。",
            ],
            links: &[
                TRACK,
                SELF_CHECK,
                Link::to("/help/questions", "よくあるご質問"),
                Link::to("/help", "ご利用案内・困ったとき"),
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "窓口",
            paragraphs: &[
                "報告機関の所在地の都道府県に、次の担当の窓口があります。電話番号や受付時間は、都道府県のホームページや、都道府県からの通知でご確認ください。",
            ],
            items: &[
                "病院、診療所、歯科診療所、助産所：医療機能情報提供制度の担当",
                "薬局：薬局機能情報提供制度の担当",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "お伝えいただくこと",
            items: &[
                "報告機関名と所在地",
                "申請番号（API-で始まる番号。お分かりの場合）",
                "申請した日（都道府県が代理で申請した場合は、その旨）",
                "お困りの内容（画面に表示されている文や、届いたメールの件名）",
            ],
            paragraphs: &[
                "認証コードとパスワードは、お伝えいただく必要がありません。窓口や事務局が、認証コードやパスワードをお尋ねすることはありません。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "ログインIDの問い合わせ",
            id: "login-id",
            paragraphs: &[
                "ログインIDは、「G-MIS利用案内メール」又は「既存のご利用者確認依頼メール」に記載されています。メールが見つからないときは、ログインIDの問い合わせの画面で報告機関名などを入力すると、登録されているメールアドレスにログインIDをお送りします。",
                "ログインIDが分かったら、パスワードを再設定できます。",
            ],
            links: &[LOGIN_ID_ENQUIRY, FORGOTTEN],
            ..Section::EMPTY
        },
        Section {
            heading: "メールアドレスの変更の依頼",
            id: "change-address",
            paragraphs: &[
                "担当者の異動などで、登録したメールアドレスを受信できなくなったときは、次の情報を入力して、メールアドレスの変更を依頼できます。都道府県の窓口が確認した後、通常1～2週間後に、変更が完了した旨とログインIDを、変更後のメールアドレスにお知らせします。",
            ],
            items: CHANGE_REQUEST_ITEMS,
            links: &[
                CHANGE_REQUEST,
                Link::to("/help/person-left", "担当者が退職・異動したときの対処方法（対応方法3）"),
            ],
            ..Section::EMPTY
        },
    ],
};
