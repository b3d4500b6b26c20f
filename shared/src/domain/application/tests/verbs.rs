//! The applicant's verbs and the desk's return, from every state.

use jiff::civil::date;

use super::*;
use crate::domain::{
    account::{LinkRefused, samples::account as samples_account},
    application::samples::form_of,
    form::{INSTITUTION_CODE, STREET},
    ids::StaffId,
    mail::MailKind,
    prefecture::{Desk, Prefecture, PrefectureDesk},
    settings::FreezeWindows,
};

fn new_link() -> NewLink {
    NewLink { mail: mail_id(9), hash: "new".into() }
}

/// The account that ② of the sample belongs to: no password yet.
fn waiting_account() -> Account {
    let number = submitted().number;
    Account { password: None, application: Some(number), ..samples_account() }
}

fn new_address() -> EmailAddress {
    EmailAddress::parse("soumu@wakakusa.example.jp").unwrap()
}

fn return_it() -> ReturnForCorrection {
    ReturnForCorrection {
        fields: vec![INSTITUTION_CODE, STREET],
        note: "番地をご確認ください。".into(),
        due_on: correction_due_on(5, *NOON).unwrap(),
        mail: mail_id(9),
    }
}

fn corrected(change: impl FnOnce(&mut crate::domain::form::FormInput)) -> Resubmit {
    let mut input = submitted().form.to_input();
    change(&mut input);
    Resubmit { form: form_of(&input), terms_version: "2026-12".into(), agreed_at: *NOON }
}

fn prove(account: Option<Account>) -> ProveAddress {
    ProveAddress {
        email: new_address(),
        by: AddressBy::Applicant,
        account,
        new: new_link(),
        mails: Vec::new(),
    }
}

fn resend(by: Requester, account: Option<Account>) -> ResendNotice {
    ResendNotice { by, account, new: new_link() }
}

fn secretariat() -> Requester {
    Requester::Secretariat { id: StaffId::parse("jimukyoku").unwrap(), name: "事務 花子".into() }
}

