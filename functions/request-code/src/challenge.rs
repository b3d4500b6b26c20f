//! GET /user-Registration-Form/challenge — a new challenge of the robot check, as JSON whatever is asked for. Every form
//! with the check gets its own here.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use shared::web::Problem;

use crate::App;

pub(crate) async fn send(State(app): State<App>) -> Result<Response, Problem> {
    let challenge = app.robot_check.issue(app.clock.now()).map_err(Problem::internal)?;
    let json = serde_json::to_string(&challenge).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}
