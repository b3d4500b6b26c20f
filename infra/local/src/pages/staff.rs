//! `/_local/staff`: the demo accounts with their passwords and the codes of this moment.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap};
use serde::Serialize;

use super::{Page, Problem, answer};
use crate::{
    demo::{self, INSTITUTIONS, STAFF},
    machine::Machine,
};

#[derive(Template, Serialize)]
#[template(path = "staff.html")]
struct Accounts {
    password: &'static str,
    staff: Vec<StaffRow>,
    institutions: Vec<InstitutionRow>,
}

#[derive(Serialize)]
struct StaffRow {
    id: &'static str,
    name: &'static str,
    role: String,
    /// The second factor's code now; none without such an account.
    code: Option<String>,
}

#[derive(Serialize)]
struct InstitutionRow {
    login_id: &'static str,
    words: String,
    postal_code: &'static str,
    email: &'static str,
}

pub(super) async fn show(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    let mut staff = Vec::with_capacity(STAFF.len());
    for one in &STAFF {
        let code = demo::totp_code(&machine.administrator, one.id).await;
        let code = code.map_err(|error| Problem::internal(&error))?;
        staff.push(StaffRow { id: one.id, name: one.name, role: one.role.label(), code });
    }
    let institutions = INSTITUTIONS.iter().map(|one| InstitutionRow {
        login_id: one.login_id,
        words: one.words(),
        postal_code: one.postal_code,
        email: one.email,
    });
    answer(&headers, &Accounts { password: demo::PASSWORD, staff, institutions: institutions.collect() })
}
