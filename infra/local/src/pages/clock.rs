//! `/_local/clock`: shows the clock and moves it forward.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect},
};
use jiff::{
    Span, SpanRelativeTo, Timestamp,
    civil::{DateTime, Time},
};
use serde::{Deserialize, Serialize};
use shared::domain::calendar::{self, JAPAN};

use super::{Input, Page, Problem, answer, in_japan, wants_json};
use crate::machine::{Machine, TravelError};

#[derive(Template, Serialize)]
#[template(path = "clock.html")]
struct ClockPage {
    now: Timestamp,
    japan: String,
    /// As an input of type datetime-local has it.
    #[serde(skip)]
    japan_input: String,
    #[serde(skip)]
    buttons: [Button; 4],
    schedules: Vec<ScheduleRow>,
}

struct Button {
    words: &'static str,
    field: &'static str,
    value: &'static str,
}

#[derive(Serialize)]
struct ScheduleRow {
    name: String,
    function: String,
    last_run_at: Timestamp,
    next_due_at: Option<Timestamp>,
    #[serde(skip)]
    last_in_japan: String,
    #[serde(skip)]
    next_in_japan: String,
}

/// Where to: one of the three.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Target {
    /// An ISO 8601 duration; a day has 24 hours, a week 7 days.
    Advance(String),
    /// An instant, or date and time in Japan.
    Set(String),
    /// The time of day in Japan on the next business day.
    NextBusinessDay(Time),
}

const BUTTONS: [Button; 4] = [
    Button { words: "1時間進める", field: "advance", value: "PT1H" },
    Button { words: "1日進める", field: "advance", value: "P1D" },
    Button { words: "翌営業日の9時まで進める", field: "next-business-day", value: "09:00" },
    Button { words: "21日進める", field: "advance", value: "P21D" },
];

pub(super) async fn show(State(machine): State<Arc<Machine>>, headers: HeaderMap) -> Page {
    answer(&headers, &page(&machine))
}

pub(super) async fn travel(
    State(machine): State<Arc<Machine>>,
    headers: HeaderMap,
    Input(target): Input<TargetInput>,
) -> Page {
    machine.travel(target.0.instant(machine.clock.now())?).await.map_err(|error| match error {
        TravelError::Backwards(backwards) => Problem::invalid(backwards.to_string()),
        TravelError::Ledger(error) => Problem::internal(&error),
    })?;
    if wants_json(&headers) {
        return Ok(Json(page(&machine)).into_response());
    }
    Ok(Redirect::to("/_local/clock").into_response())
}

/// An externally tagged value: exactly one field.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct TargetInput(Target);

impl Target {
    fn instant(&self, now: Timestamp) -> Result<Timestamp, Problem> {
        match self {
            Self::Advance(duration) => after(now, duration)
                .ok_or_else(|| Problem::invalid(format!("{duration} is no duration such as PT1H or P21D"))),
            Self::Set(instant) => parse_instant(instant).ok_or_else(|| {
                Problem::invalid(format!(
                    "{instant} is neither an instant nor a date and time such as 2026-12-01T09:00"
                ))
            }),
            Self::NextBusinessDay(time) => {
                let today = calendar::japan_date(now);
                let day = calendar::next_business_day(today)
                    .map_err(|error| Problem::invalid(error.to_string()))?;
                JAPAN.to_timestamp(day.to_datetime(*time)).map_err(|error| Problem::internal(&error))
            }
        }
    }
}

fn after(now: Timestamp, duration: &str) -> Option<Timestamp> {
    let span: Span = duration.parse().ok()?;
    now.checked_add(span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?).ok()
}

fn parse_instant(text: &str) -> Option<Timestamp> {
    let local = || JAPAN.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse().ok().or_else(local)
}

fn page(machine: &Machine) -> ClockPage {
    let now = machine.clock.now();
    let schedules =
        machine.scheduler.table().into_iter().map(|(name, function, last_run_at, next_due_at)| {
            let last_in_japan = in_japan(last_run_at);
            let next_in_japan = next_due_at.map(in_japan).unwrap_or_default();
            ScheduleRow { name, function, last_run_at, next_due_at, last_in_japan, next_in_japan }
        });
    ClockPage {
        now,
        japan: in_japan(now),
        japan_input: JAPAN.to_datetime(now).strftime("%Y-%m-%dT%H:%M").to_string(),
        buttons: BUTTONS,
        schedules: schedules.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(target: &str, now: &str) -> Result<String, String> {
        let target: Target = serde_json::from_str(target).map_err(|error| error.to_string())?;
        let instant = target.instant(now.parse().unwrap()).map_err(|problem| problem.sentence)?;
        Ok(instant.to_string())
    }

    #[test]
    fn every_way_to_say_where_to() {
        // 2026-11-23 is a holiday (Labour Thanksgiving Day), a Monday.
        let now = "2026-11-20T03:00:00Z";
        let table = [
            (r#"{"advance":"P1D"}"#, "2026-11-21T03:00:00Z"),
            (r#"{"advance":"P3W"}"#, "2026-12-11T03:00:00Z"),
            (r#"{"advance":"PT90M"}"#, "2026-11-20T04:30:00Z"),
            (r#"{"set":"2026-12-01T09:00"}"#, "2026-12-01T00:00:00Z"),
            (r#"{"set":"2026-12-01T09:00:00Z"}"#, "2026-12-01T09:00:00Z"),
            (r#"{"next-business-day":"09:00"}"#, "2026-11-24T00:00:00Z"),
        ];
        for (target, expected) in table {
            assert_eq!(instant(target, now).as_deref(), Ok(expected), "{target}");
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for target in [
            r#"{"advance":"tomorrow"}"#,
            r#"{"advance":"P1M"}"#,
            r#"{"set":"soon"}"#,
            r#"{"stop":"P1D"}"#,
            "{}",
        ] {
            assert!(instant(target, "2026-11-20T03:00:00Z").is_err(), "{target}");
        }
    }
}
