//! GET /staff/home — who is signed in, and where that leads.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::{
    domain::account::Role,
    web::{Cookies, Page, Problem, STAFF_SIGN_IN, SignedInStaff},
};

use crate::App;

#[derive(Template, Serialize)]
#[template(path = "staff-home.html")]
pub(crate) struct StaffHome {
    pub(crate) name: String,
    pub(crate) role: String,
    /// The console that is theirs, and its name.
    pub(crate) console: &'static str,
    pub(crate) console_label: &'static str,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Page<StaffHome>, Problem> {
    let now = app.clock.now();
    let staff = app.sessions.staff(&cookies, now).await?;
    let staff = staff.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))?;
    Ok(Page::ok(StaffHome::of(staff)))
}

impl StaffHome {
    pub(crate) fn of(staff: SignedInStaff) -> Self {
        let (console, console_label) = match staff.role {
            Role::Officer(_) | Role::DeskViewer(_) => ("/review", "申請一覧"),
            Role::Secretariat | Role::SecretariatViewer => ("/operate", "発行の状況"),
        };
        Self { name: staff.name, role: staff.role.label(), console, console_label }
    }
}
