//! What happens next, by when, and what the applicant has to do: for every state, in plain words.
//!
//! Times of approval and issuing are the guide's: usually one to two weeks each.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::Serialize;
use shared::{
    domain::{
        application::{AdvanceOutcome, Application, AuditEvent, Status},
        calendar::japan_date,
        delivery::DeliveryState,
        mail::{Fate, Mail, MailContent},
        settings::FreezeWindows,
    },
    mail::{japan_date_text, japan_time_text},
};

use crate::steps::was_added;

/// The banner of the state page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outlook {
    #[serde(skip)]
    pub(crate) tone: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) sentences: Vec<String>,
    pub(crate) links: Vec<Link>,
}

/// A way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) path: &'static str,
    pub(crate) label: &'static str,
}

/// The usual time of an approval, and of an issuing after it.
const USUAL: SignedDuration = SignedDuration::from_hours(14 * 24);

const SIGN_IN: Link = Link { path: "/sign-in", label: "ログインする" };
const FORGOTTEN: Link = Link { path: "/forgot-password", label: "パスワードを再設定する" };
const NO_MAIL: Link = Link { path: "/help/no-mail", label: "メールが届かないとき" };
const SPAM: Link =
    Link { path: "/help/spam-folder", label: "迷惑メールフォルダにメールがあったとき" };
const NOTHING_CAME: Link = Link {
    path: "/help/nothing-came",
    label: "既存のアカウントがなく、メールが届かないとき",
};
const PERSON_LEFT: Link = Link {
    path: "/help/person-left",
    label: "担当者が退職・異動し、メールを確認できないとき",
};
const ADDRESS: Link = Link { path: "/track/address", label: "新しいメールアドレスを登録する" };
/// Answered to the registered address only.
const LOGIN_ID: Link = Link { path: "/login-id", label: "ログインIDを問い合わせる" };
/// For who cannot read the registered address.
const CHANGE: Link = Link { path: "/change-address", label: "メールアドレスの変更を依頼する" };

impl Outlook {
    /// `notice` is ② or ③, where it was written.
    pub(crate) fn of(
        application: &Application,
        notice: Option<&Mail>,
        freezes: &FreezeWindows,
        now: Timestamp,
    ) -> Self {
        match &application.status {
            Status::Submitted => under_review(application, now),
            Status::Approved => approved(application, now),
            Status::Issuing { outcome, .. } => issuing(outcome, freezes),
            Status::Issued { delivered_at, .. } if was_added(application) => {
                added(notice, delivered_at.is_some(), now)
            }
            Status::Issued { password_set_at: Some(_), .. } => settled(),
            Status::Issued { delivered_at, .. } => announced(notice, delivered_at.is_some(), now),
            Status::AlreadyEntitled { .. } => already_entitled(),
            Status::Rejected { .. } => rejected(),
            Status::Returned { due_on, .. } => returned(application, *due_on, now),
            Status::Withdrawn { .. } => withdrawn(),
        }
    }

    fn new(tone: &'static str, heading: &'static str, sentences: &[&str], links: &[Link]) -> Self {
        let sentences = sentences.iter().map(|&sentence| sentence.to_owned()).collect();
        Self { tone, heading, sentences, links: links.to_vec() }
    }
}

/// What became of ② or ③ so far, whatever the application has been told of it.
fn is_undeliverable(notice: Option<&Mail>, now: Timestamp) -> bool {
    matches!(notice.map(|mail| mail.fate(now)), Some(Fate::Known(DeliveryState::Undeliverable { .. })))
}

/// Until when something usually takes, or that it takes longer this time.
fn usual_end(what: &str, since: Timestamp, now: Timestamp) -> String {
    let end = since + USUAL;
    let date = japan_date_text(japan_date(end));
    if now < end {
        format!(
            "{what}1～2週間程度、{date}ごろまでが目安です。申請が集中する時期は、更に日数がかかることがあります。"
        )
    } else {
        format!(
            "{what}1～2週間程度、{date}ごろまでが目安ですが、申請の集中などにより、日数がかかっています。恐れ入りますが、しばらくお待ちください。"
        )
    }
}

fn desk(application: &Application) -> String {
    format!("{}の窓口", application.form.prefecture.name())
}

