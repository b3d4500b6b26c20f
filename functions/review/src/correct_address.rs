//! GET and POST /review/{number}/address — the desk corrects the address of its proxy application: while nobody has
//! proven one, and after ① came back.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{Application, CorrectAddress, CorrectAddressError, StatusKind},
        contact::EmailAddress,
        form::{EMAIL, FieldErrors},
        ids::{ApplicationNumber, MailId},
    },
    web::{Body, Page, Problem, SeeOther},
};

use crate::{
    App,
    decision::{conflict, still_shows},
    officer::{Asked, Officer, Staff, no_such_case},
};

#[derive(Deserialize)]
pub(crate) struct AddressForm {
    /// The version that the officer saw.
    version: Option<u64>,
    #[serde(default)]
    email: String,
}

#[derive(Template, Serialize)]
#[template(path = "correct-address.html")]
pub(crate) struct AddressPage {
    staff: Staff,
    number: String,
    institution_name: String,
    version: u64,
    /// The one of before.
    present: String,
    email: String,
    /// Whether ① leaves for the new one at once.
    sends_at_once: bool,
    #[serde(skip)]
    errors: FieldErrors,
}

pub(crate) async fn ask(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
) -> Result<Page<AddressPage>, Problem> {
    let application = app.case_to_address(asked, &officer, None).await?;
    Ok(Page::ok(AddressPage::of(&application, &officer, String::new(), FieldErrors::new())))
}

pub(crate) async fn correct(
    State(app): State<App>,
    officer: Officer,
    asked: Asked,
    Body(form): Body<AddressForm>,
) -> Result<Response, Problem> {
    let mut race = app.store.race();
    loop {
        let application = app.case_to_address(asked, &officer, form.version).await?;
        let email = match read(&form.email, &application) {
            Ok(email) => email,
            Err(errors) => {
                let page = AddressPage::of(&application, &officer, form.email, errors.clone());
                return Ok(Page::invalid(page, errors).into_response());
            }
        };
        let number = application.number;
        let command = CorrectAddress {
            email,
            mail: MailId::from_parts(officer.now, app.entropy.bytes()),
            mails: app.store.list_mails_of(&application).await?,
        };
        let decided = application
            .correct_address(command, &officer.reviewer, officer.now)
            .map_err(|error| refusal(&error, number))?;
        if let Some((_, mails)) = race.settle(app.store.commit(decided).await).await? {
            app.mails.ring_mails(&mails).await;
            return Ok(SeeOther::to(format!("/review/{number}")).into_response());
        }
    }
}

fn read(typed: &str, application: &Application) -> Result<EmailAddress, FieldErrors> {
    let email = EmailAddress::parse(typed)
        .map_err(|error| FieldErrors::of(EMAIL.name, error.sentence(EMAIL.label)))?;
    if email == application.form.email {
        let sentence = "＊現在のメールアドレスと同じです。正しいメールアドレスを入力してください";
        return Err(FieldErrors::of(EMAIL.name, sentence));
    }
    Ok(email)
}

impl App {
    /// The case, if its address can be corrected and it is what the officer saw.
    async fn case_to_address(
        &self,
        asked: Asked,
        officer: &Officer,
        seen: Option<u64>,
    ) -> Result<Application, Problem> {
        let application = self.visible_case(asked, officer.reviewer.desk).await?;
        application.can_correct_address().map_err(|error| refusal(&error, application.number))?;
        match seen {
            Some(seen) => still_shows(&application, seen).map(|()| application),
            None => Ok(application),
        }
    }
}

fn refusal(error: &CorrectAddressError, number: ApplicationNumber) -> Problem {
    match error {
        CorrectAddressError::NotOfThisDesk => no_such_case("other-desk"),
        CorrectAddressError::Proven => conflict(
            number,
            "メールアドレスの到達が確認済みのため、都道府県では訂正できません。申請者に、申請状況の画面での変更をご案内ください。",
        ),
        CorrectAddressError::NotOpen(closed) => {
            conflict(number, &format!("この申請は、既に「{}」になっています。", closed.status.label()))
        }
        CorrectAddressError::SameAddress => {
            conflict(number, "入力したメールアドレスは、現在のメールアドレスと同じです。")
        }
    }
}

impl AddressPage {
    fn of(application: &Application, officer: &Officer, email: String, errors: FieldErrors) -> Self {
        Self {
            staff: officer.staff(),
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            version: application.version,
            present: application.form.email.as_str().to_owned(),
            email,
            sends_at_once: application.status.kind() == StatusKind::Issuing,
            errors,
        }
    }
}
