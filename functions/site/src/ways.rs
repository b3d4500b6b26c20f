//! The places that help pages lead to.
//!
//! Architecture invariant: a place is named here once; when an enquiry gets a form of its own, its path changes
//! here and nowhere else.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
}

impl Link {
    pub(crate) const fn to(path: &'static str, label: &'static str) -> Self {
        Self { path, label }
    }
}

pub(crate) const APPLY: Link = Link::to("/user-Registration-Form", "新規ユーザ登録を申請する");
pub(crate) const CODE_PAGE: Link =
    Link::to("/user-Registration-Form/verify", "認証コードを入力する画面に戻る");
pub(crate) const TRACK: Link = Link::to("/track", "申請状況を照会する");
pub(crate) const SIGN_IN: Link = Link::to("/sign-in", "ログインする");
pub(crate) const FORGOTTEN: Link = Link::to("/forgot-password", "パスワードを再設定する");
pub(crate) const SELF_CHECK: Link = Link::to("/self-check", "質問に答えて対処方法を確認する");
pub(crate) const CONTACT: Link = Link::to("/help/contact", "都道府県の窓口への問い合わせ方法を見る");
pub(crate) const MAINTENANCE: Link = Link::to("/maintenance", "メンテナンスの予定を見る");
/// Answered by mail, to the registered address only.
pub(crate) const LOGIN_ID_ENQUIRY: Link = Link::to("/login-id", "ログインIDを問い合わせる");
/// Checked by the prefecture's desk, carried out by the secretariat.
pub(crate) const CHANGE_REQUEST: Link = Link::to("/change-address", "メールアドレスの変更を依頼する");

/// What the desk needs for a change of the mail address (対応方法3).
pub(crate) const CHANGE_REQUEST_ITEMS: &[&str] = &[
    "報告機関名",
    "機関コード（分からない場合は、都道府県で調べます）",
    "変更前メールアドレス",
    "変更後メールアドレス",
];
