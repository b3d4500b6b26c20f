//! What the machine finds about the answers, for the officer who decides.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::{
    application::{NoticeFate, notice_fate},
    form::{ApplicationForm, EMAIL, INSTITUTION_CODE, INSURANCE_CODE, POSTAL_CODE},
    institution::{InstitutionKind, InsuranceCode, InsuranceCodeWarning},
    mail::{Mail, MailKind},
};

use crate::alike::Existing;

/// One finding.
#[derive(Serialize)]
pub(crate) struct Check {
    pub(crate) label: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Passed,
    Doubtful,
    /// There was nothing to check.
    Absent,
}

impl Outcome {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Passed => "問題なし",
            Self::Doubtful => "要確認",
            Self::Absent => "対象なし",
        }
    }

    pub(crate) fn tone(self) -> &'static str {
        match self {
            Self::Passed => "success",
            Self::Doubtful => "warning",
            Self::Absent => "neutral",
        }
    }
}

/// Every finding, in the order of the form.
pub(crate) fn checks_of(form: &ApplicationForm, mails: &[Mail], now: Timestamp) -> Vec<Check> {
    let mut checks = vec![institution_code(form)];
    match &form.insurance_code {
        None => checks.push(no_insurance_code(form.institution_kind)),
        Some(code) => checks.extend(insurance_code(form, code)),
    }
    checks.push(postal_code(form));
    checks.extend(email(mails, now));
    checks
}

/// Whether the institution has an account already: one of the system, or one that stands in the list of accounts alone.
pub(crate) fn account_check(existing: Option<&Existing>) -> Check {
    let (outcome, words) = match existing {
        None => (Outcome::Passed, "この機関のアカウントは見つかりませんでした。".to_owned()),
        Some(Existing { login_id, kind, listed_at: None, .. }) => {
            (Outcome::Doubtful, format!("発行済みのアカウントがあります（ログインID：{login_id}、{kind}）。"))
        }
        Some(Existing { login_id, kind, listed_at: Some(since), .. }) => {
            let since = since.text();
            let words = format!(
                "既存アカウントの一覧に、この機関のアカウントがあります（ログインID：{login_id}、{kind}、{since}に取込み）。"
            );
            (Outcome::Doubtful, words)
        }
    };
    Check { label: "既存のアカウント", outcome, words }
}

/// Whether the receipt arrived; nothing while nobody knows.
fn email(mails: &[Mail], now: Timestamp) -> Option<Check> {
    let receipt = mails.iter().find(|mail| mail.kind() == MailKind::Receipt)?;
    let (outcome, words) = match notice_fate(receipt, now)? {
        NoticeFate::Delivered { .. } => (Outcome::Passed, "ユーザ登録申請完了メールが届いています。"),
        NoticeFate::Undeliverable => (
            Outcome::Doubtful,
            "ユーザ登録申請完了メールが不達です。以後のメールも届かないおそれがあります。担当部署に電話で確認してください。",
        ),
    };
    Some(Check { label: EMAIL.label, outcome, words: words.to_owned() })
}

/// The mistake that applicants make most: the two codes swapped.
fn institution_code(form: &ApplicationForm) -> Check {
    let label = INSTITUTION_CODE.label;
    if form.institution_code.is_none() {
        let words = "入力がありません。令和5年6月以降に開設した機関などは、機関コードがありません。";
        return Check { label, outcome: Outcome::Absent, words: words.to_owned() };
    }
    if form.warnings().iter().any(|warning| warning.field == INSTITUTION_CODE.name) {
        let words = "保険機関コードが入力されている可能性があります。都道府県の登録内容と照合してください。";
        return Check { label, outcome: Outcome::Doubtful, words: words.to_owned() };
    }
    let words = "保険機関コードとの取り違えは見つかりませんでした。番号が正しいかは、都道府県の登録内容と照合してください。";
    Check { label, outcome: Outcome::Passed, words: words.to_owned() }
}

/// A code over the border of two prefectures belongs to both.
fn postal_code(form: &ApplicationForm) -> Check {
    let label = POSTAL_CODE.label;
    let areas = form.postal_code.areas();
    let Some(area) = areas.first() else {
        let words = "郵便番号の一覧にない番号です。住所と照合してください。";
        return Check { label, outcome: Outcome::Absent, words: words.to_owned() };
    };
    if areas.iter().any(|area| area.prefecture == form.prefecture) {
        let words = "都道府県と一致しています。".to_owned();
        return Check { label, outcome: Outcome::Passed, words };
    }
    let words = format!("この郵便番号の所在地は「{}」です。都道府県と異なります。", area.text());
    Check { label, outcome: Outcome::Doubtful, words }
}

fn no_insurance_code(kind: InstitutionKind) -> Check {
    let words = no_such_code(kind)
        .unwrap_or("入力がありません。保険診療を行わない機関などは、保険機関コードがありません。");
    Check { label: INSURANCE_CODE.label, outcome: Outcome::Absent, words: words.to_owned() }
}

/// Of the kinds that have no insured care.
fn no_such_code(kind: InstitutionKind) -> Option<&'static str> {
    match kind {
        InstitutionKind::MidwiferyHome => Some("助産所には、通常、保険機関コードがありません。"),
        InstitutionKind::Hospital
        | InstitutionKind::Clinic
        | InstitutionKind::DentalClinic
        | InstitutionKind::Pharmacy => None,
    }
}

