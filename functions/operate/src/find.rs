//! GET /operate/find — one box for every question on the telephone: a number, a code, a login ID, an address, a telephone
//! number or, within a prefecture, a name. Of every prefecture, and of institutions that never applied as well.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        application::Application,
        desk::SearchQuery,
        form::FieldErrors,
        ids::{ApplicationNumber, LoginId},
        prefecture::{Desk, Prefecture, PrefectureDesk},
        registry::LookUp,
    },
    look_up::KnownInstitution,
    web::{Choice, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    operator::{Staff, Viewer},
};

/// Keys of applications that are followed within a desk.
const MOST: i32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct FindQuery {
    q: String,
    prefecture: String,
}

#[derive(Template, Serialize)]
#[template(path = "find.html")]
pub(crate) struct FindPage {
    staff: Staff,
    q: String,
    prefecture: String,
    applications: Vec<Row>,
    institutions: Vec<KnownInstitution>,
    #[serde(skip)]
    prefectures: Vec<Choice>,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Row {
    number: String,
    institution_name: String,
    desk: String,
    status_label: &'static str,
    is_undeliverable: bool,
}

const NOT_FOUND: &str = "＊該当する申請・機関が見つかりません。番号やコードを確認してください。機関名で探すときは、都道府県も選択してください";

pub(crate) async fn find(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<FindQuery>,
) -> Result<Response, Problem> {
    if let Some(number) = app.find_case(&query.q).await? {
        return Ok(SeeOther::to(format!("/operate/applications/{number}")).into_response());
    }
    let prefecture = Prefecture::parse(&query.prefecture);
    let applications = app.applications_of(prefecture, &query.q).await?;
    let institutions = app.institutions_of(prefecture, &query.q).await?;
    let is_found = !applications.is_empty() || !institutions.is_empty();
    let errors = if is_found { FieldErrors::new() } else { FieldErrors::of("q", NOT_FOUND) };
    let choice = |prefecture: &Prefecture| Choice::new(prefecture.code2(), prefecture.name());
    let page = FindPage {
        staff: viewer.staff(),
        q: query.q,
        prefecture: query.prefecture,
        applications: applications.iter().map(Row::of).collect(),
        institutions,
        prefectures: Prefecture::all().iter().map(choice).collect(),
        errors: errors.clone(),
    };
    let page = if is_found { Page::ok(page) } else { Page::invalid(page, errors) };
    Ok(page.into_response())
}

impl App {
    async fn find_case(&self, typed: &str) -> Result<Option<ApplicationNumber>, Problem> {
        if let Some(number) = ApplicationNumber::from_typed(typed)
            && self.store.load_application(number).await?.is_some()
        {
            return Ok(Some(number));
        }
        let Some(login_id) = LoginId::from_typed(typed) else { return Ok(None) };
        let account = self.store.load_account(&login_id).await?;
        Ok(account.and_then(|account| account.application))
    }

    /// The applications of a prefecture that have, as they stand, what was searched.
    async fn applications_of(
        &self,
        prefecture: Option<Prefecture>,
        typed: &str,
    ) -> Result<Vec<Application>, Problem> {
        let Some(wanted) = SearchQuery::parse(typed) else { return Ok(Vec::new()) };
        let mut applications = Vec::new();
        for desk in desks_of(prefecture) {
            let page = self.store.list_found(desk, &wanted.prefix(), None, MOST).await?;
            let loaded = self.store.load_applications(&page.numbers).await?;
            applications.extend(loaded.into_iter().filter(|application| wanted.matches(application)));
        }
        Ok(applications)
    }

    async fn institutions_of(
        &self,
        prefecture: Option<Prefecture>,
        typed: &str,
    ) -> Result<Vec<KnownInstitution>, Problem> {
        let Some(look_up) = LookUp::parse(typed) else { return Ok(Vec::new()) };
        if prefecture.is_none() {
            return Ok(self.store.list_known_institutions(&look_up, None).await?);
        }
        let mut institutions = Vec::new();
        for desk in desks_of(prefecture) {
            institutions.extend(self.store.list_known_institutions(&look_up, Some(desk)).await?);
        }
        Ok(institutions)
    }
}

fn desks_of(prefecture: Option<Prefecture>) -> impl Iterator<Item = PrefectureDesk> {
    let desks = prefecture
        .map(|prefecture| [Desk::Medical, Desk::Pharmacy].map(|desk| PrefectureDesk { prefecture, desk }));
    desks.into_iter().flatten()
}

impl FindPage {
    fn part() -> &'static str {
        "issuing"
    }
}

impl Row {
    fn of(application: &Application) -> Self {
        Self {
            number: application.number.to_string(),
            institution_name: application.form.institution_name.as_str().to_owned(),
            desk: application.desk().label(),
            status_label: application.status.kind().label(),
            is_undeliverable: application.listing().is_undeliverable,
        }
    }
}
