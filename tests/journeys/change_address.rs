//! メールアドレス変更依頼: for a mailbox that nobody reads, from the request to the new address, by two persons.

use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::{Value, json};
use tests::{Answer, Institution, Mailbox, Visitor, World, solved_robot_check};

const NEW: &str = "soumu@wakakusa.example.jp";
const PASSWORD: &str = "さんぽみちの朝はいつもパンの匂い";

fn items(hospital: &Institution) -> Value {
    json!({
        "institution_name": hospital.form["institution_name"],
        "institution_kind": hospital.form["institution_kind"],
        "prefecture": hospital.form["prefecture"],
        "old_email": hospital.email,
        "new_email": NEW,
    })
}

/// From the page to the code, and on.
async fn request(world: &World, mut items: Value) {
    let visitor = world.visitor();
    items["robot_check"] = solved_robot_check(&visitor).await.into();
    let asked = visitor.act("/change-address", &items).await;
    assert_eq!(asked.leads_to(), "/change-address/code", "{}", asked.text);
    let code = world.newest_code(NEW).await;
    let proven = visitor.act("/change-address/code", &json!({ "code": code })).await;
    assert_eq!(proven.leads_to(), "/change-address/done", "{}", proven.text);
    let again = visitor.act("/change-address/code", &json!({ "code": code })).await;
    assert_eq!(again.status, 401, "pressed twice: {}", again.text);
    visitor.see("/change-address/done").await.page();
}

fn bounces(world: &World, to: &str) {
    let event = |kind| EventRequest {
        kind,
        bounce_type: None,
        sub_type: Some("General".into()),
        status: Some("5.1.1".into()),
        diagnostic: None,
        after: jiff::SignedDuration::ZERO,
    };
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(to.to_owned()),
        kind: None,
        events: vec![event(EventKind::Send), event(EventKind::Bounce)],
    });
}

/// The one request of a list, by its path.
async fn only(staff: &Visitor, list: &str) -> String {
    let page = staff.see(list).await.page();
    let changes = page["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 1, "{page}");
    format!("{}/{}", list.split('?').next().unwrap_or(list), changes[0]["id"].as_str().expect("an id"))
}

async fn forward(officer: &Visitor, path: &str) -> Answer {
    let page = officer.see(path).await.page();
    let login_id = page["accounts"][0]["login_id"].clone();
    officer.act(&format!("{path}/forward"), &json!({ "login_id": login_id, "confirmed": "yes" })).await
}

/// An account whose ② was taken by a mailbox that nobody reads.
async fn unread(world: &World) -> (Institution, String) {
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(world, &world.visitor()).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    world.newest_mail("login-notice", &hospital.email).await;
    (hospital, number)
}

#[tokio::test]
async fn two_persons_change_the_address_and_what_went_to_the_old_one_is_void() {
    let world = World::start("address change", 401).await;
    let (hospital, number) = unread(&world).await;
    let old_link = world.newest_password_link(&hospital.email).await;
    let old_tab = hospital.open_state(&world, &number).await;
    request(&world, items(&hospital)).await;
    assert!(world.newest_mail("change-request", NEW).await.text.contains("受け付けました"));

    let officer = world.officer("nara-medical").await;
    let path = only(&officer, "/review/address-changes").await;
    let found = officer.see(&path).await.page();
    assert_eq!(found["accounts"][0]["is_old_email"], true, "{found}");
    let login_id = found["accounts"][0]["login_id"].clone();
    let unasked = officer.act(&format!("{path}/forward"), &json!({ "login_id": login_id })).await;
    assert_eq!(unasked.wrong_fields(), ["confirmed"], "the officer asks the institution first");
    assert_eq!(forward(&officer, &path).await.leads_to(), path);
    assert_eq!(forward(&officer, &path).await.status, 409, "pressed twice");
    assert!(world.newest_mail("change-request", &hospital.email).await.text.contains("お心当たり"));

    // Four eyes: the officer has moved to the secretariat meanwhile.
    let secretary = world.officer("secretariat").await;
    let role = json!({ "role": "secretariat" });
    secretary.act("/operate/staff/nara-medical/role", &role).await.leads_to();
    let same_person = world.officer("nara-medical").await;
    let at_office = only(&same_person, "/operate/address-changes").await;
    let refused = same_person.act(&format!("{at_office}/complete"), &json!({})).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("本人"), "{}", refused.text);

    let done = secretary.act(&format!("{at_office}/complete"), &json!({})).await;
    assert_eq!(done.leads_to(), at_office, "{}", done.text);
    assert_eq!(secretary.act(&format!("{at_office}/complete"), &json!({})).await.status, 409);
    let dead = world.visitor().act(&old_link, &json!({ "password": PASSWORD })).await;
    assert_eq!(dead.status, 410, "{}", dead.text);
    assert_eq!(old_tab.see("/track/status").await.status, 401, "the state page of the old address has ended");
    let moved = hospital.clone().with_email(NEW);
    assert_eq!(moved.look_up(&world, &number).await["status"], "issued");
    let new_link = world.newest_password_link(NEW).await;
    let set = world.visitor().act(&new_link, &json!({ "password": PASSWORD })).await;
    assert_eq!(set.leads_to(), "/menu", "{}", set.text);
    world.end().await;
}

