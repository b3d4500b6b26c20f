//! W1–W9, M6, S3, T1, T2: applications and accounts.

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    account::Account,
    application::{AdvanceOutcome, Application, AuditEvent, FlagReason, Status},
    ids::{MailId, StaffId},
};

use super::{Commit, Law, Tally, Violation};
use crate::{
    calendar,
    reports::{Says, Verdict, verdict},
    world::DESKS,
};

/// DOMAIN §8.
const THREE_WEEKS: SignedDuration = SignedDuration::from_hours(21 * 24);

/// Every move that there is: from, the audit event, to. `*` stands for any state, and `=` for the same.
const EDGES: &[(&str, &str, &str)] = &[
    ("submitted", "approved", "approved"),
    ("submitted", "rejected", "rejected"),
    ("approved", "advance-notice-written", "issuing"),
    ("approved", "right-added", "issued"),
    ("approved", "already-entitled", "already-entitled"),
    ("issuing", "advance-notice-delivered", "issuing"),
    ("issuing", "advance-notice-undeliverable", "issuing"),
    ("issuing", "account-created", "issued"),
    ("issuing", "right-added", "issued"),
    ("issuing", "already-entitled", "already-entitled"),
    ("issued", "notice-delivered", "issued"),
    ("issued", "notice-undeliverable", "issued"),
    ("issued", "password-set", "issued"),
    // A bounce of ① that comes when ② has left is written down, and moves nothing.
    ("*", "advance-notice-undeliverable", "="),
    ("*", "flagged", "="),
    ("submitted", "returned", "returned"),
    ("returned", "resubmitted", "submitted"),
    ("submitted", "withdrawn", "withdrawn"),
    ("returned", "withdrawn", "withdrawn"),
    ("approved", "withdrawn", "withdrawn"),
    ("issuing", "withdrawn", "withdrawn"),
    ("submitted", "address-proven", "submitted"),
    ("returned", "address-proven", "returned"),
    ("approved", "address-proven", "approved"),
    ("issuing", "address-proven", "issuing"),
    ("issued", "address-proven", "issued"),
    ("issuing", "notice-resent", "issuing"),
    ("issued", "notice-resent", "issued"),
    ("approved", "held", "approved"),
    ("approved", "released", "approved"),
    ("issuing", "held", "issuing"),
    ("issuing", "released", "issuing"),
];

/// After these nobody waits for anything.
const HEARD: [&str; 5] = ["notice-delivered", "password-set", "already-entitled", "rejected", "withdrawn"];
/// States that nothing follows on.
const ENDED: [&str; 3] = ["rejected", "withdrawn", "already-entitled"];

pub(super) fn application(
    commit: &Commit<'_>,
    was: Option<&Application>,
    is: &Application,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let number = is.number;
    tally.check(Law::M6, commit.about == Some(number), || {
        format!("{number} moved by an event about {:?}", commit.about)
    })?;
    let Some(entry) = is.history.last() else {
        return tally.check(Law::W6, false, || format!("{number} has no history"));
    };
    tally.check(Law::T1, entry.at == commit.now, || {
        format!("{number} was moved at {} and says {}", commit.now, entry.at)
    })?;
    let Some(was) = was else { return submitted(commit, is, tally) };
    moved(commit, was, is, &entry.event, tally)?;
    flags(commit.now, was, is, &entry.event, tally)?;
    called_off(commit, was, is, &entry.event, tally)?;
    granted(commit, was, is, &entry.event, tally)
}

fn submitted(commit: &Commit<'_>, is: &Application, tally: &mut Tally) -> Result<(), Violation> {
    let number = is.number;
    let others = &commit.before.applications;
    tally.check(Law::W7, others.iter().all(|other| other.number < number), || {
        format!("{number} was given after a later one, or twice")
    })?;
    let begins = is.status.kind().as_str() == "submitted" && is.version == 1 && is.history.len() == 1;
    tally.check(Law::W6, begins, || format!("{number} begins as {:?}", is.status))
}

