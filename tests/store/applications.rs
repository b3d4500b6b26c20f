//! Every state of an application reads back as it was written; a decision from an old picture writes nothing.

use shared::{
    domain::{
        account::{Account, Right, institution_keys},
        application::{
            Announce, Application, Approve, HoldReason, Issue, NoticeFate, Queue, Reject, RejectionReason,
            Status, StatusKind,
            samples::{NOON, nara_hospital_input, nara_medical, secretary},
        },
        desk::Tab,
        ids::LoginId,
        limits::Usage,
        session::{Holder, Session},
        settings::FreezeWindows,
    },
    store::{CommitError, DeskList},
};

use crate::bench::{Bench, announced, later, waiting_for_2};

fn issue(bench: &Bench, existing: Option<Account>) -> Issue {
    Issue {
        existing,
        mail: bench.mail_id(),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    }
}

fn account_of(application: &Application, rights: &[Right]) -> Account {
    Account {
        login_id: LoginId::parse("old12345").expect("a login ID"),
        institution_name: "若草山病院".into(),
        prefecture: application.form.prefecture,
        institution_kind: application.form.institution_kind,
        keys: institution_keys(&application.form),
        email: application.form.email.clone(),
        rights: rights.iter().copied().collect(),
        password: None,
        epoch: 1,
        failures: Usage { used_at: vec![*NOON] },
        application: None,
        mails: Vec::new(),
        created_at: *NOON,
        version: 1,
    }
}

#[tokio::test]
async fn the_way_to_an_account_reads_back_at_every_step() {
    let bench = Bench::start(1).await;
    let waiting = waiting_for_2(&bench, &nara_hospital_input()).await;
    assert_eq!(bench.store.list_work(Queue::Announce, later(3), 10).await.expect("a list"), [waiting.number]);
    assert!(bench.store.list_work(Queue::Announce, later(1), 10).await.expect("a list").is_empty());

    let issued = announced(&bench, waiting, "new12345").await.expect("nobody was faster");
    let Status::Issued { login_id, notice, .. } = issued.status.clone() else { panic!("not issued") };
    let account = bench.store.load_account(&login_id).await.expect("readable").expect("there");
    assert_eq!(account.application, Some(issued.number));
    let found = bench.store.find_account(&institution_keys(&issued.form)).await.expect("readable");
    assert_eq!(found, Some(account));
    let link = bench.store.load_link(&"new12345".repeat(8)).await.expect("readable").expect("there");
    assert_eq!((link.login_id, link.mail), (login_id, notice.clone()));

    let fate = NoticeFate::Delivered { at: later(3) };
    let heard =
        bench.commit(issued.learn_fate(&notice, fate, later(3)).expect("a calendar").expect("news")).await;
    bench.commit(heard.password_set(later(4)).expect("the first time")).await;
    assert!(bench.store.list_flag_due(later(400), 10).await.expect("a list").is_empty());
}

#[tokio::test]
async fn the_other_ends_read_back_too() {
    let bench = Bench::start(2).await;
    let reject = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: bench.mail_id() };
    let submitted = bench.submitted().await;
    bench.commit(submitted.reject(reject, &nara_medical(), *NOON).expect("under review")).await;

    let approved = bench.approved().await;
    let account = account_of(&approved, &[]);
    bench.store.commit_account(&account).await.expect("a new account");
    bench.commit(approved.issue(issue(&bench, Some(account)), *NOON).expect("approved")).await;

    let approved = bench.approved().await;
    let existing = bench.store.find_account(&institution_keys(&approved.form)).await.expect("readable");
    assert!(existing.as_ref().is_some_and(|account| account.rights.contains(&Right::MedicalInformation)));
    let ended = bench.commit(approved.issue(issue(&bench, existing), *NOON).expect("approved")).await;
    assert_eq!(ended.status.kind(), StatusKind::AlreadyEntitled);
}

#[tokio::test]
async fn nothing_is_found_needless_on_an_account_that_has_changed() {
    let bench = Bench::start(6).await;
    let approved = bench.approved().await;
    let read = account_of(&approved, &[Right::MedicalInformation]);
    bench.store.commit_account(&read).await.expect("a new account");
    let mut without = read.clone();
    without.rights.clear();
    without.version += 1;
    bench.store.commit_sign_in(&without, &session_of(&without)).await.expect("nobody was faster");

    let decided = approved.clone().issue(issue(&bench, Some(read)), *NOON).expect("approved");
    let lost = bench.try_commit(decided).await;
    assert!(matches!(lost, Err(CommitError::Lost("account"))), "{lost:?}");
    let issued = bench.commit(approved.issue(issue(&bench, Some(without)), *NOON).expect("approved")).await;
    assert_eq!(issued.status.kind(), StatusKind::Issued, "the right is added to what is there now");
}

