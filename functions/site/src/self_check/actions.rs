//! What the guided self-check ends in: one thing to do.

use serde::Serialize;

use crate::ways::{self, Link};

/// The chapter of the guide that an action comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Method {
    MailboxFull,
    SpamFolder,
    PersonLeft,
    UrlDoesNotOpen,
    NothingCame,
}

impl Method {
    #[cfg(test)]
    pub(super) const ALL: [Self; 5] =
        [Self::MailboxFull, Self::SpamFolder, Self::PersonLeft, Self::UrlDoesNotOpen, Self::NothingCame];

    /// The help topic with the whole chapter.
    pub(crate) fn topic(self) -> Link {
        match self {
            Self::MailboxFull => Link::to("/help/mailbox-full", "対応方法1の全文を見る"),
            Self::SpamFolder => Link::to("/help/spam-folder", "対応方法2の全文を見る"),
            Self::PersonLeft => Link::to("/help/person-left", "対応方法3の全文を見る"),
            Self::UrlDoesNotOpen => Link::to("/help/url-does-not-open", "対応方法4の全文を見る"),
            Self::NothingCame => Link::to("/help/nothing-came", "対応方法5の全文を見る"),
        }
    }
}

/// One thing to do, and the one place to do it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Action {
    #[serde(rename = "action")]
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<Method>,
    /// In order.
    pub(crate) steps: &'static [&'static str],
    pub(crate) act: Link,
}

pub(super) const CODE_IN_SPAM: Action = Action {
    slug: "code-in-spam",
    title: "メールを受信トレイに移し、認証コードを入力してください",
    method: Some(Method::SpamFolder),
    steps: &[
        "迷惑メールフォルダにある認証コードのメールを、「受信トレイ」など安全なフォルダに移動します。",
        "送信元メールアドレス（info@g-mis.net）を「安全なアドレス」として設定します。",
        "認証コードを入力します。10分の有効期限が過ぎているときは、画面の「認証コードを再送する」を押してください。",
    ],
    act: ways::CODE_PAGE,
};

pub(super) const CODE_TO_WRONG_ADDRESS: Action = Action {
    slug: "code-to-wrong-address",
    title: "正しいメールアドレスで、初めからやり直してください",
    method: None,
    steps: &[
        "申請の入口から、正しいメールアドレスを入力します。まだ申請は始まっていませんので、取消しの手続は必要ありません。",
    ],
    act: ways::APPLY,
};

pub(super) const CODE_MAILBOX_FULL: Action = Action {
    slug: "code-mailbox-full",
    title: "メールボックスの空き容量を増やし、認証コードを再送してください",
    method: Some(Method::MailboxFull),
    steps: &[
        "不要なメールを削除するなどして、メールボックスの空き容量を増やします。手順は、ご利用のメールソフトのホームページなどでご確認ください。",
        "認証コードを入力する画面に戻り、「認証コードを再送する」を押します。",
    ],
    act: ways::CODE_PAGE,
};

pub(super) const CODE_BLOCKED: Action = Action {
    slug: "code-blocked",
    title: "info@g-mis.netからのメールを受信できるように設定してください",
    method: None,
    steps: &[
        "メールソフトと、機関のメールの管理者に、「g-mis.net」からのメールの受信を拒否していないかを確認し、受信できるように設定します。",
        "認証コードを入力する画面に戻り、「認証コードを再送する」を押します。",
        "それでも届かないときは、別のメールアドレスで、初めからやり直してください。",
    ],
    act: ways::CODE_PAGE,
};

pub(super) const WAIT: Action = Action {
    slug: "wait",
    title: "申請状況を確認し、もうしばらくお待ちください",
    method: None,
    steps: &[
        "都道府県の承認と、その後の発行には、通常それぞれ1～2週間程度かかります。",
        "申請状況の照会では、手続がどこまで進んだかと、お送りしたメールの送信結果を確認できます。",
        "申請から3週間以上が経過してもメールが届かないときは、もう一度この確認を行ってください。",
    ],
    act: ways::TRACK,
};

