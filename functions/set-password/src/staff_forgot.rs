//! GET and POST /staff/forgot-password — a member of staff forgot the password: a link goes to the registered address.
//! The answer is the same whether or not the ID exists. The second factor stays as it is.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{form::FieldErrors, ids::StaffId, limits::LINK_MAILS_PER_ACCOUNT},
    web::{Body, ClientNetwork, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    forgot::Asked,
    request_link::{FLOOR, refusal},
};

#[derive(Template, Serialize)]
#[template(path = "staff-forgot-password.html")]
pub(crate) struct StaffForgotPage {
    staff_id: String,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Template, Serialize)]
#[template(path = "staff-link-requested.html")]
pub(crate) struct StaffRequestedPage {
    /// Mails to one account within an hour.
    most_mails: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    staff_id: String,
}

pub(crate) async fn show(Query(asked): Query<Asked>) -> Response {
    if asked.is_sent() {
        return Page::ok(StaffRequestedPage { most_mails: LINK_MAILS_PER_ACCOUNT.most }).into_response();
    }
    Page::ok(StaffForgotPage { staff_id: String::new(), errors: FieldErrors::new() }).into_response()
}

pub(crate) async fn request(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let Some(id) = StaffId::from_typed(&typed.staff_id) else {
        let errors = FieldErrors::of(
            "staff_id",
            "＊職員IDは半角の英小文字、数字、ハイフンで入力してください（3～40文字）",
        );
        let page = StaffForgotPage { staff_id: typed.staff_id, errors: errors.clone() };
        return Ok(Page::invalid(page, errors).into_response());
    };
    // The work for an account and for nobody fits into the floor, and looks alike.
    let (requested, ()) = tokio::join!(app.request_staff_link(&id, &network, now), tokio::time::sleep(FLOOR));
    requested?;
    Ok(SeeOther::to("/staff/forgot-password?sent=yes").into_response())
}

impl App {
    /// Counts the request, and sends a link if there is an account that may have one and the limit allows it.
    async fn request_staff_link(
        &self,
        id: &StaffId,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let network = self.pepper.hash("network", network.as_str());
        let mut race = self.store.race();
        loop {
            let staff = self.store.load_staff(id).await?;
            let counters = self.store.load_staff_link_counters(id, &network).await?;
            let usage = match counters.usage().used(now) {
                Ok(usage) => usage,
                Err(refused) => return refusal(refused, now),
            };
            let new = self.draw_link(now);
            let brings = staff.as_ref().and_then(|staff| {
                let (link, mail) = staff.reset_link(new, now)?;
                Some((staff, link, mail))
            });
            let mail = brings.as_ref().map(|(_, _, mail)| mail.id.clone());
            let committed = self.store.commit_staff_link_request(&usage, &counters, brings, now).await;
            if race.settle(committed).await?.is_some() {
                self.doorbell.ring_mails(&mail).await;
                return Ok(());
            }
        }
    }
}
