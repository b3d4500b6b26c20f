//! GET and POST /review/{number}/return — the desk sends an application back: which answers, what to correct, until
//! when; the mail as it will be sent, and only then the decision.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        application::{Application, Decided, ReturnForCorrection, correction_due_on},
        ids::MailId,
    },
    mail::japan_date_text,
    web::{Body, Page, Problem, SeeOther},
};

use crate::{
    App,
    correction::{Correction, CorrectionInput, CorrectionPage},
    cursor::Cursor,
    decision::refusal,
    officer::{Asked, Officer},
    preview::Look,
};

#[derive(Deserialize)]
pub(crate) struct ReturnForm {
    /// The version that the officer saw.
    version: Option<u64>,
    #[serde(default)]
    step: Step,
    // Written out, not flattened: a flattened list cannot be read from a browser's form.
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    days: String,
}

/// The button that was pressed. Without one nothing is decided yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    #[default]
    Preview,
    Edit,
    Confirm,
}

pub(crate) async fn ask(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
) -> Result<Page<CorrectionPage>, Problem> {
    let application = app.case_to_decide(asked, &officer, None).await?;
    let version = application.version;
    Ok(Page::ok(CorrectionPage::of(&application, &officer, version, CorrectionInput::default())))
}

pub(crate) async fn return_for_correction(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(form): Body<ReturnForm>,
) -> Result<Response, Problem> {
    let ReturnForm { version, step, fields, note, days } = form;
    let input = CorrectionInput { fields, note, days };
    let parsed = input.parse();
    if let (Step::Confirm, Ok(correction)) = (step, &parsed) {
        return Ok(app.send_back(asked, &officer, version, correction).await?.into_response());
    }
    let application = app.case_to_decide(asked, &officer, version).await?;
    let version = version.unwrap_or(application.version);
    match (step, parsed) {
        (Step::Edit, _) => {
            Ok(Page::ok(CorrectionPage::of(&application, &officer, version, input)).into_response())
        }
        (Step::Preview | Step::Confirm, Err(errors)) => {
            let page = CorrectionPage::of(&application, &officer, version, input);
            Ok(Page::invalid(page.with_errors(errors.clone()), errors).into_response())
        }
        (Step::Preview | Step::Confirm, Ok(correction)) => {
            let decided = app.sent_back(application, &officer, &correction)?;
            let look = look(&correction, &officer, version)?;
            Ok(Page::ok(app.look_at(&decided, &officer, look)?).into_response())
        }
    }
}

fn look(correction: &Correction, officer: &Officer, version: u64) -> Result<Look, Problem> {
    let due_on = correction_due_on(correction.days, officer.now).map_err(Problem::internal)?;
    let fields = correction.fields.iter().map(|field| ("fields", field.name.to_owned()));
    let rest = [
        ("version", version.to_string()),
        ("note", correction.note.clone()),
        ("days", correction.days.to_string()),
    ];
    Ok(Look {
        heading: "差戻しのお知らせメールの確認",
        lead: format!(
            "修正の期限を{}として差し戻します。次のメールが申請者に送信されます。",
            japan_date_text(due_on)
        ),
        verb: "return",
        hidden: rest.into_iter().chain(fields).collect(),
        confirm: "この内容で差し戻す",
    })
}

impl App {
    async fn send_back(
        &self,
        asked: Asked,
        officer: &Officer,
        seen: Option<u64>,
        correction: &Correction,
    ) -> Result<SeeOther, Problem> {
        let mut race = self.store.race();
        loop {
            let application = self.case_to_decide(asked, officer, seen).await?;
            let place = Cursor { number: application.number, entered_at: application.entered_at };
            let decided = self.sent_back(application, officer, correction)?;
            if let Some((_, mails)) = race.settle(self.store.commit(decided).await).await? {
                self.mails.ring_mails(&mails).await;
                return Ok(self.go_on(place, officer.reviewer.desk).await);
            }
        }
    }

    fn sent_back(
        &self,
        application: Application,
        officer: &Officer,
        correction: &Correction,
    ) -> Result<Decided, Problem> {
        let number = application.number;
        let command = ReturnForCorrection {
            fields: correction.fields.clone(),
            note: correction.note.clone(),
            due_on: correction_due_on(correction.days, officer.now).map_err(Problem::internal)?,
            mail: MailId::from_parts(officer.now, self.entropy.bytes()),
        };
        application
            .return_for_correction(command, &officer.reviewer, officer.now)
            .map_err(|refused| refusal(&refused, number, &officer.reviewer))
    }
}