pub(super) const MAIL_IN_SPAM: Action = Action {
    slug: "mail-in-spam",
    title: "メールを受信トレイに移し、記載されたURLを開いてください",
    method: Some(Method::SpamFolder),
    steps: &[
        "メールを「受信トレイ」など、安全なフォルダに移動します。",
        "「G-MIS利用案内メール」に記載されたパスワード設定用のURLを開き、パスワードを設定します。",
        "送信元メールアドレス（info@g-mis.net）を「安全なアドレス」として設定します。",
    ],
    act: Link::to("/help/spam-folder", "安全なアドレスに設定する例を見る"),
};

pub(super) const MAKE_ROOM: Action = Action {
    slug: "make-room",
    title: "メールボックスの空き容量を増やし、メールの再送をお待ちください",
    method: Some(Method::MailboxFull),
    steps: &[
        "不要なメールを削除するなどして、メールボックスの空き容量を増やします。手順は、ご利用のメールソフトのホームページなどでご確認ください。",
        "メールサーバーにメールが保管されている場合は、空き容量を確保した後、メールサーバーからメールが再送されます。",
        "メールの送信結果は、申請状況の照会で確認できます。「不達」のときは、「新しいメールアドレスを登録する」から、同じメールアドレスをもう一度登録すると、手続を続けられます。",
    ],
    act: ways::TRACK,
};

pub(super) const MAIL_LOST: Action = Action {
    slug: "mail-lost",
    title: "申請状況の照会から、利用案内のメールを再送してください",
    method: Some(Method::MailboxFull),
    steps: &[
        "申請状況の照会を開きます。「G-MIS利用案内メール」が「送信完了」の場合、アカウントは発行されています。",
        "「利用案内のメールを再送する」を押し、届いたメールのURLを開いて、パスワードを設定します。",
        "申請番号が分からず、照会できないときは、ログインIDを問い合わせ、ログイン画面の「パスワードをお忘れですか？」から、パスワードを再設定します。",
    ],
    act: ways::TRACK,
};

pub(super) const REGISTER_ADDRESS: Action = Action {
    slug: "register-address",
    title: "申請状況の照会から、新しいメールアドレスを登録してください",
    method: Some(Method::PersonLeft),
    steps: &[
        "申請状況の照会を開き、以前のメールアドレスに届く認証コードを入力します。",
        "「新しいメールアドレスを登録する」から、これから使うメールアドレスを登録します。手続はそのまま続き、「G-MIS利用案内メール」も新しいメールアドレスにお送りします。",
        "パスワードの設定が済んでいるときは、この方法では変更できません。メールアドレスの変更を依頼します。",
    ],
    act: ways::TRACK,
};

pub(super) const NEW_ADDRESS: Action = Action {
    slug: "new-address",
    title: "新しいメールアドレスで、もう一度申請してください",
    method: Some(Method::PersonLeft),
    steps: &[
        "前の申請のメールは届いていませんので、新しいメールアドレスで「新規ユーザ登録申請」を行います。",
        "担当者が交代しても受け取れるよう、機関で共有しているメールアドレスをお勧めします。",
    ],
    act: ways::APPLY,
};

pub(super) const CHANGE_ADDRESS: Action = Action {
    slug: "change-address",
    title: "メールアドレスの変更を依頼してください",
    method: Some(Method::PersonLeft),
    steps: &[
        "以前のメールアドレスのメールを受信できなくても、依頼できます。アカウントが発行されている場合は、もう一度申請しても、新しいアカウントは発行されません。",
        "報告機関名、機関コード（分からない場合は、都道府県で調べます）、変更前メールアドレス、変更後メールアドレスを用意し、変更を依頼します。",
        "都道府県の窓口が確認した後、通常1～2週間後に、変更が完了した旨とログインIDを、変更後のメールアドレスにお知らせします。",
        "ログイン画面の「パスワードをお忘れですか？」から、パスワードを再設定します。",
    ],
    act: ways::CHANGE_REQUEST,
};