#[tokio::test]
async fn an_account_with_a_password_is_told_its_login_id_and_its_sessions_end() {
    let world = World::start("address change of a user", 402).await;
    let (hospital, _) = unread(&world).await;
    let user = world.visitor();
    let link = world.newest_password_link(&hospital.email).await;
    user.act(&link, &json!({ "password": PASSWORD })).await.leads_to();
    request(&world, items(&hospital)).await;
    let officer = world.officer("nara-medical").await;
    let path = only(&officer, "/review/address-changes").await;
    forward(&officer, &path).await.leads_to();
    let secretary = world.officer("secretariat").await;
    let at_office = only(&secretary, "/operate/address-changes").await;
    secretary.act(&format!("{at_office}/complete"), &json!({})).await.leads_to();

    assert_eq!(user.see("/menu").await.status, 401, "signed in under the address of before");
    let told = world.newest_mail("change-request", NEW).await.text;
    let login_id = told.lines().find_map(|line| line.strip_prefix("ログインID：")).expect("the login ID");
    world.visitor().act("/forgot-password", &json!({ "login_id": login_id })).await.leads_to();
    let reset = world.newest_mail("password-reset", NEW).await;
    assert!(reset.text.contains("/set-password/"), "{}", reset.text);
    let desk = only(&officer, "/review/address-changes?done=yes").await;
    assert_eq!(officer.see(&desk).await.page()["status"], "completed");
    world.end().await;
}

#[tokio::test]
async fn of_many_acts_at_once_one_stands() {
    let world = World::start("address change, officers at once", 403).await;
    let (hospital, _) = unread(&world).await;
    request(&world, items(&hospital)).await;
    let officer = world.officer("nara-medical").await;
    let path = only(&officer, "/review/address-changes").await;
    let mut acts = tokio::task::JoinSet::new();
    for which in 0..8 {
        let (officer, path) = (officer.clone(), path.clone());
        acts.spawn(async move {
            let reason = json!({ "reason": "お電話で確認できませんでした。" });
            match which % 2 {
                0 => forward(&officer, &path).await,
                _ => officer.act(&format!("{path}/refuse"), &reason).await,
            }
        });
    }
    let answers = acts.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 303) {
        // A page that was opened after the decision names no account any more.
        assert!([409, 422].contains(&refused.status), "{}", refused.text);
    }
    world.end().await;
}

#[tokio::test]
async fn for_another_desk_a_request_does_not_exist_and_nobody_learns_of_accounts() {
    let world = World::start("address change, other desks", 404).await;
    let (hospital, number) = unread(&world).await;
    request(&world, items(&hospital)).await;
    let nara = world.officer("nara-medical").await;
    let path = only(&nara, "/review/address-changes").await;
    let osaka = world.officer("osaka-pharmacy").await;
    assert!(
        osaka.see("/review/address-changes").await.page()["changes"].as_array().expect("a list").is_empty()
    );
    let foreign = osaka.see(&path).await;
    let unknown = osaka.see("/review/address-changes/01JZZZZZZZZZZZZZZZZZZZZZZZ").await;
    assert_eq!((foreign.status, &foreign.body), (404, &unknown.body));
    for (act, body) in [
        ("forward", json!({ "login_id": "abcd2345", "confirmed": "yes" })),
        ("register", json!({ "number": number, "confirmed": "yes" })),
        ("refuse", json!({ "reason": "理由です。" })),
    ] {
        assert_eq!(osaka.act(&format!("{path}/{act}"), &body).await.status, 404, "{act}");
        assert_eq!(world.visitor().act(&format!("{path}/{act}"), &body).await.status, 401, "{act}");
    }
    let secretary = world.officer("secretariat").await;
    let early = path.replace("/review/", "/operate/");
    assert_eq!(secretary.see(&early).await.status, 404, "not before a desk has checked it");
    assert_eq!(nara.see(&early).await.status, 404);

    // An institution that nobody knows is answered the same, page for page.
    let nobody = Institution::nara_hospital().with("institution_name", "存在しない診療所");
    let first = json!({ "robot_check": "", "prefecture": "奈良県" });
    let wrong = world.visitor().act("/change-address", &first).await;
    assert_eq!(
        wrong.wrong_fields(),
        ["institution_kind", "institution_name", "old_email", "new_email", "robot_check"]
    );
    request(&world, items(&nobody)).await;
    world.end().await;
}

