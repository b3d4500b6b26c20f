//! The consoles' lists at scale: what a first page costs, whatever the filter, and that it does not grow with the table.
//!
//! 3,000 applications, or as many as `APPLICATIONS` says: with 245,000 there are 33,000 of one prefecture.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use jiff::SignedDuration;
use local::wire::Service;
use shared::{
    domain::{
        application::{AdvanceOutcome, Application, Status, StatusKind, samples::in_every_status},
        contact::EmailAddress,
        desk::{Listing, Tab},
        ids::ApplicationNumber,
        institution::{InstitutionKind, InstitutionName},
        prefecture::{Prefecture, PrefectureDesk},
    },
    store::Store,
};
use tests::{Visitor, World};

/// Requests to DynamoDB of one first page, all told: the session, its epoch and the counts, the list; of a search the
/// session, the keys, the epoch and the applications.
const MOST_REQUESTS: u64 = 3;
/// The function of the desks.
const OFFICER: &str = "review";

#[expect(clippy::disallowed_methods, reason = "how much is measured is for the command to say")]
fn how_many() -> u64 {
    std::env::var("APPLICATIONS").ok().and_then(|many| many.parse().ok()).unwrap_or(3_000)
}

#[tokio::test]
async fn a_first_page_costs_three_requests_whatever_the_filter() {
    let world = World::start("lists at scale", 91).await;
    let all = how_many();
    // The heaviest prefecture has 33,000 of 245,000.
    let of_nara = all * 33 / 245;
    fill(&world.store(), &world, all, of_nara).await;
    let officer = world.signed_in_officer().await;
    println!("lists: {all} applications, {of_nara} of them of one desk");
    let queue = "/review?status=";
    for tab in Tab::ALL {
        for filter in ["", "&kind=midwifery-home", "&from=2026-12-01&until=2027-01-15"] {
            let path = format!("{queue}{}{filter}", tab.as_str());
            let cost = measure(&world, OFFICER, &officer, &path).await;
            assert!(cost.requests <= MOST_REQUESTS, "{path}: {cost:?}");
            assert!(cost.rows > 0, "{path} shows nothing: {cost:?}");
        }
    }
    for filter in ["submitted&due=late", "submitted&due=soon&kind=clinic", "stuck&due=late&kind=hospital"] {
        let cost = measure(&world, OFFICER, &officer, &format!("{queue}{filter}")).await;
        assert!(cost.requests <= MOST_REQUESTS, "{filter}: {cost:?}");
    }
    for typed in ["第12", "髙橋", "0742-22-1101", "d17@example.jp", "nara1234"] {
        let cost = measure(&world, OFFICER, &officer, &format!("/review/search?q={typed}")).await;
        assert!(cost.requests <= MOST_REQUESTS && cost.rows > 0, "{typed}: {cost:?}");
    }
    // The secretariat asks the same of the whole country.
    let secretary = world.signed_in("secretariat").await;
    for typed in ["第12", "診療所", "髙橋", "0742-22-1101", "d17@example.jp"] {
        let cost = measure(&world, "operate", &secretary, &format!("/operate/find?q={typed}")).await;
        assert!(cost.requests <= MOST_REQUESTS && cost.rows > 0, "{typed}: {cost:?}");
    }
    // Of Nara up to this number, of the others from it on.
    let page = secretary.see(&format!("/operate/find?q=第{}", of_nara / 10)).await.page();
    let desks = page["applications"].as_array().expect("a list").iter().map(|row| row["desk"].to_string());
    assert!(desks.collect::<BTreeSet<_>>().len() > 1, "of several prefectures");
    let counts = officer.see("/review").await.page()["tabs"][0]["count"].as_u64().expect("a count");
    assert!(counts > 50, "the tabs count more than a page: {counts}");
}

/// 500 of all fell due: the run reads them, whatever else there is.
#[tokio::test]
async fn a_flag_run_reads_what_is_due_whatever_the_table_holds() {
    const STUCK: u64 = 500;
    let world = World::start("flag run at scale", 92).await;
    let (store, all, now) = (world.store(), how_many(), world.stack.now());
    let samples = in_every_status();
    for first in (0..all).step_by(1_000) {
        let open = (first..(first + 1_000).min(all)).map(|index| {
            let days = if index < STUCK { 22 } else { 1 };
            let at = now - SignedDuration::from_hours(24 * days);
            let mut application = samples[0].clone();
            application.number = ApplicationNumber::new(index + 1).expect("a number");
            (application.submitted_at, application.entered_at) = (at, at);
            application
        });
        store.fill(&open.collect::<Vec<_>>(), false).await.expect("filled");
    }
    let due = store.list_flag_due(now, 1_000).await.expect("readable").len();
    let begun = Instant::now();
    world.travel_to("2027-01-23T06:00:30+09:00").await;
    let seconds = begun.elapsed().as_secs_f64();
    let calls = world.stack.counts().expect("readable").calls.into_iter();
    let (mut queries, mut read_units) = (0, 0.0);
    for call in calls.filter(|call| call.caller == "flag-stuck" && matches!(call.service, Service::DynamoDb))
    {
        println!(
            "flags: {} requests, {:.1} units: {} ({all} applications, {due} due)",
            call.requests, call.capacity_units, call.operation
        );
        if call.operation == "Query" {
            (queries, read_units) = (call.requests, call.capacity_units);
        }
    }
    println!("flags: the day took {seconds:.1} s");
    let flagged = world.application("API-00000500").await.flags;
    let spared = world.application("API-00000501").await.flags;
    assert!(flagged.in_state.is_some() && spared.in_state.is_none(), "those that are due, and no other");
    assert!(queries > 0 && queries <= 20 && read_units <= 400.0, "{queries} queries, {read_units} units");
}