#[test]
fn return_from_every_status() {
    let returned = |application: Application| {
        application
            .return_for_correction(return_it(), &nara_medical(), *NOON)
            .map_err(|error| error.to_string())
    };
    assert_snapshot!(table(returned), @r"
    Submitted -> Returned  audit: returned  mails: [returned]  also: []
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
fn resubmit_from_every_status() {
    let resubmitted = |application: Application| {
        application
            .resubmit(corrected(|input| input.street = "登大路町31".into()), *NOON)
            .map_err(|error| error.to_string())
    };
    assert_snapshot!(table(resubmitted), @r"
    Submitted -> refused: not returned: Submitted
    Approved -> refused: not returned: Approved
    Issuing -> refused: not returned: Issuing
    Issued -> refused: not returned: Issued
    AlreadyEntitled -> refused: not returned: AlreadyEntitled
    Rejected -> refused: not returned: Rejected
    Returned -> Submitted  audit: resubmitted  mails: []  also: []
    Withdrawn -> refused: not returned: Withdrawn
    ");
}

#[test]
fn withdraw_from_every_status() {
    let withdrawn = |application: Application| {
        let waiting = Mail { outbox: Outbox::due(*NOON), ..advance_mail(&[]) };
        let command = Withdraw { notice: mail_id(9), mails: vec![waiting, advance_mail(&[])] };
        application.withdraw(command, *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(withdrawn), @r"
    Submitted -> Withdrawn  audit: withdrawn  mails: [withdrawn]  also: [cancel mail]
    Approved -> Withdrawn  audit: withdrawn  mails: [withdrawn]  also: [cancel mail]
    Issuing -> Withdrawn  audit: withdrawn  mails: [withdrawn]  also: [cancel mail]
    Issued -> refused: not open any more: Issued
    AlreadyEntitled -> refused: not open any more: AlreadyEntitled
    Rejected -> refused: not open any more: Rejected
    Returned -> Withdrawn  audit: withdrawn  mails: [withdrawn]  also: [cancel mail]
    Withdrawn -> refused: not open any more: Withdrawn
    ");
}

#[test]
fn prove_an_address_from_every_status() {
    let proven = |application: Application| {
        application.prove_address(prove(Some(waiting_account())), *NOON).map_err(|error| error.to_string())
    };
    assert_snapshot!(table(proven), @r"
    Submitted -> Submitted  audit: address-proven  mails: [address-changed]  also: []
    Approved -> Approved  audit: address-proven  mails: [address-changed]  also: []
    Issuing -> Issuing  audit: address-proven  mails: [advance-notice]  also: []
    Issued -> Issued  audit: address-proven  mails: [login-notice]  also: [replace account, create link]
    AlreadyEntitled -> refused: not open any more: AlreadyEntitled
    Rejected -> refused: not open any more: Rejected
    Returned -> Returned  audit: address-proven  mails: [address-changed]  also: []
    Withdrawn -> refused: not open any more: Withdrawn
    ");
}

#[test]
fn resend_from_every_status() {
    let by = |who: Requester| {
        move |application: Application| {
            let account = Some(waiting_account());
            application.resend_notice(resend(who.clone(), account), *NOON).map_err(|error| error.to_string())
        }
    };
    assert_snapshot!(table(by(Requester::Applicant)), @r"
    Submitted -> refused: no notice to send again: Submitted
    Approved -> refused: no notice to send again: Approved
    Issuing -> refused: the advance notice is the secretariat's to send again
    Issued -> Issued  audit: notice-resent  mails: [login-notice]  also: [require account, create link]
    AlreadyEntitled -> refused: no notice to send again: AlreadyEntitled
    Rejected -> refused: no notice to send again: Rejected
    Returned -> refused: no notice to send again: Returned
    Withdrawn -> refused: no notice to send again: Withdrawn
    ");
    assert_snapshot!(table(by(secretariat())), @r"
    Submitted -> refused: no notice to send again: Submitted
    Approved -> refused: no notice to send again: Approved
    Issuing -> Issuing  audit: notice-resent  mails: [advance-notice]  also: []
    Issued -> Issued  audit: notice-resent  mails: [login-notice]  also: [require account, create link]
    AlreadyEntitled -> refused: no notice to send again: AlreadyEntitled
    Rejected -> refused: no notice to send again: Rejected
    Returned -> refused: no notice to send again: Returned
    Withdrawn -> refused: no notice to send again: Withdrawn
    ");
}

#[test]
fn a_correction_has_business_days_and_its_own_words() {
    // Friday, 22 January 2027, and five business days on.
    let decided = submitted().return_for_correction(return_it(), &nara_medical(), *NOON).unwrap();
    let Status::Returned { fields, note, due_on, notice } = &decided.next.status else { panic!("returned") };
    assert_eq!(
        (fields.as_slice(), note.as_str()),
        (&[INSTITUTION_CODE, STREET][..], "番地をご確認ください。")
    );
    assert_eq!((*due_on, notice), (date(2027, 1, 29), &mail_id(9)));
    assert_eq!(decided.mails[0].to, submitted().form.email);
    assert!(decided.next.flag_due_at() == Some(*NOON + STUCK_AFTER), "差戻し中 waits, too");
}

#[test]
fn a_correction_for_another_prefecture_moves_to_its_desk_and_out_of_sight_of_the_first() {
    let returned = || submitted().return_for_correction(return_it(), &nara_medical(), *NOON).unwrap().next;
    let stays =
        returned().resubmit(corrected(|input| input.street = "登大路町31".into()), *NOON).unwrap().next;
    assert_eq!(stays.history.last().unwrap().event, AuditEvent::Resubmitted { moved_from: None });
    assert!(stays.is_visible_to(nara_medical().desk));
    assert_eq!((stays.number, stays.submitted_at), (submitted().number, submitted().submitted_at));
    assert_eq!(stays.terms_version, "2026-12");

    let moved =
        returned().resubmit(corrected(|input| input.prefecture = "大阪府".into()), *NOON).unwrap().next;
    let nara = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };
    assert_eq!(moved.history.last().unwrap().event, AuditEvent::Resubmitted { moved_from: Some(nara) });
    assert!(!moved.is_visible_to(nara_medical().desk) && moved.is_visible_to(osaka_medical().desk));
    assert_eq!(moved.desk_of_entry(1), nara, "the return was Nara's");
    let approved = moved.approve(Approve, &osaka_medical(), *NOON).unwrap().next;
    let osaka = PrefectureDesk { prefecture: Prefecture::Osaka, desk: Desk::Medical };
    assert_eq!((approved.desk_of_entry(2), approved.desk_of_entry(3)), (nara, osaka));
}

#[test]
fn a_correction_of_another_address_is_refused() {
    let returned = in_every_status().remove(6);
    let other = corrected(|input| input.email = "soumu@wakakusa.example.jp".into());
    assert_eq!(returned.resubmit(other, *NOON), Err(ResubmitError::OtherAddress));
}

#[test]
fn whoever_comes_late_is_told_what_happened() {
    let approved = submitted().approve(Approve, &nara_medical(), *NOON).unwrap().next;
    let command = || Withdraw { notice: mail_id(9), mails: Vec::new() };
    let withdrawn = approved.withdraw(command(), *NOON).unwrap().next;
    let refused = withdrawn.clone().withdraw(command(), *NOON).unwrap_err();
    assert_eq!(refused.last.unwrap().event, AuditEvent::Withdrawn);
    let Err(ReviewError::NotUnderReview { status, last }) =
        withdrawn.approve(Approve, &nara_medical(), *NOON)
    else {
        panic!("decided after the withdrawal")
    };
    assert_eq!((status, last.unwrap().event), (StatusKind::Withdrawn, AuditEvent::Withdrawn));
    let returned = submitted().return_for_correction(return_it(), &nara_medical(), *NOON).unwrap().next;
    let Err(ReviewError::NotUnderReview { last, .. }) = returned.approve(Approve, &nara_medical(), *NOON)
    else {
        panic!("approved while the applicant corrects")
    };
    assert_eq!(last.unwrap().event.as_str(), "returned");
}

#[test]
fn after_a_new_address_the_login_notice_waits_for_a_delivery_there() {
    let issuing = in_every_status().remove(2);
    let proven = issuing.prove_address(prove(None), *NOON).unwrap().next;
    let awaited = Status::Issuing { advance: mail_id(9), outcome: AdvanceOutcome::Awaited };
    assert_eq!(proven.status, awaited);
    assert_eq!(proven.work().map(|(queue, _)| queue), Some(Queue::Awaited), "W2");
    let old = NoticeFate::Delivered { at: *NOON };
    assert_eq!(
        proven.clone().learn_fate(&mail_id(1), old, *NOON),
        Ok(None),
        "the old address counts no more"
    );
    let heard = proven.clone().learn_fate(&mail_id(9), old, *NOON).unwrap().unwrap().next;
    assert_eq!(heard.work().map(|(queue, _)| queue), Some(Queue::Announce));
    let bounced = proven.learn_fate(&mail_id(9), NoticeFate::Undeliverable, *NOON).unwrap().unwrap().next;
    assert_eq!(bounced.work().map(|(queue, _)| queue), Some(Queue::Undeliverable));
    assert_eq!(bounced.form.email, new_address());
}

#[test]
fn a_new_address_voids_the_link_that_went_to_the_old_one() {
    let issued = in_every_status().remove(3);
    let account = waiting_account();
    let (old, _) = account.new_link(NewLink { mail: mail_id(2), hash: "old".into() }, Some(&issued), *NOON);
    let decided = issued.prove_address(prove(Some(account)), *NOON).unwrap();
    let [Also::ReplaceAccount { account }, Also::CreateLink { link }] = &decided.also[..] else {
        panic!("account and link")
    };
    assert_eq!(account.email, new_address());
    assert_eq!(old.check(account, *NOON), Err(LinkRefused::AddressChanged));
    assert_eq!(link.check(account, *NOON), Ok(()));
    assert_eq!(decided.mails[0].to, new_address());
    assert_eq!(decided.next.address_epoch(), 1, "sessions of the old address end");
    let Status::Issued { notice, delivered_at, .. } = &decided.next.status else { panic!("issued") };
    assert_eq!((notice, delivered_at), (&mail_id(9), &None));
}

#[test]
fn an_account_of_before_keeps_its_address_and_gets_its_notice_again() {
    let issued = in_every_status().remove(3);
    let of_before = Account { application: None, ..samples_account() };
    let decided = issued.clone().prove_address(prove(Some(of_before.clone())), *NOON).unwrap();
    let words: Vec<_> = decided.also.iter().map(also_word).collect();
    assert_eq!(
        (decided.mails[0].content.kind(), words),
        (MailKind::ExistingAccountNotice, vec!["require account"])
    );
    let again = issued.resend_notice(resend(Requester::Applicant, Some(of_before)), *NOON).unwrap();
    assert_eq!(again.mails[0].content.kind(), MailKind::ExistingAccountNotice);
}

#[test]
fn from_the_password_on_neither_address_nor_notice_is_the_applications() {
    let mut issued = in_every_status().remove(3);
    let with_password = Account { password: Some(PasswordHash::from_phc("x")), ..waiting_account() };
    let raced = issued.clone().prove_address(prove(Some(with_password.clone())), *NOON);
    assert_eq!(raced, Err(ProveAddressError::PasswordSet));
    let raced = issued.clone().resend_notice(resend(Requester::Applicant, Some(with_password)), *NOON);
    assert_eq!(raced, Err(ResendError::PasswordSet));
    issued = issued.password_set(*NOON).unwrap().next;
    let late = issued.clone().prove_address(prove(Some(waiting_account())), *NOON);
    assert_eq!(late, Err(ProveAddressError::PasswordSet));
    let late = issued.resend_notice(resend(Requester::Applicant, Some(waiting_account())), *NOON);
    assert_eq!(late, Err(ResendError::PasswordSet));
}

#[test]
fn what_becomes_of_a_resent_notice_counts_and_of_the_one_before_does_not() {
    let issued = in_every_status().remove(3);
    let bounced = issued.learn_fate(&mail_id(2), NoticeFate::Undeliverable, *NOON).unwrap().unwrap().next;
    let again =
        bounced.resend_notice(resend(Requester::Applicant, Some(waiting_account())), *NOON).unwrap().next;
    assert_eq!(again.clone().learn_fate(&mail_id(2), NoticeFate::Undeliverable, *NOON), Ok(None));
    let heard =
        again.learn_fate(&mail_id(9), NoticeFate::Delivered { at: *NOON }, *NOON).unwrap().unwrap().next;
    let Status::Issued { notice, delivered_at, .. } = &heard.status else { panic!("issued") };
    assert_eq!((notice, delivered_at), (&mail_id(9), &Some(*NOON)));
}

#[test]
fn a_resent_advance_notice_that_comes_back_after_all_is_read_in_the_history() {
    let issuing = in_every_status().remove(2);
    let again = issuing.resend_notice(resend(secretariat(), None), *NOON).unwrap().next;
    let withdrawn = again.withdraw(Withdraw { notice: mail_id(8), mails: Vec::new() }, *NOON).unwrap().next;
    let late = withdrawn.learn_fate(&mail_id(9), NoticeFate::Undeliverable, *NOON).unwrap().unwrap().next;
    assert_eq!(late.status, Status::Withdrawn { notice: mail_id(8) });
    assert_eq!(late.history.last().unwrap().event.as_str(), "advance-notice-undeliverable");
}

#[test]
fn a_proxy_application_is_of_the_own_desk_and_gets_no_mail_before_the_advance_notice() {
    let command = || SubmitOnBehalf {
        number: submitted().number,
        form: submitted().form,
        terms_version: "2026-11".into(),
    };
    assert_eq!(submit_on_behalf(command(), &osaka_medical(), *NOON), Err(ReviewError::NotOfThisDesk));
    let filed = submit_on_behalf(command(), &nara_medical(), *NOON).unwrap();
    assert_eq!((filed.status.kind(), filed.address_is_proven()), (StatusKind::Submitted, false));
    let returned = filed.clone().return_for_correction(return_it(), &nara_medical(), *NOON);
    assert_eq!(returned, Err(ReviewError::AddressNotProven));
    let command = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: mail_id(9) };
    let rejected = filed.clone().reject(command, &nara_medical(), *NOON).unwrap();
    assert_eq!((rejected.mails, rejected.next.status), (Vec::new(), Status::Rejected { notice: None }), "M8");
    let approved = filed.approve(Approve, &nara_medical(), *NOON).unwrap().next;
    let issue = Issue {
        existing: None,
        mail: mail_id(1),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    };
    let issuing = approved.issue(issue, *NOON).unwrap().next;
    let heard =
        issuing.learn_fate(&mail_id(1), NoticeFate::Delivered { at: *NOON }, *NOON).unwrap().unwrap().next;
    assert!(heard.address_is_proven(), "by the advance notice");
}

#[test]
fn what_ended_without_an_account_may_be_applied_for_again() {
    let again: Vec<_> = in_every_status()
        .into_iter()
        .filter(Application::can_be_applied_again)
        .map(|application| application.status.kind())
        .collect();
    assert_eq!(again, [StatusKind::Rejected, StatusKind::Withdrawn]);
}

#[test]
fn the_existing_account_notice_of_a_proxy_application_goes_to_the_registered_address() {
    let email = new_address();
    let form = ApplicationForm { email: email.clone(), ..submitted().form };
    let command = SubmitOnBehalf { number: submitted().number, form, terms_version: "2026-11".into() };
    let filed = submit_on_behalf(command, &nara_medical(), *NOON).unwrap();
    let approved = filed.approve(Approve, &nara_medical(), *NOON).unwrap().next;
    let account = Account { rights: [].into(), ..samples_account() };
    let issue = Issue {
        existing: Some(account.clone()),
        mail: mail_id(8),
        notify_already_entitled: false,
        freezes: FreezeWindows::default(),
    };
    let issued = approved.issue(issue, *NOON).unwrap();
    let to = |decided: &Decided| decided.mails[0].to.clone();
    assert_eq!(to(&issued), account.email, "nobody has proven the other one, and the mail names a login ID");
    let again = issued.next.clone().resend_notice(resend(secretariat(), Some(account.clone())), *NOON);
    assert_eq!(to(&again.unwrap()), account.email);
    let proven = issued.next.prove_address(prove(Some(account)), *NOON).unwrap();
    assert_eq!(to(&proven), email);
}
