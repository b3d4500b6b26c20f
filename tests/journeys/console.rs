//! The desk's console: what the tabs count, what the one search box finds, an application sent back, many approved at
//! once.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Institution, Mailbox, World};

fn count(page: &Value, status: &str) -> u64 {
    let tabs = page["tabs"].as_array().expect("tabs");
    let tab = tabs.iter().find(|tab| tab["status"] == status).expect("a tab");
    tab["count"].as_u64().expect("a count")
}

fn numbers(page: &Value) -> Vec<&str> {
    let rows = page["applications"].as_array().expect("a list");
    rows.iter().map(|row| row["number"].as_str().expect("a number")).collect()
}

#[tokio::test]
async fn the_search_box_answers_the_telephone() {
    let world = World::start("search", 81).await;
    let clinic = Institution::nara_hospital().with("institution_name", "医療法人 髙橋会 若草山病院");
    let number = clinic.apply(&world, &world.visitor()).await;
    let osaka = Institution::osaka_pharmacy().apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    world.pass(SignedDuration::from_mins(2)).await;

    for typed in ["高橋", "わかくさ", "若草山", "0742-22-1101", "ijika@wakakusa", "1"] {
        let answer = officer.see(&format!("/review/search?q={typed}")).await;
        match typed {
            "わかくさ" => assert!(numbers(&answer.page()).is_empty(), "kana is no reading of kanji"),
            "1" => assert_eq!(answer.leads_to(), format!("/review/{number}")),
            _ => assert_eq!(numbers(&answer.page()), [number.as_str()], "{typed}"),
        }
    }
    assert_eq!(
        officer.see(&format!("/review/search?q={number}")).await.leads_to(),
        format!("/review/{number}")
    );
    for typed in ["堂島", "06-6344-1101", "yakkyoku@dojima.example.jp", osaka.as_str()] {
        let page = officer.see(&format!("/review/search?q={typed}")).await.page();
        assert!(numbers(&page).is_empty(), "{typed} is another prefecture's");
    }
    world.end().await;
}

#[tokio::test]
async fn the_tabs_count_what_moved_within_the_minute() {
    let world = World::start("counts", 82).await;
    let number = Institution::nara_hospital().apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    world.pass(SignedDuration::from_mins(2)).await;
    let page = officer.see("/review?status=approved").await.page();
    assert_eq!((count(&page, "submitted"), count(&page, "approved")), (1, 0));
    officer.approve(&number).await.leads_to();
    world.pass(SignedDuration::from_mins(2)).await;
    let page = officer.see("/review?status=rejected").await.page();
    assert_eq!((count(&page, "submitted"), count(&page, "issuing")), (0, 1));
    let clinics = officer.see("/review?status=issuing&kind=clinic").await.page();
    assert_eq!((count(&clinics, "issuing"), numbers(&clinics).len()), (0, 0));
    let csv = officer.see("/review/export?status=issuing&format=csv").await;
    assert!(csv.status == 200 && csv.text.starts_with('\u{FEFF}'), "{}", csv.text);
    assert!(csv.text.contains(&number) && csv.text.matches("\r\n").count() == 2, "{}", csv.text);
    assert!(officer.see("/review/export?status=issuing&format=xlsx").await.text.starts_with("PK"));
    let pharmacy = world.officer("osaka-pharmacy").await;
    assert!(
        !pharmacy.see("/review/export?status=issuing").await.text.contains(&number),
        "another desk's file"
    );
    assert_eq!(count(&pharmacy.see("/review").await.page(), "issuing"), 0, "another desk's count");
    world.end().await;
}