/// Along an edge, with one event more, and everything else as it was.
fn moved(
    commit: &Commit<'_>,
    was: &Application,
    is: &Application,
    event: &AuditEvent,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let (from, to) = (was.status.kind().as_str(), is.status.kind().as_str());
    let number = is.number;
    let along = EDGES.iter().any(|(start, of, end)| {
        *of == event.as_str() && (*start == from && *end == to || *start == "*" && from == to)
    });
    tally.check(Law::W6, along, || format!("{number} went from {from} to {to} by {}", event.as_str()))?;
    let one_more = is.version == was.version + 1 && is.history.len() == was.history.len() + 1;
    tally.check(Law::W6, one_more, || {
        format!("{number} went from version {} to {}", was.version, is.version)
    })?;
    tally.check(Law::W5, is.history.starts_with(&was.history), || {
        format!("the history of {number} was rewritten")
    })?;
    let decisions =
        is.history.iter().filter(|entry| ["approved", "rejected"].contains(&entry.event.as_str()));
    tally.check(Law::W5, decisions.count() <= 1, || format!("{number} was decided twice"))?;
    tally.check(Law::W8, !ENDED.contains(&from) || from == to, || {
        format!("{number} had ended as {from} and is {to}")
    })?;
    let may_change = ["resubmitted", "address-proven"].contains(&event.as_str());
    let answers = may_change || is.form == was.form && is.agreed_at == was.agreed_at;
    let stands =
        answers && is.submitted_at == was.submitted_at && is.applied_again_of == was.applied_again_of;
    tally.check(Law::W6, stands, || format!("what was submitted as {number} was rewritten"))?;
    let entered_at = if from == to { was.entered_at } else { commit.now };
    tally.check(Law::W6, is.entered_at == entered_at, || {
        format!("{number} says that it is {to} since {}", is.entered_at)
    })?;
    if let Status::Issuing { advance, outcome: AdvanceOutcome::Delivered { announce_at } } = &is.status
        && event.as_str() == "advance-notice-delivered"
    {
        let midnight = delivered_at(&said_of(commit, advance)).map(calendar::next_open_midnight);
        tally.check(Law::T2, midnight == Some(*announce_at), || {
            format!("② of {number} may leave from {announce_at}, the table says {midnight:?}")
        })?;
    }
    Ok(())
}

fn said_of(commit: &Commit<'_>, mail: &MailId) -> Vec<(Says, Timestamp)> {
    let fortune = commit.witness.fortune(commit.after, mail);
    let learned = fortune.map(|fortune| fortune.learned.as_slice()).unwrap_or_default();
    learned.iter().map(|(_, says, at)| (*says, *at)).collect()
}

fn delivered_at(said: &[(Says, Timestamp)]) -> Option<Timestamp> {
    match verdict(said) {
        Verdict::Delivered { at } => Some(at),
        Verdict::Open | Verdict::Undeliverable => None,
    }
}

/// 3週間超過.
fn flags(
    now: Timestamp,
    was: &Application,
    is: &Application,
    event: &AuditEvent,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let number = is.number;
    let (before, after) = (was.flags, is.flags);
    if let AuditEvent::Flagged { reason } = event {
        let (stood, since) = match reason {
            FlagReason::InState => (before.in_state, was.entered_at),
            FlagReason::SinceSubmission => (before.since_submission, was.submitted_at),
        };
        let due = now.duration_since(since) >= THREE_WEEKS;
        tally.check(Law::W9, stood.is_none() && due, || {
            format!(
                "{number} was flagged {} at {now}, flagged before: {stood:?}, since {since}",
                reason.as_str()
            )
        })?;
        let unheard = is.history.iter().rev().skip(1);
        let unheard = unheard.take_while(|entry| !clears(entry.event.as_str(), *reason));
        let again = unheard.filter(|entry| entry.event == *event).count();
        return tally
            .check(Law::W9, again == 0, || format!("{number} was flagged {} twice", reason.as_str()));
    }
    let heard = HEARD.contains(&event.as_str());
    let moved = was.status.kind() != is.status.kind();
    let in_state = if heard || moved { None } else { before.in_state };
    let since_submission = if heard { None } else { before.since_submission };
    let right = after.in_state == in_state && after.since_submission == since_submission;
    tally.check(Law::W9, right, || format!("{number} after {}: {after:?}", event.as_str()))
}

/// Whether an event of this name takes the flag away.
fn clears(event: &str, reason: FlagReason) -> bool {
    let moves =
        ["approved", "returned", "resubmitted", "advance-notice-written", "account-created", "right-added"];
    match reason {
        FlagReason::InState => HEARD.contains(&event) || moves.contains(&event),
        FlagReason::SinceSubmission => HEARD.contains(&event),
    }
}

