//! The state tables: every verb from every state, at a glance.

mod verbs;

use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};

use super::{
    samples::{NOON, in_every_status, mail_id, nara_medical, osaka_medical, submitted},
    *,
};
use crate::domain::{
    account::{Account, NewLink, PasswordHash, Right},
    contact::EmailAddress,
    delivery::{DeliveryEvent, EventKind},
    ids::LoginId,
    limits::Usage,
    mail::Mail,
    outbox::Outbox,
    settings::FreezeWindows,
};

/// `Submitted -> Approved   audit approved   mails: receipt   also: …`, a line a state.
fn table(decide: impl Fn(Application) -> Result<Decided, String>) -> String {
    let line = |application: Application| {
        let from = application.status.kind();
        match decide(application) {
            Err(refusal) => format!("{from:?} -> refused: {refusal}"),
            Ok(decided) => {
                assert_eq!((decided.was.status, decided.was.version), (from, 1));
                assert_eq!(decided.next.version, 2);
                assert_eq!(decided.next.history.len(), 2, "exactly one audit event a move");
                let audit = decided.next.history.last().map_or("none", |entry| entry.event.as_str());
                let mails: Vec<_> = decided.mails.iter().map(|mail| mail.content.kind().as_str()).collect();
                let also: Vec<_> = decided.also.iter().map(also_word).collect();
                let to = decided.next.status.kind();
                format!(
                    "{from:?} -> {to:?}  audit: {audit}  mails: [{}]  also: [{}]",
                    mails.join(", "),
                    also.join(", ")
                )
            }
        }
    };
    in_every_status().into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn also_word(also: &Also) -> &'static str {
    match also {
        Also::CreateAccount { .. } => "create account",
        Also::ReplaceAccount { .. } => "replace account",
        Also::CreateLink { .. } => "create link",
        Also::RequireAccount { .. } => "require account",
        Also::RequireMail { .. } => "require mail",
        Also::CancelMail { .. } => "cancel mail",
    }
}

fn account(rights: &[Right]) -> Account {
    let form = submitted().form;
    Account {
        login_id: LoginId::parse("old12345").unwrap(),
        institution_name: form.institution_name.as_str().into(),
        prefecture: form.prefecture,
        institution_kind: form.institution_kind,
        keys: crate::domain::account::institution_keys(&form),
        email: form.email,
        rights: rights.iter().copied().collect(),
        password: None,
        epoch: 1,
        failures: Usage::default(),
        application: None,
        mails: Vec::new(),
        created_at: *NOON,
        version: 7,
    }
}

fn advance_mail(events: &[EventKind]) -> Mail {
    let mut mail = Mail {
        id: mail_id(1),
        application: Some(submitted().number),
        to: submitted().form.email,
        content: crate::domain::mail::MailContent::AdvanceNotice {
            institution_name: "若草山病院".into(),
            contact_name: "田中 花子".into(),
        },
        created_at: *NOON,
        outbox: Outbox::Sent { tries: 1, message_id: Some("ses".into()), at: *NOON },
        events: crate::domain::delivery::EventSet::default(),
        version: 3,
    };
    for kind in events {
        mail.events.insert(DeliveryEvent::new(kind.clone(), *NOON, Some(1), "ses".into()));
    }
    mail
}

fn announce(advance: Mail, existing: Option<Account>) -> Announce {
    Announce {
        advance,
        existing,
        login_id: LoginId::parse("new12345").unwrap(),
        mail: mail_id(9),
        link_hash: "hash".into(),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    }
}

fn delivered() -> EventKind {
    EventKind::Delivery { smtp_response: None }
}

fn bounced() -> EventKind {
    EventKind::Bounce {
        bounce_type: crate::domain::delivery::BounceType::Permanent,
        sub_type: crate::domain::delivery::BounceSubType::General,
        recipients: Vec::new(),
        feedback_id: None,
    }
}

