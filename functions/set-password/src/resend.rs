//! POST /set-password/{token}/resend — who holds a link that is over gets another one, at the registered
//! address only.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use shared::{
    mail::LinkToken,
    web::{ClientNetwork, Problem, SeeOther},
};

use crate::{App, link::unknown, request_link::REQUESTED};

pub(crate) async fn resend(
    State(app): State<App>,
    network: ClientNetwork,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let Some(token) = LinkToken::parse(&token) else { return Ok(unknown()) };
    let Some(found) = app.find_link(&token).await? else { return Ok(unknown()) };
    app.request_link(&found.account.login_id, &network, now).await?;
    Ok(SeeOther::to(REQUESTED).into_response())
}
