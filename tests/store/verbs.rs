//! What the applicant's verbs and the desk's return write is read back as it was decided.

use shared::{
    domain::{
        account::{LinkRefused, NewLink},
        application::{
            AddressBy, Application, ProveAddress, Requester, ResendNotice, Resubmit, ReturnForCorrection,
            Status, StatusKind, SubmitOnBehalf, Withdraw, correction_due_on,
            samples::{NOON, form_of, nara_hospital_input, nara_medical},
            submit_on_behalf,
        },
        contact::EmailAddress,
        desk::Tab,
        form::{EMAIL, FormInput, STREET},
        ids::StaffId,
        mail::Fate,
        prefecture::{Desk, Prefecture, PrefectureDesk},
        session::{ApplicantSession, Progress, Task},
    },
    store::{CommitError, DeskList},
};

use crate::bench::{Bench, announced, later, waiting_for_2};

async fn returned(bench: &Bench) -> Application {
    let command = ReturnForCorrection {
        fields: vec![STREET, EMAIL],
        note: "番地を\nご確認ください。".into(),
        due_on: correction_due_on(5, *NOON).expect("a calendar"),
        mail: bench.mail_id(),
    };
    let submitted = bench.submitted().await;
    bench
        .commit(submitted.return_for_correction(command, &nara_medical(), *NOON).expect("under review"))
        .await
}

fn correction(change: impl FnOnce(&mut FormInput)) -> Resubmit {
    let mut input = nara_hospital_input();
    change(&mut input);
    Resubmit { form: form_of(&input), terms_version: "2".into(), agreed_at: later(1) }
}

async fn desk_holds(bench: &Bench, prefecture: Prefecture, application: &Application) -> bool {
    let desk = PrefectureDesk { prefecture, desk: Desk::Medical };
    let list = DeskList::of(desk, Tab::of(application.status.kind()));
    let page = bench.store.list_desk(&list, None, 50).await.expect("a list");
    page.applications.iter().any(|listed| listed.number == application.number)
}

#[tokio::test]
async fn a_correction_is_handed_in_once_and_moves_to_its_desk() {
    let bench = Bench::start(41).await;
    let returned = returned(&bench).await;
    let begun = ApplicantSession::correct("corrects".into(), &returned, *NOON);
    bench.store.commit_applicant(&begun).await.expect("a new session");
    let read = bench.store.load_applicant("corrects", *NOON).await.expect("readable");
    assert_eq!(read.as_ref(), Some(&begun));
    assert_eq!(begun.task, Task::Correct { number: returned.number });

    let decided =
        returned.resubmit(correction(|input| input.prefecture = "大阪府".into()), *NOON).expect("returned");
    let number = decided.next.number;
    let session = begun.moved_on(FormInput::default(), Progress::Submitted { number });
    bench.store.commit_resubmission(&decided, &session).await.expect("nobody was faster");
    let again = bench.store.commit_resubmission(&decided, &session).await;
    assert!(matches!(again, Err(CommitError::Lost(_))), "{again:?}");
    let read = bench.store.load_application(number).await.expect("readable").expect("there");
    assert_eq!(read, decided.next);
    assert!(desk_holds(&bench, Prefecture::Osaka, &read).await);
    assert!(!desk_holds(&bench, Prefecture::Nara, &read).await);
}

#[tokio::test]
async fn a_withdrawal_calls_off_what_has_not_left() {
    let bench = Bench::start(42).await;
    let returned = returned(&bench).await;
    let Status::Returned { notice, .. } = returned.status.clone() else { panic!("not returned") };
    let mails = bench.store.list_mails_of(&returned).await.expect("a list");
    assert!(mails.iter().any(|mail| mail.id == notice));
    let command = Withdraw { notice: bench.mail_id(), mails };
    let withdrawn = bench.commit(returned.withdraw(command, *NOON).expect("open")).await;
    assert_eq!(withdrawn.status.kind(), StatusKind::Withdrawn);
    assert_eq!(bench.mail(&notice).await.fate(*NOON), Fate::Cancelled);
    assert!(bench.store.list_flag_due(later(400), 100).await.expect("a list").is_empty());
}

