//! GET and POST /change-address — who asks here, and the items of the request.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        address_change::{AddressChange, ChangeInput, ChangeItems},
        form::FieldErrors,
        ids::ChangeId,
        institution::InstitutionKind,
        mail::CodePurpose,
        prefecture::Prefecture,
        verification::{Purpose, Verification},
    },
    robot_check::{Answer, CheckBox, Paid, ROBOT_CHECK, Unsolved},
    store::{CommitError, StoreError},
    web::{Body, Choice, ClientNetwork, Cookies, Page, Problem, SeeOther, SetCookie},
};

use crate::{App, CODE};

#[derive(Template, Serialize)]
#[template(path = "start.html")]
pub(crate) struct StartPage {
    institution_name: String,
    institution_code: String,
    institution_kind: String,
    prefecture: String,
    number: String,
    old_email: String,
    new_email: String,
    #[serde(skip)]
    prefectures: Vec<Choice>,
    #[serde(skip)]
    kinds: Vec<Choice>,
    #[serde(flatten)]
    check: CheckBox,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    institution_name: String,
    institution_code: String,
    institution_kind: String,
    prefecture: String,
    number: String,
    old_email: String,
    new_email: String,
    robot_check: String,
    not_a_robot: String,
    without_scripts: String,
}

/// Whoever comes back from the code, since its mail cannot arrive, finds what was typed.
pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<StartPage>, Problem> {
    let typed = app.begun(&cookies, app.clock.now()).await?.map(Typed::from).unwrap_or_default();
    Ok(Page::ok(StartPage::of(typed, FieldErrors::new())))
}

pub(crate) async fn submit(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let parsed = ChangeItems::parse(&typed.input());
    let (items, paid) = match (parsed, app.robot_check.paid(typed.answer(), now)) {
        (Ok(items), Ok(paid)) => (items, paid),
        (parsed, paid) => {
            let mut errors = parsed.err().unwrap_or_default();
            if let Err(unsolved) = paid {
                errors.push(ROBOT_CHECK, unsolved.sentence());
            }
            return Ok(refused(typed, errors));
        }
    };
    let id = ChangeId::from_parts(now, app.entropy.bytes());
    let draft = AddressChange::draft(id, items, now);
    let Some((verification, cookie)) = app.begin(&draft, &paid, &network, now).await? else {
        return Ok(refused(typed, FieldErrors::of(ROBOT_CHECK, Unsolved::UsedBefore.sentence())));
    };
    app.codes.send(verification, &network, now).await?;
    Ok(SeeOther::to(CODE).with_cookie(cookie).into_response())
}

impl App {
    /// The items of the request that this browser proves an address for.
    async fn begun(&self, cookies: &Cookies, now: Timestamp) -> Result<Option<ChangeItems>, StoreError> {
        let Some(verification) = self.verifications.find(cookies, CodePurpose::Change, now).await? else {
            return Ok(None);
        };
        let Purpose::Change { id } = verification.purpose else { return Ok(None) };
        Ok(self.store.load_address_change(id).await?.map(|draft| draft.items))
    }

    /// Keeps the request as a draft, and begins the proof of its new address; `None` where the challenge was used
    /// before.
    async fn begin(
        &self,
        draft: &AddressChange,
        paid: &Paid,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<Option<(Verification, SetCookie)>, Problem> {
        let Some(challenge) = paid.challenge() else {
            let (purpose, email) = (Purpose::Change { id: draft.id }, draft.items.new_email.clone());
            let begun = self.verifications.begin_unchecked(purpose, email, Some(draft), network, now);
            return begun.await.map(Some);
        };
        match self.verifications.begin_change(draft, Some(challenge), now).await {
            Ok(begun) => Ok(Some(begun)),
            Err(CommitError::Lost("challenge")) => Ok(None),
            Err(lost @ CommitError::Lost(_)) => Err(Problem::unavailable(lost)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

impl From<ChangeItems> for Typed {
    fn from(items: ChangeItems) -> Self {
        Self {
            institution_name: items.institution_name.as_str().to_owned(),
            institution_code: items.institution_code.map(|code| code.as_str().to_owned()).unwrap_or_default(),
            institution_kind: items.institution_kind.as_str().to_owned(),
            prefecture: items.prefecture.name().to_owned(),
            number: items.number.map(|number| number.to_string()).unwrap_or_default(),
            old_email: items.old_email.as_str().to_owned(),
            new_email: items.new_email.as_str().to_owned(),
            ..Self::default()
        }
    }
}

impl Typed {
    fn input(&self) -> ChangeInput {
        ChangeInput {
            institution_name: self.institution_name.clone(),
            institution_code: self.institution_code.clone(),
            institution_kind: self.institution_kind.clone(),
            prefecture: self.prefecture.clone(),
            number: self.number.clone(),
            old_email: self.old_email.clone(),
            new_email: self.new_email.clone(),
        }
    }

    fn answer(&self) -> Answer<'_> {
        Answer {
            robot_check: &self.robot_check,
            not_a_robot: &self.not_a_robot,
            without_scripts: &self.without_scripts,
        }
    }
}

impl StartPage {
    fn of(typed: Typed, errors: FieldErrors) -> Self {
        let check = CheckBox::of(typed.answer(), &errors);
        let kinds = InstitutionKind::all().iter();
        let prefectures = Prefecture::all().iter();
        Self {
            institution_name: typed.institution_name,
            institution_code: typed.institution_code,
            institution_kind: typed.institution_kind,
            prefecture: typed.prefecture,
            number: typed.number,
            old_email: typed.old_email,
            new_email: typed.new_email,
            prefectures: prefectures.map(|one| Choice::new(one.name(), one.name())).collect(),
            kinds: kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).collect(),
            check,
            errors,
        }
    }
}

fn refused(typed: Typed, errors: FieldErrors) -> Response {
    Page::invalid(StartPage::of(typed, errors.clone()), errors).into_response()
}
