//! GET and POST /review/{number}/reject — the desk refuses an application: reason and words, the mail as
//! it will be sent, and only then the decision.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::{Application, Decided, Reject, RejectionReason},
        form::FieldErrors,
        ids::MailId,
    },
    web::{Body, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    cursor::Cursor,
    decision::refusal,
    note::{NOTE_LABEL, Refusal, RefusalInput},
    officer::{Asked, Officer},
    preview::Look,
    reject_pages::RejectPage,
};

#[derive(Deserialize)]
pub(crate) struct RejectQuery {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
pub(crate) struct RejectForm {
    /// The version that the officer saw.
    version: Option<u64>,
    #[serde(default)]
    step: Step,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// The button that was pressed. Without one nothing is decided yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    /// 文例を入れる.
    Template,
    #[default]
    Preview,
    /// 修正する.
    Edit,
    /// この内容で却下する.
    Confirm,
}

/// The form, begun with the template of `?reason=…`.
pub(crate) async fn ask(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Query(query): Query<RejectQuery>,
) -> Result<Page<RejectPage>, Problem> {
    let application = app.case_to_decide(asked, &officer, None).await?;
    let input = RefusalInput::template_of(RejectionReason::parse(&query.reason));
    Ok(Page::ok(RejectPage::of(&application, &officer, application.version, input)))
}

pub(crate) async fn reject(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(form): Body<RejectForm>,
) -> Result<Response, Problem> {
    let RejectForm { version, step, reason, note } = form;
    let input = RefusalInput { reason, note };
    let parsed = input.parse();
    if let (Step::Confirm, Ok(refusal)) = (step, &parsed) {
        return Ok(app.refuse(asked, &officer, version, refusal).await?.into_response());
    }
    let application = app.case_to_decide(asked, &officer, version).await?;
    let version = version.unwrap_or(application.version);
    let again = |input| RejectPage::of(&application, &officer, version, input);
    Ok(match step {
        Step::Edit => Page::ok(again(input)).into_response(),
        Step::Template => match template(&application, &input) {
            Ok(elsewhere) => elsewhere.into_response(),
            Err(errors) => invalid(again(input), errors),
        },
        Step::Preview | Step::Confirm => match parsed {
            Err(errors) => invalid(again(input), errors),
            Ok(refusal) => {
                let decided = app.refused(application, &officer, &refusal)?;
                let look = look(&decided.next, refusal, version);
                Page::ok(app.look_at(&decided, &officer, look)?).into_response()
            }
        },
    })
}

fn look(application: &Application, refusal: Refusal, version: u64) -> Look {
    let Refusal { reason, note } = refusal;
    Look {
        heading: "却下のお知らせメールの確認",
        lead: format!(
            "{} {}を、理由「{}」で却下します。次のメールが申請者に送信されます。却下は、後から取り消すことができません。",
            application.number,
            application.form.institution_name.as_str(),
            reason.label()
        ),
        verb: "reject",
        hidden: vec![
            ("version", version.to_string()),
            ("reason", reason.as_str().to_owned()),
            ("note", note),
        ],
        confirm: "この内容で却下する",
    }
}

fn invalid(page: RejectPage, errors: FieldErrors) -> Response {
    Page::invalid(page.with_errors(errors.clone()), errors).into_response()
}

/// To the form with the template of the chosen reason, unless that would take the officer's own words away.
fn template(application: &Application, input: &RefusalInput) -> Result<SeeOther, FieldErrors> {
    let reason = input.reason()?;
    if input.is_edited() {
        let sentence =
            format!("＊{NOTE_LABEL}に入力された文章があります。文例を入れるときは、先に消してください");
        return Err(FieldErrors::of("note", sentence));
    }
    Ok(SeeOther::to(format!("/review/{}/reject?reason={}", application.number, reason.as_str())))
}

impl App {
    /// Decides, commits, and goes on.
    async fn refuse(
        &self,
        asked: Asked,
        officer: &Officer,
        seen: Option<u64>,
        refusal: &Refusal,
    ) -> Result<SeeOther, Problem> {
        let mut race = self.store.race();
        loop {
            let application = self.case_to_decide(asked, officer, seen).await?;
            let place = Cursor { number: application.number, entered_at: application.entered_at };
            let decided = self.refused(application, officer, refusal)?;
            if let Some((_, mails)) = race.settle(self.store.commit(decided).await).await? {
                self.mails.ring_mails(&mails).await;
                return Ok(self.go_on(place, officer.reviewer.desk).await);
            }
        }
    }

    pub(crate) fn refused(
        &self,
        application: Application,
        officer: &Officer,
        words: &Refusal,
    ) -> Result<Decided, Problem> {
        let number = application.number;
        let command = Reject {
            reason: words.reason,
            note: words.note.clone(),
            mail: MailId::from_parts(officer.now, self.entropy.bytes()),
        };
        application
            .reject(command, &officer.reviewer, officer.now)
            .map_err(|refused| refusal(&refused, number, &officer.reviewer))
    }
}