#[derive(Debug)]
struct Cost {
    requests: u64,
    units: f64,
    milliseconds: f64,
    rows: usize,
}

/// Opens a page a few times; prints the requests of one, and the median of the times.
async fn measure(world: &World, function: &str, visitor: &Visitor, path: &str) -> Cost {
    let mut times = Vec::new();
    let mut cost = Cost { requests: 0, units: 0.0, milliseconds: 0.0, rows: 0 };
    for _ in 0..5 {
        let (requests, units) = calls(world, function);
        let begun = Instant::now();
        let page = visitor.see(path).await.page();
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        let (requests_after, units_after) = calls(world, function);
        cost.requests = requests_after - requests;
        cost.units = units_after - units;
        cost.rows = page["applications"].as_array().expect("a list").len();
    }
    times.sort_by(f64::total_cmp);
    cost.milliseconds = times[times.len() / 2];
    let Cost { requests, units, milliseconds, rows } = cost;
    println!("lists: {requests} requests, {units:.1} units, {milliseconds:.1} ms, {rows} rows: {path}");
    cost
}

/// What a function has asked of DynamoDB so far.
fn calls(world: &World, function: &str) -> (u64, f64) {
    let counts = world.stack.counts().expect("readable").calls.into_iter();
    let of_function =
        counts.filter(|count| count.caller == function && matches!(count.service, Service::DynamoDb));
    of_function
        .fold((0, 0.0), |(requests, units), count| (requests + count.requests, units + count.capacity_units))
}

async fn fill(store: &Store, world: &World, all: u64, of_nara: u64) {
    let samples = in_every_status();
    let mut counts: BTreeMap<PrefectureDesk, BTreeMap<(Tab, InstitutionKind), u64>> = BTreeMap::new();
    for first in (0..all).step_by(1_000) {
        let indices = first..(first + 1_000).min(all);
        let (nara, elsewhere): (Vec<_>, Vec<_>) = indices
            .map(|index| one(&samples, world, index, index < of_nara))
            .partition(|application| application.form.prefecture == Prefecture::Nara);
        for Listing { desk, kind, .. } in nara.iter().chain(&elsewhere).map(Application::listing) {
            counts.entry(desk).or_default().entry((Tab::Submitted, kind)).or_default();
        }
        for application in nara.iter().chain(&elsewhere) {
            for place in application.listing().places() {
                let of_desk = counts.entry(place.desk).or_default();
                *of_desk.entry((place.tab, place.kind)).or_default() += 1;
            }
        }
        store.fill(&nara, true).await.expect("filled");
        // Some of the other prefectures are found as well; the keys of all would take hours to write.
        store.fill(&elsewhere, first < of_nara + 1_000).await.expect("filled");
    }
    for (desk, counts) in counts {
        store.fill_counts(desk, &counts).await.expect("filled");
    }
}

/// Half of them wait for review; the others are spread over every state.
fn one(samples: &[Application], world: &World, index: u64, is_of_nara: bool) -> Application {
    let sample =
        if index.is_multiple_of(2) { 0 } else { usize::try_from(index / 2).expect("few") % samples.len() };
    let mut application = samples[sample].clone();
    let days = i64::try_from(index % 60).expect("few");
    let at = world.stack.now() - SignedDuration::from_hours(24 * days);
    application.number = ApplicationNumber::new(index + 1).expect("a number");
    (application.submitted_at, application.entered_at) = (at, at);
    let kinds = [
        InstitutionKind::Clinic,
        InstitutionKind::DentalClinic,
        InstitutionKind::Hospital,
        InstitutionKind::MidwiferyHome,
    ];
    let form = &mut application.form;
    form.institution_kind = kinds[usize::try_from(index / 7).expect("few") % kinds.len()];
    let name =
        if index % 100 == 3 { format!("髙橋第{index}医院") } else { format!("第{index}診療所") };
    form.institution_name = InstitutionName::parse(&name).expect("a name");
    form.email = EmailAddress::parse(&format!("d{index}@example.jp")).expect("an address");
    if !is_of_nara {
        let others: Vec<_> = Prefecture::all().iter().filter(|one| **one != Prefecture::Nara).collect();
        form.prefecture = *others[usize::try_from(index).expect("few") % others.len()];
    }
    if days >= 21 && application.status.kind().is_open() {
        application.flags.in_state = Some(at);
    }
    if application.status.kind() == StatusKind::Issuing
        && !index.is_multiple_of(3)
        && let Status::Issuing { outcome, .. } = &mut application.status
    {
        *outcome = AdvanceOutcome::Undeliverable;
    }
    application
}
