//! GET /operate/find — one box for every question on the telephone: a number, a part of a name, a code, a login ID, an
//! address, a telephone number. Of every prefecture or of one, and of institutions that never applied as well.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::SecretariatViewer,
        application::Application,
        desk::SearchQuery,
        form::FieldErrors,
        ids::{ApplicationNumber, LoginId},
        prefecture::{Desk, Prefecture, PrefectureDesk},
        registry::LookUp,
    },
    look_up::KnownInstitution,
    store::{FoundPage, StoreError},
    web::{AtTheDoor, Choice, Cookies, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    mails::{mails_path, path_of},
    operator::{Staff, Viewer},
};

/// Keys that one page follows: of the country, or of each desk of a prefecture.
const PAGE: i32 = 45;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct FindQuery {
    q: String,
    prefecture: String,
    after: String,
    /// Whether the lists are asked although an application was found.
    lists: bool,
}

#[derive(Template, Serialize)]
#[template(path = "find.html")]
pub(crate) struct FindPage {
    staff: Staff,
    q: String,
    prefecture: String,
    applications: Vec<Row>,
    institutions: Vec<KnownInstitution>,
    next: Option<String>,
    /// Where the lists are asked the same.
    in_lists: Option<String>,
    /// Where the mails to the address that was typed are looked up.
    mails: Option<String>,
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

const NOT_FOUND: &str = "＊該当する申請・機関が見つかりません。番号やコードを確認してください。申請の直後は、検索できるようになるまで1分ほどかかることがあります";

pub(crate) async fn find(
    State(app): State<App>,
    cookies: Cookies,
    Query(query): Query<FindQuery>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let door = app.sessions.at_the_secretariats_door(&cookies, now).await?;
    let prefecture = Prefecture::parse(&query.prefecture);
    let (viewer, applications, next) = app.found(prefecture, &query, door, now).await?;
    if let Some(number) = app.is_named(&query, &applications).await? {
        return Ok(SeeOther::to(format!("/operate/applications/{number}")).into_response());
    }
    // An application tells codes and login ID itself; the lists know who never applied.
    let asks_lists = query.lists || (applications.is_empty() && query.after.is_empty());
    let institutions = if asks_lists { app.institutions_of(prefecture, &query.q).await? } else { Vec::new() };
    let is_found = !applications.is_empty() || !institutions.is_empty();
    let page = FindPage {
        staff: viewer.staff(),
        applications: applications.iter().map(Row::of).collect(),
        institutions,
        next: next.map(|after| query.path(("after", &after))).transpose()?,
        in_lists: if asks_lists { None } else { Some(query.path(("lists", "true"))?) },
        mails: if query.q.contains(['@', '＠']) { Some(mails_path(&query.q)?) } else { None },
        prefectures: Prefecture::all().iter().copied().map(choice).collect(),
        errors: if is_found { FieldErrors::new() } else { FieldErrors::of("q", NOT_FOUND) },
        q: query.q,
        prefecture: query.prefecture,
    };
    if is_found {
        return Ok(Page::ok(page).into_response());
    }
    let errors = page.errors.clone();
    Ok(Page::invalid(page, errors).into_response())
}

impl App {
    /// The applications that have, as they stand, what was searched; and where the search goes on.
    async fn found(
        &self,
        prefecture: Option<Prefecture>,
        query: &FindQuery,
        door: AtTheDoor<SecretariatViewer>,
        now: Timestamp,
    ) -> Result<(Viewer, Vec<Application>, Option<String>), Problem> {
        let wanted = SearchQuery::parse(&query.q);
        let named = wanted.as_ref().and_then(SearchQuery::number).filter(|_| query.after.is_empty());
        let FoundPage { mut numbers, next } = match wanted.as_ref().filter(|wanted| !wanted.is_exact()) {
            Some(wanted) => self.listed(prefecture, &wanted.prefix(), &query.after).await?,
            None => FoundPage { numbers: Vec::new(), next: None },
        };
        if let Some(named) = named {
            numbers.retain(|number| *number != named);
            numbers.insert(0, named);
        }
        let (seat, mut applications) = self.sessions.admit(door, &numbers, now).await?;
        applications.retain(|application| {
            named == Some(application.number)
                || wanted.as_ref().is_some_and(|wanted| wanted.matches(application))
        });
        Ok((Viewer { seat, now }, applications, next))
    }

    async fn listed(
        &self,
        prefecture: Option<Prefecture>,
        prefix: &str,
        after: &str,
    ) -> Result<FoundPage, StoreError> {
        let Some(prefecture) = prefecture else {
            let after = Some(after).filter(|after| !after.is_empty());
            return self.store.list_found_anywhere(prefix, after, PAGE).await;
        };
        let [medical, pharmacy] =
            [Desk::Medical, Desk::Pharmacy].map(|desk| PrefectureDesk { prefecture, desk });
        let (medical, pharmacy) = tokio::try_join!(
            self.store.list_found(medical, prefix, None, PAGE),
            self.store.list_found(pharmacy, prefix, None, PAGE),
        )?;
        let numbers = medical.numbers.into_iter().chain(pharmacy.numbers).collect();
        Ok(FoundPage { numbers, next: None })
    }

    /// The one case that was meant: by its number, or by the login ID that came of it.
    async fn is_named(
        &self,
        query: &FindQuery,
        applications: &[Application],
    ) -> Result<Option<ApplicationNumber>, StoreError> {
        let login_id = LoginId::from_typed(&query.q);
        let number = ApplicationNumber::from_typed(&query.q);
        Ok(match applications {
            [only] if number == Some(only.number) => number,
            [only] if login_id.is_some() && only.status.login_id() == login_id.as_ref() => Some(only.number),
            [] => match login_id {
                Some(id) => self.store.load_account(&id).await?.and_then(|account| account.application),
                None => None,
            },
            _ => None,
        })
    }

    async fn institutions_of(
        &self,
        prefecture: Option<Prefecture>,
        typed: &str,
    ) -> Result<Vec<KnownInstitution>, Problem> {
        let Some(look_up) = LookUp::parse(typed) else { return Ok(Vec::new()) };
        let Some(prefecture) = prefecture else {
            return Ok(self.store.list_known_institutions(&look_up, None).await?);
        };
        let mut institutions = Vec::new();
        for desk in [Desk::Medical, Desk::Pharmacy] {
            let desk = PrefectureDesk { prefecture, desk };
            institutions.extend(self.store.list_known_institutions(&look_up, Some(desk)).await?);
        }
        Ok(institutions)
    }
}

impl FindQuery {
    fn path(&self, more: (&str, &str)) -> Result<String, Problem> {
        path_of("/operate/find", &[("q", &self.q), ("prefecture", &self.prefecture), more])
    }
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

fn choice(prefecture: Prefecture) -> Choice {
    Choice::new(prefecture.code2(), prefecture.name())
}