#[test]
fn approve_from_every_status() {
    let approve = |application: Application| {
        application.approve(Approve, &nara_medical(), *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(approve), @r"
    Submitted -> Approved  audit: approved  mails: []  also: []
    Approved -> refused: not under review: Approved
    Issuing -> refused: not under review: Issuing
    Issued -> refused: not under review: Issued
    AlreadyEntitled -> refused: not under review: AlreadyEntitled
    Rejected -> refused: not under review: Rejected
    Returned -> refused: not under review: Returned
    Withdrawn -> refused: not under review: Withdrawn
    ");
}

#[test]
fn reject_from_every_status() {
    let reject = |application: Application| {
        let command = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: mail_id(9) };
        application.reject(command, &nara_medical(), *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(reject), @r"
    Submitted -> Rejected  audit: rejected  mails: [rejection]  also: []
    Approved -> refused: not under review: Approved
    Issuing -> refused: not under review: Issuing
    Issued -> refused: not under review: Issued
    AlreadyEntitled -> refused: not under review: AlreadyEntitled
    Rejected -> refused: not under review: Rejected
    Returned -> refused: not under review: Returned
    Withdrawn -> refused: not under review: Withdrawn
    ");
}

#[test]
fn issue_without_an_account_from_every_status() {
    let issue = |application: Application| {
        let command = Issue {
            existing: None,
            mail: mail_id(9),
            notify_already_entitled: true,
            freezes: FreezeWindows::default(),
        };
        application.issue(command, *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(issue), @r"
    Submitted -> refused: not approved: Submitted
    Approved -> Issuing  audit: advance-notice-written  mails: [advance-notice]  also: []
    Issuing -> refused: not approved: Issuing
    Issued -> refused: not approved: Issued
    AlreadyEntitled -> refused: not approved: AlreadyEntitled
    Rejected -> refused: not approved: Rejected
    Returned -> refused: not approved: Returned
    Withdrawn -> refused: not approved: Withdrawn
    ");
}

#[test]
fn the_case_matrix_of_an_approved_application() {
    let outcome = |existing: Option<Account>, notify: bool| {
        let approved = Application { status: Status::Approved, ..submitted() };
        let command = Issue {
            existing,
            mail: mail_id(9),
            notify_already_entitled: notify,
            freezes: FreezeWindows::default(),
        };
        let decided = approved.issue(command, *NOON).unwrap();
        let mails: Vec<_> = decided.mails.iter().map(|mail| mail.content.kind().as_str()).collect();
        let also: Vec<_> = decided.also.iter().map(also_word).collect();
        format!("{:?} {mails:?} {also:?}", decided.next.status.kind())
    };
    assert_snapshot!(outcome(None, true), @r#"Issuing ["advance-notice"] []"#);
    assert_snapshot!(outcome(Some(account(&[])), true), @r#"Issued ["existing-account-notice"] ["replace account"]"#);
    assert_snapshot!(outcome(Some(account(&[Right::PharmacyInformation])), true), @r#"Issued ["existing-account-notice"] ["replace account"]"#);
    assert_snapshot!(outcome(Some(account(&[Right::MedicalInformation])), true), @r#"AlreadyEntitled ["already-entitled-note"] ["require account"]"#);
    assert_snapshot!(outcome(Some(account(&[Right::MedicalInformation])), false), @r#"AlreadyEntitled [] ["require account"]"#);
}

#[test]
fn announce_from_every_status() {
    let announce = |application: Application| {
        let command = announce(advance_mail(&[delivered()]), None);
        application.announce(command, *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(announce), @r"
    Submitted -> refused: not waiting for the login notice: Submitted
    Approved -> refused: not waiting for the login notice: Approved
    Issuing -> Issued  audit: account-created  mails: [login-notice]  also: [create account, require mail]
    Issued -> refused: not waiting for the login notice: Issued
    AlreadyEntitled -> refused: not waiting for the login notice: AlreadyEntitled
    Rejected -> refused: not waiting for the login notice: Rejected
    Returned -> refused: not waiting for the login notice: Returned
    Withdrawn -> refused: not waiting for the login notice: Withdrawn
    ");
}

#[test]
fn no_login_notice_leaves_without_a_delivered_advance_notice() {
    let issuing = |announce_at| {
        let outcome = AdvanceOutcome::Delivered { announce_at };
        Application { status: Status::Issuing { advance: mail_id(1), outcome }, ..submitted() }
    };
    let later = *NOON + SignedDuration::from_secs(1);
    let early = issuing(later).announce(announce(advance_mail(&[delivered()]), None), *NOON);
    assert_eq!(early, Err(AnnounceError::TooEarly { announce_at: later }));
    let silent = issuing(*NOON).announce(announce(advance_mail(&[]), None), *NOON);
    assert_eq!(silent, Err(AnnounceError::NotDelivered));
    let failed = issuing(*NOON).announce(announce(advance_mail(&[delivered(), bounced()]), None), *NOON);
    assert_eq!(
        failed,
        Err(AnnounceError::NotDelivered),
        "a bounce after its delivery, not yet told to the application"
    );
}

#[test]
fn an_account_that_appeared_while_the_advance_notice_was_under_way_is_used() {
    let issuing = in_every_status().remove(2);
    let decided =
        issuing.announce(announce(advance_mail(&[delivered()]), Some(account(&[]))), *NOON).unwrap();
    let also: Vec<_> = decided.also.iter().map(also_word).collect();
    assert_eq!(also, ["replace account", "require mail"]);
}

#[test]
fn a_delivered_advance_notice_waits_for_the_next_business_day() {
    let awaited = Status::Issuing { advance: mail_id(1), outcome: AdvanceOutcome::Awaited };
    let issuing = Application { status: awaited, ..submitted() };
    let fate = NoticeFate::Delivered { at: *NOON };
    let decided = issuing.learn_fate(&mail_id(1), fate, *NOON).unwrap().unwrap();
    let monday: Timestamp = "2027-01-25T00:00:00+09:00".parse().unwrap();
    let outcome = AdvanceOutcome::Delivered { announce_at: monday };
    assert_eq!(decided.next.status, Status::Issuing { advance: mail_id(1), outcome });
    assert_eq!(decided.next.status.work(*NOON), Some((Queue::Announce, monday)));
    assert_eq!(decided.next.clone().learn_fate(&mail_id(1), fate, *NOON), Ok(None), "the same event again");
    let bounced = decided.next.learn_fate(&mail_id(1), NoticeFate::Undeliverable, *NOON).unwrap().unwrap();
    assert_eq!(
        bounced.next.status.work(*NOON),
        Some((Queue::Undeliverable, *NOON)),
        "a bounce stops the login notice, also after the delivery"
    );
}

#[test]
fn the_fate_of_another_mail_moves_nothing() {
    for application in in_every_status() {
        for fate in [NoticeFate::Delivered { at: *NOON }, NoticeFate::Undeliverable] {
            assert_eq!(application.clone().learn_fate(&mail_id(77), fate, *NOON), Ok(None));
        }
    }
}

#[test]
fn a_bounce_of_the_advance_notice_after_the_case_is_closed_is_read_in_the_history() {
    for mut closed in in_every_status().into_iter().skip(3) {
        let written = AuditEvent::AdvanceNoticeWritten { mail: mail_id(7) };
        closed.history.push(AuditEntry { at: *NOON, event: written });
        let delivered = NoticeFate::Delivered { at: *NOON };
        assert_eq!(closed.clone().learn_fate(&mail_id(7), delivered, *NOON), Ok(None));
        let status = closed.status.clone();
        let late = closed.learn_fate(&mail_id(7), NoticeFate::Undeliverable, *NOON).unwrap().unwrap();
        assert_eq!(late.next.status, status, "nothing moves");
        assert_eq!(late.next.history.last().unwrap().event.as_str(), "advance-notice-undeliverable");
        assert_eq!(late.next.learn_fate(&mail_id(7), NoticeFate::Undeliverable, *NOON), Ok(None), "once");
    }
}

#[test]
fn the_fate_of_the_login_notice_is_noted_once_and_a_late_bounce_is_heard() {
    let issued = in_every_status().remove(3);
    let delivered = NoticeFate::Delivered { at: *NOON };
    let decided = issued.learn_fate(&mail_id(2), delivered, *NOON).unwrap().unwrap();
    assert_eq!(decided.next.clone().learn_fate(&mail_id(2), delivered, *NOON), Ok(None));
    let late = decided.next.learn_fate(&mail_id(2), NoticeFate::Undeliverable, *NOON).unwrap().unwrap();
    assert_eq!(late.next.history.last().unwrap().event.as_str(), "notice-undeliverable");
    assert_eq!(late.next.learn_fate(&mail_id(2), NoticeFate::Undeliverable, *NOON), Ok(None));
}

#[test]
fn another_prefecture_sees_nothing_and_decides_nothing() {
    for application in in_every_status() {
        assert!(!application.is_visible_to(osaka_medical().desk));
        let refused = application.approve(Approve, &osaka_medical(), *NOON);
        assert_eq!(refused, Err(ReviewError::NotOfThisDesk));
    }
}

#[test]
fn the_second_officer_is_told_who_decided() {
    let decided = submitted().approve(Approve, &nara_medical(), *NOON).unwrap();
    let command = Reject { reason: RejectionReason::Other, note: String::new(), mail: mail_id(9) };
    let Err(ReviewError::NotUnderReview { status, last }) =
        decided.next.reject(command, &nara_medical(), *NOON)
    else {
        panic!("decided twice")
    };
    assert_eq!(status, StatusKind::Approved);
    assert_eq!(last.unwrap().event.as_str(), "approved");
}

#[test]
fn a_flag_is_set_exactly_from_21_days_on_and_once_a_reason() {
    let application = submitted();
    let due = *NOON + STUCK_AFTER;
    assert_eq!(application.flag_due_at(), Some(due));
    assert_eq!(application.clone().flag(due - SignedDuration::from_millis(1)), None);
    let first = application.flag(due).unwrap().next;
    let second = first.flag(due).unwrap().next;
    assert!(second.flags.in_state.is_some() && second.flags.since_submission.is_some());
    assert_eq!(second.flag_due_at(), None);
    assert_eq!(second.clone().flag(due), None);
    let moved = second.approve(Approve, &nara_medical(), due).unwrap().next;
    assert_eq!(moved.flags.in_state, None, "movement clears the state's flag");
    assert!(moved.flags.since_submission.is_some(), "and leaves the submission's");
    assert_eq!(moved.flag_due_at(), Some(due + STUCK_AFTER));
}

#[test]
fn delivery_clears_both_flags() {
    let flagged = Flags { in_state: None, since_submission: Some(*NOON) };
    let issued = Application { flags: flagged, ..in_every_status().remove(3) };
    let decided =
        issued.learn_fate(&mail_id(2), NoticeFate::Delivered { at: *NOON }, *NOON).unwrap().unwrap();
    assert_eq!(decided.next.flags, Flags::default());
    assert_eq!(decided.next.flag_due_at(), None);
}
