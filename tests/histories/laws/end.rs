//! What must hold once every fault is off and time has passed: nothing is lost, every flag stands.

use jiff::{SignedDuration, Timestamp};
use shared::domain::{
    application::{AdvanceOutcome, Application, Status},
    ids::MailId,
    mail::{Mail, MailKind},
    outbox::Outbox,
};

use super::{Law, Tally, Violation};
use crate::{
    reports::{Says, Verdict, verdict},
    store::Store,
    world::{Fortune, Witness},
};

const THREE_WEEKS: SignedDuration = SignedDuration::from_hours(21 * 24);

/// A second run of the same day changes nothing, and each flag that is due stands.
pub(crate) fn after_second_flagging(
    once: &Store,
    twice: &Store,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), Violation> {
    for (first, second) in once.applications.iter().zip(&twice.applications) {
        let number = first.number;
        tally.check(Law::W9, first.version == second.version, || {
            format!("a second run flagged {number} again")
        })?;
        let open = ["submitted", "returned", "approved", "issuing"].contains(&second.status.kind().as_str());
        let old = |since: Timestamp| now.duration_since(since) >= THREE_WEEKS;
        let heard = matches!(
            &second.status,
            Status::Issued { delivered_at, password_set_at, .. } if delivered_at.is_some() || password_set_at.is_some()
        );
        let unheard = open || second.status.kind().as_str() == "issued" && !heard;
        let in_state = second.flags.in_state.is_some() == (open && old(second.entered_at));
        let since_submission =
            second.flags.since_submission.is_some() == (unheard && old(second.submitted_at));
        tally.check(Law::W9, in_state && since_submission, || {
            format!(
                "{number}, {}, in this state since {}: {:?}",
                second.status.kind().as_str(),
                second.entered_at,
                second.flags
            )
        })?;
    }
    Ok(())
}

pub(crate) fn after_drain(
    store: &Store,
    witness: &Witness,
    in_time: bool,
    tally: &mut Tally,
) -> Result<(), Violation> {
    tally.check(Law::Lost, store.applications.len() == witness.filed, || {
        format!("{} were submitted, {} are there", witness.filed, store.applications.len())
    })?;
    for (mail, fortune) in store.mails.iter().zip(&witness.mails) {
        let lost = !ended(mail, fortune);
        tally.mails += 1;
        tally.lost += u64::from(lost);
        let doubled = u64::from(fortune.taken > 1);
        // `M2` allows one more for each unknown outcome of such a history, and no more.
        *(if in_time { &mut tally.doubled } else { &mut tally.doubled_by_lateness }) += doubled;
        tally.check(Law::M1, !lost, || format!("{} ended as {:?}", mail.kind(), mail.outbox))?;
    }
    for application in &store.applications {
        settled(store, witness, application, tally)?;
    }
    Ok(())
}

/// Sent by SES, or given up for a reason that is there to be seen.
fn ended(mail: &Mail, fortune: &Fortune) -> bool {
    match &mail.outbox {
        Outbox::Sent { .. } => fortune.taken > 0,
        Outbox::Failed { .. } => {
            let is_code = mail.kind() == MailKind::Code;
            fortune.taken == 0 && (fortune.refused > 0 || is_code && fortune.uncertain > 0)
        }
        // Called off, or a code that is over; of a try that was under way SES reports in the end.
        Outbox::Cancelled { .. } => fortune.taken == 0,
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => false,
    }
}

/// No application waits for anything but a person, and each knows what became of its mail.
fn settled(
    store: &Store,
    witness: &Witness,
    application: &Application,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let number = application.number;
    let verdict_of = |mail: &MailId| {
        let learned =
            witness.fortune(store, mail).map(|fortune| fortune.learned.as_slice()).unwrap_or_default();
        let said: Vec<(Says, Timestamp)> = learned.iter().map(|(_, says, at)| (*says, *at)).collect();
        verdict(&said)
    };
    let knows = match &application.status {
        Status::Approved => false,
        Status::Issuing { advance, outcome } => match outcome {
            AdvanceOutcome::Awaited => verdict_of(advance) == Verdict::Open && is_given_up(store, advance),
            AdvanceOutcome::Undeliverable => verdict_of(advance) == Verdict::Undeliverable,
            AdvanceOutcome::Delivered { .. } => false,
        },
        Status::Issued { notice, delivered_at, .. } => match verdict_of(notice) {
            Verdict::Delivered { .. } => delivered_at.is_some(),
            Verdict::Undeliverable => delivered_at.is_none(),
            Verdict::Open => delivered_at.is_none() && is_given_up(store, notice),
        },
        Status::Submitted
        | Status::Returned { .. }
        | Status::AlreadyEntitled { .. }
        | Status::Rejected { .. }
        | Status::Withdrawn { .. } => true,
    };
    tally.check(Law::Lost, knows, || format!("{number} is left as {:?}", application.status))
}

fn is_given_up(store: &Store, mail: &MailId) -> bool {
    store.mail(mail).is_some_and(|mail| matches!(mail.outbox, Outbox::Failed { .. }))
}
