//! The institution has an account already: without the right (right and ③), with it (nothing is issued).

use std::collections::BTreeSet;

use jiff::Timestamp;
use shared::domain::{
    account::{Account, Right, institution_keys},
    application::Application,
    contact::EmailAddress,
    ids::LoginId,
    limits::Usage,
};
use tests::{Institution, Mailbox, World};

const REGISTERED: &str = "soumu@wakakusa.example.jp";

#[tokio::test]
async fn an_account_without_the_right_gets_it_and_the_applicant_gets_3() {
    let world = World::start("existing account without the right", 21).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let login_id = existing_account(&world, &world.application(&number).await, &[]).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();

    let notice = world.newest_mail("existing-account-notice", &hospital.email).await;
    assert_eq!(notice.subject, "【厚生労働省G-MIS事務局】報告機関内でのG-MISご利用者の確認依頼");
    assert!(notice.text.contains(login_id.as_str()), "{}", notice.text);
    let account = world.store().load_account(&login_id).await.expect("readable").expect("there");
    assert_eq!(account.rights, BTreeSet::from([Right::MedicalInformation]));
    assert!(world.mails("advance-notice", &hospital.email).is_empty(), "no ① where no account is made");
    let state = hospital.look_up(&world, &number).await.to_string();
    assert!(state.contains("right-added") && state.contains("notice-delivered"), "{state}");
    world.end().await;
}

#[tokio::test]
async fn an_account_with_the_right_gets_nothing_and_the_state_page_says_so() {
    let world = World::start("existing account with the right", 22).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    existing_account(&world, &world.application(&number).await, &[Right::MedicalInformation]).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;

    for kind in ["advance-notice", "login-notice", "existing-account-notice"] {
        assert!(world.mails(kind, &hospital.email).is_empty(), "{kind}");
    }
    assert_eq!(
        world.mails("already-entitled-note", REGISTERED).len(),
        1,
        "only the registered address is told"
    );
    let state = hospital.look_up(&world, &number).await.to_string();
    assert!(state.contains("already-entitled"), "{state}");
    world.end().await;
}

/// An account of before, as the secretariat's import would leave it.
async fn existing_account(world: &World, application: &Application, rights: &[Right]) -> LoginId {
    let login_id = LoginId::parse("g2x4y6z8").expect("a login ID");
    let form = &application.form;
    let account = Account {
        login_id: login_id.clone(),
        institution_name: form.institution_name.as_str().to_owned(),
        prefecture: form.prefecture,
        institution_kind: form.institution_kind,
        keys: institution_keys(form),
        email: EmailAddress::parse(REGISTERED).expect("an address"),
        rights: rights.iter().copied().collect(),
        password: None,
        epoch: 1,
        failures: Usage::default(),
        application: None,
        mails: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
        version: 1,
    };
    world.store().commit_account(&account).await.expect("a new account");
    login_id
}
