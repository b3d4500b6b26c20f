//! GET /review/{number} — one case: the answers beside the machine's findings, where it stands, and all
//! that happened to it.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{AdvanceOutcome, Application, Status, StatusKind},
        form::Answer,
        mail::{Mail, MailKind},
    },
    web::{Moment, Page, Problem, Query},
};

use crate::{
    App,
    alike::{Alike, Existing},
    checks::{Check, account_check, checks_of},
    decision::Done,
    flags::{Flag, flags_of},
    officer::{Asked, Staff, Viewer},
    row::Deadline,
    timeline::{Entry, timeline_of},
};

/// Among so many of the last mails to its address codes are looked for.
const LAST_MAILS: i32 = 30;

#[derive(Deserialize)]
pub(crate) struct CaseQuery {
    #[serde(default)]
    done: String,
}

#[derive(Template, Serialize)]
#[template(path = "case.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, which the page shows or not")]
pub(crate) struct CasePage {
    staff: Staff,
    done: Option<Done>,
    number: String,
    /// To be sent with a decision: what the officer saw.
    version: u64,
    institution_name: String,
    status: &'static str,
    status_label: &'static str,
    /// What happens next, or what has to.
    outlook: &'static str,
    /// When ② may leave, once ① has arrived.
    announce_at: Option<Moment>,
    login_id: Option<String>,
    submitted_at: Moment,
    entered_at: Moment,
    deadline: Option<Deadline>,
    is_undeliverable: bool,
    /// Whether it waits for this desk's decision.
    is_under_review: bool,
    /// Whether its applicant can be reached by mail.
    can_be_returned: bool,
    /// Whether its address, which nobody has proven, can be corrected.
    can_correct_address: bool,
    flags: Vec<Flag>,
    answers: Vec<AnswerRow>,
    checks: Vec<Check>,
    /// Applications that may be for the same institution.
    /// The case itself, for the comparison.
    #[serde(skip)]
    own: Option<Alike>,
    alike: Vec<Alike>,
    /// How many more there are.
    more_alike: usize,
    existing_account: Option<Existing>,
    timeline: Vec<Entry>,
}

#[derive(Serialize)]
struct AnswerRow {
    name: &'static str,
    label: &'static str,
    text: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    asked: Asked,
    Query(query): Query<CaseQuery>,
) -> Result<Page<CasePage>, Problem> {
    let application = app.visible_case(asked, viewer.seat.desk).await?;
    let (mails, done, (alike, more_alike), existing_account, listed) = tokio::try_join!(
        app.mails_of(&application),
        app.done_by(&viewer, &query.done),
        app.alike(&application, viewer.now),
        app.existing_account(&application, viewer.now),
        app.listed(&application),
    )?;
    let mut page = CasePage::of(&application, &mails, &viewer, done);
    page.checks.push(listed);
    page.checks.push(account_check(existing_account.as_ref()));
    page.own = Alike::own(&application, &alike, viewer.now);
    Ok(Page::ok(CasePage { alike, more_alike, existing_account, ..page }))
}

impl App {
    /// The mails that the application names, and the codes for its state page: who calls because none arrives is told
    /// what became of it.
    async fn mails_of(&self, application: &Application) -> Result<Vec<Mail>, Problem> {
        let (mut mails, to_address) = tokio::try_join!(
            self.store.list_mails_of(application),
            self.store.list_mails_to(&application.form.email, None, LAST_MAILS),
        )?;
        let is_code_for_it =
            |mail: &Mail| mail.kind() == MailKind::Code && mail.application == Some(application.number);
        mails.extend(to_address.mails.into_iter().filter(is_code_for_it));
        Ok(mails)
    }
}

impl CasePage {
    fn of(application: &Application, mails: &[Mail], viewer: &Viewer, done: Option<Done>) -> Self {
        let now: Timestamp = viewer.now;
        let form = &application.form;
        Self {
            staff: viewer.staff(),
            done,
            number: application.number.to_string(),
            version: application.version,
            institution_name: form.institution_name.as_str().to_owned(),
            status: application.status.kind().as_str(),
            status_label: application.status.kind().label(),
            outlook: if application.can_correct_address().is_ok() && application.is_undeliverable() {
                UNDELIVERABLE_PROXY
            } else {
                outlook(&application.status)
            },
            announce_at: announce_at(&application.status),
            login_id: application.status.login_id().map(|id| id.as_str().to_owned()),
            submitted_at: application.submitted_at.into(),
            entered_at: application.entered_at.into(),
            deadline: Deadline::of(application, now),
            is_undeliverable: application.is_undeliverable(),
            is_under_review: application.status.kind() == StatusKind::Submitted,
            can_be_returned: application.address_is_proven(),
            can_correct_address: application.can_correct_address().is_ok(),
            flags: flags_of(application),
            answers: form.answers().into_iter().map(AnswerRow::of).collect(),
            checks: checks_of(form, mails, now),
            own: None,
            alike: Vec::new(),
            more_alike: 0,
            existing_account: None,
            timeline: timeline_of(application, mails, now),
        }
    }
}

impl AnswerRow {
    fn of(answer: Answer) -> Self {
        Self { name: answer.field.name, label: answer.field.label, text: answer.text }
    }
}

