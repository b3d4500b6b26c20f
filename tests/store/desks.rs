//! A desk's lists, counts and search: every filter by keys, every move counted once, every name found by its parts.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        application::{
            Application, Approve, Reject, RejectionReason, STUCK_AFTER,
            samples::{NOON, form_of, nara_hospital_input, nara_medical},
        },
        desk::{SearchQuery, Tab},
        form::FormInput,
        institution::InstitutionKind,
        prefecture::PrefectureDesk,
    },
    store::{DeskList, Store},
};
use tokio::task::JoinSet;

use crate::bench::{Bench, later};

fn clinic() -> FormInput {
    FormInput {
        institution_name: "医療法人 髙橋クリニック".into(),
        institution_kind: "clinic".into(),
        institution_subkind: "clinic-without-beds".into(),
        ..nara_hospital_input()
    }
}

async fn numbers(store: &Store, list: DeskList) -> Vec<String> {
    let page = store.list_desk(&list, None, 50).await.expect("a page");
    page.applications.iter().map(|application| application.number.to_string()).collect()
}

fn names(applications: &[&Application]) -> Vec<String> {
    applications.iter().map(|application| application.number.to_string()).collect()
}

#[tokio::test]
async fn every_filter_is_a_list_of_its_own() {
    let bench = Bench::start(41).await;
    let (hospital, clinic) = (bench.submitted().await, bench.submitted_with(&clinic()).await);
    let desk = hospital.desk();
    let stuck = bench.commit(clinic.flag(*NOON + STUCK_AFTER).expect("due")).await;
    let list = |tab, kind, from: Option<Timestamp>, until| {
        numbers(&bench.store, DeskList { desk, tab, kind, from, until })
    };
    let minute = SignedDuration::from_mins(1);
    let clinics = Some(InstitutionKind::Clinic);
    let none = Vec::<String>::new();
    assert_eq!(list(Tab::Submitted, None, None, None).await, names(&[&hospital, &stuck]));
    assert_eq!(list(Tab::Submitted, clinics, None, None).await, names(&[&stuck]));
    assert_eq!(list(Tab::Submitted, clinics, Some(*NOON), Some(*NOON + minute)).await, names(&[&stuck]));
    assert_eq!(list(Tab::Submitted, clinics, None, Some(*NOON)).await, none, "until is not in it");
    assert_eq!(list(Tab::Submitted, None, Some(*NOON + minute), None).await, none);
    assert_eq!(list(Tab::Stuck, None, None, None).await, names(&[&stuck]));
    assert_eq!(list(Tab::Stuck, clinics, None, None).await, names(&[&stuck]));
    assert_eq!(list(Tab::Stuck, Some(InstitutionKind::Hospital), None, None).await, none);
    let reject = Reject { reason: RejectionReason::Other, note: "理由".into(), mail: bench.mail_id() };
    let rejected = bench.commit(stuck.reject(reject, &nara_medical(), later(1)).expect("under review")).await;
    assert_eq!(list(Tab::Stuck, None, None, None).await, none, "movement takes it out");
    assert_eq!(list(Tab::Rejected, clinics, None, None).await, names(&[&rejected]));
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended_in_every_list() {
    let bench = Bench::start(42).await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(bench.submitted_with(&clinic()).await);
    }
    let desk = all[0].desk();
    for kind in [None, Some(InstitutionKind::Clinic)] {
        let list = DeskList { kind, ..DeskList::of(desk, Tab::Submitted) };
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = bench.store.list_desk(&list, after, 2).await.expect("a page");
            seen.extend(page.applications);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }
}

/// What the lists really hold, counted anew.
async fn recounted(store: &Store, desk: PrefectureDesk, tab: Tab) -> u64 {
    let partition = match tab {
        Tab::Stuck => ("stuck", "stuck"),
        Tab::Undeliverable => ("undeliverable", "undeliverable"),
        Tab::Submitted
        | Tab::Returned
        | Tab::Approved
        | Tab::Issuing
        | Tab::Done
        | Tab::Rejected
        | Tab::Withdrawn => ("by-desk", "desk"),
    };
    let value = format!("{}#{}", desk.as_key(), tab.as_str());
    store.count_partition(partition.0, partition.1, &value).await.expect("a count")
}

#[tokio::test]
async fn of_many_counters_each_move_is_counted_once() {
    let bench = Bench::start(43).await;
    let mut waiting = Vec::new();
    for round in 0..40_i64 {
        let input = if round % 3 == 0 { clinic() } else { nara_hospital_input() };
        waiting.push(bench.submitted_with(&input).await);
    }
    let desk = waiting[0].desk();
    for (round, application) in waiting.into_iter().enumerate() {
        if round % 2 == 0 {
            let decided = application.approve(Approve, &nara_medical(), *NOON).expect("under review");
            bench.commit(decided).await;
        } else if round % 5 == 0 {
            bench.commit(application.flag(*NOON + STUCK_AFTER).expect("due")).await;
        }
        if round % 10 == 9 {
            let mut counters = JoinSet::new();
            for _ in 0..4 {
                let store = bench.store.clone();
                counters.spawn(async move {
                    let changes = store.list_changes(100).await.expect("a list");
                    store.commit_counts(&changes, *NOON).await.expect("counted")
                });
            }
            counters.join_all().await;
        }
    }
    let changes = bench.store.list_changes(100).await.expect("a list");
    assert_eq!(bench.store.commit_counts(&changes, *NOON).await.expect("counted"), changes.len());
    assert!(bench.store.list_changes(100).await.expect("a list").is_empty());
    let counts = bench.store.load_desk_counts(desk).await.expect("counts");
    for tab in Tab::ALL {
        assert_eq!(counts.count(tab, None), recounted(&bench.store, desk, tab).await, "{}", tab.label());
    }
    assert_eq!(counts.count(Tab::Submitted, None), 20);
    assert_eq!(counts.count(Tab::Approved, Some(InstitutionKind::Clinic)), 7);
    assert_eq!(counts.count(Tab::Stuck, None), 4);
}

#[tokio::test]
async fn a_name_is_found_by_its_parts_in_its_own_desk_only() {
    let bench = Bench::start(44).await;
    let application = bench.submitted_with(&clinic()).await;
    let osaka = bench.submitted_with(&FormInput { prefecture: "大阪府".into(), ..clinic() }).await;
    for one in [&application, &osaka] {
        assert!(bench.store.index_application(one).await.expect("indexed") > 5);
        assert_eq!(bench.store.index_application(one).await.expect("indexed"), 0, "nothing is new");
    }
    let found = async |typed: &str| {
        let prefix = SearchQuery::parse(typed).expect("a text").prefix();
        bench.store.list_found(application.desk(), &prefix, None, 10).await.expect("a page").numbers
    };
    for typed in ["高橋", "クリニック", "0742-22-1101", "ijika@wakakusa.example.jp"] {
        assert_eq!(found(typed).await, [application.number], "{typed}");
    }
    let renamed = Application {
        form: form_of(&FormInput { institution_name: "春日野診療所".into(), ..clinic() }),
        ..application.clone()
    };
    bench.store.index_application(&renamed).await.expect("indexed");
    assert_eq!(found("春日野").await, [application.number]);
    assert!(found("高橋").await.is_empty(), "the old name leads nowhere");
    let loaded = bench.store.load_applications(&[osaka.number, application.number]).await.expect("readable");
    assert_eq!(loaded, [osaka, application]);
}
