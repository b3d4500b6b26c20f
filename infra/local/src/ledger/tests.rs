use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::SignedDuration;

use super::*;
use crate::blueprint::Redrive;

const NOON: &str = "2026-11-23T03:00:00Z";

struct Bench {
    ledger: Ledger,
    moved_seconds: Arc<AtomicI64>,
}

fn clock() -> (Clock, Arc<AtomicI64>) {
    let moved = Arc::new(AtomicI64::new(0));
    let reader = Arc::clone(&moved);
    let noon: Timestamp = NOON.parse().unwrap();
    (Clock::from_fn(move || noon + SignedDuration::from_secs(reader.load(Ordering::Relaxed))), moved)
}

fn queue(name: &str, redrive: Option<Redrive>) -> QueueSpec {
    QueueSpec {
        logical_id: name.to_owned(),
        name: name.to_owned(),
        url: String::new(),
        arn: String::new(),
        visibility_timeout_seconds: 60,
        retention_seconds: 345_600,
        delay_seconds: 0,
        redrive,
        policy: Vec::new(),
    }
}

fn bench_at(directory: Option<PathBuf>, hostile: Option<u64>) -> Bench {
    let (clock, moved_seconds) = clock();
    let entropy = Entropy::seeded(7);
    let ledger = Ledger::open(LedgerOptions { directory, clock, entropy, hostile }).unwrap();
    let redrive = Redrive { queue: "dead".to_owned(), max_receive_count: 2 };
    ledger.declare(&[
        queue("work", Some(redrive.clone())),
        queue("dead", None),
        queue("other", Some(redrive)),
    ]);
    Bench { ledger, moved_seconds }
}

fn bench(hostile: Option<u64>) -> Bench {
    bench_at(None, hostile)
}

fn bodies(messages: &[QueuedMessage]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_str()).collect()
}

fn mail(id: &str) -> AcceptedMail {
    AcceptedMail {
        message_id: id.to_owned(),
        caller: "send-mail".to_owned(),
        configuration_set: Some("mail".to_owned()),
        from: "G-MIS <info@g-mis.net>".to_owned(),
        to: vec!["a@example.jp".to_owned()],
        subject: "受付".to_owned(),
        tags: BTreeMap::from([("mail".to_owned(), "m1".to_owned())]),
        raw: b"Subject: x\r\n\r\nhttps://g-mis.net/a?b=c\xe3\x80\x82\r\n".to_vec(),
        accepted_at: NOON.parse().unwrap(),
    }
}

#[test]
fn a_received_message_is_invisible_until_its_time_out() {
    let Bench { ledger, moved_seconds } = bench(None);
    ledger.send("work", "one").unwrap();
    ledger.send("work", "two").unwrap();
    let first = ledger.receive("work", 1).unwrap();
    assert_eq!((bodies(&first), first[0].receive_count), (vec!["one"], 1));
    assert_eq!(ledger.pending("work").unwrap(), Pending { visible: 1, in_flight: 1, delayed: 0, held: 0 });
    assert_eq!(bodies(&ledger.receive("work", 10).unwrap()), ["two"]);

    moved_seconds.store(61, Ordering::Relaxed);
    let again = ledger.receive("work", 1).unwrap();
    assert_eq!((bodies(&again), again[0].receive_count), (vec!["one"], 2));
    assert_eq!(again[0].id, first[0].id);
    assert!(!ledger.delete("work", &first[0].receipt).unwrap(), "the older receipt is no longer good");
    assert!(ledger.delete("work", &again[0].receipt).unwrap());
}

#[test]
fn released_is_visible_at_once_and_dead_after_too_many_receives() {
    let Bench { ledger, .. } = bench(None);
    ledger.send("work", "bad").unwrap();
    for expected in 1..=2 {
        let received = ledger.receive("work", 10).unwrap();
        assert_eq!(received[0].receive_count, expected);
        assert!(ledger.release("work", &received[0].receipt).unwrap());
    }
    assert!(ledger.receive("work", 10).unwrap().is_empty());
    assert!(ledger.pending("work").unwrap().is_idle());
    assert_eq!(ledger.peek("dead", 10).unwrap(), ["bad"]);
}

