//! GET /self-check, GET /self-check/{trail} — questions, one a page, that end in one thing to do.
//!
//! Architecture invariant: what was answered stands in the address and nowhere else (`mail.three-weeks.not-in-spam`),
//! so a page can be reloaded, sent to a colleague, and left with the back button.

mod actions;
mod tree;

use askama::Template;
use axum::extract::Path;
use serde::Serialize;
use shared::web::{Page, Problem};

use crate::ways::{CONTACT, Link, SELF_CHECK};
use actions::Action;
use tree::{Next, Question};

/// Parts the answers of a trail.
const STEP: char = '.';

#[derive(Template, Serialize)]
#[template(path = "self-check.html")]
pub(crate) struct SelfCheck {
    given: Vec<Given>,
    #[serde(flatten)]
    stage: Stage,
    start: &'static str,
}

/// An answer on the way here.
#[derive(Serialize)]
struct Given {
    question: &'static str,
    answer: &'static str,
    /// The page of the question.
    change: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    Question {
        text: &'static str,
        hint: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        look_at: Option<Link>,
        answers: Vec<Choice>,
    },
    Outcome {
        #[serde(flatten)]
        action: &'static Action,
        #[serde(skip_serializing_if = "Option::is_none")]
        chapter: Option<Link>,
        contact: Link,
    },
}

#[derive(Serialize)]
struct Choice {
    label: &'static str,
    path: String,
}

pub(crate) async fn begin() -> Result<Page<SelfCheck>, Problem> {
    page("")
}

pub(crate) async fn go_on(Path(trail): Path<String>) -> Result<Page<SelfCheck>, Problem> {
    page(&trail)
}

/// An answer that no question has is a page that does not exist.
fn page(trail: &str) -> Result<Page<SelfCheck>, Problem> {
    SelfCheck::at(trail).map(Page::ok).ok_or_else(Problem::not_found)
}

impl SelfCheck {
    fn at(trail: &str) -> Option<Self> {
        let mut given = Vec::new();
        let mut walked = String::new();
        let mut stands = Next::Ask(&tree::START);
        for slug in trail.split(STEP).filter(|_| !trail.is_empty()) {
            let Next::Ask(question) = stands else { return None };
            let answer = question.answers.iter().find(|answer| answer.slug == slug)?;
            given.push(Given { question: question.text, answer: answer.label, change: path(&walked) });
            walked = further(&walked, slug);
            stands = answer.next;
        }
        let stage = match stands {
            Next::Ask(question) => Stage::asking(question, &walked),
            Next::Act(action) => Stage::Outcome {
                action,
                chapter: action.method.map(actions::Method::topic),
                contact: CONTACT,
            },
        };
        Some(Self { given, stage, start: SELF_CHECK.path })
    }
}

impl Stage {
    fn asking(question: &'static Question, walked: &str) -> Self {
        let choice = |answer: &'static tree::Answer| Choice {
            label: answer.label,
            path: path(&further(walked, answer.slug)),
        };
        Self::Question {
            text: question.text,
            hint: question.hint,
            look_at: question.look_at,
            answers: question.answers.iter().map(choice).collect(),
        }
    }
}

fn further(walked: &str, slug: &str) -> String {
    if walked.is_empty() { slug.to_owned() } else { format!("{walked}{STEP}{slug}") }
}

fn path(trail: &str) -> String {
    if trail.is_empty() { SELF_CHECK.path.to_owned() } else { format!("{}/{trail}", SELF_CHECK.path) }
}

#[cfg(test)]
mod tests;
