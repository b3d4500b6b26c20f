//! A whole small stack: what its parts do together.

use std::{collections::BTreeMap, sync::Mutex, time::Instant};

use axum::{
    extract::Path,
    routing::{get, post},
};
use serde_json::{Value, json};
use shared::runtime::{Environment, Lambda, Trigger};

use super::*;

const FRIDAY_NOON_IN_JAPAN: &str = "2026-11-20T03:00:00Z";

/// What the functions of the small template did, with the instant of each.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<(Timestamp, String)>>>);

impl Diary {
    fn note(&self, at: Timestamp, what: impl Into<String>) {
        self.0.lock().unwrap().push((at, what.into()));
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(at, what)| format!("{at} {what}")).collect()
    }

    fn counted(&self) -> BTreeMap<String, usize> {
        let mut counted = BTreeMap::new();
        for (_, what) in self.0.lock().unwrap().iter() {
            *counted.entry(what.clone()).or_default() += 1;
        }
        counted
    }

    fn registry(&self) -> Registry {
        let (work, bell, sweep) = (self.clone(), self.clone(), self.clone());
        Registry::empty()
            .with("door", door)
            .with("work", move |environment| Ok(work.clone().worker(environment)))
            .with("bell", move |environment| Ok(bell.clone().on_tick(environment, "bell")))
            .with("sweep", move |environment| Ok(sweep.clone().on_tick(environment, "sweep")))
    }

    /// Fails messages named `bad…` one by one and panics at `panic`.
    fn worker(self, environment: &Environment) -> Lambda {
        let clock = environment.clock.clone();
        Lambda::events(move |trigger| {
            let (diary, clock) = (self.clone(), clock.clone());
            async move {
                let Trigger::Messages(messages) = trigger else { return Err("no tick expected".into()) };
                for message in &messages {
                    diary.note(clock.now(), &message.body);
                    assert_ne!(message.body, "panic");
                }
                let failed = messages.into_iter().filter(|message| message.body.starts_with("bad"));
                Ok(failed.map(|message| message.id).collect())
            }
        })
    }

    fn on_tick(self, environment: &Environment, name: &'static str) -> Lambda {
        let clock = environment.clock.clone();
        Lambda::events(move |trigger| {
            assert_eq!(trigger, Trigger::Tick);
            self.note(clock.now(), name);
            async { Ok(Vec::new()) }
        })
    }
}

fn door(environment: &Environment) -> Result<Lambda, shared::runtime::ConfigError> {
    let (queue, sqs) = (environment.config.text("WORK_QUEUE_URL")?.to_owned(), environment.sqs()?);
    let pepper = environment.config.text("PEPPER")?.to_owned();
    let send = move |Path(name): Path<String>| async move {
        sqs.send_message().queue_url(queue).message_body(name).send().await.map(|_| "sent").unwrap()
    };
    let router =
        Router::new().route("/work/{name}", post(send)).route("/hello", get(|| async move { pepper }));
    Ok(Lambda::Http(router))
}

fn options(diary: &Diary) -> StackOptions {
    StackOptions {
        clock_start: Some(FRIDAY_NOON_IN_JAPAN.parse().unwrap()),
        ..StackOptions::new(include_str!("small.yaml"), diary.registry())
    }
}

async fn send(stack: &Stack, names: &[&str]) {
    for name in names {
        let answered = reqwest::Client::new().post(format!("{}/work/{name}", stack.origin())).send().await;
        assert_eq!(answered.unwrap().text().await.unwrap(), "sent");
    }
}

async fn fetch(stack: &Stack, path: &str, accept: &str) -> (u16, String) {
    let request = reqwest::Client::new().get(format!("{}{path}", stack.origin())).header("Accept", accept);
    let answered = request.send().await.unwrap();
    (answered.status().as_u16(), answered.text().await.unwrap())
}

