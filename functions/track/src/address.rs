//! GET and POST /track/address — another address for the application: typed, and a code sent there.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::{Application, ProveAddressError, Status},
        contact::EmailAddress,
        form::{EMAIL, FieldErrors},
        verification::Purpose,
    },
    store::CommitError,
    web::{Body, ClientNetwork, Cookies, Page, Problem, SeeOther},
};

use crate::{ADDRESS_CODE, App, tracked::too_late};

#[derive(Template, Serialize)]
#[template(path = "address.html")]
pub(crate) struct AddressPage {
    number: String,
    /// Where mails go now.
    present: String,
    /// What leaves once the address is proven.
    follows: &'static str,
    email: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    email: String,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<AddressPage>, Problem> {
    let application = app.tracked(&cookies, app.clock.now()).await?;
    application.can_prove_address().map_err(|refused| refusal(&application, &refused))?;
    Ok(Page::ok(AddressPage::of(&application, String::new(), FieldErrors::new())))
}

pub(crate) async fn send(
    State(app): State<App>,
    cookies: Cookies,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let application = app.tracked(&cookies, now).await?;
    application.can_prove_address().map_err(|refused| refusal(&application, &refused))?;
    let email = match EmailAddress::parse(&typed.email) {
        Ok(email) => email,
        Err(error) => {
            let errors = FieldErrors::of(EMAIL.name, error.sentence(EMAIL.label));
            let page = AddressPage::of(&application, typed.email, errors.clone());
            return Ok(Page::invalid(page, errors).into_response());
        }
    };
    let purpose = Purpose::Address { number: application.number };
    let (verification, cookie) = match app.verifications.begin(purpose, email, None, now).await {
        Ok(begun) => begun,
        Err(lost @ CommitError::Lost(_)) => return Err(Problem::unavailable(lost)),
        Err(CommitError::Store(error)) => return Err(error.into()),
    };
    app.codes.send(verification, &network, now).await?;
    Ok(SeeOther::to(ADDRESS_CODE).with_cookie(cookie).into_response())
}

impl AddressPage {
    fn of(application: &Application, email: String, errors: FieldErrors) -> Self {
        let follows = match &application.status {
            Status::Issuing { .. } => {
                "新しいメールアドレスに、①事前確認メールをもう一度お送りします。①が届いたことを確認できた日の翌営業日以降に、②G-MIS利用案内メールをお送りします。"
            }
            Status::Issued { .. } => {
                "新しいメールアドレスに、利用案内のメールをもう一度お送りします。以前にお送りしたメールのURLは使えなくなります。"
            }
            Status::Submitted
            | Status::Approved
            | Status::AlreadyEntitled { .. }
            | Status::Rejected { .. }
            | Status::Returned { .. }
            | Status::Withdrawn { .. } => {
                "新しいメールアドレスに、変更のお知らせをお送りします。手続は、そのまま続きます。"
            }
        };
        Self {
            number: application.number.to_string(),
            present: application.form.email.as_str().to_owned(),
            follows,
            email,
            errors,
        }
    }
}

pub(crate) fn refusal(application: &Application, refused: &ProveAddressError) -> Problem {
    match refused {
        ProveAddressError::PasswordSet => too_late(
            "パスワードの設定が完了しているため、この画面ではメールアドレスを変更できません。「メールアドレス変更依頼」の画面から、変更を依頼してください。",
        ),
        ProveAddressError::NotOpen(_) => too_late(format!(
            "この申請は、現在「{}」です。メールアドレスを変更することはできません。",
            application.status.kind().label()
        )),
        ProveAddressError::NoAccount => Problem::internal("an issued application without its account"),
    }
}
