//! GET /operate/staff and /operate/staff/{id} — who may sign in as staff, and one of them.

use askama::Template;
use axum::extract::{Path, State};
use serde::Serialize;
use shared::{
    domain::{
        account::{Role, StaffAccount},
        form::FieldErrors,
        ids::StaffId,
        prefecture::PrefectureDesk,
    },
    web::{Choice, Moment, Page, Problem, Query},
};

use crate::{
    App,
    operator::{Staff, Viewer},
    staff_invite::InviteForm,
};

#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ListQuery {
    after: String,
}

#[derive(Template, Serialize)]
#[template(path = "staff.html")]
pub(crate) struct StaffPage {
    staff: Staff,
    people: Vec<Person>,
    next: Option<String>,
    #[serde(skip)]
    pub(crate) form: InviteForm,
    #[serde(skip)]
    roles: Vec<Choice>,
    #[serde(skip)]
    pub(crate) errors: FieldErrors,
}

#[derive(Template, Serialize)]
#[template(path = "person.html")]
pub(crate) struct PersonPage {
    staff: Staff,
    person: Person,
    email: String,
    history: Vec<Event>,
    /// Whether it is the reader's own account, which others change.
    is_own: bool,
    can_be_renewed: bool,
    #[serde(skip)]
    roles: Vec<Choice>,
    #[serde(skip)]
    role_value: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
pub(crate) struct Person {
    id: String,
    name: String,
    role: String,
    state: &'static str,
    #[serde(skip)]
    tone: &'static str,
    last_sign_in_at: Option<Moment>,
    is_disabled: bool,
}

#[derive(Serialize)]
struct Event {
    at: Moment,
    label: &'static str,
    by: String,
}

pub(crate) async fn list(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<ListQuery>,
) -> Result<Page<StaffPage>, Problem> {
    let after = match StaffId::parse(&query.after) {
        Some(id) => app.store.load_staff(&id).await?,
        None => None,
    };
    let page = app.staff_page(&viewer, after, InviteForm::default(), FieldErrors::new());
    Ok(Page::ok(page.await?))
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Page<PersonPage>, Problem> {
    let staff = app.asked_staff(&id).await?;
    Ok(Page::ok(PersonPage::of(&viewer, &staff, FieldErrors::new())))
}

impl App {
    pub(crate) async fn staff_page(
        &self,
        viewer: &Viewer,
        after: Option<StaffAccount>,
        form: InviteForm,
        errors: FieldErrors,
    ) -> Result<StaffPage, Problem> {
        let people = self.store.list_staff(after.as_ref()).await?;
        let next = people.last().filter(|_| people.len() >= 100);
        Ok(StaffPage {
            staff: viewer.staff(),
            next: next.map(|last| format!("/operate/staff?after={}", last.id.as_str())),
            people: people.iter().map(Person::of).collect(),
            form,
            roles: roles(),
            errors,
        })
    }

    pub(crate) async fn asked_staff(&self, id: &str) -> Result<StaffAccount, Problem> {
        let missing = || Problem::not_found().with_next("/operate/staff", "担当者の一覧へ");
        let id = StaffId::parse(id).ok_or_else(missing)?;
        self.store.load_staff(&id).await?.ok_or_else(missing)
    }
}

impl StaffPage {
    fn part() -> &'static str {
        "staff"
    }
}

impl PersonPage {
    pub(crate) fn of(viewer: &Viewer, person: &StaffAccount, errors: FieldErrors) -> Self {
        let history = person.history.iter().rev();
        Self {
            staff: viewer.staff(),
            person: Person::of(person),
            email: person.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
            history: history
                .map(|event| Event {
                    at: event.at.into(),
                    label: event.change.label(),
                    by: event.by_name.clone(),
                })
                .collect(),
            is_own: person.id == viewer.seat.id,
            can_be_renewed: !person.disabled && person.email.is_some(),
            roles: roles(),
            role_value: person.role.as_stored(),
            errors,
        }
    }

    fn part() -> &'static str {
        "staff"
    }
}

impl Person {
    fn of(staff: &StaffAccount) -> Self {
        let (state, tone) = match (staff.disabled, &staff.password, staff.enrolled) {
            (true, _, _) => ("利用停止", "neutral"),
            (false, None, _) => ("招待中", "info"),
            (false, Some(_), false) => ("認証アプリ未登録", "warning"),
            (false, Some(_), true) => ("利用中", "success"),
        };
        Self {
            id: staff.id.as_str().to_owned(),
            name: staff.name.clone(),
            role: staff.role.label(),
            state,
            tone,
            last_sign_in_at: staff.last_sign_in_at.map(Moment::from),
            is_disabled: staff.disabled,
        }
    }
}

/// Every role that can be given, the secretariat first.
fn roles() -> Vec<Choice> {
    let choice = |role: Role| Choice::new(role.as_stored(), role.label());
    let of_desks = PrefectureDesk::all().flat_map(|desk| [Role::Officer(desk), Role::DeskViewer(desk)]);
    [Role::Secretariat, Role::SecretariatViewer].into_iter().chain(of_desks).map(choice).collect()
}