#[tokio::test]
async fn a_stack_starts_at_once_and_shows_only_its_routes() {
    let begun = Instant::now();
    let stack = Stack::start(options(&Diary::default())).await.unwrap();
    assert!(begun.elapsed().as_millis() < 1000, "{:?}", begun.elapsed());
    assert_eq!(fetch(&stack, "/hello", "*/*").await.0, 200);
    assert_eq!(fetch(&stack, "/work/x", "*/*").await, (404, r#"{"message":"Not Found"}"#.to_owned()));
}

#[tokio::test]
async fn a_message_that_keeps_failing_ends_in_the_dead_letter_queue_alone() {
    let diary = Diary::default();
    let stack = Stack::start(options(&diary)).await.unwrap();
    send(&stack, &["good", "bad", "panic"]).await;
    stack.settle().await;
    let counted = diary.counted();
    assert_eq!(counted["bad"], 3, "{counted:?}");
    assert_eq!(counted["panic"], 3, "{counted:?}");
    let mut dead = stack.ledger().peek("work-dead", 10).unwrap();
    dead.sort();
    assert_eq!(dead.iter().filter(|body| *body != "good").collect::<Vec<_>>(), ["bad", "panic"]);
    assert_eq!(stack.ledger().pending("work").unwrap(), crate::ledger::Pending::default());
}

#[tokio::test]
async fn hostile_mode_loses_nothing_and_still_comes_to_rest() {
    let diary = Diary::default();
    let stack = Stack::start(StackOptions { hostile: Some(7), ..options(&diary) }).await.unwrap();
    let names: Vec<String> = (0..40).map(|number| format!("message-{number}")).collect();
    send(&stack, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    stack.settle().await;
    let counted = diary.counted();
    assert!(names.iter().all(|name| counted.contains_key(name)), "{counted:?}");
    let counts = stack.counts().unwrap();
    let received: usize = counted.values().sum();
    assert!(received > names.len() && counts.messages.doubled > 0, "{received} {counts:?}");
}

#[tokio::test]
async fn a_journey_stops_at_every_morning_on_the_way() {
    let diary = Diary::default();
    let stack = Stack::start(options(&diary)).await.unwrap();
    stack.advance(SignedDuration::from_hours(24 * 4)).await.unwrap();
    assert_eq!(stack.now().to_string(), "2026-11-24T03:00:00Z");
    assert_eq!(
        diary.lines(),
        [
            "2026-11-23T00:00:00Z bell",
            "2026-11-23T00:00:00Z sweep",
            "2026-11-24T00:00:00Z bell",
            "2026-11-24T00:00:00Z sweep",
            "2026-11-24T03:00:00Z sweep",
        ]
    );
    let refused = stack.set_clock(FRIDAY_NOON_IN_JAPAN.parse().unwrap()).await.unwrap_err();
    assert!(matches!(refused, TravelError::Backwards(_)));
}

#[tokio::test]
async fn a_running_clock_runs_what_it_is_moved_over() {
    let diary = Diary::default();
    let stack = Stack::start(StackOptions { clock_start: None, ..options(&diary) }).await.unwrap();
    stack.advance(SignedDuration::from_hours(24 * 7)).await.unwrap();
    assert_eq!(diary.counted()["bell"], 5);
}

#[tokio::test]
async fn stacks_share_nothing() {
    let (left, right) = (Diary::default(), Diary::default());
    let one = Stack::start(options(&left)).await.unwrap();
    let other = Stack::start(options(&right)).await.unwrap();
    send(&one, &["left"]).await;
    one.advance(SignedDuration::from_hours(1)).await.unwrap();
    other.settle().await;
    assert_eq!((right.lines().len(), other.now().to_string()), (0, FRIDAY_NOON_IN_JAPAN.to_owned()));
    assert_ne!(fetch(&one, "/hello", "*/*").await, fetch(&other, "/hello", "*/*").await);
}

#[tokio::test]
async fn a_directory_remembers_clock_schedules_secrets_and_messages() {
    let directory = std::env::temp_dir().join(format!("stack-{}", std::process::id()));
    let with_data = |diary: &Diary| StackOptions { data: Some(directory.clone()), ..options(diary) };
    let first = Stack::start(with_data(&Diary::default())).await.unwrap();
    first.advance(SignedDuration::from_hours(24 * 4)).await.unwrap();
    let secret = fetch(&first, "/hello", "*/*").await;
    let taken = Stack::start(with_data(&Diary::default())).await.err().unwrap();
    assert!(taken.to_string().contains("--data"), "{taken}");
    drop(first);

    let diary = Diary::default();
    let second = Stack::start(with_data(&diary)).await.unwrap();
    assert_eq!(second.now().to_string(), "2026-11-24T03:00:00Z");
    assert_eq!(fetch(&second, "/hello", "*/*").await, secret);
    second.settle().await;
    assert_eq!(diary.lines(), Vec::<String>::new());
    drop(second);
    std::fs::remove_dir_all(directory).unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_a_sentence() {
    let stack = Stack::start(options(&Diary::default())).await.unwrap();
    let port = stack.address().port();
    let refused = Stack::start(StackOptions { port, ..options(&Diary::default()) }).await.err().unwrap();
    assert_eq!(
        refused.to_string(),
        format!("port {port} is in use: stop what listens there, or choose another one with --port")
    );
}

#[tokio::test]
async fn every_local_page_comes_as_html_and_as_json() {
    let stack = Stack::start(options(&Diary::default())).await.unwrap();
    for page in ["", "mails", "clock", "queues", "tables", "tables/notes", "counts"] {
        let (status, html) = fetch(&stack, &format!("/_local/{page}"), "text/html").await;
        assert_eq!((status, html.contains("<h1>")), (200, true), "{page}");
        let (status, json) = fetch(&stack, &format!("/_local/{page}"), "application/json").await;
        assert_eq!((status, json.starts_with('{')), (200, true), "{page}");
    }
    assert_eq!(fetch(&stack, "/_local/mails/unknown", "*/*").await.0, 404);
    assert_eq!(fetch(&stack, "/_local/tables/unknown", "*/*").await.0, 404);
}

#[tokio::test]
async fn the_clock_page_moves_the_clock_for_forms_and_json_but_not_for_other_sites() {
    let stack = Stack::start(options(&Diary::default())).await.unwrap();
    let page = format!("{}/_local/clock", stack.origin());
    let client = reqwest::Client::new();
    let json = client.post(&page).header("Accept", "application/json").json(&json!({ "advance": "PT1H" }));
    let shown: Value = json.send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["now"], "2026-11-20T04:00:00Z");
    let form = client.post(&page).form(&[("set", "2026-11-20T14:00")]).send().await.unwrap();
    assert_eq!((form.status().as_u16(), stack.now().to_string()), (200, "2026-11-20T05:00:00Z".to_owned()));
    let back = client.post(&page).form(&[("set", "2026-11-19T14:00")]).send().await.unwrap();
    assert_eq!(back.status().as_u16(), 422);
    let foreign = client.post(&page).header("Sec-Fetch-Site", "cross-site").form(&[("advance", "P1D")]);
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 403);
    assert_eq!(stack.now().to_string(), "2026-11-20T05:00:00Z");
}
