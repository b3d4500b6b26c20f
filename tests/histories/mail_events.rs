//! Histories of one mail's reports: any number of any kind, twice, late and backwards, against the design notes'
//! table (RELIABILITY §1) as it stands in `reports`.

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
    reports::{SAMPLES, Says, Verdict, verdict},
    rng::Rng,
};

const MOST_REPORTS: usize = 8;
const HOURS: usize = 40;

/// What a campaign counted.
#[derive(Default)]
pub(crate) struct Counts {
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

pub(crate) fn histories(from: u64, many: u64) -> Counts {
    let found = on_every_core(|core, cores| {
        let mut counts = Counts::default();
        let mail = sent_mail();
        for seed in (from + core..from + many).step_by(usize::try_from(cores).unwrap_or(1)) {
            one(seed, &mail, &mut counts);
        }
        counts
    });
    found.into_iter().fold(Counts::default(), |sum, more| Counts {
        reports: sum.reports + more.reports,
        wrong: sum.wrong + more.wrong,
        last_wins_wrong: sum.last_wins_wrong + more.last_wins_wrong,
        first_final_wins_wrong: sum.first_final_wins_wrong + more.first_final_wins_wrong,
        first_wrong: sum.first_wrong.or(more.first_wrong),
    })
}

fn sent_mail() -> Mail {
    let content = MailContent::AdvanceNotice { institution_name: String::new(), contact_name: String::new() };
    let to = EmailAddress::parse("ijika@wakakusa.example.jp").expect("an address");
    let mail = NewMail { id: mail_id(1), application: None, to, content }.pending(*NOON);
    mail.with_outbox(Outbox::Sent { tries: 1, message_id: None, at: *NOON })
}

fn one(seed: u64, mail: &Mail, counts: &mut Counts) {
    let mut rng = Rng::of(seed);
    let happened: Vec<Happened> = (0..rng.below(MOST_REPORTS + 1)).map(|_| drawn(&mut rng)).collect();
    let now = hours_on(rng.below(2 * HOURS));
    let order = arrivals(&mut rng, happened.len());
    let mut learned = mail.clone();
    for place in &order {
        learned = match learned.clone().learn(happened[*place].event.clone()) {
            Some(next) => next,
            None => learned,
        };
    }
    counts.reports += order.len() as u64;
    let fate = learned.fate(now);
    if !is_right(&fate, &happened, now) {
        counts.wrong += 1;
        let said: Vec<_> = happened.iter().map(|one| (one.says, one.event.at)).collect();
        counts.first_wrong.get_or_insert_with(|| format!("seed {seed}: {said:?} at {now} shows {fate:?}"));
    }
    let finals: Vec<bool> =
        order.iter().filter_map(|place| shows_undeliverable(happened[*place].says)).collect();
    let shown = matches!(fate, Fate::Known(DeliveryState::Undeliverable { .. }));
    counts.last_wins_wrong += u64::from(finals.last().is_some_and(|last| *last != shown));
    counts.first_final_wins_wrong += u64::from(finals.first().is_some_and(|first| *first != shown));
}

fn hours_on(hours: usize) -> Timestamp {
    *NOON + SignedDuration::from_hours(i64::try_from(hours).unwrap_or_default())
}

fn drawn(rng: &mut Rng) -> Happened {
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

fn is_right(fate: &Fate, happened: &[Happened], now: Timestamp) -> bool {
    let said: Vec<_> = happened.iter().map(|one| (one.says, one.event.at)).collect();
    let Fate::Known(state) = fate else { return false };
    match (verdict(&said), state) {
        (Verdict::Undeliverable, DeliveryState::Undeliverable { at, reason, .. }) => {
            decisive(&said).contains(&(*reason, *at))
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
