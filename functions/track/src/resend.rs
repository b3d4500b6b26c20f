//! GET and POST /track/resend — ② (or ③) again, to the same address.
//!
//! Invariant: counted with every other request for a link of the same login ID, in the commit that writes the mail.

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::LinkRequestRefused,
        application::{Application, AuditEvent, Requester, ResendError, ResendNotice},
        limits::LINK_MAILS_PER_ACCOUNT,
    },
    store::LinkBrings,
    web::{Body, ClientNetwork, Cookies, Moment, Page, Problem, SeeOther},
};

use crate::{App, STATUS, steps::was_added, tracked::too_late};

#[derive(Template, Serialize)]
#[template(path = "resend.html")]
pub(crate) struct ResendPage {
    number: String,
    /// The mail's name: ② or ③.
    mail: &'static str,
    email: String,
    /// How many an hour.
    most: usize,
    /// The version that the page shows.
    seen: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Pressed {
    /// What the page showed; a program may leave it out.
    seen: Option<u64>,
}

pub(crate) async fn ask(State(app): State<App>, cookies: Cookies) -> Result<Page<ResendPage>, Problem> {
    let application = app.tracked(&cookies, app.clock.now()).await?;
    if !application.can_be_sent_again() {
        return Err(too_late("現在、再送できるメールはありません。"));
    }
    Ok(Page::ok(ResendPage::of(&application)))
}

pub(crate) async fn resend(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(pressed): Body<Pressed>,
) -> Result<SeeOther, Problem> {
    let now = app.clock.now();
    let network = app.pepper.hash("network", network.as_str());
    let mut race = app.store.race();
    loop {
        let application = app.tracked(&cookies, now).await?;
        if pressed.is_done_by(&application) {
            return Ok(SeeOther::to(STATUS));
        }
        let account = app.account_of(&application).await?;
        let login_id = account.as_ref().map(|account| account.login_id.clone());
        let new = app.draw_link(now);
        let mail = new.mail.clone();
        let command = ResendNotice { by: Requester::Applicant, account, new };
        let decided = application.resend_notice(command, now).map_err(refusal)?;
        let login_id = login_id.ok_or_else(|| Problem::internal("a notice without an account"))?;
        let counters = app.store.load_link_counters(&login_id, &network).await?;
        let usage = counters.usage().used(now).map_err(|refused| too_many(refused, now))?;
        let brings = Some(LinkBrings::Notice(&decided));
        let committed = app.store.commit_link_request(&usage, &counters, brings, now).await;
        if race.settle(committed).await?.is_some() {
            app.doorbell.ring_mails([&mail]).await;
            return Ok(SeeOther::to(STATUS));
        }
    }
}

impl Pressed {
    /// Whether the mail was written again since the page was shown: the button was pressed twice.
    fn is_done_by(&self, application: &Application) -> bool {
        // Each move adds one version and one entry.
        let Some(seen) = self.seen.and_then(|seen| usize::try_from(seen).ok()) else { return false };
        let since = application.history.get(seen..).unwrap_or_default();
        since.iter().any(|entry| matches!(entry.event, AuditEvent::NoticeResent { .. }))
    }
}

impl ResendPage {
    fn of(application: &Application) -> Self {
        Self {
            number: application.number.to_string(),
            mail: if was_added(application) {
                "③既存のご利用者確認依頼メール"
            } else {
                "②G-MIS利用案内メール"
            },
            email: application.form.email.as_str().to_owned(),
            most: LINK_MAILS_PER_ACCOUNT.most,
            seen: application.version,
        }
    }
}

fn refusal(refused: ResendError) -> Problem {
    match refused {
        ResendError::PasswordSet => too_late(
            "パスワードの設定が完了しているため、再送は不要です。パスワードが分からないときは、ログインの画面から再設定してください。",
        ),
        ResendError::NothingToSend { .. } | ResendError::NotByApplicant => {
            too_late("現在、再送できるメールはありません。")
        }
        ResendError::NoAccount => Problem::internal("an issued application without its account"),
    }
}

fn too_many(refused: LinkRequestRefused, now: Timestamp) -> Problem {
    let limit = match refused {
        LinkRequestRefused::ForThisLoginId(limit) | LinkRequestRefused::FromThisNetwork(limit) => limit,
    };
    let again = Moment::from(limit.again_at).whole_minute().text();
    let sentence = format!(
        "再送できる回数の上限（1時間に{}回まで）に達したため、送信しませんでした。{again}以降に、もう一度お試しください。",
        LINK_MAILS_PER_ACCOUNT.most
    );
    Problem::too_many(sentence, limit.again_at.duration_since(now)).with_next(STATUS, "申請状況の画面へ")
}

#[cfg(test)]
mod tests {
    use shared::domain::{
        application::{
            AuditEntry,
            samples::{NOON, in_every_status, mail_id},
        },
        mail::MailKind,
    };

    use super::*;

    #[test]
    fn the_second_press_of_one_page_is_done_already() {
        let mut issued = in_every_status().remove(3);
        let page = Pressed { seen: Some(issued.version) };
        assert!(!page.is_done_by(&issued));
        let event = AuditEvent::NoticeResent {
            mail: mail_id(9),
            kind: MailKind::LoginNotice,
            by: Requester::Applicant,
        };
        issued.history.push(AuditEntry { at: *NOON, event });
        issued.version += 1;
        assert!(page.is_done_by(&issued));
        assert!(!Pressed { seen: Some(issued.version) }.is_done_by(&issued), "a new look, a new mail");
        assert!(!Pressed::default().is_done_by(&issued));
    }
}