fn under_review(application: &Application, now: Timestamp) -> Outlook {
    let desk = application.form.prefecture.name();
    Outlook {
        tone: "info",
        heading: "都道府県が申請内容を確認しています",
        sentences: vec![
            format!("{desk}が申請内容を確認し、承認又は却下します。"),
            usual_end("申請から", application.submitted_at, now),
            "却下されたときは、理由をメールでお知らせします。今、していただくことはありません。".to_owned(),
        ],
        links: vec![],
    }
}

fn approved(application: &Application, now: Timestamp) -> Outlook {
    Outlook {
        tone: "info",
        heading: "承認されました。発行の手続を行います",
        sentences: vec![
            "厚生労働省G-MIS事務局がアカウントを発行します。新しいアカウントの場合は、初めに①事前確認メールをお送りします。".to_owned(),
            usual_end("承認から", application.entered_at, now),
        ],
        links: vec![],
    }
}

fn issuing(outcome: &AdvanceOutcome, freezes: &FreezeWindows) -> Outlook {
    match outcome {
        AdvanceOutcome::Awaited => Outlook::new(
            "info",
            "①事前確認メールの送信結果を確認しています",
            &[
                "①は、登録されたメールアドレスに届くかどうかを確かめるためのメールです。返信は不要です。",
                "①が届いたことを確認できた日の翌営業日以降に、ログインIDを記載した②G-MIS利用案内メールをお送りします。",
            ],
            &[NO_MAIL],
        ),
        AdvanceOutcome::Delivered { announce_at } => Outlook {
            tone: "info",
            heading: "②G-MIS利用案内メールの送信を準備しています",
            sentences: vec![
                "①事前確認メールが届いたことを確認しました。".to_owned(),
                announce_sentence(*announce_at, freezes),
            ],
            links: vec![],
        },
        AdvanceOutcome::Undeliverable => Outlook::new(
            "error",
            "①事前確認メールが届きませんでした（不達）",
            &[
                "登録されたメールアドレスに届かなかったため、②G-MIS利用案内メールはお送りしません。",
                "「新しいメールアドレスを登録する」から、受信できるメールアドレスを登録してください。手続を続けられます。受信箱がいっぱいだったときなどは、同じメールアドレスをもう一度登録することもできます。",
            ],
            &[ADDRESS, NOTHING_CAME],
        ),
    }
}

/// The day that may be promised: the next business day, or the first one after a freeze.
fn announce_sentence(announce_at: Timestamp, freezes: &FreezeWindows) -> String {
    let day = |at: Timestamp| japan_date_text(japan_date(at));
    match freezes.next_issuing_after(announce_at) {
        Ok(at) if japan_date(at) != japan_date(announce_at) => format!(
            "発行停止期間のため、{}以降に、ログインIDとパスワード設定用のURLを記載した②をお送りします。",
            day(at)
        ),
        Ok(_) | Err(_) => format!(
            "翌営業日の{}以降に、ログインIDとパスワード設定用のURLを記載した②をお送りします。",
            day(announce_at)
        ),
    }
}

fn announced(notice: Option<&Mail>, delivered: bool, now: Timestamp) -> Outlook {
    if is_undeliverable(notice, now) {
        return Outlook {
            tone: "error",
            heading: "②G-MIS利用案内メールが届きませんでした（不達）",
            sentences: vec![
                "アカウントは発行済みです。もう一度申請しても、新しいアカウントは発行されません。".to_owned(),
                "「新しいメールアドレスを登録する」から、受信できるメールアドレスを登録してください。②をもう一度お送りします。".to_owned(),
                "登録できないときは、メールアドレスの変更を依頼してください。".to_owned(),
            ],
            links: vec![ADDRESS, CHANGE],
        };
    }
    if !delivered {
        return Outlook::new(
            "info",
            "②G-MIS利用案内メールを送信しています",
            &["アカウントを発行しました。ログインIDとパスワード設定用のURLを記載した②をお送りします。"],
            &[NO_MAIL],
        );
    }
    Outlook {
        tone: "success",
        heading: "②G-MIS利用案内メールをお送りしました",
        sentences: vec![
            password_sentence(notice, now),
            "見当たらないときは、迷惑メールフォルダをご確認ください。".to_owned(),
        ],
        links: vec![SPAM, NO_MAIL],
    }
}

