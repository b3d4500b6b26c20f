//! The questions of the guided self-check, in the order in which the guide has people look.
//!
//! Source: the guide, 「メールが届かなかった場合の対処」 and 対応方法1–5.

use super::actions::{self, Action};
use crate::ways::{self, Link};

pub(super) struct Question {
    pub(super) text: &'static str,
    pub(super) hint: &'static str,
    /// Where to find out, if the reader does not know.
    pub(super) look_at: Option<Link>,
    pub(super) answers: &'static [Answer],
}

pub(super) struct Answer {
    /// In the address of the pages behind it.
    pub(super) slug: &'static str,
    pub(super) label: &'static str,
    pub(super) next: Next,
}

#[derive(Clone, Copy)]
pub(super) enum Next {
    Ask(&'static Question),
    Act(&'static Action),
}

const fn ask(slug: &'static str, label: &'static str, question: &'static Question) -> Answer {
    Answer { slug, label, next: Next::Ask(question) }
}

const fn act(slug: &'static str, label: &'static str, action: &'static Action) -> Answer {
    Answer { slug, label, next: Next::Act(action) }
}

pub(super) const START: Question = Question {
    text: "どのようなことでお困りですか",
    hint: "最も近いものをお選びください。",
    look_at: None,
    answers: &[
        ask("code", "認証コードのメールが届かない", &CODE_IN_SPAM),
        ask(
            "mail",
            "申請した後のメール（「事前確認メール」「G-MIS利用案内メール」など）が届かない、又は確認できない",
            &SINCE_WHEN,
        ),
        ask("url", "メールに記載されたURLを開けない", &WHAT_IS_SHOWN),
        ask("login", "ログインID又はパスワードが分からない", &WHAT_IS_UNKNOWN),
        act(
            "no-right",
            "ログインできるが、権限が存在しない旨のメッセージが表示される",
            &actions::APPLY_FOR_RIGHT,
        ),
        act("rejected", "申請が却下された", &actions::READ_REASON),
        act("mistake", "申請した内容の誤りに気付いた", &actions::MEND_ANSWERS),
    ],
};

const CODE_IN_SPAM: Question = Question {
    text: "迷惑メールフォルダに、認証コードのメールがありますか",
    hint: "件名は「【厚生労働省G-MIS事務局】認証コードのお知らせ」です。届くまでに数分かかることがあります。",
    look_at: None,
    answers: &[act("in-spam", "ある", &actions::CODE_IN_SPAM), ask("not-in-spam", "ない", &CODE_ADDRESS)],
};

const CODE_ADDRESS: Question = Question {
    text: "入力したメールアドレスは正しいですか",
    hint: "認証コードを入力する画面に、送信先のメールアドレスが表示されています。",
    look_at: Some(ways::CODE_PAGE),
    answers: &[
        act("address-wrong", "間違っていた", &actions::CODE_TO_WRONG_ADDRESS),
        ask("address-right", "正しい", &CODE_ROOM),
    ],
};

const CODE_ROOM: Question = Question {
    text: "メールボックスの空き容量は足りていますか",
    hint: "ほかの方からのメールも届かないときは、空き容量が不足している可能性があります。",
    look_at: None,
    answers: &[
        act("full", "不足している", &actions::CODE_MAILBOX_FULL),
        act("not-full", "足りている", &actions::CODE_BLOCKED),
    ],
};

const SINCE_WHEN: Question = Question {
    text: "申請してから、3週間以上たちましたか",
    hint: "ご自身で申請した場合も、都道府県が代理で申請した場合も同じです。申請した日は、申請内容のファイルや「ユーザ登録申請完了メール」で確認できます。",
    look_at: None,
    answers: &[
        act("recent", "まだ3週間たっていない", &actions::WAIT),
        ask("three-weeks", "3週間以上たった", &MAIL_IN_SPAM),
        ask("person-left", "担当者が退職・異動し、メールを確認できない", &READER_FOR_PERSON_LEFT),
    ],
};

const MAIL_IN_SPAM: Question = Question {
    text: "迷惑メールフォルダに、メールがありますか",
    hint: "送信元は「G-MIS事務局 <info@g-mis.net>」です。",
    look_at: None,
    answers: &[act("in-spam", "ある", &actions::MAIL_IN_SPAM), ask("not-in-spam", "ない", &ROOM)],
};

const ROOM: Question = Question {
    text: "申請したメールアドレスのメールボックスは、空き容量が足りていますか",
    hint: "空き容量が不足している間に送られたメールは、届かないことがあります。",
    look_at: None,
    answers: &[
        act("full", "不足している", &actions::MAKE_ROOM),
        act("made-room", "不足していたので空き容量を増やしたが、メールは届かない", &actions::MAIL_LOST),
        ask("not-full", "足りている", &PERSON),
        ask("cannot-look", "担当者が退職・異動し、メールを確認できない", &READER_FOR_PERSON_LEFT),
    ],
};

const READER_FOR_PERSON_LEFT: Question = Question {
    text: "申請したメールアドレスのメールを、受信できる方がいますか",
    hint: "転送や共用の設定により、ほかの方が受信できることがあります。",
    look_at: None,
    answers: &[
        act("read", "いる", &actions::REGISTER_ADDRESS),
        ask("unread", "いない", &OUTCOME_FOR_PERSON_LEFT),
    ],
};

const OUTCOME_FOR_PERSON_LEFT: Question = Question {
    text: "「G-MIS利用案内メール」は、「不達」と「送信完了」のどちらですか",
    hint: "都道府県の窓口でも確認できます。「送信完了」は、相手先のメールサーバーが受け取ったことを表します。分からないままでも、先に進めます。",
    look_at: Some(ways::CONTACT),
    answers: &[
        act("undeliverable", "不達", &actions::NEW_ADDRESS),
        act("delivered", "送信完了", &actions::CHANGE_ADDRESS),
        act("unknown", "分からない", &actions::CHANGE_ADDRESS),
    ],
};

const PERSON: Question = Question {
    text: "機関の中に、既にG-MISのアカウントを利用している方がいますか",
    hint: "ほかの業務で発行されたアカウントも含みます。一つの機関に発行されるアカウントは一つです。",
    look_at: None,
    answers: &[
        ask("account", "いる", &RIGHT),
        ask("no-account", "いない、又は分からない", &SHOWN_ON_STATE_PAGE),
    ],
};

const RIGHT: Question = Question {
    text: "そのアカウントでログインし、メニュー画面のボタンを押すと、どうなりますか",
    hint: "「医療機能情報提供制度」又は「薬局機能情報提供制度」のボタンを押してください。",
    look_at: Some(ways::SIGN_IN),
    answers: &[
        act("works", "報告の画面、又は報告の開始日の案内が表示される", &actions::SIGN_IN),
        act("no-right", "権限が存在しない旨のメッセージが表示される", &actions::ASK_DESK),
        ask("cannot-sign-in", "ログインID又はパスワードが分からず、ログインできない", &WHAT_IS_UNKNOWN),
    ],
};

const SHOWN_ON_STATE_PAGE: Question = Question {
    text: "申請状況の照会では、どのように表示されていますか",
    hint: "申請番号とメールアドレスで、手続の状況と、お送りしたメールの送信結果を確認できます。",
    look_at: Some(ways::TRACK),
    answers: &[
        act("undeliverable", "メールが「不達」と表示されている", &actions::REGISTER_LIVE_ADDRESS),
        act("no-code", "照会のための認証コードが届かず、表示できない", &actions::APPLY_WITH_LIVE_ADDRESS),
        act("delivered", "「G-MIS利用案内メール」が「送信完了」と表示されている", &actions::MAIL_LOST),
        act("has-account", "既に報告の権限があるアカウントがあると表示されている", &actions::KNOWN_TO_NOBODY),
        act("wrong-code", "申請した機関コードに誤りがあった", &actions::APPLY_WITH_RIGHT_CODE),
        act("rejected", "「却下」と表示されている", &actions::READ_REASON),
        act("under-way", "「申請中」「承認済」「発行中」など、手続の途中である", &actions::ASK_DESK),
        act("cannot-look", "申請番号やメールアドレスが分からず、照会できない", &actions::ASK_DESK),
    ],
};

const WHAT_IS_SHOWN: Question = Question {
    text: "URLを開くと、どのように表示されますか",
    hint: "",
    look_at: None,
    answers: &[
        ask("no-access", "「このサイトにアクセスできません」など、このサイトの画面が表示されない", &WHERE),
        act(
            "maintenance",
            "メンテナンス中、又は処理を受け付けられないと表示される",
            &actions::AFTER_MAINTENANCE,
        ),
        act(
            "not-found",
            "「ページが見つかりません」「URLが正しくありません」と表示される",
            &actions::WHOLE_URL,
        ),
        act("expired", "有効期限が過ぎていると表示される", &actions::NEW_URL),
        act("used", "パスワードは設定済みである、又はURLが使えなくなったと表示される", &actions::SIGN_IN),
    ],
};

const WHERE: Question = Question {
    text: "この画面は、URLを開けなかったものと同じパソコンで見ていますか",
    hint: "この画面とメールに記載されたURLは、同じサイトのものです。",
    look_at: None,
    answers: &[
        act("same", "同じパソコンで見ている", &actions::CLEAR_CACHE),
        ask("other", "スマートフォンなど、別のもので見ている", &OTHER_SITES),
    ],
};

const OTHER_SITES: Question = Question {
    text: "URLを開けなかったパソコンで、ほかのサイトは開けますか",
    hint: "",
    look_at: None,
    answers: &[
        act("others-open", "ほかのサイトは開ける", &actions::ALLOW_SITE),
        act("some-open", "このサイトも、開けるときと開けないときがある", &actions::CLEAR_CACHE),
        act("none-open", "どのサイトも開けない", &actions::ASK_ADMINISTRATOR),
    ],
};

const WHAT_IS_UNKNOWN: Question = Question {
    text: "登録したメールアドレスのメールを受信できますか",
    hint: "ログインIDやパスワード再設定のご案内は、登録されているメールアドレスにだけお送りします。",
    look_at: None,
    answers: &[
        act("password", "受信できる。パスワードが分からない", &actions::RESET_PASSWORD),
        act("login-id", "受信できる。ログインIDが分からない", &actions::ASK_LOGIN_ID),
        act("cannot-receive", "受信できない（担当者の退職・異動など）", &actions::CHANGE_ADDRESS),
    ],
};
