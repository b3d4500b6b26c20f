//! Every state of the outbox and every kind of mail reads back; what is due is found in its order.

use jiff::{SignedDuration, civil::date};
use shared::{
    domain::{
        account::Right,
        application::{
            Application, Approve, FlagReason, RejectionReason, StatusKind,
            samples::{NOON, nara_hospital_input, nara_medical},
        },
        desk::StuckCase,
        form::{EMAIL, STREET},
        ids::{ApplicationNumber, LoginId, StaffId},
        mail::{ChangeStage, CodePurpose, Mail, MailContent, MailKind, NewMail},
        outbox::{ClaimId, Outbox, SendOutcome},
        prefecture::{Desk, Prefecture, PrefectureDesk},
        session::Progress,
    },
    store::CommitError,
};

use crate::bench::{Bench, later};

fn contents() -> Vec<MailContent> {
    let login_id = LoginId::parse("abcd2345").expect("a login ID");
    let (institution_name, contact_name) = ("若草山病院".to_owned(), "田中 花子".to_owned());
    let link_valid_until = *NOON;
    let change = |stage| MailContent::ChangeRequest { institution_name: institution_name.clone(), stage };
    vec![
        MailContent::Code { purpose: CodePurpose::Apply, valid_until: *NOON },
        MailContent::Code { purpose: CodePurpose::Track, valid_until: *NOON },
        MailContent::Code { purpose: CodePurpose::Address, valid_until: *NOON },
        MailContent::Code { purpose: CodePurpose::Change, valid_until: *NOON },
        MailContent::Receipt {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
        },
        MailContent::Rejection {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
            reason: RejectionReason::IncompleteEntry,
            note: "不備\nがあります".into(),
        },
        MailContent::AdvanceNotice {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
        },
        MailContent::LoginNotice {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
            login_id: login_id.clone(),
            link_valid_until,
        },
        MailContent::ExistingAccountNotice {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
            login_id: login_id.clone(),
            right: Right::MedicalInformation,
        },
        MailContent::AlreadyEntitledNote {
            institution_name: institution_name.clone(),
            login_id: login_id.clone(),
            right: Right::PharmacyInformation,
        },
        MailContent::PasswordReset { login_id: login_id.clone(), link_valid_until },
        MailContent::StaffInvitation {
            name: "奈良 太郎".into(),
            staff_id: StaffId::parse("nara-iryo").expect("a staff id"),
            role: "奈良県 医療担当".into(),
            link_valid_until,
        },
        MailContent::Returned {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
            fields: vec![STREET, EMAIL],
            note: "番地\nをご確認ください".into(),
            due_on: date(2027, 1, 29),
        },
        MailContent::Withdrawn {
            institution_name: institution_name.clone(),
            contact_name: contact_name.clone(),
        },
        MailContent::AddressChanged { institution_name: institution_name.clone(), contact_name },
        MailContent::StaffPasswordReset {
            name: "奈良 太郎".into(),
            staff_id: StaffId::parse("nara-iryo").expect("a staff id"),
            link_valid_until,
        },
        MailContent::StuckDigest {
            desk: PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Pharmacy },
            total: 1_000,
            is_all: false,
            new: 1,
            cases: vec![StuckCase {
                number: ApplicationNumber::new(1750).expect("a number"),
                status: StatusKind::Issued,
                reason: FlagReason::SinceSubmission,
                since: date(2027, 1, 5),
                is_new: true,
            }],
        },
        MailContent::LoginIdReminder {
            institution_name: institution_name.clone(),
            login_id: login_id.clone(),
        },
        change(ChangeStage::Received),
        change(ChangeStage::Warning),
        change(ChangeStage::Refused {
            reason: "確認できませんでした。\nもう一度ご依頼ください。".into()
        }),
        change(ChangeStage::Completed { login_id: login_id.clone() }),
    ]
}

/// A stored mail with this content, by way of a submission that carries it instead of its receipt.
async fn stored(bench: &Bench, content: MailContent) -> Mail {
    let input = nara_hospital_input();
    let (application, receipt, session) = bench.submission(&input).await;
    assert!(matches!(session.progress, Progress::Submitted { .. }));
    let mail = NewMail { content, ..receipt };
    let expected = mail.clone().pending(*NOON);
    bench.store.commit_submission(&application, mail, &session).await.expect("a new application");
    let read = bench.mail(&expected.id).await;
    assert_eq!(read, expected);
    read
}

#[tokio::test]
async fn every_kind_of_mail_reads_back() {
    let bench = Bench::start(11).await;
    let mut kinds = Vec::new();
    for content in contents() {
        kinds.push(stored(&bench, content).await.kind());
    }
    kinds.dedup();
    assert_eq!(kinds, MailKind::ALL);
}