const UNDELIVERABLE_PROXY: &str = "①事前確認メールが不達のため、②G-MIS利用案内メールは送信されません。担当部署に電話で正しいメールアドレスを確認し、「メールアドレスの訂正」で訂正してください。";

fn outlook(status: &Status) -> &'static str {
    match status {
        Status::Submitted => "都道府県の確認を待っています。内容を確認し、承認又は却下をしてください。",
        Status::Approved => "承認済みです。G-MIS事務局の発行の手続を待っています。",
        Status::Issuing { outcome: AdvanceOutcome::Awaited, .. } => {
            "①事前確認メールの送信結果を待っています。"
        }
        Status::Issuing { outcome: AdvanceOutcome::Delivered { .. }, .. } => {
            "①事前確認メールが届きました。翌営業日以降に②G-MIS利用案内メールを送信します。"
        }
        Status::Issuing { outcome: AdvanceOutcome::Undeliverable, .. } => {
            "①事前確認メールが不達のため、②G-MIS利用案内メールは送信されません。担当部署に電話で連絡し、正しいメールアドレスで改めて申請するようご案内ください。"
        }
        Status::Issued { password_set_at: Some(_), .. } => "発行が完了し、パスワードも設定されています。",
        Status::Issued { password_set_at: None, delivered_at: Some(_), .. } => {
            "利用案内のメールが届きました。申請者の操作を待っています。"
        }
        Status::Issued { password_set_at: None, delivered_at: None, .. } => {
            "発行が済みました。利用案内のメールの送信結果は、下の経過で確認できます。"
        }
        Status::AlreadyEntitled { .. } => {
            "報告権限のあるアカウントを既にお持ちのため、新しいアカウントは発行されませんでした。"
        }
        Status::Rejected { .. } => "却下しました。申請者は、改めて申請することができます。",
        Status::Returned { .. } => "差し戻しました。申請者の修正と再申請を待っています。",
        Status::Withdrawn { .. } => "申請者が取り下げました。審査の必要はありません。",
    }
}

fn announce_at(status: &Status) -> Option<Moment> {
    match status {
        Status::Issuing { outcome: AdvanceOutcome::Delivered { announce_at }, .. } => {
            Some((*announce_at).into())
        }
        Status::Issuing { outcome: AdvanceOutcome::Awaited | AdvanceOutcome::Undeliverable, .. }
        | Status::Submitted
        | Status::Approved
        | Status::Issued { .. }
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Returned { .. }
        | Status::Withdrawn { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::{account::Role, application::samples::in_every_status},
        web::letters::samples::{advance_notice, no_such_user},
    };

    use super::*;
    use crate::officer::samples::viewer;

    fn page(application: &Application, mails: &[Mail]) -> CasePage {
        CasePage::of(application, mails, &viewer(Role::Officer), None)
    }

    #[test]
    fn only_a_case_under_review_offers_the_two_decisions() {
        for application in in_every_status() {
            let html = page(&application, &[]).render().unwrap();
            let is_submitted = application.status.kind() == StatusKind::Submitted;
            assert_eq!(html.contains("承認する</button>"), is_submitted);
            assert_eq!(html.contains("href=\"/review/API-00001750/reject\""), is_submitted);
            assert!(html.contains(application.status.kind().label()));
        }
    }

    #[test]
    fn who_only_views_reads_the_same_and_is_offered_nothing() {
        let submitted = in_every_status().remove(0);
        let page = CasePage::of(&submitted, &[], &viewer(Role::DeskViewer), None);
        let html = page.render().unwrap();
        assert!(html.contains("奈良県 医療担当（閲覧のみ）") && html.contains("登大路町30"), "{html}");
        assert!(
            !html.contains("承認する") && !html.contains("/reject") && !html.contains("/return"),
            "{html}"
        );
    }

    #[test]
    fn a_case_shows_its_answers_and_what_the_server_said() {
        let issuing = in_every_status().remove(2);
        let html = page(&issuing, &[advance_notice(vec![no_such_user()])]).render().unwrap();
        for expected in [
            "登大路町30",
            "ijika@wakakusa.example.jp",
            "不達（宛先なし）",
            "smtp; 550 5.1.1 user unknown",
            "①事前確認メール",
        ] {
            assert!(html.contains(expected), "{expected} in {html}");
        }
    }

    #[test]
    fn what_an_applicant_typed_is_text_and_nothing_else() {
        let mut input = shared::domain::application::samples::nara_hospital_input();
        input.institution_name = "<script>alert(1)</script>病院".into();
        input.department = "\"><img src=x onerror=alert(1)>".into();
        let form = shared::domain::application::samples::form_of(&input);
        let application = Application { form, ..in_every_status().remove(0) };
        let html = page(&application, &[]).render().unwrap();
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
    }

    #[test]
    fn a_case_in_json() {
        let json = serde_json::to_value(page(&in_every_status().remove(0), &[])).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        insta::assert_snapshot!(keys.join(" "), @"alike announce_at answers can_be_returned can_correct_address checks deadline done entered_at existing_account flags institution_name is_undeliverable is_under_review login_id more_alike number outlook staff status status_label submitted_at timeline version");
        insta::assert_snapshot!(json["answers"][0], @r#"{"label":"機関名","name":"institution_name","text":"医療法人社団 大和会 若草山病院"}"#);
    }
}