/// Nothing waits any more that a withdrawal or another address called off, and no older link works.
fn called_off(
    commit: &Commit<'_>,
    was: &Application,
    is: &Application,
    event: &AuditEvent,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let (withdrawn, moved) = (event.as_str() == "withdrawn", event.as_str() == "address-proven");
    if !withdrawn && !moved {
        return Ok(());
    }
    let older = commit.before.mails.iter().filter(|mail| mail.application == Some(is.number));
    let mut older = older.filter(|mail| mail.kind().as_str() != "code");
    let waits = older.find_map(|mail| {
        let mail = commit.after.mail(&mail.id)?;
        ["pending", "claimed", "unknown"].contains(&mail.outbox.as_str()).then(|| mail.kind())
    });
    let law = if withdrawn { Law::M9 } else { Law::W10 };
    tally.check(law, waits.is_none(), || {
        format!("{}: {waits:?} still waits after {}", is.number, event.as_str())
    })?;
    if let (true, Status::Issued { login_id, .. }) = (moved, &was.status)
        && let Some(account) =
            commit.after.account(login_id).filter(|account| account.application == Some(is.number))
    {
        let works =
            commit.before.links.iter().any(|link| {
                link.login_id == *login_id && link.used_at.is_none() && link.epoch == account.epoch
            });
        tally.check(Law::W10, !works && account.email == is.form.email, || {
            format!("{}: a link to the old address works, or the account kept it", is.number)
        })?;
    }
    Ok(())
}

/// Decisions, accounts and rights: by whom, and when they may be.
fn granted(
    commit: &Commit<'_>,
    was: &Application,
    is: &Application,
    event: &AuditEvent,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let number = is.number;
    if let AuditEvent::Approved { by, .. } | AuditEvent::Rejected { by, .. } = event {
        return tally
            .check(Law::S3, is_of_desk(by, is), || format!("{number} was decided by {}", by.as_str()));
    }
    if !["account-created", "right-added", "already-entitled", "advance-notice-written"]
        .contains(&event.as_str())
    {
        return Ok(());
    }
    let approved = is
        .history
        .iter()
        .any(|entry| matches!(&entry.event, AuditEvent::Approved { by, .. } if is_of_desk(by, is)));
    tally.check(Law::W1, approved, || format!("{number}: {} without an approval", event.as_str()))?;
    let frozen =
        commit.before.freezes.0.iter().any(|window| window.from <= commit.now && commit.now < window.until);
    tally.check(Law::Frozen, !frozen && was.hold.is_none(), || {
        format!("{number}: {} at {}, frozen: {frozen}, held: {:?}", event.as_str(), commit.now, was.hold)
    })?;
    match (event, &was.status) {
        (AuditEvent::AccountCreated { .. }, Status::Issuing { advance, .. }) => {
            let said = said_of(commit, advance);
            let from = delivered_at(&said).map(calendar::next_open_midnight);
            tally.check(Law::W2, from.is_some_and(|from| from <= commit.now), || {
                format!("{number} got its account at {}, ① says {said:?}", commit.now)
            })
        }
        _ => Ok(()),
    }
}

/// By the list of officers, not by what the application says of itself.
fn is_of_desk(by: &StaffId, application: &Application) -> bool {
    let of_pharmacies = application.form.institution_kind.as_str() == "pharmacy";
    DESKS.iter().any(|officer| {
        officer.id == *by
            && officer.desk.prefecture == application.form.prefecture
            && (officer.desk.desk.as_str() == "pharmacy") == of_pharmacies
    })
}

pub(super) fn account(
    commit: &Commit<'_>,
    was: Option<&Account>,
    is: &Account,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let name = is.login_id.as_str();
    let others = commit.after.accounts.iter().filter(|other| other.login_id != is.login_id);
    let shared = others.filter(|other| other.keys.iter().any(|key| is.keys.contains(key))).count();
    tally.check(Law::W3, shared == 0, || format!("{name} is not the only account of its institution"))?;
    let Some(was) = was else {
        let number = is.application.and_then(|number| commit.after.application(number));
        return tally.check(Law::W1, number.is_some(), || format!("{name} comes from no application"));
    };
    tally.check(Law::W6, is.version == was.version + 1, || {
        format!("{name} went from version {} to {}", was.version, is.version)
    })?;
    tally.check(Law::W1, is.rights.is_superset(&was.rights), || format!("{name} lost a right"))?;
    let moved = commit.about.and_then(|number| commit.after.application(number));
    let event = moved.and_then(|application| application.history.last()).map(|entry| entry.event.as_str());
    if event == Some("right-added") {
        return tally.check(Law::W4, is.rights.len() == was.rights.len() + 1, || {
            format!("{name} had the right already")
        });
    }
    tally.check(Law::W4, is.rights == was.rights, || format!("{name} got a right from nowhere"))
}
