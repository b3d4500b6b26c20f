//! Scenes: a few steps in a row that lead into a corner which single steps find once in ten thousand histories.
//!
//! Architecture invariant: a scene is nothing but steps. Each could have been drawn by itself, and what comes of
//! them is for the rules to say.

use jiff::Timestamp;
use shared::domain::{
    application::{AdvanceOutcome, Status},
    ids::MailId,
};

use crate::{
    calendar,
    reports::{SAMPLES, Says},
    rng::Rng,
    step::{Act, Fault, Passing, Step},
    world::World,
};

/// So often a scene begins, of a hundred steps.
const SCENES: usize = 4;
/// With and without its code.
const SAME_INSTITUTION: [usize; 2] = [0, 1];

/// A step to come. The newest of a kind is not known before its turn.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cue {
    Step(Step),
    WakeNewest(Fault),
    ReportNewest,
    RecordNewest(Fault),
    IssueNewest,
    ApproveNewest,
}

impl Cue {
    fn act(act: Act) -> Self {
        Self::Step(Step::of(act))
    }

    pub(crate) fn step(self, world: &World) -> Step {
        let newest = |many: usize| many.saturating_sub(1);
        let application = newest(world.store.applications.len());
        let (act, fault) = match self {
            Self::Step(step) => return step,
            Self::WakeNewest(fault) => (Act::Wake { message: newest(world.mail_bells.len()) }, fault),
            Self::ReportNewest => {
                let flight = newest(world.flights.len());
                (Act::Reported { flight, what: crate::reports::DELIVERY }, Fault::None)
            }
            Self::RecordNewest(fault) => (Act::Record { message: newest(world.reports.len()) }, fault),
            Self::IssueNewest => (Act::IssueUnasked { application }, Fault::None),
            Self::ApproveNewest => (Act::Approve { officer: 0, application }, Fault::None),
        };
        Step { act, fault }
    }
}

/// Mostly none.
pub(crate) fn begun(rng: &mut Rng, world: &World) -> Vec<Cue> {
    if !rng.chance(SCENES) {
        return Vec::new();
    }
    match rng.below(4) {
        0 | 1 if !world.mail_bells.is_empty() => uncertain_send(rng),
        2 => late_bounce(rng, world).unwrap_or_default(),
        3 => same_morning(rng, world.now),
        _ => Vec::new(),
    }
}

/// SES has a mail, or not, and nobody knows; it is looked for sooner and later than an event may prove it.
fn uncertain_send(rng: &mut Rng) -> Vec<Cue> {
    const SES: usize = 2;
    let fault = *rng.pick(&[
        Fault::AnswerLost,
        Fault::AnswerLost,
        Fault::TimeOut,
        Fault::Dies { call: SES, after: true },
        Fault::Dies { call: SES, after: false },
    ]);
    let minutes = |minutes| Cue::act(Act::Pass(Passing::Minutes(minutes)));
    let sweep = Cue::act(Act::SweepOutbox);
    let wake = Cue::WakeNewest(Fault::None);
    let mut cues = vec![Cue::WakeNewest(fault), minutes(6), sweep, sweep, wake];
    if rng.chance(50) {
        cues.extend([minutes(16), sweep, wake]);
    }
    cues
}

/// ① was delivered; in the morning of ② it comes back, and `record-delivery` dies before it could say so.
fn late_bounce(rng: &mut Rng, world: &World) -> Option<Vec<Cue>> {
    const TELLING: usize = 2;
    let (advance, announce_at) = world.store.applications.iter().find_map(|application| {
        let Status::Issuing { advance, outcome: AdvanceOutcome::Delivered { announce_at } } =
            &application.status
        else {
            return None;
        };
        Some((advance, *announce_at))
    })?;
    let flight = flight_of(world, advance)?;
    let failures: Vec<usize> =
        (0..SAMPLES.len()).filter(|what| matches!(SAMPLES[*what].says, Says::Failed(_))).collect();
    let mut cues = mornings_until(world.now, announce_at);
    cues.push(Cue::act(Act::Reported { flight, what: *rng.pick(&failures) }));
    cues.push(Cue::RecordNewest(Fault::Dies { call: TELLING, after: false }));
    let stale = Fault::Stale { ago: 1 + rng.below(2), reads: 3 + rng.below(6) };
    cues.push(Cue::Step(Step { act: Act::Announce, fault: stale }));
    Some(cues)
}

fn flight_of(world: &World, mail: &MailId) -> Option<usize> {
    world.flights.iter().position(|flight| flight.mail == *mail)
}

fn mornings_until(now: Timestamp, then: Timestamp) -> Vec<Cue> {
    let days = calendar::day_of(then) - calendar::day_of(now);
    let morning = Cue::act(Act::Pass(Passing::NextMorning));
    vec![morning; usize::try_from(days).unwrap_or_default()]
}

/// Two applications of one institution come to ② in one morning, and one run has read before the other wrote.
fn same_morning(rng: &mut Rng, now: Timestamp) -> Vec<Cue> {
    let mut cues = Vec::new();
    for institution in SAME_INSTITUTION {
        let person = rng.below(3);
        cues.push(Cue::act(Act::Proxy { officer: 0, institution, person }));
        cues.extend([Cue::ApproveNewest, Cue::IssueNewest, Cue::WakeNewest(Fault::None)]);
        cues.extend([Cue::ReportNewest, Cue::RecordNewest(Fault::None)]);
    }
    cues.extend(mornings_until(now, calendar::next_open_midnight(now)));
    let stale = Fault::Stale { ago: 0, reads: 1 + rng.below(16) };
    cues.push(Cue::Step(Step { act: Act::Announce, fault: stale }));
    cues
}
