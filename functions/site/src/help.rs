//! GET /help, GET /help/{topic} — what to do, in the ministry's words (chapters 対応方法1–5 of its guide).

use askama::Template;
use axum::extract::{Path, State};
use serde::Serialize;
use shared::web::{Page, Problem};

use crate::{
    Site,
    errors_topic::{self, KnownError},
    topics::{Group, TOPICS, Topic},
};

#[derive(Template, Serialize)]
#[template(path = "help.html")]
pub(crate) struct HelpPage {
    groups: Vec<TopicGroup>,
}

#[derive(Serialize)]
struct TopicGroup {
    name: &'static str,
    topics: Vec<&'static Topic>,
}

#[derive(Template, Serialize)]
#[template(path = "topic.html")]
pub(crate) struct TopicPage {
    #[serde(flatten)]
    topic: &'static Topic,
    /// The address to let through a filter.
    site: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<KnownError>,
}

pub(crate) async fn list() -> Result<Page<HelpPage>, Problem> {
    let of = |group: Group| TopicGroup {
        name: group.name(),
        topics: TOPICS.iter().filter(|topic| topic.group == group).collect(),
    };
    Ok(Page::ok(HelpPage { groups: Group::ALL.into_iter().map(of).collect() }))
}

pub(crate) async fn show(
    State(site): State<Site>,
    Path(slug): Path<String>,
) -> Result<Page<TopicPage>, Problem> {
    let topic = TOPICS.iter().find(|topic| topic.slug == slug).ok_or_else(Problem::not_found)?;
    let errors = if topic.slug == errors_topic::SLUG { errors_topic::known() } else { Vec::new() };
    Ok(Page::ok(TopicPage { topic, site: site.origin.to_string(), errors }))
}
