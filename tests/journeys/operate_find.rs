//! What the telephone asks: 機関コード and ログインID of institutions, whether they ever applied or not, by one box. A desk
//! sees its own only; an account of a list is the institution's account.

use serde_json::{Value, json};
use tests::{Institution, Mailbox, Visitor, World};

const ACCOUNTS: &str = "ログインID,機関名,機関区分,都道府県,保険機関コード,郵便番号,電話番号,メールアドレス,権限\r\n\
    NARA1234,奈良ふるい診療所,診療所,奈良県,2910199991,630-8213,0742-22-9999,furui@example.jp,なし\r\n\
    osaka123,大阪ふるい診療所,診療所,大阪府,2714199999,540-0008,06-6941-9999,osaka@example.jp,医療機能情報提供制度\r\n";
const INSTITUTIONS: &str = "機関名,機関区分,都道府県,機関コード,保険機関コード,電話番号\r\n\
    奈良ふるい診療所,診療所,奈良県,N0001,2910199991,0742-22-9999\r\n\
    奈良ことり薬局,薬局,奈良県,P0001,,0742-22-8888\r\n";

/// The list is taken in, by the plain form's way.
async fn take_in(world: &World, secretary: &Visitor, list: &str, text: &str) {
    let form = format!(
        "--x\r\ncontent-disposition: form-data; name=\"list\"\r\n\r\n{list}\r\n--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n{text}\r\n--x--\r\n"
    );
    let kind = "multipart/form-data; boundary=x";
    let path = secretary.send_bytes("/operate/imports", kind, form.into_bytes()).await.leads_to().to_owned();
    world.stack.settle().await;
    secretary.act(&format!("{path}/confirm"), &json!({ "seen": "yes" })).await.leads_to();
    world.stack.settle().await;
    let page = secretary.see(&path).await.page();
    assert_eq!(page["import"]["state"], "active", "{page:?}");
}

/// What the preview of a list of accounts doubts: the line and the reason of each row.
async fn doubts(world: &World, secretary: &Visitor, text: &str) -> Vec<(u64, String)> {
    let begun = json!({ "list": "accounts", "file_name": "list.csv", "bytes": text.len() });
    let path = secretary.act("/operate/imports", &begun).await.leads_to().to_owned();
    let bytes = text.as_bytes().to_vec();
    secretary.send_bytes(&format!("{path}/parts/0"), "application/octet-stream", bytes).await;
    secretary.act(&format!("{path}/check"), &json!({})).await.leads_to();
    world.stack.settle().await;
    let page = secretary.see(&path).await.page();
    assert_eq!(page["import"]["state"], "ready", "{page}");
    let rows = page["rows"].as_array().expect("a list").iter();
    rows.map(|row| {
        (row["row"].as_u64().expect("a line"), row["reason"].as_str().expect("a reason").to_owned())
    })
    .collect()
}

/// 機関コード and ログインID of what a search finds.
fn told(page: &Value) -> Vec<(String, String, String)> {
    let rows = page["institutions"].as_array().expect("a list").iter();
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    rows.map(|row| (text(row, "institution_name"), text(row, "institution_code"), text(row, "login_id")))
        .collect()
}

/// What the list says about a case, as the desk reads it.
async fn listed(officer: &Visitor, number: &str) -> (String, String) {
    let page = officer.see(&format!("/review/{number}")).await.page();
    let checks = page["checks"].as_array().expect("a list").iter();
    let check = checks.clone().find(|check| check["label"] == "名簿との照合").expect("it is always there");
    let text = |name: &str| check[name].as_str().expect("a text").to_owned();
    (text("outcome"), text("words"))
}

#[tokio::test]
async fn the_desks_list_stands_beside_the_answers() {
    let world = World::start("listed", 108).await;
    let known = Institution::nara_hospital()
        .with("institution_name", "奈良ふるい診療所")
        .with("institution_kind", "clinic")
        .with("institution_subkind", "clinic-without-beds");
    let right = known.clone().with("institution_code", "N0001").with_email("a@example.jp");
    let renamed = right.clone().with("institution_name", "奈良あたらしい診療所").with_email("b@example.jp");
    let unknown = known.with("institution_code", "N0009").with_email("c@example.jp");
    let mut numbers = Vec::new();
    for institution in [&right, &renamed, &unknown] {
        numbers.push(institution.apply(&world, &world.visitor()).await);
    }
    let officer = world.signed_in("nara-medical").await;
    assert_eq!(listed(&officer, &numbers[0]).await.0, "absent", "no list yet");
    let secretary = world.signed_in("secretariat").await;
    take_in(&world, &secretary, "institutions", INSTITUTIONS).await;
    assert_eq!(listed(&officer, &numbers[0]).await.0, "passed");
    let (outcome, words) = listed(&officer, &numbers[1]).await;
    assert_eq!(outcome, "doubtful");
    assert!(words.contains("機関名は「奈良ふるい診療所」"), "{words}");
    let (outcome, words) = listed(&officer, &numbers[2]).await;
    assert_eq!(outcome, "doubtful");
    assert!(words.contains("一覧にありません"), "{words}");
    world.end().await;
}

fn one(name: &str, code: &str, login_id: &str) -> Vec<(String, String, String)> {
    vec![(name.to_owned(), code.to_owned(), login_id.to_owned())]
}

