//! Histories of one mail's reports, against the design notes' table (RELIABILITY §1) as it stands in `reports`:
//! every way in which up to four can come, and drawn ones of up to eight, twice, late and backwards.
//!
//! Architecture invariant: a history is the reports in the order in which they came, taken in by the mail one by
//! one. Histories that begin alike share their beginning, and each is checked at its own end.

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::samples::{NOON, mail_id},
    contact::EmailAddress,
    delivery::{DeliveryEvent, DeliveryState, UndeliverableReason},
    mail::{Fate, Mail, MailContent, NewMail},
    outbox::Outbox,
};

use crate::{
    campaign::on_every_core,
    reports::{SAMPLES, Sample, Says, Verdict, verdict},
    rng::Rng,
};

const MOST_REPORTS: usize = 8;
const HOURS: usize = 40;
/// Every different report early, and most of them late as well: ten million ways for four to come.
const LETTERS: usize = 57;

/// What a campaign counted.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) histories: u64,
    pub(crate) reports: u64,
    pub(crate) wrong: u64,
    /// How often the two rules that most systems have would have been wrong.
    pub(crate) last_wins_wrong: u64,
    pub(crate) first_final_wins_wrong: u64,
    pub(crate) first_wrong: Option<String>,
}

/// One report, as it happened.
struct Happened {
    says: Says,
    event: DeliveryEvent,
}

/// Each way in which `longest` reports or fewer can come.
pub(crate) fn every(longest: usize) -> Counts {
    let letters = letters();
    let found = on_every_core(|core, cores| {
        let mut tree = Tree { letters: &letters, longest, counts: Counts::default() };
        let mail = sent_mail();
        let mine = (0..letters.len()).skip(usize::try_from(core).unwrap_or_default());
        for first in mine.step_by(usize::try_from(cores).unwrap_or(1)) {
            tree.come(&mail, &mut Vec::with_capacity(longest), first);
        }
        tree.counts
    });
    found.into_iter().fold(Counts::default(), Counts::and)
}

/// Which of them happened first has nothing to do with its place here.
fn letters() -> Vec<Happened> {
    let mut different: Vec<&Sample> = Vec::new();
    for sample in SAMPLES.iter() {
        if different.iter().all(|other| other.kind != sample.kind) {
            different.push(sample);
        }
    }
    let hour = |place: usize| place * 7 % LETTERS * HOURS / LETTERS;
    let letter = |place: usize| {
        let sample = different[place % different.len()];
        // Of the mail's one try, of another one, without a tag.
        let of_try = [Some(1), Some(2), None][place % 3];
        Happened { says: sample.says, event: sample.event(hours_on(hour(place)), of_try, "ses-1".to_owned()) }
    };
    (0..LETTERS).map(letter).collect()
}

struct Tree<'a> {
    letters: &'a [Happened],
    longest: usize,
    counts: Counts,
}

impl Tree<'_> {
    /// One report more comes; what the mail shows now is one history's end, and the beginning of others.
    fn come(&mut self, before: &Mail, said: &mut Vec<(Says, Timestamp)>, letter: usize) {
        let Happened { says, event } = &self.letters[letter];
        let learned = before.clone().learn(event.clone());
        let mail = learned.as_ref().unwrap_or(before);
        said.push((*says, event.at));
        self.counts.histories += 1;
        self.counts.reports += said.len() as u64;
        self.counts.judge(mail, said, || "in the tree".to_owned());
        if said.len() < self.longest {
            for next in 0..self.letters.len() {
                self.come(mail, said, next);
            }
        }
        said.pop();
    }
}

/// `many` drawn histories from the seed `from` on.
pub(crate) fn drawn(from: u64, many: u64) -> Counts {
    let found = on_every_core(|core, cores| {
        let mut counts = Counts::default();
        let mail = sent_mail();
        for seed in (from + core..from + many).step_by(usize::try_from(cores).unwrap_or(1)) {
            one(seed, &mail, &mut counts);
        }
        counts
    });
    found.into_iter().fold(Counts::default(), Counts::and)
}

impl Counts {
    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            histories: self.histories + more.histories,
            reports: self.reports + more.reports,
            wrong: self.wrong + more.wrong,
            last_wins_wrong: self.last_wins_wrong + more.last_wins_wrong,
            first_final_wins_wrong: self.first_final_wins_wrong + more.first_final_wins_wrong,
            first_wrong: self.first_wrong.or(more.first_wrong),
        }
    }

    /// What a mail shows after these reports, in the order in which they came: a day less a second after SES took
    /// it, and a day after.
    fn judge(&mut self, mail: &Mail, came: &[(Says, Timestamp)], which: impl Fn() -> String) {
        let day = *NOON + SignedDuration::from_hours(24);
        let mut shown = false;
        for now in [day - SignedDuration::from_secs(1), day] {
            let fate = mail.fate(now);
            if !is_right(&fate, came, now) {
                self.wrong += 1;
                let story = || format!("{}: {came:?} at {now} shows {fate:?}", which());
                self.first_wrong.get_or_insert_with(story);
            }
            shown = matches!(fate, Fate::Known(DeliveryState::Undeliverable { .. }));
        }
        let mut finals = came.iter().filter_map(|(says, _)| shows_undeliverable(*says));
        let first = finals.next();
        let last = finals.next_back().or(first);
        self.last_wins_wrong += u64::from(last.is_some_and(|last| last != shown));
        self.first_final_wins_wrong += u64::from(first.is_some_and(|first| first != shown));
    }
}