#[tokio::test]
async fn an_application_is_sent_back_with_the_previewed_mail() {
    let world = World::start("sent back", 83).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    let path = format!("/review/{number}/return");
    let answers = officer.see(&path).await.page()["answers"].as_array().expect("answers").len();
    assert_eq!(answers, 15, "every answer but the proven address");
    let nothing = officer.act(&path, &json!({ "step": "confirm" })).await;
    assert_eq!(nothing.wrong_fields(), ["fields", "note", "days"]);
    let words = json!({ "fields": ["street", "phone"], "note": "番地を\nご確認ください。", "days": "5" });
    let preview = officer.act(&path, &words).await.page();
    let mut confirmed = words;
    confirmed["step"] = "confirm".into();
    officer.act(&path, &confirmed).await.leads_to();
    let mail = world.newest_mail("returned", &hospital.email).await;
    let previewed = preview["mail"]["text"].as_str().expect("a text");
    let sent = mail.text.replace("\r\n", "\n");
    assert_eq!(sent.trim(), previewed.trim(), "the mail is the one that was shown");
    assert_eq!(officer.act(&path, &confirmed).await.status, 409, "sent twice, the second changes nothing");
    let page = officer.see("/review?status=returned").await.page();
    assert_eq!(numbers(&page), [number.as_str()]);
    assert_eq!(page["applications"][0]["deadline"]["words"], "期限まで5営業日");
    world.end().await;
}

