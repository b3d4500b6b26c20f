//! GET /staff/enrol — the secret of the second factor, as a QR code and to type, until a code of it was accepted.
//!
//! Invariant: it is shown only to who just gave the password of an account whose second factor was never used.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use fast_qr::{convert::svg::SvgBuilder, qr::QRBuilder};
use serde::Serialize;
use shared::{
    domain::form::FieldErrors,
    second_factor::totp_secret,
    web::{Cookies, Page, Problem, SeeOther},
};

use crate::App;

#[derive(Template, Serialize)]
#[template(path = "enrol.html")]
pub(crate) struct EnrolPage {
    staff_id: String,
    /// The secret in groups of four, for those who cannot photograph the QR code.
    secret: String,
    #[serde(skip)]
    qr_svg: String,
    #[serde(skip)]
    errors: FieldErrors,
}

pub(crate) async fn show(State(app): State<App>, cookies: Cookies) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (_, id) = app.first_factor(&cookies, now).await?;
    let staff = app.store.load_staff(&id).await?.filter(|staff| !staff.enrolled && !staff.disabled);
    let Some(staff) = staff else { return Ok(SeeOther::to("/staff/second-factor").into_response()) };
    let secret = totp_secret(&app.totp_key, &staff);
    let qr = QRBuilder::new(secret.otpauth_url(&staff)).build();
    let qr = qr.map_err(|error| Problem::internal(format!("{error:?}")))?;
    Ok(Page::ok(EnrolPage {
        staff_id: id.as_str().to_owned(),
        secret: secret.typed(),
        qr_svg: SvgBuilder::default().to_str(&qr),
        errors: FieldErrors::new(),
    })
    .into_response())
}