pub(super) const CLEAR_CACHE: Action = Action {
    slug: "clear-cache",
    title: "ブラウザーのキャッシュを消去してください",
    method: Some(Method::UrlDoesNotOpen),
    steps: &[
        "ブラウザーの設定から、キャッシュ（一時的に保存されたファイル）を消去します。",
        "ブラウザーを開き直し、メールに記載されたURLをもう一度開きます。",
    ],
    act: Link::to("/help/url-does-not-open#cache", "キャッシュを消去する例を見る"),
};

pub(super) const ALLOW_SITE: Action = Action {
    slug: "allow-site",
    title: "このサイトを閲覧できるよう、機関の管理者に依頼してください",
    method: Some(Method::UrlDoesNotOpen),
    steps: &[
        "機関のネットワークで、閲覧できるサイトが制限されている可能性があります。",
        "このサイトをホワイトリスト（閲覧を許可するサイト）に加えるよう、機関の情報システム管理者に依頼します。",
    ],
    act: Link::to("/help/url-does-not-open#filter", "許可するサイトのURLを見る"),
};

pub(super) const AFTER_MAINTENANCE: Action = Action {
    slug: "after-maintenance",
    title: "しばらく待ってから、もう一度開いてください",
    method: Some(Method::UrlDoesNotOpen),
    steps: &[
        "メンテナンス中、又はアクセスが集中しています。受け付けた申請と、お送りしたURLは、そのまま有効です。",
        "メンテナンスの予定を確認し、終了後にもう一度開きます。",
    ],
    act: ways::MAINTENANCE,
};

pub(super) const WHOLE_URL: Action = Action {
    slug: "whole-url",
    title: "URLの全体をコピーして、開いてください",
    method: None,
    steps: &[
        "メールに記載されたURLを、先頭から末尾まで選択してコピーします。URLが2行に分かれているときは、両方の行を選択します。",
        "ブラウザーのアドレス欄に貼り付けて開きます。",
    ],
    act: Link::to("/help/url-does-not-open#incomplete", "URLを開けないときの詳しい説明を見る"),
};

pub(super) const NEW_URL: Action = Action {
    slug: "new-url",
    title: "新しいURLをメールで受け取ってください",
    method: None,
    steps: &[
        "有効期限が過ぎていると表示された画面の「新しいメールを送信する」を押します。画面を閉じたときは、次のボタンから、「G-MIS利用案内メール」に記載されたログインIDを入力します。",
        "登録されているメールアドレスに届く、新しいURLを開いて、パスワードを設定します。",
    ],
    act: ways::FORGOTTEN,
};

pub(super) const SIGN_IN: Action = Action {
    slug: "sign-in",
    title: "ログインしてください",
    method: None,
    steps: &[
        "アカウントは既に使える状態です。もう一度申請する必要はありません。",
        "ログインIDと、設定済みのパスワードを入力します。パスワードが分からないときは、ログイン画面の「パスワードをお忘れですか？」から再設定します。",
    ],
    act: ways::SIGN_IN,
};

pub(super) const ASK_DESK: Action = Action {
    slug: "ask-desk",
    title: "都道府県の窓口にお問い合わせください",
    method: None,
    steps: &[
        "手続が止まっている可能性があります。申請番号（API-で始まる番号）、報告機関名、申請した日を用意します。",
        "報告機関の所在地の都道府県の窓口に、手続の状況を確認します。",
    ],
    act: ways::CONTACT,
};

pub(super) const REGISTER_LIVE_ADDRESS: Action = Action {
    slug: "register-live-address",
    title: "申請状況の照会から、受信できるメールアドレスを登録してください",
    method: Some(Method::NothingCame),
    steps: &[
        "申請したメールアドレスが間違っているか、無効になっており、メールが送信エラー（不達）となっています。",
        "申請状況の照会の「新しいメールアドレスを登録する」から、受信できるメールアドレスを登録します。手続はそのまま続きます。",
    ],
    act: ways::TRACK,
};

pub(super) const APPLY_WITH_LIVE_ADDRESS: Action = Action {
    slug: "apply-with-live-address",
    title: "正しいメールアドレスで、もう一度申請してください",
    method: Some(Method::NothingCame),
    steps: &[
        "申請したメールアドレスが間違っているか、無効になっているため、認証コードも、手続のメールも届きません。",
        "受信できるメールアドレスで、もう一度「新規ユーザ登録申請」を行います。",
    ],
    act: ways::APPLY,
};

