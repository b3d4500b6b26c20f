//! GET /operate/mails — what became of the mails to an address, also of a code mail that no application followed, and
//! whether SES sends there at all.
//!
//! Invariant: what a mail says is not shown. Who looked is logged, what was asked is not.

mod suppressed;

use askama::Template;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{contact::EmailAddress, form::FieldErrors, ids::MailId, mail::Mail},
    web::{Letter, LetterReader, Moment, Page, Problem, Query},
};

use crate::{
    App,
    operator::{Staff, Viewer},
};
use suppressed::Suppressed;

/// Mails of one page.
const PAGE: i32 = 50;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MailsQuery {
    address: String,
    /// The mail and its time after which the page begins.
    after: String,
    at: Option<Timestamp>,
}

#[derive(Template, Serialize)]
#[template(path = "mails.html")]
pub(crate) struct MailsPage {
    staff: Staff,
    address: String,
    found: Option<Found>,
    #[serde(skip)]
    errors: FieldErrors,
}

/// What is known of an address.
#[derive(Serialize)]
struct Found {
    /// As the newest mail spells it.
    address: String,
    suppressed: Suppressed,
    /// Where the address is asked to be let go, if that is of use.
    #[serde(skip)]
    removal: Option<String>,
    mails: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    at: Moment,
    title: &'static str,
    /// The application that it is about.
    number: Option<String>,
    #[serde(flatten)]
    letter: Letter,
}

pub(crate) async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Query(query): Query<MailsQuery>,
) -> Result<Page<MailsPage>, Problem> {
    let page = |found| MailsPage {
        staff: viewer.staff(),
        address: query.address.clone(),
        found,
        errors: FieldErrors::new(),
    };
    if query.address.trim().is_empty() {
        return Ok(Page::ok(page(None)));
    }
    match EmailAddress::parse(&query.address) {
        Ok(address) => Ok(Page::ok(page(Some(app.mails_to(&viewer, address, &query).await?)))),
        Err(error) => {
            let errors = FieldErrors::of("address", error.sentence("メールアドレス"));
            Ok(Page::invalid(MailsPage { errors: errors.clone(), ..page(None) }, errors))
        }
    }
}

impl App {
    async fn mails_to(
        &self,
        viewer: &Viewer,
        asked: EmailAddress,
        query: &MailsQuery,
    ) -> Result<Found, Problem> {
        let listed = self.store.list_mails_to(&asked, query.after(), PAGE).await?;
        // SES tells capital letters apart.
        let address = listed.mails.first().map_or(asked, |mail| mail.to.clone());
        let suppressed = self.suppressed(&address).await;
        let (by, mails) = (viewer.seat.id.as_str(), listed.mails.len());
        tracing::info!(event = "mails_looked_up", by, mails, "the mails to an address were looked up");
        let next = listed.next.map(|next| next_path(&address, &next)).transpose()?;
        let is_of_use = suppressed.is_listed() && viewer.seat.role.may_act();
        let removal = is_of_use.then(|| path_of("/operate/suppressions", &[("address", address.as_str())]));
        Ok(Found {
            address: address.as_str().to_owned(),
            suppressed,
            removal: removal.transpose()?,
            mails: listed.mails.iter().map(|mail| Row::of(mail, viewer.now)).collect(),
            next,
        })
    }
}

impl MailsQuery {
    fn after(&self) -> Option<(MailId, Timestamp)> {
        MailId::parse(&self.after).zip(self.at)
    }
}

impl MailsPage {
    fn part() -> &'static str {
        "mails"
    }
}

impl Row {
    fn of(mail: &Mail, now: Timestamp) -> Self {
        Self {
            at: mail.created_at.into(),
            title: mail.kind().label(),
            number: mail.application.map(|number| number.to_string()),
            letter: Letter::of(mail, LetterReader::Secretariat, now),
        }
    }
}

/// Where the mails to an address are looked up.
pub(crate) fn mails_path(address: &str) -> Result<String, Problem> {
    path_of("/operate/mails", &[("address", address)])
}

fn next_path(address: &EmailAddress, (id, at): &(MailId, Timestamp)) -> Result<String, Problem> {
    let query = [("address", address.as_str()), ("after", id.as_str()), ("at", &at.to_string())];
    path_of("/operate/mails", &query)
}

/// A path with a query.
pub(crate) fn path_of(path: &str, query: &[(&str, &str)]) -> Result<String, Problem> {
    let query = serde_html_form::to_string(query).map_err(Problem::internal)?;
    Ok(format!("{path}?{query}"))
}