#[tokio::test]
async fn one_box_tells_the_codes_and_login_ids_of_whoever_calls() {
    let world = World::start("find", 107).await;
    let secretary = world.signed_in("secretariat").await;
    take_in(&world, &secretary, "institutions", INSTITUTIONS).await;
    take_in(&world, &secretary, "accounts", ACCOUNTS).await;
    let clinic = one("奈良ふるい診療所", "N0001", "nara1234");

    for asked in
        ["n0001", "2910199991", "nara1234", "0742-22-9999", "Furui@example.jp", "奈良ふるい&prefecture=29"]
    {
        let page = secretary.see(&format!("/operate/find?q={asked}")).await.page();
        assert_eq!(told(&page), clinic, "{asked}: both lists are one answer");
    }
    let officer = world.signed_in("nara-medical").await;
    for asked in ["N0001", "0199991", "奈良ふるい", "NARA1234"] {
        let page = officer.see(&format!("/review/search?q={asked}")).await.page();
        assert_eq!(told(&page), clinic, "{asked}");
    }
    for (id, asked) in
        [("osaka-medical", "N0001"), ("nara-pharmacy", "2910199991"), ("osaka-medical", "nara1234")]
    {
        let page = world.signed_in(id).await.see(&format!("/review/search?q={asked}")).await.page();
        assert_eq!(told(&page), [], "{asked} is not {id}'s");
    }
    let beside = officer.see("/review/search?q=若草").await.page();
    assert_eq!(told(&beside), [], "nobody of this name");
    let pharmacy = world.signed_in("nara-pharmacy").await.see("/review/search?q=P0001").await.page();
    assert_eq!(told(&pharmacy), one("奈良ことり薬局", "P0001", ""));
    assert_eq!(secretary.see("/operate/find?q=X9999").await.wrong_fields(), ["q"]);
    for (asked, name) in [("奈良ふ", "奈良ふるい診療所"), ("大阪ふるい", "大阪ふるい診療所")]
    {
        let page = secretary.see(&format!("/operate/find?q={asked}")).await.page();
        assert_eq!(page["institutions"][0]["institution_name"], name, "a name of any prefecture");
    }
    world.end().await;
}

#[tokio::test]
async fn an_application_is_found_by_a_part_of_its_name_in_the_whole_country() {
    let world = World::start("find by name", 108).await;
    let number = Institution::nara_hospital().apply(&world, &world.visitor()).await;
    world.pass(jiff::SignedDuration::from_mins(2)).await;
    let secretary = world.signed_in("secretariat").await;
    for asked in ["草山", "若草&prefecture=29", "0742-22-1101", "ijika@wakakusa.example.jp"] {
        let page = secretary.see(&format!("/operate/find?q={asked}")).await.page();
        assert_eq!(page["applications"][0]["number"], number.as_str(), "{asked}");
        assert_eq!(page["mails"].is_string(), asked.contains('@'), "{asked}");
    }
    assert_eq!(secretary.see("/operate/find?q=若草&prefecture=27").await.wrong_fields(), ["q"]);
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    let case = secretary.see(&format!("/operate/applications/{number}")).await.page();
    let approved = case["timeline"].as_array().expect("a list").iter();
    let by: Vec<&Value> = approved.map(|entry| &entry["by"]).filter(|by| !by.is_null()).collect();
    assert_eq!(by, [&json!("奈良 一郎")], "who acted is named");
    world.end().await;
}

#[tokio::test]
async fn the_account_of_a_list_is_the_account_of_the_institution() {
    let world = World::start("adopted account", 109).await;
    let secretary = world.signed_in("secretariat").await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let form = world.application(&number).await.form;
    let list = format!(
        "ログインID,機関名,機関区分,都道府県,郵便番号,メールアドレス,権限\r\nold12345,{},病院,奈良県,{},soumu@wakakusa.example.jp,なし\r\n",
        form.institution_name.as_str(),
        form.postal_code.as_str()
    );
    take_in(&world, &secretary, "accounts", &list).await;
    let officer = world.signed_in("nara-medical").await;
    let case = officer.see(&format!("/review/{number}")).await.page();
    let existing = &case["existing_account"];
    assert_eq!((&existing["login_id"], &existing["kind"]), (&json!("old12345"), &json!("病院")));
    assert!(existing["listed_at"].is_string(), "it stands in the list alone: {existing}");
    let checks = case["checks"].as_array().expect("a list").iter();
    let check =
        checks.clone().find(|check| check["label"] == "既存のアカウント").expect("it is always there");
    assert_eq!(check["outcome"], "doubtful");
    assert!(check["words"].as_str().expect("words").contains("既存アカウントの一覧"), "{check}");
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    let notice = world.newest_mail("existing-account-notice", &hospital.email).await;
    assert!(notice.text.contains("old12345"), "③ tells the login ID of before: {}", notice.text);
    assert!(world.mails("advance-notice", &hospital.email).is_empty(), "no second account");

    let secretary = world.signed_in("secretariat").await;
    assert_eq!(doubts(&world, &secretary, &list.replace("なし", "医療機能情報提供制度")).await, []);
    let other = list.replace("old12345", "new12345")
        + "old12345,奈良べつの診療所,診療所,奈良県,630-8213,betsu@example.jp,なし\r\n";
    let told = doubts(&world, &secretary, &other).await;
    assert_eq!(told.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 3]);
    assert!(told[0].1.starts_with("この機関には、別のログインID「old12345」の"), "{told:?}");
    assert!(told[1].1.starts_with("ログインID「old12345」は、別の機関「"), "{told:?}");

    let forgot = world.visitor();
    forgot.act("/forgot-password", &json!({ "login_id": "OLD12345" })).await;
    let reset = world.newest_mail("password-reset", "soumu@wakakusa.example.jp").await;
    assert!(reset.text.contains("/set-password/"));
    world.end().await;
}
