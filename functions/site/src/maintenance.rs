//! GET /maintenance — what is not possible while the operator works on the system, when it returns, what is kept,
//! and whom to ask.

use askama::Template;
use axum::extract::State;
use serde::Serialize;
use shared::web::{Notices, Page, Problem};

use crate::{
    Site,
    ways::{CONTACT, Link},
};

#[derive(Template, Serialize)]
#[template(path = "maintenance.html")]
pub(crate) struct MaintenancePage {
    notices: Notices,
    kept: &'static [&'static str],
    contact: Link,
}

pub(crate) async fn show(State(site): State<Site>) -> Result<Page<MaintenancePage>, Problem> {
    let notices = site.notices.at(site.clock.now()).await.about_maintenance();
    Ok(Page::ok(MaintenancePage { notices, kept: KEPT, contact: CONTACT }))
}

const KEPT: &[&str] = &[
    "既に受け付けた申請と、その手続の順番",
    "お送りしたメールと、メールに記載されたURL（有効期限は変わりません）",
    "申請の途中で保存された内容（同じメールアドレスで認証し直すと、7日間は続きから入力できます）",
    "発行済みのアカウントとパスワード",
];
