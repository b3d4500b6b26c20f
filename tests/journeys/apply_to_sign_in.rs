//! From a mail address to a signed-in account.

use serde_json::json;
use tests::{Institution, Mailbox, World};

const PASSWORD: &str = "若草山のふもとの鹿はとても朝が早い";

#[tokio::test]
async fn an_application_becomes_a_signed_in_account() {
    for seed in 1..=3 {
        journey(seed).await;
    }
}

async fn journey(seed: u64) {
    let world = World::start("apply to sign-in", seed).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();

    let number = hospital.apply(&world, &applicant).await;
    let receipt = world.newest_mail("receipt", &hospital.email).await;
    assert!(receipt.text.contains(&number), "{}", receipt.text);
    let again = applicant.see("/application/done").await.page();
    assert_eq!(again["number"], number.as_str(), "the done page can be reloaded");

    let officer = world.officer("nara-medical").await;
    assert_eq!(officer.queue("submitted").await.len(), 1);
    officer.see(&format!("/review/{number}")).await.page();
    officer.approve(&number).await.leads_to();

    let advance = world.newest_mail("advance-notice", &hospital.email).await;
    assert_eq!(advance.subject, "【厚生労働省G-MIS事務局】G-MISアカウント発行にかかる事前のご連絡");
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "② waits for the next business day");
    world.travel_to("2027-01-24T23:59:00+09:00").await;
    assert!(world.mails("login-notice", &hospital.email).is_empty(), "a weekend is no business day");

    world.travel_to("2027-01-25T09:05:00+09:00").await;
    let login = world.newest_mail("login-notice", &hospital.email).await;
    assert_eq!(login.subject, "【厚生労働省G-MIS事務局】G-MISログインIDのお知らせ及びパスワード設定のご依頼");
    let link = login.links.iter().find(|link| link.contains("/set-password/")).expect("② carries a link");
    let path = link.strip_prefix(world.stack.origin()).expect("the link leads to this site");

    let user = world.visitor();
    user.see_html(path).await;
    user.see_html(path).await;
    user.see(path).await.page();
    let set = user.act(path, &json!({ "password": PASSWORD })).await;
    assert_eq!(set.leads_to(), "/menu", "{}", set.text);
    let menu = user.see_html("/menu").await;
    assert!(menu.text.contains("医療機能情報提供制度"), "{}", menu.text);
    let right = user.see_html("/menu/medical-information").await;
    assert_eq!(right.status, 200, "{}", right.text);
    let reused = world.visitor().act(path, &json!({ "password": "another password entirely" })).await;
    assert_ne!(reused.status, 303, "the link works once");

    sign_in_again(&world, &login.text).await;
    let state = hospital.look_up(&world, &number).await;
    let state = state.to_string();
    for word in ["approved", "account-created", "notice-delivered", "password-set"] {
        assert!(state.contains(word), "the state page names {word}: {state}");
    }
    world.end().await;
}

async fn sign_in_again(world: &World, login_mail: &str) {
    let accounts = world.visitor();
    let login_id = login_id_in(login_mail);
    let wrong =
        accounts.act("/sign-in", &json!({ "login_id": login_id, "password": "wrong wrong wrong" })).await;
    let unknown =
        accounts.act("/sign-in", &json!({ "login_id": "abcd2345", "password": "wrong wrong wrong" })).await;
    assert_eq!(
        (wrong.status, &wrong.body["errors"]),
        (unknown.status, &unknown.body["errors"]),
        "answered alike"
    );
    let right = accounts.act("/sign-in", &json!({ "login_id": login_id, "password": PASSWORD })).await;
    assert_eq!(right.leads_to(), "/menu", "{}", right.text);
}

/// The login ID stands on the line 「ログインID：…」.
fn login_id_in(mail: &str) -> String {
    let line = mail
        .lines()
        .find(|line| line.contains("ログインID") && line.contains('：'))
        .expect("② names the login ID");
    line.rsplit('：').next().expect("after the colon").trim().to_owned()
}
