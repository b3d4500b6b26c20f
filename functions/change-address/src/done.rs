//! GET /change-address/done — the request has arrived; the page says the same to everybody.

use askama::Template;
use serde::Serialize;
use shared::web::Page;

#[derive(Template, Serialize)]
#[template(path = "done.html")]
pub(crate) struct DonePage {
    takes: &'static str,
}

pub(crate) async fn show() -> Page<DonePage> {
    Page::ok(DonePage { takes: "通常1～2週間" })
}
