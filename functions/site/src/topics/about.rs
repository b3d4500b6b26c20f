//! The site itself: its accessibility, and the page behind every error.

use super::{Group, Section, Topic};
use crate::ways::CONTACT;

/// What stands here is what `tests/browser` does; a change there is a change here.
pub(super) const ACCESSIBILITY: Topic = Topic {
    slug: "accessibility",
    title: "ウェブアクセシビリティについて",
    about: "どなたにも利用していただけるよう、このサイトで行っていることと、試験の方法をご案内します。",
    group: Group::Site,
    sections: &[
        Section {
            heading: "目標",
            paragraphs: &[
                "日本産業規格 JIS X 8341-3:2016「高齢者・障害者等配慮設計指針―情報通信における機器、ソフトウェア及びサービス―第3部：ウェブコンテンツ」の適合レベルAAに準拠することを目標とします。あわせて、WCAG 2.2のレベルAAの達成基準を確認しています。対象は、このサイトの全ての画面です。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "現在の状況",
            paragraphs: &[
                "適合レベルAAに「配慮」しています。次の試験では問題が見つかっていませんが、全ての達成基準を人の目で確認する試験は終えていないため、「準拠」とは表示していません。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "行っている試験",
            paragraphs: &[
                "画面を変更するたびに、実際のブラウザーで次の試験を行い、一つでも問題があれば公開しません。",
            ],
            items: &[
                "全ての画面について、何も入力していない状態、エラーが表示された状態、入力した状態のそれぞれを、幅1280ピクセルと320ピクセルで表示し、自動検査（axe）で問題がないこと",
                "全ての画面のHTMLが、規格に沿っていること",
                "幅320ピクセルで、横にスクロールせずに読めること",
                "キーボードだけで申請でき、操作している位置が常に見えること",
                "JavaScriptを使わずに、申請の初めから終わりまで操作できること",
                "配色を変更する設定（ハイコントラスト）と、印刷の表示を画像で確認すること",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "対応できていないこと",
            items: &[
                "JavaScriptを使わない場合は、「私はロボットではありません。」の確認を簡略にする代わりに、同じ場所から短い時間に申請を始められる件数が少なくなります。",
                "音声読み上げソフトを日常的に利用している方による試験は、まだ行っていません。",
                "相手先のメールサーバーの応答は、英語のまま表示することがあります。あわせて、日本語の説明を表示します。",
            ],
            ..Section::EMPTY
        },
        Section {
            heading: "ご意見",
            paragraphs: &[
                "利用しにくい画面がありましたら、画面の名前と、お困りの内容を、都道府県の窓口にお知らせください。",
            ],
            links: &[CONTACT],
            ..Section::EMPTY
        },
    ],
};

pub(super) const ERRORS: Topic = Topic {
    slug: crate::errors_topic::SLUG,
    title: "画面に表示されるエラー",
    about: "このサイトで表示されるエラーの意味と、次にしていただくことの一覧です。",
    group: Group::Site,
    sections: &[],
};