#[test]
fn a_delay_waits_for_the_clock() {
    let Bench { ledger, moved_seconds } = bench(None);
    let later = NewMessage { body: "later".to_owned(), delay_seconds: Some(30), attributes: None };
    ledger.send_message("work", &later).unwrap();
    assert!(ledger.receive("work", 10).unwrap().is_empty());
    assert_eq!(ledger.pending("work").unwrap(), Pending { delayed: 1, ..Pending::default() });
    moved_seconds.store(31, Ordering::Relaxed);
    assert_eq!(bodies(&ledger.receive("work", 10).unwrap()), ["later"]);
}

#[test]
fn an_unknown_queue_is_an_error() {
    let Bench { ledger, .. } = bench(None);
    assert!(matches!(ledger.send("nowhere", "x"), Err(LedgerError::NoSuchQueue(name)) if name == "nowhere"));
}

/// Receives one by one until nothing is left; what came, in its order.
fn drain(ledger: &Ledger) -> Vec<String> {
    let mut came = Vec::new();
    while !ledger.pending("work").unwrap().is_idle() {
        for message in ledger.receive("work", 1).unwrap() {
            ledger.delete("work", &message.receipt).unwrap();
            came.push(message.body);
        }
    }
    came
}

#[test]
fn hostile_mode_doubles_delays_and_reorders_but_loses_nothing() {
    let run = |seed| {
        let Bench { ledger, .. } = bench(Some(seed));
        for number in 0..200 {
            ledger.send("work", &number.to_string()).unwrap();
        }
        (drain(&ledger), ledger.hostile_counts())
    };
    let (came, counts) = run(1);
    let distinct: std::collections::BTreeSet<&String> = came.iter().collect();
    assert_eq!(distinct.len(), 200);
    assert_eq!(came.len() as u64, 200 + counts.doubled);
    assert!(counts.doubled > 20 && counts.delayed > 20 && counts.reordered > 20, "{counts:?}");
    assert_eq!(run(1), (came.clone(), counts), "the same seed, the same fate");
    assert_ne!(run(2).0, came);
}