/// The mailbox of an application is dead before there is an account: no code reaches its state page (T3).
#[tokio::test]
async fn a_dead_mailbox_is_replaced_by_the_desk_after_a_call() {
    let world = World::start("dead mailbox", 405).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    bounces(&world, &hospital.email);
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    let mut asked = items(&hospital);
    asked["number"] = number.as_str().into();
    request(&world, asked).await;

    let officer = world.officer("nara-medical").await;
    let path = only(&officer, "/review/address-changes").await;
    let found = officer.see(&path).await.page();
    assert_eq!(found["applications"][0]["number"], number.as_str(), "{found}");
    let body = json!({ "number": number });
    let unasked = officer.act(&format!("{path}/register"), &body).await;
    assert_eq!(unasked.wrong_fields(), ["confirmed_application"]);
    let body = json!({ "number": number, "confirmed": "yes" });
    assert_eq!(officer.act(&format!("{path}/register"), &body).await.leads_to(), path);
    assert_eq!(officer.act(&format!("{path}/register"), &body).await.status, 409, "pressed twice");

    world.newest_mail("advance-notice", NEW).await;
    let moved = hospital.clone().with_email(NEW);
    assert_eq!(moved.look_up(&world, &number).await["status"], "issuing");
    let history = world.application(&number).await.history;
    let registered = history.iter().filter(|entry| entry.event.as_str() == "address-registered").count();
    assert_eq!(registered, 1, "{history:?}");
    let case = officer.see(&format!("/review/{number}")).await.page().to_string();
    assert!(case.contains("担当者が、確認のとれた新しいメールアドレスを登録しました"), "{case}");
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    assert_eq!(world.mails("login-notice", NEW).len(), 1);
    world.end().await;
}

#[tokio::test]
async fn a_code_mail_that_bounces_is_told_at_once_and_nothing_is_typed_twice() {
    let world = World::start("bounced code of a change", 406).await;
    let hospital = Institution::nara_hospital();
    let visitor = world.visitor();
    let empty = visitor.see("/change-address").await.page();
    assert_eq!((empty["institution_name"].as_str(), empty["new_email"].as_str()), (Some(""), Some("")));
    bounces(&world, "soumu@gmial.com");
    let mut items = items(&hospital);
    items["new_email"] = "soumu@gmial.com".into();
    items["robot_check"] = solved_robot_check(&visitor).await.into();
    visitor.act("/change-address", &items).await.leads_to();
    let before = visitor.see("/change-address/code").await.page();
    assert_eq!(before["suggested_domain"], "gmail.com", "{before}");

    world.newest_mail("code", "soumu@gmial.com").await;
    let told = visitor.see("/change-address/code").await.page();
    assert_eq!((&told["delivery"]["state"], &told["resend"]["left"]), (&"undeliverable".into(), &2.into()));
    let html = visitor.see_html("/change-address/code").await.text;
    assert!(html.contains("<title>エラー：") && html.contains("認証メールが届いていません"), "{html}");
    assert!(html.contains("<a href=\"/change-address\">依頼の内容を入力し直す</a>"), "{html}");
    let kept = visitor.see("/change-address").await.page();
    for item in ["institution_name", "institution_kind", "prefecture", "old_email", "new_email"] {
        assert_eq!(kept[item], items[item], "{item}");
    }
    let somebody_else = world.visitor().see("/change-address").await.page();
    assert_eq!(somebody_else["institution_name"], "");
    world.end().await;
}
