//! Draws the steps of a history: likely enough to go on, wild enough to go wrong.
//!
//! Architecture invariant: what is drawn follows from the seed and the world so far; a step once drawn needs
//! neither.

use std::collections::VecDeque;

use shared::domain::application::{AdvanceOutcome, Application, Status};

use crate::{
    rng::Rng,
    scenes::{self, Cue},
    step::{Act, Fault, Passing, Step, Typed},
    world::{DESKS, INSTITUTIONS, PEOPLE, World},
};

const NETWORKS: usize = 2;
const FAULTY: usize = 30;
/// Three weeks pass at most so often, so that the calendar's table lasts.
const MOST_LONG_PASSES: usize = 3;

pub(crate) struct Drawer {
    rng: Rng,
    long_passes: usize,
    /// What is left of a scene that has begun.
    scene: VecDeque<Cue>,
}

/// The acts by their likelihood.
#[derive(Clone, Copy)]
enum Kind {
    AskForCode,
    TypeCode,
    Submit,
    SetPassword,
    AskForLink,
    SignIn,
    Approve,
    Reject,
    Return,
    Proxy,
    FillInAgain,
    Withdraw,
    ProveAddress,
    Resend,
    Hold,
    Release,
    Freeze,
    Wake,
    GoOn,
    SweepOutbox,
    Reported,
    Record,
    Issue,
    IssueUnasked,
    SweepIssuing,
    Announce,
    FlagStuck,
    Pass,
}

impl Drawer {
    pub(crate) fn of(rng: Rng) -> Self {
        Self { rng, long_passes: 0, scene: VecDeque::new() }
    }

    pub(crate) fn step(&mut self, world: &World) -> Step {
        if self.scene.is_empty() {
            self.scene.extend(scenes::begun(&mut self.rng, world));
        }
        if let Some(cue) = self.scene.pop_front() {
            return cue.step(world);
        }
        let act = self.act(world);
        let fault = if self.rng.chance(FAULTY) { self.fault(act) } else { Fault::None };
        Step { act, fault }
    }

