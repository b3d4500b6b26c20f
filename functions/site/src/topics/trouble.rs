//! 対応方法1–5, and what to check first.

use super::{Group, Section, Topic};
use crate::ways::{
    APPLY, CHANGE_REQUEST, CHANGE_REQUEST_ITEMS, CONTACT, FORGOTTEN, LOGIN_ID_ENQUIRY, Link, MAINTENANCE,
    SELF_CHECK, SIGN_IN, TRACK,
};

const PERSON_LEFT_LINK: Link =
    Link::to("/help/person-left", "担当者が退職・異動し、メールを確認できないとき（対応方法3）");

pub(super) const NO_MAIL: Topic = Topic {
    slug: "no-mail",
    title: "メールが届かないとき（初めにご確認ください）",
    about: "申請から3週間以上が経過しても「事前確認メール」や「G-MIS利用案内メール」が届かないときの確認の順番をご案内します。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "順番にご確認ください",
            paragraphs: &[
                "ご自身で申請した場合も、都道府県が代理で申請した場合も同じです。承認と発行には、通常それぞれ1～2週間程度かかります。",
            ],
            steps: &[
                "「申請状況の照会」で、手続の状況と、メールが「送信完了」か「不達」かを確認します。",
                "メールソフトの迷惑メールフォルダを確認します。",
                "メールボックスの空き容量が不足していないかを確認します。",
                "申請したメールアドレスの担当者が退職・異動していないかを確認します。",
                "機関の中で、既にG-MISのアカウントを利用している方がいないかを確認します。",
            ],
            links: &[
                SELF_CHECK,
                TRACK,
                Link::to("/help/mailbox-full", "メールボックスの空き容量が不足していたとき（対応方法1）"),
                Link::to("/help/spam-folder", "迷惑メールフォルダにメールがあったとき（対応方法2）"),
                PERSON_LEFT_LINK,
                Link::to("/help/url-does-not-open", "メールにあるURLを開けないとき（対応方法4）"),
                Link::to("/help/nothing-came", "既存のアカウントがなく、メールが届かないとき（対応方法5）"),
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "「送信完了」とは",
            paragraphs: &[
                "相手先のメールサーバーがメールを受け取ったことを表します。受信した方がメールを読んだことを表すものではありません。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "認証コードのメールが届かないとき",
            paragraphs: &[
                "認証コードは、通常は数分以内に届きます。入力したメールアドレスが正しいか、迷惑メールフォルダに入っていないかを確認し、届かない場合は画面の「認証コードを再送する」を押してください。新しい認証コードを送信すると、前の認証コードは使えなくなります。",
            ],
            ..Section::EMPTY
        },
    ],
};

pub(super) const MAILBOX_FULL: Topic = Topic {
    slug: "mailbox-full",
    title: "メールボックスの空き容量が不足していたとき（対応方法1）",
    about: "受信箱がいっぱいで、メールを受け取れなかった場合の対処方法です。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "空き容量を増やす",
            paragraphs: &[
                "空き容量を増やす方法は、ご利用のメールソフトにより異なります。手順は、メールソフトのホームページなどでご確認ください。",
                "メールサーバーにメールが保管されている場合は、空き容量を確保した後、メールサーバーからメールが再送されます。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "それでも受信できなかったとき",
            steps: &[
                "「申請状況の照会」で、メールの送信結果を確認します。",
                "「事前確認メール」や「G-MIS利用案内メール」が「不達」のときは、「新しいメールアドレスを登録する」から、同じメールアドレスをもう一度登録すると、手続を続けられます。",
                "「G-MIS利用案内メール」が「送信完了」のときは、「利用案内のメールを再送する」を押します。",
                "申請番号が分からず、照会できないときは、ログインIDを問い合わせ、ログイン画面の「パスワードをお忘れですか？」から、パスワードを再設定します。",
            ],
            links: &[TRACK, LOGIN_ID_ENQUIRY, FORGOTTEN],
            ..Section::EMPTY
        },
    ],
};

pub(super) const SPAM_FOLDER: Topic = Topic {
    slug: "spam-folder",
    title: "迷惑メールフォルダにメールがあったとき（対応方法2）",
    about: "メールが迷惑メールに振り分けられていた場合の対処方法です。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "手順",
            steps: &[
                "メールを「受信トレイ」など、安全なフォルダに移動します。",
                "「G-MIS利用案内メール」に記載されたパスワード設定用のURLを開き、パスワードを設定します。",
                "送信元メールアドレス（info@g-mis.net）を「安全なアドレス」として設定します。",
            ],
            paragraphs: &[
                "「安全なアドレス」に設定する方法は、ご利用のソフトウェアにより異なります。ソフトウェアのマニュアルなどをご参照ください。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "Outlookの場合の例",
            steps: &[
                "該当のメールを右クリックし、「迷惑メール」→「迷惑メールのオプション」を選択します。",
                "「信頼できる差出人のリスト」タブを開きます。",
                "「追加」を押して送信元メールアドレスを追加し、「適用」を押します。",
            ],
            ..Section::EMPTY
        },
    ],
};