#[tokio::test]
async fn every_state_of_the_outbox_reads_back_and_only_open_ones_are_due() {
    let bench = Bench::start(12).await;
    let content = || contents().remove(5);
    let minute = SignedDuration::from_mins(1);
    let states = [
        Outbox::Pending { tries: 1, not_before: *NOON + minute },
        Outbox::Claimed { tries: 1, claim: ClaimId::from_random([7; 16]), lease_until: *NOON + minute * 2 },
        Outbox::Unknown { tries: 1, since: *NOON - minute },
        Outbox::Sent { tries: 1, message_id: Some("ses".into()), at: *NOON },
        Outbox::Sent { tries: 1, message_id: None, at: *NOON },
        Outbox::Failed { tries: 3, reason: "refused".into(), at: *NOON },
        Outbox::Cancelled { tries: 1, reason: "over".into(), at: *NOON },
    ];
    let mut open = Vec::new();
    for outbox in states {
        let mail = stored(&bench, content()).await;
        let next = bench.next_mail(mail.with_outbox(outbox)).await;
        open.extend(next.outbox.due_at().map(|due_at| (due_at, next.id)));
    }
    open.sort();
    let far = *NOON + SignedDuration::from_hours(24);
    let due = bench.store.list_due_mails(far, 100).await.expect("a list");
    let of_states: Vec<_> = due.into_iter().filter(|id| open.iter().any(|(_, one)| one == id)).collect();
    assert_eq!(of_states, open.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), "the longest due first");
}

#[tokio::test]
async fn of_many_claims_one_holds() {
    let bench = Bench::start(13).await;
    let mail = stored(&bench, contents().remove(5)).await;
    let mut claims = tokio::task::JoinSet::new();
    for worker in 0..64_u8 {
        let (store, mail) = (bench.store.clone(), mail.clone());
        claims.spawn(async move {
            let claimed =
                mail.outbox.claim(ClaimId::from_random([worker; 16]), *NOON).expect("pending as it was read");
            store.commit_mail(&mail.with_outbox(claimed)).await.is_ok()
        });
    }
    let held = claims.join_all().await.into_iter().filter(|held| *held).count();
    assert_eq!(held, 1);
}

#[tokio::test]
async fn what_a_decision_cancels_is_cancelled_with_it_or_nothing_is_written() {
    let bench = Bench::start(16).await;
    let submitted = bench.submitted().await;
    let mails = bench.store.list_mails_of(&submitted).await.expect("a list");
    let [receipt] = mails.as_slice() else { panic!("one receipt: {mails:?}") };
    let decided = |application: Application, mail: &Mail| {
        let approved = application.approve(Approve, &nara_medical(), *NOON).expect("under review");
        approved.cancelling([mail.clone()], "over")
    };

    let claimed = receipt.outbox.claim(ClaimId::from_random([1; 16]), *NOON).expect("pending");
    let claimed = bench.next_mail(receipt.clone().with_outbox(claimed)).await;
    let lost = bench.try_commit(decided(submitted.clone(), receipt)).await;
    assert!(matches!(lost, Err(CommitError::Lost("mail"))), "somebody took it meanwhile: {lost:?}");
    let unmoved = bench.store.load_application(submitted.number).await.expect("readable");
    assert_eq!(unmoved.as_ref(), Some(&submitted));

    bench.commit(decided(submitted, &claimed)).await;
    let cancelled = bench.mail(&receipt.id).await;
    assert_eq!(cancelled.outbox, Outbox::Cancelled { tries: 1, reason: "over".into(), at: *NOON });
    let due = bench.store.list_due_mails(later(1), 10).await.expect("a list");
    assert!(!due.contains(&receipt.id), "nobody sends it any more");
}

#[tokio::test]
async fn an_answer_after_the_first_event_completes_the_record() {
    let bench = Bench::start(14).await;
    let mail = stored(&bench, contents().remove(5)).await;
    let sent = bench.deliver(&mail.id).await;
    assert!(matches!(&sent.outbox, Outbox::Sent { message_id: None, .. }), "proven by its event");
    let outcome = SendOutcome::Accepted { message_id: "ses-1".into() };
    let claim = ClaimId::from_random([1; 16]);
    let answered = sent.outbox.answered(&claim, &outcome, sent.kind(), *NOON).expect("the id was missing");
    bench.next_mail(sent.with_outbox(answered)).await;
}

#[tokio::test]
async fn an_accepted_mail_is_found_by_its_message_id_and_no_other() {
    let bench = Bench::start(15).await;
    assert_eq!(bench.store.find_mail_by_message("ses-7").await.expect("an answer"), None);
    let mut ids = Vec::new();
    for message_id in [Some("ses-7"), Some("ses-8"), None] {
        let mail = stored(&bench, contents().remove(5)).await;
        let message_id = message_id.map(str::to_owned);
        let sent = Outbox::Sent { tries: 1, message_id, at: *NOON };
        ids.push(bench.next_mail(mail.with_outbox(sent)).await.id);
    }
    for (message_id, id) in ["ses-7", "ses-8"].into_iter().zip(&ids) {
        let found = bench.store.find_mail_by_message(message_id).await.expect("an answer");
        assert_eq!(found.as_ref(), Some(id));
    }
    assert_eq!(bench.store.find_mail_by_message("ses-9").await.expect("an answer"), None);
}