    fn kind(&mut self, world: &World) -> Kind {
        let store = &world.store;
        let if_any = |there: bool, weight: usize| if there { weight } else { 0 };
        let submitted = store.applications.iter().any(|application| application.status == Status::Submitted);
        let again = store.applications.iter().any(|application| may_be_filled_in_again(application));
        let announced = store.applications.iter().any(|application| {
            matches!(&application.status, Status::Issuing { outcome: AdvanceOutcome::Delivered { .. }, .. })
        });
        let weights = [
            (Kind::AskForCode, if store.verifications.len() < 8 { 6 } else { 1 }),
            (Kind::TypeCode, if_any(!store.verifications.is_empty(), 7)),
            (Kind::Submit, if_any(!store.sessions.is_empty(), 6)),
            (Kind::SetPassword, if_any(!store.links.is_empty(), 4)),
            (Kind::AskForLink, if_any(!store.accounts.is_empty(), 2)),
            (Kind::SignIn, if_any(!store.accounts.is_empty(), 2)),
            (Kind::Approve, if_any(!store.applications.is_empty(), if submitted { 10 } else { 1 })),
            (Kind::Reject, if_any(!store.applications.is_empty(), 2)),
            (Kind::Return, if_any(submitted, 3)),
            (Kind::Proxy, 1),
            (Kind::FillInAgain, if_any(again, 5)),
            (Kind::Withdraw, if_any(!store.applications.is_empty(), 1)),
            (Kind::ProveAddress, if_any(!store.applications.is_empty(), 2)),
            (Kind::Resend, if_any(!store.applications.is_empty(), 1)),
            (Kind::Hold, if_any(!store.applications.is_empty(), 1)),
            (Kind::Release, if_any(!store.applications.is_empty(), 1)),
            (Kind::Freeze, if_any(store.freezes.0.len() < 2, 1)),
            (Kind::Wake, if_any(!world.mail_bells.is_empty(), 14)),
            (Kind::GoOn, if_any(!world.workers.is_empty(), 8)),
            (Kind::SweepOutbox, 3),
            (Kind::Reported, if_any(!world.flights.is_empty(), 8)),
            (Kind::Record, if_any(!world.reports.is_empty(), 14)),
            (Kind::Issue, if_any(!world.issue_bells.is_empty(), 10)),
            (Kind::IssueUnasked, if_any(!store.applications.is_empty(), 1)),
            (Kind::SweepIssuing, if_any(!store.applications.is_empty(), 2)),
            (Kind::Announce, if_any(!store.applications.is_empty(), if announced { 8 } else { 1 })),
            (Kind::FlagStuck, if_any(!store.applications.is_empty(), 1)),
            (Kind::Pass, if announced { 10 } else { 6 }),
        ];
        let all: usize = weights.iter().map(|(_, weight)| weight).sum();
        let mut left = self.rng.below(all);
        for (kind, weight) in weights {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        Kind::Pass
    }

    fn act(&mut self, world: &World) -> Act {
        let kind = self.kind(world);
        let store = &world.store;
        let rng = &mut self.rng;
        match kind {
            Kind::AskForCode => {
                let applications = store.applications.len();
                let to_track = (applications > 0 && rng.chance(20)).then(|| rng.below(applications));
                Act::AskForCode { person: rng.below(PEOPLE.len()), network: rng.below(NETWORKS), to_track }
            }
            Kind::TypeCode => {
                let typed = match rng.below(10) {
                    0 => Typed::FromMail(1),
                    1 | 2 => Typed::Wrong,
                    _ => Typed::FromMail(0),
                };
                Act::TypeCode { verification: newest(rng, store.verifications.len()), typed }
            }
            Kind::Submit => Act::Submit {
                session: newest(rng, store.sessions.len()),
                // Mostly the one institution that all of them stand for.
                institution: if rng.chance(60) { rng.below(2) } else { rng.below(INSTITUTIONS.len()) },
            },
            Kind::SetPassword => Act::SetPassword { link: newest(rng, store.links.len()) },
            Kind::AskForLink => {
                Act::AskForLink { account: rng.below(store.accounts.len()), network: rng.below(NETWORKS) }
            }
            Kind::SignIn => Act::SignIn { account: rng.below(store.accounts.len()), right: rng.chance(40) },
            Kind::Approve => {
                let application = self.waiting(world);
                Act::Approve { officer: self.officer(world, application), application }
            }
            Kind::Reject => {
                let application = self.waiting(world);
                let reason = self.rng.below(8);
                Act::Reject { officer: self.officer(world, application), application, reason }
            }
            Kind::Return => {
                let application = self.waiting(world);
                Act::Return { officer: self.officer(world, application), application }
            }
            Kind::Proxy => Act::Proxy {
                officer: rng.below(DESKS.len()),
                institution: rng.below(INSTITUTIONS.len()),
                person: rng.below(PEOPLE.len()),
            },
            Kind::FillInAgain => {
                let from = rng.below(store.applications.len());
                let places =
                    (0..store.applications.len()).map(|step| (from + step) % store.applications.len());
                let mut again = places.filter(|place| may_be_filled_in_again(&store.applications[*place]));
                Act::FillInAgain { application: again.next().unwrap_or(from) }
            }
            Kind::Withdraw => Act::Withdraw { application: rng.below(store.applications.len()) },
            Kind::ProveAddress => Act::ProveAddress {
                application: rng.below(store.applications.len()),
                person: rng.below(PEOPLE.len()),
            },
            Kind::Resend => Act::Resend {
                application: rng.below(store.applications.len()),
                by_secretariat: rng.chance(50),
            },
            Kind::Hold => Act::Hold { application: rng.below(store.applications.len()) },
            Kind::Release => Act::Release { application: rng.below(store.applications.len()) },
            Kind::Freeze => Act::Freeze { hours: *rng.pick(&[1, 12, 48]) },
            Kind::Wake => Act::Wake { message: rng.below(world.mail_bells.len()) },
            Kind::GoOn => Act::GoOn { worker: rng.below(world.workers.len()) },
            Kind::SweepOutbox => Act::SweepOutbox,
            Kind::Reported => {
                let what = rng.below(crate::reports::SAMPLES.len());
                // Mostly what everybody hopes for.
                let what = if rng.chance(50) { crate::reports::DELIVERY } else { what };
                Act::Reported { flight: newest(rng, world.flights.len()), what }
            }
            Kind::Record => Act::Record { message: rng.below(world.reports.len()) },
            Kind::Issue => Act::Issue { message: rng.below(world.issue_bells.len()) },
            Kind::IssueUnasked => Act::IssueUnasked { application: rng.below(store.applications.len()) },
            Kind::SweepIssuing => Act::SweepIssuing,
            Kind::Announce => Act::Announce,
            Kind::FlagStuck => Act::FlagStuck,
            Kind::Pass => Act::Pass(self.passing()),
        }
    }

    /// An application, mostly one that waits for a decision.
    fn waiting(&mut self, world: &World) -> usize {
        let applications = &world.store.applications;
        let from = self.rng.below(applications.len());
        if self.rng.chance(20) {
            return from;
        }
        let places = (0..applications.len()).map(|step| (from + step) % applications.len());
        let mut waiting = places.filter(|place| applications[*place].status == Status::Submitted);
        waiting.next().unwrap_or(from)
    }

    /// An officer, mostly the one whose desk it is.
    fn officer(&mut self, world: &World, application: usize) -> usize {
        let desk = world.store.applications[application].desk();
        let mine = DESKS.iter().position(|officer| officer.desk == desk);
        match mine {
            Some(mine) if self.rng.chance(85) => mine,
            _ => self.rng.below(DESKS.len()),
        }
    }

    fn passing(&mut self) -> Passing {
        match self.rng.below(20) {
            0..=5 => Passing::Minutes(1),
            6 => Passing::Minutes(4),
            7 | 8 => Passing::Minutes(6),
            9 | 10 => Passing::Minutes(16),
            11 | 12 => Passing::Minutes(61),
            13 if self.long_passes < MOST_LONG_PASSES => {
                self.long_passes += 1;
                Passing::Minutes(21 * 24 * 60)
            }
            14 if self.long_passes < MOST_LONG_PASSES => {
                self.long_passes += 1;
                Passing::Minutes(10 * 24 * 60)
            }
            _ => Passing::NextMorning,
        }
    }

    /// A fault that has a place in this act.
    fn fault(&mut self, act: Act) -> Fault {
        let rng = &mut self.rng;
        let after = rng.chance(50);
        let mut faults = vec![
            Fault::Dies { call: rng.below(6), after },
            Fault::Fails { call: rng.below(6), after },
            Fault::Stale { ago: rng.below(5), reads: 1 + rng.below(5) },
            Fault::Stale { ago: rng.below(5), reads: 1 + rng.below(5) },
        ];
        match act {
            Act::Pass(_) => return Fault::None,
            Act::Reported { .. } => faults = vec![Fault::Doubled, Fault::Untagged],
            Act::Wake { .. } => faults.extend([
                Fault::Doubled,
                Fault::AnswerLost,
                Fault::AnswerLost,
                Fault::TimeOut,
                Fault::Throttled,
                Fault::RefusedForGood,
                Fault::SendReportLost,
                Fault::Pauses { answered: after },
                Fault::Pauses { answered: after },
            ]),
            Act::GoOn { .. } => faults.extend([Fault::AnswerLost, Fault::TimeOut, Fault::Throttled]),
            Act::Record { .. } => faults.push(Fault::Doubled),
            Act::Issue { .. } => faults.extend([Fault::Doubled, Fault::BellLost]),
            Act::AskForCode { .. }
            | Act::Submit { .. }
            | Act::AskForLink { .. }
            | Act::Approve { .. }
            | Act::Reject { .. }
            | Act::Return { .. }
            | Act::Withdraw { .. }
            | Act::ProveAddress { .. }
            | Act::Resend { .. }
            | Act::SweepOutbox
            | Act::IssueUnasked { .. }
            | Act::SweepIssuing => faults.push(Fault::BellLost),
            // A whole run may see what was there before another one.
            Act::Announce => {
                faults.extend([Fault::BellLost, Fault::Stale { ago: 0, reads: 6 + rng.below(10) }]);
            }
            Act::Proxy { .. }
            | Act::FillInAgain { .. }
            | Act::Hold { .. }
            | Act::Release { .. }
            | Act::Freeze { .. }
            | Act::TypeCode { .. }
            | Act::SetPassword { .. }
            | Act::SignIn { .. }
            | Act::FlagStuck => {}
        }
        *rng.pick(&faults)
    }
}

fn may_be_filled_in_again(application: &Application) -> bool {
    ["returned", "rejected", "withdrawn"].contains(&application.status.kind().as_str())
}

/// A position, the last one more often than the others.
fn newest(rng: &mut Rng, many: usize) -> usize {
    if rng.chance(50) { many - 1 } else { rng.below(many) }
}
