//! GET /menu and GET /menu/{right} — what the account may report, and from when on.
//!
//! Reporting itself is outside this system: behind the button a page says so and stops.

use askama::Template;
use axum::extract::{Path, State};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use shared::{
    domain::{
        account::{Account, Right},
        calendar::japan_date,
    },
    mail::japan_date_text,
    web::{Cookies, Page, Problem},
};

use crate::App;

#[derive(Template, Serialize)]
#[template(path = "menu.html")]
pub(crate) struct Menu {
    pub(crate) institution_name: String,
    pub(crate) login_id: String,
    pub(crate) rights: Vec<Button>,
    pub(crate) missing: Vec<Button>,
}

#[derive(Serialize)]
pub(crate) struct Button {
    pub(crate) path: String,
    pub(crate) label: &'static str,
}

#[derive(Template, Serialize)]
#[template(path = "right.html")]
pub(crate) struct RightPage {
    pub(crate) institution_name: String,
    pub(crate) right: &'static str,
    pub(crate) state: ReportingState,
}

/// What stands behind a button of the menu.
#[derive(Serialize, Debug, PartialEq, Eq)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(crate) enum ReportingState {
    NoRight,
    OpensOn { date: String, text: String },
    Open,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<Menu>, Problem> {
    let now = app.clock.now();
    let account = signed_in(&app, &cookies, now).await?;
    Ok(Page::ok(Menu::of(&account)))
}

pub(crate) async fn open(
    State(app): State<App>,
    cookies: Cookies,
    Path(right): Path<String>,
) -> Result<Page<RightPage>, Problem> {
    let now = app.clock.now();
    let account = signed_in(&app, &cookies, now).await?;
    let right = Right::parse(&right).ok_or_else(Problem::not_found)?;
    Ok(Page::ok(RightPage {
        right: right.label(),
        state: ReportingState::of(&account, right, app.reporting_opens_on, now),
        institution_name: account.institution_name,
    }))
}

async fn signed_in(app: &App, cookies: &Cookies, now: Timestamp) -> Result<Account, Problem> {
    let login_id =
        app.sessions.user(cookies, now).await?.ok_or_else(|| Problem::sign_in_first("/sign-in"))?;
    app.store.load_account(&login_id).await?.ok_or_else(|| Problem::sign_in_first("/sign-in"))
}

impl Menu {
    pub(crate) fn of(account: &Account) -> Self {
        let (rights, missing) = Right::ALL.into_iter().partition(|right| account.rights.contains(right));
        let buttons = |rights: Vec<Right>| rights.into_iter().map(Button::of).collect();
        Self {
            institution_name: account.institution_name.clone(),
            login_id: account.login_id.as_str().to_owned(),
            rights: buttons(rights),
            missing: buttons(missing),
        }
    }
}

impl Button {
    fn of(right: Right) -> Self {
        Self { path: format!("/menu/{}", right.as_str()), label: right.label() }
    }
}

impl ReportingState {
    pub(crate) fn of(account: &Account, right: Right, opens_on: Date, now: Timestamp) -> Self {
        if !account.rights.contains(&right) {
            Self::NoRight
        } else if japan_date(now) < opens_on {
            Self::OpensOn { date: opens_on.to_string(), text: japan_date_text(opens_on) }
        } else {
            Self::Open
        }
    }
}