fn insurance_code(form: &ApplicationForm, code: &InsuranceCode) -> [Check; 3] {
    let found = code.warnings(form.prefecture, form.institution_kind);
    let check = |label, doubt, passed: &str, doubtful: String| {
        if found.contains(&doubt) {
            Check { label, outcome: Outcome::Doubtful, words: doubtful }
        } else {
            Check { label, outcome: Outcome::Passed, words: passed.to_owned() }
        }
    };
    let (prefecture, kind) = (form.prefecture, form.institution_kind);
    [
        check(
            "保険機関コードの検査数字",
            InsuranceCodeWarning::CheckDigit,
            "正しい組み合わせです。",
            "番号の組み合わせが合いません。入力誤りの可能性があります。".to_owned(),
        ),
        check(
            "保険機関コードの都道府県",
            InsuranceCodeWarning::OtherPrefecture,
            "先頭2桁が都道府県と一致しています。",
            format!("先頭2桁が{}の番号（{}）と異なります。", prefecture.name(), prefecture.code2()),
        ),
        check(
            "保険機関コードの点数表",
            InsuranceCodeWarning::OtherKind,
            "3桁目が機関区分と一致しています。",
            no_such_code(kind).map_or_else(
                || format!("3桁目が機関区分「{}」と合いません。", kind.label()),
                |sentence| format!("{sentence}機関区分に誤りがないかご確認ください。"),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::{
            application::samples::{NOON, form_of, nara_hospital_input},
            delivery::EventKind,
            mail::MailContent,
        },
        web::letters::samples::{advance_notice, no_such_user},
    };

    use super::*;

    fn table(institution_code: &str, insurance_code: &str, kind: &str) -> String {
        let mut input = nara_hospital_input();
        input.institution_code = institution_code.into();
        input.insurance_code = insurance_code.into();
        input.institution_kind = kind.into();
        input.institution_subkind = kind.into();
        let line = |check: Check| format!("{:?} {} {}", check.outcome, check.label, check.words);
        checks_of(&form_of(&input), &[], *NOON).into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_findings_at_a_glance() {
        insta::assert_snapshot!(table("", "", "hospital"), @r"
        Absent 機関コード 入力がありません。令和5年6月以降に開設した機関などは、機関コードがありません。
        Absent 保険機関コード 入力がありません。保険診療を行わない機関などは、保険機関コードがありません。
        Passed 郵便番号 都道府県と一致しています。
        ");
        insta::assert_snapshot!(table("29100012", "2910113717", "hospital"), @r"
        Passed 機関コード 保険機関コードとの取り違えは見つかりませんでした。番号が正しいかは、都道府県の登録内容と照合してください。
        Passed 保険機関コードの検査数字 正しい組み合わせです。
        Passed 保険機関コードの都道府県 先頭2桁が都道府県と一致しています。
        Passed 保険機関コードの点数表 3桁目が機関区分と一致しています。
        Passed 郵便番号 都道府県と一致しています。
        ");
        insta::assert_snapshot!(table("0110113719", "0110113719", "pharmacy"), @r"
        Doubtful 機関コード 保険機関コードが入力されている可能性があります。都道府県の登録内容と照合してください。
        Passed 保険機関コードの検査数字 正しい組み合わせです。
        Doubtful 保険機関コードの都道府県 先頭2桁が奈良県の番号（29）と異なります。
        Doubtful 保険機関コードの点数表 3桁目が機関区分「薬局」と合いません。
        Passed 郵便番号 都道府県と一致しています。
        ");
        insta::assert_snapshot!(table("", "", "midwifery-home"), @r"
        Absent 機関コード 入力がありません。令和5年6月以降に開設した機関などは、機関コードがありません。
        Absent 保険機関コード 助産所には、通常、保険機関コードがありません。
        Passed 郵便番号 都道府県と一致しています。
        ");
    }

    #[test]
    fn a_postal_code_of_another_prefecture_is_a_doubt() {
        let found = |code: &str| {
            let mut input = nara_hospital_input();
            input.postal_code = code.into();
            postal_code(&form_of(&input))
        };
        assert_eq!(found("630-8213").outcome, Outcome::Passed);
        assert_eq!(found("630-0000").outcome, Outcome::Passed, "以下に掲載がない場合");
        assert_eq!(found("000-0000").outcome, Outcome::Absent);
        let osaka = found("540-0008");
        assert_eq!(osaka.outcome, Outcome::Doubtful);
        assert!(osaka.words.contains("大阪府大阪市中央区大手前"), "{}", osaka.words);
    }

    #[test]
    fn a_receipt_that_came_back_is_a_doubt_about_the_address() {
        let outcome = |events| email(&[receipt(events)], *NOON).map(|check| check.outcome);
        assert_eq!(outcome(vec![]), None);
        assert_eq!(outcome(vec![EventKind::Delivery { smtp_response: None }]), Some(Outcome::Passed));
        assert_eq!(outcome(vec![no_such_user()]), Some(Outcome::Doubtful));
        assert_eq!(email(&[advance_notice(vec![no_such_user()])], *NOON).map(|check| check.outcome), None);
    }

    fn receipt(events: Vec<EventKind>) -> Mail {
        let (institution_name, contact_name) = ("若草山病院".to_owned(), "田中 花子".to_owned());
        Mail { content: MailContent::Receipt { institution_name, contact_name }, ..advance_notice(events) }
    }
}