#[tokio::test]
async fn a_new_address_moves_the_account_and_voids_its_link() {
    let bench = Bench::start(43).await;
    let waiting = waiting_for_2(&bench, &nara_hospital_input()).await;
    let issued = announced(&bench, waiting, "new12345").await.expect("nobody was faster");
    let Status::Issued { login_id, .. } = issued.status.clone() else { panic!("not issued") };
    let account = bench.store.load_account(&login_id).await.expect("readable");
    let mails = bench.store.list_mails_of(&issued).await.expect("a list");
    let email = EmailAddress::parse("soumu@wakakusa.example.jp").expect("an address");
    let new = NewLink { mail: bench.mail_id(), hash: "b".repeat(64) };
    let command = ProveAddress { email: email.clone(), by: AddressBy::Applicant, account, new, mails };
    let proven = bench.commit(issued.prove_address(command, later(3)).expect("no password yet")).await;
    let account = bench.store.load_account(&login_id).await.expect("readable").expect("there");
    assert_eq!((&account.email, &proven.form.email), (&email, &email));
    let link = async |hash: &str| bench.store.load_link(hash).await.expect("readable").expect("there");
    let old = link(&"new12345".repeat(8)).await;
    assert_eq!(old.check(&account, later(3)), Err(LinkRefused::AddressChanged));
    assert_eq!(link(&"b".repeat(64)).await.check(&account, later(3)), Ok(()));

    let by =
        Requester::Secretariat { id: StaffId::parse("jimukyoku").expect("an id"), name: "事務".into() };
    let new = NewLink { mail: bench.mail_id(), hash: "c".repeat(64) };
    let command = ResendNotice { by, account: Some(account), new: new.clone() };
    let again = bench.commit(proven.resend_notice(command, later(3)).expect("no password yet")).await;
    let Status::Issued { notice, delivered_at: None, .. } = again.status else { panic!("not issued") };
    assert_eq!(notice, new.mail);
}

#[tokio::test]
async fn a_proxy_application_has_no_mail() {
    let bench = Bench::start(44).await;
    let number = bench.store.draw_application_number().await.expect("a number");
    let form = form_of(&nara_hospital_input());
    let command = SubmitOnBehalf { number, form, terms_version: "1".into() };
    let filed = submit_on_behalf(command, &nara_medical(), *NOON).expect("of the own desk");
    bench.store.commit_proxy_submission(&filed).await.expect("a new application");
    let read = bench.store.load_application(number).await.expect("readable");
    assert_eq!(read.as_ref(), Some(&filed));
    assert!(bench.store.list_mails_of(&filed).await.expect("a list").is_empty());
}

#[tokio::test]
async fn an_application_remembers_the_one_that_it_was_filled_in_from() {
    let bench = Bench::start(45).await;
    let withdrawn = returned(&bench).await;
    let command = Withdraw { notice: bench.mail_id(), mails: Vec::new() };
    let withdrawn = bench.commit(withdrawn.withdraw(command, *NOON).expect("open")).await;
    let session = ApplicantSession::apply_again("again".into(), &withdrawn, *NOON);
    bench.store.commit_applicant(&session).await.expect("a new session");
    assert_eq!(session.task, Task::Apply { again_of: Some(withdrawn.number) });
    let read = bench.store.load_applicant("again", *NOON).await.expect("readable");
    assert_eq!(read, Some(session));

    let (application, receipt, session) = bench.submission(&nara_hospital_input()).await;
    let application = Application { applied_again_of: Some(withdrawn.number), ..application };
    bench.store.commit_submission(&application, receipt, &session).await.expect("a new application");
    let read = bench.store.load_application(application.number).await.expect("readable");
    assert_eq!(read, Some(application));
    let old = bench.store.load_application(withdrawn.number).await.expect("readable");
    assert_eq!(old, Some(withdrawn), "W8");
}
