//! 名簿の取込み: a file comes in, every bad row is told, all rows hold at once or none does, and the same file again changes
//! nothing.

use std::fmt::Write;

use serde_json::{Value, json};
use shared::domain::{
    account::Secretary,
    ids::{ImportId, StaffId},
    prefecture::{Desk, Prefecture, PrefectureDesk},
    registry::{ImportState, List, LookUpKey, Registered, samples::clinic},
};
use tests::{Visitor, World};

const NARA: PrefectureDesk = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };

/// Twelve clinics of Nara, and what else is to stand below them.
fn clinics(more: &str) -> String {
    let mut text = "機関コード,機関名,機関区分,都道府県,郵便番号,電話番号,備考\r\n".to_owned();
    for count in 1..=12 {
        let _infallible = write!(
            text,
            "{:06},医療法人若草会 若草{count}号診療所,診療所,奈良県,630-8213,0742-22-1101,\r\n",
            100_000 + count
        );
    }
    text + more
}

/// The path of an import, at rest after its check.
async fn sent(world: &World, secretary: &Visitor, list: &str, bytes: &[u8]) -> String {
    let begun = json!({ "list": list, "file_name": "nara.csv", "bytes": bytes.len() });
    let path = secretary.act("/operate/imports", &begun).await.leads_to().to_owned();
    for (part, bytes) in bytes.chunks(256 * 1024).enumerate() {
        let answer = secretary
            .send_bytes(&format!("{path}/parts/{part}"), "application/octet-stream", bytes.to_vec())
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    assert_eq!(secretary.act(&format!("{path}/check"), &json!({})).await.leads_to(), path);
    world.stack.settle().await;
    path
}

async fn page(secretary: &Visitor, path: &str) -> Value {
    secretary.see(path).await.page()
}

async fn state(secretary: &Visitor, path: &str) -> String {
    page(secretary, path).await["import"]["state"].as_str().expect("a state").to_owned()
}

async fn confirmed(world: &World, secretary: &Visitor, path: &str) -> String {
    secretary.act(&format!("{path}/confirm"), &json!({ "seen": "yes" })).await.leads_to();
    world.stack.settle().await;
    state(secretary, path).await
}

/// How many institutions of Nara's medical desk have this 機関コード.
async fn with_code(world: &World, code: &str) -> usize {
    let key = LookUpKey::InstitutionCode(code.to_owned());
    world.store().look_up(Some(NARA), &key, 10).await.expect("readable").len()
}

#[tokio::test]
async fn a_list_holds_as_a_whole_and_the_same_again_changes_nothing() {
    let world = World::start("imports", 101).await;
    let secretary = world.signed_in("secretariat").await;
    let text = clinics("");
    let path = sent(&world, &secretary, "institutions", text.as_bytes()).await;
    let preview = page(&secretary, &path).await;
    assert_eq!(
        (preview["import"]["state"].as_str(), preview["import"]["rows"].as_u64()),
        (Some("ready"), Some(12))
    );
    assert_eq!(
        preview["desks"],
        json!([{ "desk": "奈良県 医療", "rows": 12, "rows_now": 0, "change": "新しい一覧" }])
    );
    assert_eq!(preview["left_out"], json!(["備考"]));
    assert_eq!(with_code(&world, "100001").await, 0, "looking takes nothing in");

    assert_eq!(confirmed(&world, &secretary, &path).await, "active");
    assert_eq!(with_code(&world, "100001").await, 1);
    let by_name = |name: &str| LookUpKey::Name(shared::domain::text::folded(name));
    let whole =
        world.store().look_up(Some(NARA), &by_name("医療法人若草会若草3号"), 10).await.expect("readable");
    assert_eq!(whole.len(), 1);
    let short = world.store().look_up(Some(NARA), &by_name("若草3号"), 10).await.expect("readable");
    assert_eq!(short, whole, "found by its last word too");
    let osaka = PrefectureDesk { prefecture: Prefecture::Osaka, ..NARA };
    let elsewhere = world.store().look_up(Some(osaka), &by_name("若草3号"), 10).await.expect("readable");
    assert_eq!(elsewhere, [], "not of this prefecture");

    let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let again = sent(&world, &secretary, "institutions", &shift_jis).await;
    assert_eq!(state(&secretary, &again).await, "unchanged", "the same rows in another encoding");
    assert_eq!(secretary.act(&format!("{again}/confirm"), &json!({})).await.status, 409);

    let less = sent(&world, &secretary, "institutions", text.replace("若草1号", "青葉").as_bytes()).await;
    assert_eq!(confirmed(&world, &secretary, &less).await, "active");
    assert_eq!(world.store().look_up(Some(NARA), &by_name("若草1号"), 10).await.expect("readable"), []);
    assert_eq!(with_code(&world, "100001").await, 1, "the list of before is not seen beside the new one");
    let keys = world.keys("INSTITUTIONS_TABLE").await;
    let rows = keys.iter().filter(|key| key.starts_with("row#")).count();
    assert_eq!(rows, 12, "and its rows are gone");
    world.end().await;
}

#[tokio::test]
async fn one_bad_row_keeps_everything_out_and_every_reason_is_told() {
    let world = World::start("imports refused", 102).await;
    let secretary = world.signed_in("secretariat").await;
    let bad = "100001,二重診療所,診療所,奈良県,630-8213,,\r\n,札幌診療所,診療所,北海道,600000,742221101,\r\n";
    let path = sent(&world, &secretary, "institutions", clinics(bad).as_bytes()).await;
    let preview = page(&secretary, &path).await;
    assert_eq!(preview["import"]["state"], "refused");
    assert_eq!(
        preview["rows"],
        json!([
            { "row": 14, "reason": "機関コードが2行目と同じです。どちらかを削除するか、修正してください" },
            { "row": 15, "reason": "郵便番号は7桁の数字で入力してください（現在6桁です）。先頭の0が抜けていないかご確認ください" },
            { "row": 15, "reason": "電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）" },
        ])
    );
    assert_eq!(secretary.act(&format!("{path}/confirm"), &json!({ "seen": "yes" })).await.status, 409);
    assert_eq!(with_code(&world, "100002").await, 0);

    let odd =
        sent(&world, &secretary, "institutions", clinics("01,北診療所,診療所,奈良県,,,\r\n").as_bytes())
            .await;
    let preview = page(&secretary, &odd).await;
    assert_eq!((preview["import"]["state"].as_str(), preview["warnings"].as_u64()), (Some("ready"), Some(1)));
    assert!(
        preview["rows"][0]["reason"].as_str().expect("a reason").contains("先頭の0が失われて"),
        "{preview:?}"
    );
    let unseen = secretary.act(&format!("{odd}/confirm"), &json!({})).await;
    assert_eq!(unseen.wrong_fields(), ["seen"]);
    secretary.act(&format!("{odd}/discard"), &json!({})).await.leads_to();
    assert_eq!(state(&secretary, &odd).await, "discarded");

    let nonsense = sent(&world, &secretary, "accounts", "名前\r\n甲\r\n".as_bytes()).await;
    assert_eq!(state(&secretary, &nonsense).await, "unreadable");
    let short = json!({ "list": "institutions", "file_name": "nara.csv", "bytes": 300_000 });
    let short = secretary.act("/operate/imports", &short).await.leads_to().to_owned();
    secretary.act(&format!("{short}/check"), &json!({})).await.leads_to();
    world.stack.settle().await;
    let page = page(&secretary, &short).await;
    assert!(page["sentence"].as_str().expect("a sentence").contains("一部が届いていません"), "{page:?}");
    world.end().await;
}

#[tokio::test]
async fn a_plain_form_brings_a_file_whole() {
    let world = World::start("imports by form", 103).await;
    let secretary = world.signed_in("secretariat").await;
    let form = format!(
        "--x\r\ncontent-disposition: form-data; name=\"list\"\r\n\r\ninstitutions\r\n--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"奈良.csv\"\r\ncontent-type: text/csv\r\n\r\n{}\r\n--x--\r\n",
        clinics("")
    );
    let kind = "multipart/form-data; boundary=x";
    let sent = secretary.send_bytes("/operate/imports", kind, form.clone().into_bytes()).await;
    world.stack.settle().await;
    let preview = page(&secretary, sent.leads_to()).await;
    assert_eq!(
        (preview["import"]["state"].as_str(), preview["import"]["file_name"].as_str()),
        (Some("ready"), Some("奈良.csv"))
    );
    let without = form.replace("institutions", "").into_bytes();
    assert_eq!(secretary.send_bytes("/operate/imports", kind, without).await.wrong_fields(), ["list"]);
    let officer = world.signed_in("nara-medical").await;
    assert_eq!(officer.send_bytes("/operate/imports", kind, form.into_bytes()).await.status, 404);
    world.end().await;
}

#[tokio::test]
async fn an_import_that_was_broken_off_goes_on_and_nothing_of_it_is_seen_before() {
    let world = World::start("imports broken off", 104).await;
    let secretary = world.signed_in("secretariat").await;
    let path = sent(&world, &secretary, "institutions", clinics("").as_bytes()).await;
    let id = ImportId::parse(path.rsplit('/').next().expect("an id")).expect("an id");
    let store = world.store();
    let ready = store.load_import(&id).await.expect("readable").expect("there");
    let by = Secretary { id: StaffId::parse("secretariat").expect("an id"), name: "事務局 太郎".into() };
    // The function died after it had written five rows, and its message is lost.
    let writing = ready.confirm(true, &by, world.stack.now()).expect("ready");
    store.commit_import(&writing).await.expect("committed");
    let rows: Vec<(u32, Registered)> =
        (1..=5).map(|count| (count + 1, clinic("若草診療所", &(100_000 + count).to_string()))).collect();
    store.put_rows(&id, List::Institutions, &rows).await.expect("written");
    store.commit_import(&writing.progressed(5).expect("writing")).await.expect("committed");
    assert_eq!(with_code(&world, "100001").await, 0, "half an import is none");

    world.pass(jiff::SignedDuration::from_mins(16)).await;
    let active = store.load_import(&id).await.expect("readable").expect("there");
    assert!(matches!(active.state, ImportState::Active { .. }), "{:?}", active.state);
    assert_eq!((with_code(&world, "100001").await, with_code(&world, "100008").await), (1, 1));
    world.end().await;
}

#[tokio::test]
async fn of_two_imports_for_one_desk_the_second_is_looked_at_anew() {
    let world = World::start("imports overtaken", 105).await;
    let secretary = world.signed_in("secretariat").await;
    let one = sent(&world, &secretary, "institutions", clinics("").as_bytes()).await;
    let other =
        sent(&world, &secretary, "institutions", clinics("200000,南診療所,診療所,奈良県,,,\r\n").as_bytes())
            .await;
    assert_eq!(confirmed(&world, &secretary, &one).await, "active");
    assert_eq!(confirmed(&world, &secretary, &other).await, "overtaken");
    assert_eq!(with_code(&world, "200000").await, 0);
    world.end().await;
}

/// `cargo xtask import-everything` runs it: 245,000 rows of 47 prefectures, from the first byte to the list that holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes of work; run by a command of its own"]
async fn every_institution_of_the_country() {
    const ROWS: usize = 245_000;
    let world = World::start("imports of everything", 106).await;
    let secretary = world.signed_in("secretariat").await;
    let text = country(ROWS);
    let start = std::time::Instant::now();
    let path = sent(&world, &secretary, "institutions", text.as_bytes()).await;
    let checked = start.elapsed();
    let preview = page(&secretary, &path).await;
    assert_eq!(
        (preview["import"]["state"].as_str(), preview["import"]["rows"].as_u64()),
        (Some("ready"), Some(245_000))
    );
    assert_eq!(confirmed(&world, &secretary, &path).await, "active");
    let done = start.elapsed();
    assert_eq!(with_code(&world, "1000028").await, 1);
    println!(
        "{ROWS} rows, {} MB: sent and checked in {:.1} s, holding after {:.1} s",
        text.len() / 1_000_000,
        checked.as_secs_f64(),
        done.as_secs_f64()
    );
    assert!(done.as_secs() < 300, "five minutes are the most");
    world.end().await;
}

fn country(rows: usize) -> String {
    let kinds = ["病院", "診療所", "診療所", "歯科診療所", "薬局"];
    let mut text =
        "機関コード,機関名,機関区分,都道府県,郵便番号,所在地,電話番号,メールアドレス\r\n".to_owned();
    for count in 0..rows {
        let prefecture = Prefecture::all()[count % 47].name();
        let kind = kinds[count % kinds.len()];
        let _infallible = write!(
            text,
            "{:07},医療法人若草会 若草{count}号{kind},{kind},{prefecture},630-8213,奈良市登大路町{count}番地,0742-22-1101,jimu{count}@example.jp\r\n",
            1_000_000 + count
        );
    }
    text
}
