//! GET and POST /operate/desks — where each desk is written to: the digest of what waits over three weeks goes there.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{contact::EmailAddress, desk::DeskContact, form::FieldErrors, prefecture::PrefectureDesk},
    web::{Body, Choice, Moment, Page, Problem, SeeOther},
};

use crate::{
    App,
    operator::{Operator, Staff, Viewer},
};

#[derive(Template, Serialize)]
#[template(path = "desks.html")]
pub(crate) struct DesksPage {
    staff: Staff,
    known: Vec<DeskRow>,
    /// The desks that nobody has named an address of: no digest reaches them.
    missing: Vec<String>,
    #[serde(skip)]
    desks: Vec<Choice>,
    #[serde(skip)]
    form: DeskForm,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct DeskRow {
    desk: String,
    address: String,
    set_by: String,
    set_at: Moment,
    digested_at: Option<Moment>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DeskForm {
    desk: String,
    address: String,
}

pub(crate) async fn list(State(app): State<App>, viewer: Viewer) -> Result<Page<DesksPage>, Problem> {
    Ok(Page::ok(app.desks_page(&viewer, DeskForm::default(), FieldErrors::new()).await?))
}

pub(crate) async fn set(
    State(app): State<App>,
    operator: Operator,
    Body(form): Body<DeskForm>,
) -> Result<Response, Problem> {
    let (desk, address) = match form.parse() {
        Ok(parsed) => parsed,
        Err(errors) => {
            let page = app.desks_page(&operator.viewer(), form, errors.clone()).await?;
            return Ok(Page::invalid(page, errors).into_response());
        }
    };
    let mut race = app.store.race();
    loop {
        let before = app.store.load_desk_contact(desk).await?;
        let next = DeskContact::set(before, desk, address.clone(), &operator.secretary, operator.now);
        if race.settle(app.store.commit_desk_contact(&next).await).await?.is_some() {
            let by = next.set_by.as_str();
            tracing::info!(event = "desk_address_set", desk = desk.as_key(), by, "set");
            return Ok(SeeOther::to("/operate/desks").into_response());
        }
    }
}

impl App {
    async fn desks_page(
        &self,
        viewer: &Viewer,
        form: DeskForm,
        errors: FieldErrors,
    ) -> Result<DesksPage, Problem> {
        let contacts = self.store.list_desk_contacts().await?;
        let is_known = |desk| contacts.iter().any(|contact| contact.desk == desk);
        let missing =
            PrefectureDesk::all().filter(|desk| !is_known(*desk)).map(PrefectureDesk::label).collect();
        let desks = PrefectureDesk::all().map(|desk| Choice::new(desk.as_key(), desk.label())).collect();
        let known = contacts.into_iter().map(DeskRow::of).collect();
        Ok(DesksPage { staff: viewer.staff(), known, missing, desks, form, errors })
    }
}

impl DesksPage {
    fn part() -> &'static str {
        "desks"
    }
}

impl DeskRow {
    fn of(contact: DeskContact) -> Self {
        Self {
            desk: contact.desk.label(),
            address: contact.address.as_str().to_owned(),
            set_by: contact.set_by_name,
            set_at: contact.set_at.into(),
            digested_at: contact.digested_at.map(Moment::from),
        }
    }
}

impl DeskForm {
    /// Every error at once.
    fn parse(&self) -> Result<(PrefectureDesk, EmailAddress), FieldErrors> {
        let mut errors = FieldErrors::new();
        let desk = PrefectureDesk::parse(&self.desk);
        if desk.is_none() {
            errors.push("desk", "＊窓口を選択してください");
        }
        let address = EmailAddress::parse(&self.address);
        if address.is_err() {
            errors.push("address", "＊メールアドレスは「name@example.jp」の形で入力してください");
        }
        match (desk, address) {
            (Some(desk), Ok(address)) => Ok((desk, address)),
            _ => Err(errors),
        }
    }
}
