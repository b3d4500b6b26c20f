//! M1–M9: mails and what became of them.

use jiff::Timestamp;
use shared::domain::{
    application::{Application, AuditEvent},
    delivery::DeliveryState,
    mail::{Fate, Mail, MailContent, MailKind},
    outbox::Outbox,
};

use super::{Commit, Law, Tally, Violation};
use crate::{
    reports::{Says, Verdict, verdict},
    store::Store,
    world::{Fortune, Witness},
};

pub(super) fn mail(
    commit: &Commit<'_>,
    was: Option<&Mail>,
    is: &Mail,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let Some(was) = was else { return written(commit, is, tally) };
    moved(was, is, tally)?;
    let fortune = commit.witness.fortune(commit.after, &is.id);
    tally.check(Law::M1, !is_sent(is) || fortune.is_some_and(|fortune| fortune.taken > 0), || {
        format!("{} is recorded as sent, and SES never took it", is.kind())
    })?;
    match fortune {
        Some(fortune) => shown(is, fortune, commit.now, tally),
        None => Ok(()),
    }
}

fn is_sent(mail: &Mail) -> bool {
    matches!(mail.outbox, Outbox::Sent { .. })
}

/// A new mail: its time, its words, its address.
fn written(commit: &Commit<'_>, mail: &Mail, tally: &mut Tally) -> Result<(), Violation> {
    tally.check(Law::T1, mail.created_at == commit.now, || {
        format!("{} was written at {} and says {}", mail.kind(), commit.now, mail.created_at)
    })?;
    if mail.kind() == MailKind::Code {
        return Ok(());
    }
    tally.check(Law::M8, is_verified(commit, mail), || {
        format!("{} goes to an address that nobody proved", mail.kind())
    })?;
    let Some(number) = mail.application else {
        let registered = commit.after.accounts.iter().any(|account| account.email == mail.to);
        return tally.check(Law::M7, registered, || {
            format!("{} goes to an address that no account has", mail.kind())
        });
    };
    if let Some(before) = commit.before.application(number) {
        let ended = ["rejected", "withdrawn"].contains(&before.status.kind().as_str());
        tally.check(Law::M9, !ended, || format!("{} for {number}, which has ended", mail.kind()))?;
    }
    let application = commit.after.application(number);
    let is_named = application.is_some_and(|application| application.mails.last() == Some(&mail.id));
    tally.check(Law::M9, is_named, || {
        format!("{number} does not name its {}: nobody could call it off", mail.kind())
    })?;
    // ③ of a proxy application goes where the account's own mails go.
    let is_registered = |mail: &Mail| {
        mail.kind() == MailKind::ExistingAccountNotice
            && commit.after.accounts.iter().any(|account| account.email == mail.to)
    };
    let fits = application.is_some_and(|application| fits(mail, application, is_registered(mail)));
    tally.check(Law::M7, fits, || format!("{} does not say what {number} says", mail.kind()))
}

/// Proven by a code, or an ① was delivered there; ① itself may go to the unproven address of a proxy application.
fn is_verified(commit: &Commit<'_>, mail: &Mail) -> bool {
    let arrived = |(other, fortune): (&std::rc::Rc<Mail>, &Fortune)| {
        let delivered = |says: Says| matches!(says, Says::Delivered | Says::Complained);
        other.kind() == MailKind::AdvanceNotice
            && other.to == mail.to
            && fortune.learned.iter().any(|(_, says, _)| delivered(*says))
    };
    if commit.witness.proven.contains(&mail.to)
        || commit.after.mails.iter().zip(&commit.witness.mails).any(arrived)
    {
        return true;
    }
    let application = mail.application.and_then(|number| commit.after.application(number));
    let first = application.and_then(|application| application.history.first());
    let by_proxy = first.is_some_and(|entry| entry.event.as_str() == "submitted-on-behalf");
    by_proxy && mail.kind() == MailKind::AdvanceNotice
}

/// Whether names, address and particulars are those of the application as it was committed with the mail.
fn fits(mail: &Mail, application: &Application, is_registered: bool) -> bool {
    let names = |institution: &str, contact: &str| {
        institution == application.form.institution_name.as_str()
            && contact == application.form.contact_name()
    };
    let last = application.history.last().map(|entry| &entry.event);
    let said = match &mail.content {
        MailContent::Receipt { institution_name, contact_name }
        | MailContent::AdvanceNotice { institution_name, contact_name }
        | MailContent::Returned { institution_name, contact_name, .. }
        | MailContent::Withdrawn { institution_name, contact_name }
        | MailContent::AddressChanged { institution_name, contact_name } => {
            names(institution_name, contact_name)
        }
        MailContent::Rejection { institution_name, contact_name, reason, note } => {
            names(institution_name, contact_name)
                && matches!(last, Some(AuditEvent::Rejected { reason: of, note: words, .. }) if of == reason && words == note)
        }
        MailContent::LoginNotice { institution_name, contact_name, login_id, .. }
        | MailContent::ExistingAccountNotice { institution_name, contact_name, login_id, .. } => {
            let names_it = application.history.iter().any(|entry| {
                matches!(&entry.event, AuditEvent::AccountCreated { login_id: of, .. } | AuditEvent::RightAdded { login_id: of, .. } if of == login_id)
            });
            names(institution_name, contact_name) && names_it
        }
        MailContent::Code { .. }
        | MailContent::AlreadyEntitledNote { .. }
        | MailContent::PasswordReset { .. }
        | MailContent::StaffInvitation { .. }
        | MailContent::StaffPasswordReset { .. }
        | MailContent::StuckDigest { .. }
        | MailContent::LoginIdReminder { .. }
        | MailContent::ChangeRequest { .. } => true,
    };
    said && (mail.to == application.form.email || is_registered)
}