#[test]
fn a_held_message_comes_when_nothing_else_is_left_to_do() {
    let Bench { ledger, .. } = bench(Some(5));
    for number in 0..40 {
        ledger.send("work", &number.to_string()).unwrap();
    }
    let receive_all = || {
        let received = ledger.receive("work", 100).unwrap();
        for message in &received {
            assert!(ledger.delete("work", &message.receipt).unwrap());
        }
        received.len()
    };
    ledger.send("other", "busy").unwrap();
    let in_flight = ledger.receive("other", 10).unwrap();
    assert!(receive_all() > 0);
    let held = ledger.pending("work").unwrap().held;
    assert!(held > 1, "some are to wait for more than one receive, and another queue is at work");
    for message in &in_flight {
        ledger.delete("other", &message.receipt).unwrap();
    }
    while let Some(message) = ledger.receive("other", 1).unwrap().pop() {
        ledger.delete("other", &message.receipt).unwrap();
    }
    assert_eq!(receive_all() as u64, held, "all at once");
    assert!(ledger.pending("work").unwrap().is_idle());
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let directory = std::env::temp_dir().join(format!("ledger-{}", std::process::id()));
    {
        let Bench { ledger, .. } = bench_at(Some(directory.clone()), None);
        ledger.send("work", "one").unwrap();
        ledger.receive("work", 1).unwrap();
        ledger.set_value("clock", "PT1H").unwrap();
        ledger.suppress("Gone@example.jp", "BOUNCE").unwrap();
        let owed = OwedEvent {
            sequence: 0,
            message_id: "id-1".to_owned(),
            request: "{}".to_owned(),
            due_at: NOON.parse().unwrap(),
        };
        ledger.accept(&mail("id-1"), &[owed]).unwrap();
        // As a kill leaves it: nothing is closed, and the file of the mail was not yet written.
        std::fs::remove_dir_all(directory.join("mails")).unwrap();
        std::mem::forget(ledger);
    }
    let Bench { ledger, .. } = bench_at(Some(directory.clone()), None);
    assert_eq!(bodies(&ledger.receive("work", 1).unwrap()), ["one"], "its receiver is gone");
    assert_eq!(ledger.value("clock").unwrap().as_deref(), Some("PT1H"));
    assert!(ledger.suppressed("gone@EXAMPLE.jp").unwrap().is_some());
    assert_eq!(ledger.mails().unwrap(), [mail("id-1")]);
    assert_eq!(ledger.due_events().unwrap().len(), 1);
    let files: Vec<_> = std::fs::read_dir(directory.join("mails")).unwrap().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(std::fs::read(files[0].as_ref().unwrap().path()).unwrap(), mail("id-1").raw);
    drop(ledger);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn an_event_is_published_once() {
    let Bench { ledger, moved_seconds } = bench(None);
    let due_at: Timestamp = "2026-11-23T03:00:10Z".parse().unwrap();
    let owed = OwedEvent { sequence: 0, message_id: "id-1".to_owned(), request: "{}".to_owned(), due_at };
    ledger.accept(&mail("id-1"), &[owed]).unwrap();
    assert!(ledger.due_events().unwrap().is_empty());
    assert_eq!(ledger.next_event_due_at().unwrap(), Some(due_at));
    moved_seconds.store(10, Ordering::Relaxed);
    let due = ledger.due_events().unwrap();
    for _ in 0..2 {
        ledger.publish(&due[0], &[("work".to_owned(), "event".to_owned())]).unwrap();
    }
    assert_eq!(ledger.peek("work", 10).unwrap(), ["event"]);
    assert_eq!(ledger.published_events("id-1").unwrap().len(), 1);
    assert_eq!(ledger.next_event_due_at().unwrap(), None);
}

#[test]
fn a_letter_shows_text_and_links() {
    let letter = mail("id-1").letter();
    assert_eq!(letter.headers, [("Subject".to_owned(), "x".to_owned())]);
    assert_eq!(letter.links, ["https://g-mis.net/a?b=c"]);
}

#[test]
fn what_was_given_up_goes_back_to_its_queue_and_its_receives_count_anew() {
    let Bench { ledger, .. } = bench_of_one_source();
    ledger.send("work", "one").unwrap();
    for _ in 0..2 {
        let received = ledger.receive("work", 1).unwrap();
        ledger.release("work", &received[0].receipt).unwrap();
    }
    assert_eq!(ledger.peek("dead", 9).unwrap(), ["one"]);
    assert_eq!(ledger.redrive("dead").unwrap(), Some(1));
    assert_eq!((ledger.peek("dead", 9).unwrap().len(), ledger.peek("work", 9).unwrap().len()), (0, 1));
    assert_eq!(ledger.receive("work", 1).unwrap()[0].receive_count, 1);
    assert_eq!(ledger.redrive("dead").unwrap(), Some(0), "nothing left");
    assert_eq!(ledger.redrive("work").unwrap(), None, "nobody gives up to it");
    assert!(matches!(ledger.redrive("nowhere"), Err(LedgerError::NoSuchQueue(_))));
}

fn bench_of_one_source() -> Bench {
    let (clock, moved_seconds) = clock();
    let options = LedgerOptions { directory: None, clock, entropy: Entropy::seeded(7), hostile: None };
    let ledger = Ledger::open(options).unwrap();
    let redrive = Redrive { queue: "dead".to_owned(), max_receive_count: 2 };
    ledger.declare(&[queue("work", Some(redrive)), queue("dead", None)]);
    Bench { ledger, moved_seconds }
}
