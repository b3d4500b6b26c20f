//! GET and POST /track/withdraw — 取下げ: asked once more, then done.
//!
//! Invariant: pressed twice it is done once; who comes after a decision is told who decided what and when.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::{
        application::{Application, AuditEvent, NotOpen, Status, StatusKind, Withdraw},
        ids::MailId,
    },
    mail::japan_time_text,
    web::{Cookies, Page, Problem, SeeOther},
};

use crate::{App, STATUS, tracked::too_late};

#[derive(Template, Serialize)]
#[template(path = "withdraw.html")]
pub(crate) struct WithdrawPage {
    number: String,
    institution_name: String,
    status_label: &'static str,
}

pub(crate) async fn ask(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let application = app.tracked(&cookies, now).await?;
    if application.can_be_withdrawn() {
        return Ok(Page::ok(WithdrawPage::of(&application)).into_response());
    }
    Ok(SeeOther::to(STATUS).into_response())
}

pub(crate) async fn withdraw(State(app): State<App>, cookies: Cookies) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let mut race = app.store.race();
    loop {
        let application = app.tracked(&cookies, now).await?;
        let mails = app.store.list_mails_of(&application).await?;
        let notice = MailId::from_parts(now, app.entropy.bytes::<10>());
        let decided = match application.clone().withdraw(Withdraw { notice, mails }, now) {
            Ok(decided) => decided,
            Err(NotOpen { status: StatusKind::Withdrawn, .. }) => return Ok(SeeOther::to(STATUS)),
            Err(_) => return Err(too_late(why_not(&application))),
        };
        if let Some((_, mails)) = race.settle(app.store.commit(decided).await).await? {
            app.doorbell.ring_mails(&mails).await;
            return Ok(SeeOther::to(STATUS));
        }
    }
}

impl WithdrawPage {
    fn of(application: &Application) -> Self {
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            status_label: application.status.kind().label(),
        }
    }
}

/// Who ended it, how and when; the desk has no name here.
fn why_not(application: &Application) -> String {
    let decided = application.last_move().filter(|entry| matches!(entry.event, AuditEvent::Rejected { .. }));
    let what = match (&application.status, decided) {
        (Status::Rejected { .. }, Some(entry)) => format!(
            "この申請は、{}が{}に却下しました。",
            application.form.prefecture.name(),
            japan_time_text(entry.at)
        ),
        _ => format!("この申請は、{}に発行の手続が完了しました。", japan_time_text(application.entered_at)),
    };
    format!("{what}取下げは行われていません。")
}

#[cfg(test)]
mod tests {
    use shared::domain::application::{
        Reject, RejectionReason,
        samples::{NOON, in_every_status, mail_id, nara_medical, submitted},
    };

    use super::*;

    #[test]
    fn who_comes_late_reads_who_ended_it_and_when() {
        let command = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: mail_id(9) };
        let rejected = submitted().reject(command, &nara_medical(), *NOON).unwrap().next;
        let issued = in_every_status().remove(3);
        insta::assert_snapshot!([why_not(&rejected), why_not(&issued)].join("\n"), @r"
        この申請は、奈良県が令和9年（2027年）1月22日（金曜日）12時00分に却下しました。取下げは行われていません。
        この申請は、令和9年（2027年）1月22日（金曜日）12時00分に発行の手続が完了しました。取下げは行われていません。
        ");
    }

    #[test]
    fn the_page_says_what_follows() {
        let html = WithdrawPage::of(&submitted()).render().unwrap();
        for said in ["API-00001750", "元に戻すことはできません", "action=\"/track/withdraw\""] {
            assert!(html.contains(said), "{said}");
        }
    }
}