fn password_sentence(notice: Option<&Mail>, now: Timestamp) -> String {
    match notice.map(|mail| &mail.content) {
        Some(MailContent::LoginNotice { link_valid_until, .. }) if *link_valid_until <= now => format!(
            "パスワード設定用のURLの有効期限（{}）が過ぎています。「利用案内のメールを再送する」から、新しいURLを受け取れます。",
            japan_time_text(*link_valid_until)
        ),
        Some(MailContent::LoginNotice { link_valid_until, .. }) => format!(
            "メールのURLを開き、{}までにパスワードを設定してください。設定すると、手続は完了です。",
            japan_time_text(*link_valid_until)
        ),
        _ => "メールのURLを開き、パスワードを設定してください。設定すると、手続は完了です。".to_owned(),
    }
}

fn settled() -> Outlook {
    Outlook::new(
        "success",
        "手続は完了しました",
        &["パスワードの設定が完了しています。ログインIDとパスワードでログインしてください。"],
        &[SIGN_IN, FORGOTTEN],
    )
}

const UNKNOWN_LOGIN_ID: &str = "ログインIDが分からないときは、アカウントに登録されているメールアドレスにお送りできます。そのメールアドレスを受信できないときは、メールアドレスの変更を依頼してください。";

fn added(notice: Option<&Mail>, delivered: bool, now: Timestamp) -> Outlook {
    let use_it = "お使いのログインIDとパスワードでログインし、報告のボタンを押してください。";
    if is_undeliverable(notice, now) {
        return Outlook {
            tone: "error",
            heading: "報告の権限を追加しましたが、③のメールが届きませんでした（不達）",
            sentences: vec![use_it.to_owned(), UNKNOWN_LOGIN_ID.to_owned()],
            links: vec![SIGN_IN, LOGIN_ID, FORGOTTEN, CHANGE],
        };
    }
    let mail = if delivered {
        "ログインIDは、③既存のご利用者確認依頼メールに記載しています。"
    } else {
        "ログインIDを記載した、③既存のご利用者確認依頼メールを送信しています。"
    };
    Outlook::new(
        "success",
        "お持ちのアカウントに報告の権限を追加しました",
        &[use_it, mail],
        &[SIGN_IN, FORGOTTEN],
    )
}

fn already_entitled() -> Outlook {
    Outlook {
        tone: "warning",
        heading: "新しいアカウントは発行しません",
        sentences: vec![
            "この機関には、報告の権限があるアカウントが既にあります。お持ちのログインIDとパスワードでログインしてください。".to_owned(),
            "機関の中で、G-MISを利用している方がいないかをご確認ください。".to_owned(),
            UNKNOWN_LOGIN_ID.to_owned(),
        ],
        links: vec![SIGN_IN, LOGIN_ID, FORGOTTEN, CHANGE],
    }
}

fn rejected() -> Outlook {
    Outlook::new(
        "error",
        "申請は却下されました",
        &["次の理由をご確認ください。必要な場合は、「もう一度申請する」から、内容を直して申請してください。"],
        &[],
    )
}

fn returned(application: &Application, due_on: Date, now: Timestamp) -> Outlook {
    let (desk, day) = (application.form.prefecture.name(), japan_date_text(due_on));
    let until = if japan_date(now) <= due_on {
        format!("修正の期限は、{day}です。")
    } else {
        format!(
            "修正の期限（{day}）が過ぎています。修正は今からでもできますが、{}にもご連絡ください。",
            self::desk(application)
        )
    };
    Outlook {
        tone: "warning",
        heading: "申請が差し戻されました。内容を修正してください",
        sentences: vec![
            format!(
                "{desk}が申請内容を確認したところ、修正が必要な項目がありました。次の連絡をご確認の上、修正して再申請してください。"
            ),
            until,
        ],
        links: vec![],
    }
}

fn withdrawn() -> Outlook {
    Outlook::new(
        "info",
        "申請は取り下げられました",
        &["この申請による手続は終了しました。必要な場合は、取り下げた内容をもとに、もう一度申請できます。"],
        &[],
    )
}

/// The prefecture's reason and words, where it rejected.
pub(crate) fn rejection(application: &Application) -> Option<(&'static str, &str)> {
    let AuditEvent::Rejected { reason, note, .. } = &application.decision()?.event else { return None };
    Some((reason.label(), note))
}

/// What to do about an application that has waited for three weeks.
pub(crate) const STUCK: &[Link] = &[NO_MAIL, PERSON_LEFT];