#[tokio::test]
async fn many_are_approved_at_once_and_each_row_has_its_result() {
    let world = World::start("many at once", 84).await;
    let hospital = Institution::nara_hospital();
    let mut all = Vec::new();
    for name in ["春日野病院", "飛火野病院", "若草山病院"] {
        let one = hospital.clone().with("institution_name", name);
        all.push(one.apply(&world, &world.visitor()).await);
        world.pass(SignedDuration::from_hours(2)).await;
    }
    let foreign = Institution::osaka_pharmacy().apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.reject(&all[2], "other", "理由です。").await.leads_to();
    let ticked: Vec<String> = all.iter().chain([&foreign]).map(|number| format!("number={number}")).collect();
    let page = officer.see(&format!("/review/selected?{}", ticked.join("&"))).await.page();
    assert_eq!(numbers(&page), [all[0].as_str(), all[1].as_str()]);
    let left_out = page["left_out"].as_array().expect("a list");
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    assert!(left_out[0]["because"].as_str().expect("a reason").contains("却下しました"), "{left_out:?}");
    assert_eq!(left_out[1]["because"], "この申請は見つかりませんでした。");

    let row = |number: &String, version: u64| format!("{number}:{version}");
    let rows = json!({ "row": [row(&all[0], 1), row(&all[1], 9), row(&all[2], 2), row(&foreign, 1)] });
    let first = officer.act("/review/selected", &rows).await;
    let again = officer.act("/review/selected", &rows).await;
    assert_eq!(first.leads_to(), again.leads_to());
    let result = officer.see(first.leads_to()).await.page();
    let done: Vec<bool> = result["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|row| row["is_done"].as_bool().expect("a fact"))
        .collect();
    assert_eq!((result["done"].as_u64(), done), (Some(1), vec![true, false, false, false]));
    assert_eq!(world.application(&foreign).await.version, 1, "another desk's is untouched");
    assert_eq!(world.application(&all[1]).await.version, 1, "not what the officer saw");
    let approvals = world.application(&all[0]).await.history;
    assert_eq!(approvals.iter().filter(|entry| entry.event.as_str() == "approved").count(), 1);
    assert_eq!(officer.act("/review/selected", &json!({})).await.status, 400);
    world.end().await;
}

#[tokio::test]
async fn many_are_rejected_at_once_with_the_previewed_mail() {
    let world = World::start("many rejected", 85).await;
    let hospital = Institution::nara_hospital();
    let mut all = Vec::new();
    for name in ["春日野病院", "飛火野病院", "若草山病院"] {
        let one = hospital.clone().with("institution_name", name);
        all.push(one.apply(&world, &world.visitor()).await);
        world.pass(SignedDuration::from_hours(2)).await;
    }
    let foreign = Institution::osaka_pharmacy().apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    officer.approve(&all[2]).await.leads_to();
    world.stack.settle().await;
    let path = "/review/selected/reject";
    let ticked: Vec<String> = all.iter().chain([&foreign]).map(|number| format!("number={number}")).collect();
    let page = officer.see(&format!("{path}?{}", ticked.join("&"))).await.page();
    assert_eq!(numbers(&page), [all[0].as_str(), all[1].as_str()]);
    assert_eq!(page["left_out"].as_array().map(Vec::len), Some(2), "{page}");

    // As a browser sends it: the same name once a ticked box.
    let rows: Vec<String> = [(&all[0], 1), (&all[1], 9), (&all[2], 1), (&foreign, 1)]
        .iter()
        .map(|(number, version)| format!("{number}:{version}"))
        .collect();
    let fields = |more: &[(&'static str, &'static str)]| -> Vec<(&str, String)> {
        let rows = rows.iter().map(|row| ("row", row.clone()));
        rows.chain(more.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    };
    let post = async |more: &[(&'static str, &'static str)]| {
        let fields = fields(more);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        officer.submit_form(path, &fields).await
    };
    let nothing = post(&[("step", "confirm")]).await;
    assert!(
        nothing.status == 422 && nothing.text.contains("＊却下の理由を選択してください"),
        "{}",
        nothing.text
    );
    let template = post(&[("step", "template"), ("reason", "outside-prefecture")]).await;
    assert!(template.status == 200 && template.text.contains("value=\"outside-prefecture\" checked"));
    let words = [("reason", "other"), ("note", "重複しています。\n二件目です。")];
    let preview = post(&[words[0], words[1], ("step", "preview")]).await;
    assert!(preview.text.contains("重複しています。\n二件目です。"), "{}", preview.text);
    let unmoved = world.application(&all[0]).await.version;
    assert_eq!(unmoved, 1, "a preview moves nothing");
    let first = post(&[words[0], words[1], ("step", "confirm")]).await;
    let again = post(&[words[0], words[1], ("step", "confirm")]).await;
    assert_eq!(first.leads_to(), again.leads_to());
    let result = officer.see(first.leads_to()).await.page();
    let done: Vec<bool> = result["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|row| row["is_done"].as_bool().expect("a fact"))
        .collect();
    assert_eq!((result["done"].as_u64(), done), (Some(1), vec![true, false, false, false]));
    assert_eq!(world.application(&foreign).await.version, 1, "another desk's is untouched");
    assert_eq!(world.application(&all[1]).await.version, 1, "not what the officer saw");
    world.newest_mail("rejection", &hospital.email).await;
    assert_eq!(world.mails("rejection", &hospital.email).len(), 1);
    world.end().await;
}

/// Every form of the console as a browser sends it: names and texts, never JSON.
#[tokio::test]
async fn what_a_browser_sends_is_read() {
    let world = World::start("browser forms", 86).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let officer = world.officer("nara-medical").await;
    for path in [
        "/review?status=submitted&kind=hospital&due=&from=2027-01-01&until=",
        &format!("/review?status=submitted&done={number}"),
        "/review/export?status=submitted&kind=&due=&from=&until=2027-02-01&format=csv",
        &format!("/review/selected?number={number}&number={number}"),
        &format!("/review/selected/result?number={number}"),
        &format!("/review/{number}?done=API-00000001"),
        "/review/search?q=若草山&after=",
    ] {
        let answer = officer.see_html(path).await;
        assert!(answer.status == 200 && answer.text.contains("若草山病院"), "{path}: {}", answer.text);
    }
    let path = format!("/review/{number}/return");
    let fields = [
        ("version", "1"),
        ("step", "preview"),
        ("fields", "street"),
        ("fields", "phone"),
        ("note", "番地を\r\nご確認ください。"),
        ("days", "5"),
    ];
    let preview = officer.submit_form(&path, &fields).await;
    assert!(preview.status == 200 && preview.text.contains("番地を\nご確認ください。"), "{}", preview.text);
    let path = format!("/review/{number}/reject");
    let fields = [("version", "1"), ("step", "edit"), ("reason", "other"), ("note", "理由です。")];
    let edit = officer.submit_form(&path, &fields).await;
    assert!(edit.status == 200 && edit.text.contains("value=\"other\" checked"), "{}", edit.text);
    let row = format!("{number}:1");
    let approved = officer.submit_form("/review/selected", &[("row", &row), ("row", "API-00000009:1")]).await;
    assert!(approved.leads_to().starts_with("/review/selected/result?number="), "{}", approved.text);
    assert_eq!(
        world.application(&number).await.decision().map(|entry| entry.event.as_str()),
        Some("approved")
    );
    world.end().await;
}