/// A mail that was there: its words stand, its way goes forward only.
fn moved(was: &Mail, is: &Mail, tally: &mut Tally) -> Result<(), Violation> {
    count_unknown(was, is, tally);
    let same = was.application == is.application
        && was.to == is.to
        && was.content == is.content
        && was.created_at == is.created_at;
    tally.check(Law::M7, same, || format!("{} was rewritten", is.kind()))?;
    // What ended stays as it is, but for an event that proves a try given up, or an id that comes late.
    let stays = match &was.outbox {
        Outbox::Sent { at, .. } => matches!(&is.outbox, Outbox::Sent { at: still, .. } if at == still),
        Outbox::Failed { .. } => matches!(is.outbox, Outbox::Failed { .. } | Outbox::Sent { .. }),
        Outbox::Cancelled { .. } => matches!(is.outbox, Outbox::Cancelled { .. } | Outbox::Sent { .. }),
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => true,
    };
    tally.check(Law::M1, stays, || {
        format!("{} was {} and is {}", is.kind(), was.outbox.as_str(), is.outbox.as_str())
    })?;
    let says_why = match &is.outbox {
        Outbox::Failed { reason, .. } | Outbox::Cancelled { reason, .. } => !reason.is_empty(),
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } | Outbox::Sent { .. } => {
            true
        }
    };
    tally.check(Law::M1, says_why, || format!("{} ended without a reason", is.kind()))
}

fn count_unknown(was: &Mail, is: &Mail, tally: &mut Tally) {
    match (was.outbox.as_str(), is.outbox.as_str()) {
        ("claimed", "unknown") => tally.unknown += 1,
        ("unknown", "sent") => tally.proven += 1,
        ("unknown", "pending") => tally.repeated += 1,
        ("unknown", "failed") => tally.given_up += 1,
        _ => {}
    }
}

/// What the desk reads of a mail, against what was reported of it.
fn shown(mail: &Mail, fortune: &Fortune, now: Timestamp, tally: &mut Tally) -> Result<(), Violation> {
    let told = fortune.learned.len();
    let mut serials: Vec<usize> = fortune.learned.iter().map(|(serial, ..)| *serial).collect();
    serials.sort_unstable();
    serials.dedup();
    tally.check(Law::M5, serials.len() == told && mail.events.len() == told, || {
        format!(
            "{}: {} reports came, {told} were news, {} are stored",
            mail.kind(),
            serials.len(),
            mail.events.len()
        )
    })?;
    if told == 0 {
        return Ok(());
    }
    let said: Vec<(Says, Timestamp)> = fortune.learned.iter().map(|(_, says, at)| (*says, *at)).collect();
    let fate = mail.fate(now);
    let undeliverable = matches!(fate, Fate::Known(DeliveryState::Undeliverable { .. }));
    match verdict(&said) {
        Verdict::Undeliverable => {
            tally.check(Law::M4, undeliverable, || format!("{}: {said:?} shows {fate:?}", mail.kind()))
        }
        Verdict::Delivered { at } => {
            let delivered =
                matches!(fate, Fate::Known(DeliveryState::Delivered { at: shown, .. }) if shown == at);
            tally.check(Law::M3, delivered, || format!("{}: {said:?} shows {fate:?}", mail.kind()))
        }
        Verdict::Open => {
            tally.check(Law::M3, !undeliverable, || format!("{}: {said:?} shows {fate:?}", mail.kind()))
        }
    }
}

/// What SES took, after each step.
pub(super) fn taken(
    store: &Store,
    witness: &Witness,
    in_time: bool,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), Violation> {
    for (mail, fortune) in store.mails.iter().zip(&witness.mails) {
        let is_code = mail.kind() == MailKind::Code;
        let more = if in_time || is_code { 0 } else { fortune.uncertain };
        tally.check(Law::M2, fortune.taken <= 1 + more, || {
            format!(
                "SES took {} {} times, with {} tries of unknown outcome",
                mail.kind(),
                fortune.taken,
                fortune.uncertain
            )
        })?;
        tally.check(Law::T1, mail.created_at <= now, || format!("{} is of the future", mail.kind()))?;
    }
    Ok(())
}
