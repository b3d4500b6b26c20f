//! POST /operate/dead-letters/{queue}/redrive — what failed five times is worked on again.

use axum::extract::{Path, State};
use shared::{
    dead_letters::DeadLetterQueue,
    web::{Problem, SeeOther},
};

use crate::{App, operator::Operator};

pub(crate) async fn redrive(
    State(app): State<App>,
    operator: Operator,
    Path(queue): Path<String>,
) -> Result<SeeOther, Problem> {
    let queue = DeadLetterQueue::parse(&queue).filter(|queue| queue.can_be_redriven());
    let queue =
        queue.ok_or_else(|| Problem::not_found().with_next("/operate/attention", "要確認の一覧へ"))?;
    app.dead_letters.redrive(queue).await.map_err(Problem::unavailable)?;
    let (queue, by) = (queue.as_str(), operator.secretary.id.as_str());
    tracing::info!(event = "redriven", queue, by, "what failed is worked on again");
    Ok(SeeOther::to(format!("/operate/attention?redriven={queue}")))
}