pub(super) const KNOWN_TO_NOBODY: Action = Action {
    slug: "known-to-nobody",
    title: "ログインIDを問い合わせてください",
    method: Some(Method::NothingCame),
    steps: &[
        "担当者が把握していないアカウントがあり、新しいアカウントは発行されません。そのアカウントのログインIDを問い合わせます。",
        "登録されているメールアドレスを受信できる場合は、パスワードを再設定します。受信できない場合は、メールアドレスの変更を依頼します。",
    ],
    act: ways::LOGIN_ID_ENQUIRY,
};

pub(super) const APPLY_WITH_RIGHT_CODE: Action = Action {
    slug: "apply-with-right-code",
    title: "正しい機関コードで、もう一度申請してください",
    method: Some(Method::NothingCame),
    steps: &[
        "正しい機関コードを確認します。分からないときは、都道府県の窓口にお問い合わせください。",
        "もう一度「新規ユーザ登録申請」を行います。機関コードは、保険機関コードとは異なる番号です。",
    ],
    act: ways::APPLY,
};

pub(super) const RESET_PASSWORD: Action = Action {
    slug: "reset-password",
    title: "パスワードを再設定してください",
    method: None,
    steps: &[
        "ログインIDを入力します。登録されているメールアドレスに、パスワードを設定するためのURLが届きます。",
        "URLを開き、新しいパスワードを設定します。",
    ],
    act: ways::FORGOTTEN,
};

pub(super) const ASK_LOGIN_ID: Action = Action {
    slug: "ask-login-id",
    title: "ログインIDを問い合わせてください",
    method: None,
    steps: &[
        "初めに、「G-MIS利用案内メール」又は「既存のご利用者確認依頼メール」が届いていないかを確認します。ログインIDは、これらのメールに記載されています。",
        "見つからないときは、ログインIDを問い合わせます。",
    ],
    act: ways::LOGIN_ID_ENQUIRY,
};

pub(super) const APPLY_FOR_RIGHT: Action = Action {
    slug: "apply-for-right",
    title: "新規ユーザ登録申請を行い、報告の権限を受けてください",
    method: None,
    steps: &[
        "お持ちのアカウントに、報告の権限が付与されていません。「新規ユーザ登録申請」を行います。",
        "承認されると、今お使いのログインIDに権限が加わり、「既存のご利用者確認依頼メール」でお知らせします。",
    ],
    act: ways::APPLY,
};

pub(super) const READ_REASON: Action = Action {
    slug: "read-reason",
    title: "却下の理由を確認し、必要に応じてもう一度申請してください",
    method: None,
    steps: &[
        "却下の理由は、却下のお知らせのメールと、申請状況の照会で確認できます。",
        "理由に書かれた内容を直して、もう一度申請します。理由が分からないときは、都道府県の窓口にお問い合わせください。",
    ],
    act: ways::TRACK,
};

pub(super) const MEND_ANSWERS: Action = Action {
    slug: "mend-answers",
    title: "申請を取り下げて申請し直すか、都道府県の窓口に連絡してください",
    method: None,
    steps: &[
        "申請した後は、画面から内容を直すことができません。アカウントが発行される前であれば、申請状況の照会から申請を取り下げ、「もう一度申請する」から、内容を直して申請できます。",
        "発行された後や、取り下げずに直したいときは、申請番号と正しい内容を、報告機関の所在地の都道府県の窓口に連絡します。",
    ],
    act: ways::TRACK,
};

pub(super) const ASK_ADMINISTRATOR: Action = Action {
    slug: "ask-administrator",
    title: "インターネットへの接続を、機関の管理者に確認してください",
    method: None,
    steps: &[
        "パソコンがインターネットに接続されていない可能性があります。機関の情報システム管理者に確認します。",
        "ほかのサイトを開けるようになったら、メールに記載されたURLをもう一度開きます。",
    ],
    act: Link::to("/help/url-does-not-open", "URLを開けないときの詳しい説明を見る"),
};