fn sent_mail() -> Mail {
    let content = MailContent::AdvanceNotice { institution_name: String::new(), contact_name: String::new() };
    let to = EmailAddress::parse("ijika@wakakusa.example.jp").expect("an address");
    let mail = NewMail { id: mail_id(1), application: None, to, content }.pending(*NOON);
    mail.with_outbox(Outbox::Sent { tries: 1, message_id: None, at: *NOON })
}

fn one(seed: u64, mail: &Mail, counts: &mut Counts) {
    let mut rng = Rng::of(seed);
    let happened: Vec<Happened> = (0..=rng.below(MOST_REPORTS)).map(|_| report(&mut rng)).collect();
    let order = arrivals(&mut rng, happened.len());
    let mut learned = mail.clone();
    for place in &order {
        learned = match learned.clone().learn(happened[*place].event.clone()) {
            Some(next) => next,
            None => learned,
        };
    }
    let came: Vec<_> = order.iter().map(|place| (happened[*place].says, happened[*place].event.at)).collect();
    counts.histories += 1;
    counts.reports += order.len() as u64;
    counts.judge(&learned, &came, || format!("seed {seed}"));
}

fn hours_on(hours: usize) -> Timestamp {
    *NOON + SignedDuration::from_hours(i64::try_from(hours).unwrap_or_default())
}

fn report(rng: &mut Rng) -> Happened {
    let sample = rng.pick(&SAMPLES);
    let of_try = *rng.pick(&[Some(1), Some(1), Some(2), None]);
    let message_id = *rng.pick(&["ses-1", "ses-2"]);
    let event = sample.event(hours_on(rng.below(HOURS)), of_try, message_id.to_owned());
    Happened { says: sample.says, event }
}

/// In which order they come, some of them twice.
fn arrivals(rng: &mut Rng, many: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..many).collect();
    order.extend((0..many).filter(|_| rng.chance(30)).collect::<Vec<_>>());
    for place in (1..order.len()).rev() {
        order.swap(place, rng.below(place + 1));
    }
    order
}

fn is_right(fate: &Fate, said: &[(Says, Timestamp)], now: Timestamp) -> bool {
    let Fate::Known(state) = fate else { return false };
    match (verdict(said), state) {
        (Verdict::Undeliverable, DeliveryState::Undeliverable { at, reason, .. }) => {
            decisive(said).contains(&(*reason, *at))
        }
        (Verdict::Delivered { at }, DeliveryState::Delivered { at: shown, auto_reply }) => {
            at == *shown && *auto_reply == said.iter().any(|(says, _)| *says == Says::AutoReply)
        }
        (Verdict::Open, DeliveryState::Sending) => now.duration_since(*NOON) < SignedDuration::from_hours(24),
        (Verdict::Open, DeliveryState::NeedsAttention) => {
            now.duration_since(*NOON) >= SignedDuration::from_hours(24)
        }
        (
            Verdict::Undeliverable | Verdict::Delivered { .. } | Verdict::Open,
            DeliveryState::Undeliverable { .. }
            | DeliveryState::Delivered { .. }
            | DeliveryState::Sending
            | DeliveryState::NeedsAttention,
        ) => false,
    }
}

/// The failures that may speak for all: those of a known reason if there are any, of them the oldest.
fn decisive(said: &[(Says, Timestamp)]) -> Vec<(UndeliverableReason, Timestamp)> {
    let delivered = said.iter().any(|(says, _)| *says == Says::Delivered);
    let failures = said.iter().filter_map(|(says, at)| match says {
        Says::Failed(reason) => Some((*reason, *at)),
        Says::HeldBack if !delivered => Some((UndeliverableReason::SuppressionList, *at)),
        Says::HeldBack | Says::Nothing | Says::Delivered | Says::Complained | Says::AutoReply => None,
    });
    let rank = |(reason, at): (UndeliverableReason, Timestamp)| (reason == UndeliverableReason::Unknown, at);
    let failures: Vec<_> = failures.collect();
    let first = failures.iter().map(|failure| rank(*failure)).min();
    failures.into_iter().filter(|failure| Some(rank(*failure)) == first).collect()
}

/// What a rule that looks at one report alone makes of it: 不達, 送信完了, or nothing.
fn shows_undeliverable(says: Says) -> Option<bool> {
    match says {
        // Whoever takes every bounce for a failure takes an automatic answer for one.
        Says::Failed(_) | Says::HeldBack | Says::AutoReply => Some(true),
        Says::Delivered | Says::Complained => Some(false),
        Says::Nothing => None,
    }
}
