//! Work that waits: held by the secretariat, or frozen. It is refused now, and nothing of it is lost.

use jiff::{SignedDuration, Timestamp};

use super::{
    samples::{NOON, in_every_status, mail_id, nara_medical, secretary, submitted},
    *,
};
use crate::domain::settings::{FreezeWindow, FreezeWindows, PublicText};

fn reason() -> HoldReason {
    HoldReason::parse("重複の確認中").unwrap()
}

fn issue(freezes: FreezeWindows) -> Issue {
    Issue { existing: None, mail: mail_id(9), notify_already_entitled: true, freezes }
}

fn frozen(from: Timestamp, until: Timestamp) -> FreezeWindows {
    FreezeWindows(vec![FreezeWindow { id: 1, from, until, text: PublicText::parse("停止").unwrap() }])
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[test]
fn only_what_is_to_be_issued_can_be_held() {
    let outcomes: Vec<String> = in_every_status()
        .into_iter()
        .map(|application| {
            let status = application.status.kind();
            match application.hold(reason(), &secretary(), *NOON) {
                Ok(decided) => {
                    assert_eq!((decided.was.status, decided.was.version), (status, 1));
                    assert_eq!(decided.next.status.kind(), status);
                    assert_eq!(decided.next.work(), Some((Queue::Held, *NOON)));
                    format!("{status:?} -> held  audit: {}", decided.next.history[1].event.as_str())
                }
                Err(error) => format!("{status:?} -> refused: {error}"),
            }
        })
        .collect();
    insta::assert_snapshot!(outcomes.join("\n"), @r"
    Submitted -> refused: nothing to hold: Submitted
    Approved -> held  audit: held
    Issuing -> held  audit: held
    Issued -> refused: nothing to hold: Issued
    AlreadyEntitled -> refused: nothing to hold: AlreadyEntitled
    Rejected -> refused: nothing to hold: Rejected
    Returned -> refused: nothing to hold: Returned
    Withdrawn -> refused: nothing to hold: Withdrawn
    ");
}

#[test]
fn held_work_is_not_issued_and_a_release_gives_it_back() {
    let approved = Application { status: Status::Approved, ..submitted() };
    let held = approved.hold(reason(), &secretary(), *NOON).unwrap().next;
    let by_name = secretary().name;
    assert_eq!(
        held.clone().hold(reason(), &secretary(), *NOON),
        Err(HoldError::HeldAlready { by_name, at: *NOON })
    );
    assert_eq!(held.clone().issue(issue(FreezeWindows::default()), *NOON), Err(IssueError::Held));
    let released = held.release(&secretary(), *NOON + seconds(1)).unwrap().next;
    assert_eq!(released.work(), Some((Queue::Issue, released.entered_at)));
    assert_eq!(released.clone().release(&secretary(), *NOON), Err(HoldError::NotHeld));
    let issued = released.issue(issue(FreezeWindows::default()), *NOON + seconds(2)).unwrap();
    assert_eq!(issued.next.status.kind(), StatusKind::Issuing);
}

#[test]
fn a_hold_stays_while_the_fate_of_the_advance_notice_comes_in_and_ends_with_the_issuing() {
    let mail = mail_id(1);
    let awaited = Status::Issuing { advance: mail.clone(), outcome: AdvanceOutcome::Awaited };
    let issuing = Application { status: awaited, ..submitted() };
    let held = issuing.hold(reason(), &secretary(), *NOON).unwrap().next;
    let fate = NoticeFate::Delivered { at: *NOON };
    let delivered = held.learn_fate(&mail, fate, *NOON).unwrap().unwrap().next;
    assert_eq!(delivered.work(), Some((Queue::Held, *NOON)));
    let issued = Status::Issued {
        login_id: crate::domain::ids::LoginId::parse("nara1234").unwrap(),
        notice: mail_id(2),
        delivered_at: None,
        password_set_at: None,
    };
    let moved = delivered.moved(issued, AuditEvent::PasswordSet, *NOON).next;
    assert_eq!((moved.hold.clone(), moved.work()), (None, None));
}

#[test]
fn an_approval_one_second_before_a_freeze_waits_for_its_end() {
    let freezes = frozen(*NOON, *NOON + seconds(3600));
    let approved = submitted().approve(Approve, &nara_medical(), *NOON - seconds(1)).unwrap().next;
    let at = |moment: Timestamp| {
        let issued = approved.clone().issue(issue(freezes.clone()), moment);
        issued.map(|decided| decided.next.status.kind())
    };
    let until = *NOON + seconds(3600);
    assert_eq!(at(*NOON - seconds(1)), Ok(StatusKind::Issuing), "before the freeze");
    assert_eq!(at(*NOON), Err(IssueError::Frozen { until }));
    assert_eq!(at(until - seconds(1)), Err(IssueError::Frozen { until }));
    assert_eq!(at(until), Ok(StatusKind::Issuing));
    let due = approved.work().map(|(queue, since)| (queue, since < until));
    assert_eq!(due, Some((Queue::Issue, true)), "the schedule finds it after the freeze");
}