#[tokio::test]
async fn one_institution_gets_one_account() {
    let bench = Bench::start(3).await;
    let (first, second) = (
        waiting_for_2(&bench, &nara_hospital_input()).await,
        waiting_for_2(&bench, &nara_hospital_input()).await,
    );
    announced(&bench, first, "new12345").await.expect("the first");
    let number = second.number;
    let lost = announced(&bench, second, "new67890").await;
    assert!(matches!(lost, Err(CommitError::Lost("institution"))), "{lost:?}");
    let unmoved = bench.store.load_application(number).await.expect("readable").expect("there");
    assert_eq!(unmoved.status.kind(), StatusKind::Issuing);
    let none =
        bench.store.load_account(&LoginId::parse("new67890").expect("a login ID")).await.expect("readable");
    assert_eq!(none, None, "nothing of a lost race is written");
}

#[tokio::test]
async fn news_of_1_between_reading_and_writing_stop_2() {
    let bench = Bench::start(4).await;
    let waiting = waiting_for_2(&bench, &nara_hospital_input()).await;
    let Status::Issuing { advance, .. } = waiting.status.clone() else { panic!("not issuing") };
    let read = bench.mail(&advance).await;
    let complaint = shared::domain::delivery::EventKind::Complaint { feedback_id: None, suppressed: false };
    let event = shared::domain::delivery::DeliveryEvent::new(complaint, later(1), Some(1), "ses".into());
    bench.next_mail(read.clone().learn(event).expect("news")).await;
    let command = Announce {
        advance: read,
        existing: None,
        login_id: LoginId::parse("new12345").expect("a login ID"),
        mail: bench.mail_id(),
        link_hash: "hash".into(),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    };
    let lost = bench.try_commit(waiting.announce(command, later(3)).expect("as it was read")).await;
    assert!(matches!(lost, Err(CommitError::Lost("mail"))), "{lost:?}");
}

#[tokio::test]
async fn the_desk_lists_its_own_by_time() {
    let bench = Bench::start(5).await;
    let (first, second) = (bench.submitted().await, bench.submitted().await);
    let osaka = shared::domain::form::FormInput { prefecture: "大阪府".into(), ..nara_hospital_input() };
    let elsewhere = bench.submitted_with(&osaka).await;
    let nara = DeskList::of(first.desk(), Tab::Submitted);
    let page = bench.store.list_desk(&nara, None, 1).await.expect("a page");
    assert_eq!(page.applications, [first]);
    let rest = bench.store.list_desk(&nara, page.next, 10).await.expect("a page");
    assert_eq!(rest.applications, std::slice::from_ref(&second));
    assert!(rest.next.is_none());
    let osaka = DeskList::of(elsewhere.desk(), Tab::Submitted);
    let osaka = bench.store.list_desk(&osaka, None, 10).await.expect("a page");
    assert_eq!(osaka.applications, [elsewhere]);
}

#[tokio::test]
async fn held_work_waits_in_a_list_of_its_own_and_comes_back() {
    let bench = Bench::start(29).await;
    let application = bench.submitted().await;
    let approved = application.approve(Approve, &nara_medical(), *NOON).expect("under review");
    let (approved, _) = bench.store.commit(approved).await.expect("nobody was faster");
    let list = async |queue| bench.store.list_work(queue, later(1), 10).await.expect("a list");
    assert_eq!(list(Queue::Issue).await, [approved.number]);

    let reason = HoldReason::parse("重複の確認中").expect("a reason");
    let held = approved.hold(reason, &secretary(), *NOON).expect("in issuing");
    let (held, _) = bench.store.commit(held).await.expect("nobody was faster");
    assert_eq!(bench.store.load_application(held.number).await.expect("readable"), Some(held.clone()));
    assert_eq!((list(Queue::Issue).await, list(Queue::Held).await), (vec![], vec![held.number]));

    let released = held.release(&secretary(), *NOON).expect("held");
    let (released, _) = bench.store.commit(released).await.expect("nobody was faster");
    assert_eq!((list(Queue::Issue).await, list(Queue::Held).await), (vec![released.number], vec![]));
}

fn session_of(account: &Account) -> Session {
    let holder = Holder::User { login_id: account.login_id.clone() };
    Session::begin("a session".into(), holder, account.epoch, *NOON)
}