pub(super) const PERSON_LEFT: Topic = Topic {
    slug: "person-left",
    title: "担当者が退職・異動し、メールを確認できないとき（対応方法3）",
    about: "申請したメールアドレスの担当者が不在で、メールが届いているかを確認できない場合の対処方法です。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "以前のメールアドレスを受信できる方がいるとき",
            paragraphs: &[
                "転送や共用の設定により、申請したメールアドレスのメールをほかの方が受信できる場合は、「申請状況の照会」の「新しいメールアドレスを登録する」から、ご自身でメールアドレスを変更できます。手続はそのまま続き、「G-MIS利用案内メール」も新しいメールアドレスにお送りします。",
            ],
            links: &[TRACK],
            ..Section::EMPTY
        },
        Section {
            heading: "受信できる方がいないとき",
            paragraphs: &[
                "次の情報を入力して、メールアドレスの変更を依頼してください。以前のメールアドレスを受信できなくても、「G-MIS利用案内メール」が「不達」と「送信完了」のどちらであるかが分からなくても、依頼できます。都道府県の窓口が、報告機関に確認します。",
            ],
            items: CHANGE_REQUEST_ITEMS,
            links: &[CHANGE_REQUEST],
            ..Section::EMPTY
        },
        Section {
            heading: "変更が完了した後",
            paragraphs: &[
                "依頼してから通常1～2週間後に、変更が完了したことを、新しいメールアドレスにお知らせします。アカウントが発行されている場合は、ログインIDもお知らせしますので、ログイン画面の「パスワードをお忘れですか？」から、パスワードを再設定してください。",
            ],
            links: &[FORGOTTEN],
            ..Section::EMPTY
        },
        Section {
            heading: "メールの送信結果を窓口に確認したとき",
            paragraphs: &[
                "「G-MIS利用案内メール」が「不達」か「送信完了」かは、都道府県の窓口でもお調べできます。「不達」のときは、新しいメールアドレスで、もう一度「新規ユーザ登録申請」を行うこともできます。「送信完了」のときは、もう一度申請しても、新しいアカウントは発行されません。",
            ],
            links: &[CONTACT, APPLY],
            ..Section::EMPTY
        },
    ],
};

pub(super) const URL_DOES_NOT_OPEN: Topic = Topic {
    slug: "url-does-not-open",
    title: "メールにあるURLを開けないとき（対応方法4）",
    about: "「このサイトにアクセスできません」などのメッセージが表示される場合の対処方法です。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "ブラウザーのキャッシュが溜まっている",
            id: "cache",
            paragraphs: &[
                "ブラウザーの「キャッシュクリア」を行ってください。方法はブラウザーごとに異なりますので、マニュアルなどをご参照ください。",
                "Edgeの場合の例：「設定」→「プライバシー、検索、サービス」→「閲覧データのクリア」→「クリアするデータの選択」",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "サイトにフィルターがかかっている",
            id: "filter",
            paragraphs: &[
                "次のサイトをホワイトリストに入れるよう、機関の情報システム管理者に依頼してください。",
            ],
            names_site: true,
            ..Section::EMPTY
        },
        Section {
            heading: "サーバーがメンテナンス中などで利用できない",
            paragraphs: &[
                "しばらく待ってから、もう一度開いてください。受け付けた申請と、お送りしたURLは、そのまま有効です。",
            ],
            links: &[MAINTENANCE],
            ..Section::EMPTY
        },
        Section {
            heading: "URLの一部が欠けている",
            id: "incomplete",
            paragraphs: &[
                "「ページが見つかりません」又は「URLが正しくありません」と表示されるときは、メールに記載されたURLを、先頭から末尾まで選択してコピーし、ブラウザーのアドレス欄に貼り付けてください。URLが2行に分かれているときは、両方の行を選択してください。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "URLの有効期限が過ぎている、又は使用済みである",
            paragraphs: &[
                "パスワード設定用のURLには有効期限があり、パスワードを設定すると使えなくなります。期限が過ぎたときは、開いた画面から、同じメールアドレスに新しいメールを送信できます。既にパスワードを設定した場合は、ログインしてください。",
            ],
            links: &[SIGN_IN, FORGOTTEN],
            ..Section::EMPTY
        },
    ],
};

pub(super) const NOTHING_CAME: Topic = Topic {
    slug: "nothing-came",
    title: "既存のアカウントがなく、メールが届かないとき（対応方法5）",
    about: "既存のアカウントがないにもかかわらず、「G-MIS利用案内メール」が届かない場合に考えられる理由と対処方法です。",
    group: Group::Trouble,
    sections: &[
        Section {
            heading: "メールアドレスが間違っている、又は無効になっている",
            paragraphs: &[
                "メールが送信エラー（不達）となっています。「申請状況の照会」を開ける場合は、「新しいメールアドレスを登録する」から、受信できるメールアドレスを登録してください。手続を続けられます。照会のための認証コードも届かない場合は、受信できるメールアドレスで、もう一度「新規ユーザ登録申請」を行ってください。",
            ],
            links: &[TRACK, APPLY],
            ..Section::EMPTY
        },
        Section {
            heading: "担当者が把握していないアカウントがある",
            paragraphs: &[
                "既に報告の権限があるアカウントをお持ちの機関には、新しいアカウントは発行されません。機関の中で利用している方がいないかを確認し、分からないときは、「ログインIDの問い合わせ」の画面をご利用ください。登録されたメールアドレスに、ログインIDをお送りします。ログインIDが分かると、パスワードを再設定できます。受信できない場合は、メールアドレスの変更を依頼してください。",
            ],
            links: &[LOGIN_ID_ENQUIRY, FORGOTTEN, PERSON_LEFT_LINK],
            ..Section::EMPTY
        },
        Section {
            heading: "機関コードを誤って申請した",
            paragraphs: &[
                "正しい機関コードを都道府県の窓口で確認し、もう一度「新規ユーザ登録申請」を行ってください。",
            ],
            links: &[Link::to("/help/codes", "機関コードと保険機関コードの違い"), APPLY],
            ..Section::EMPTY
        },
    ],
};
