//! 代理申請: filed by an officer, without a robot check or a code; the address is proven by ①, and corrected by the desk
//! where ① came back.

use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::json;
use tests::{Institution, Mailbox, Visitor, World};

const WRONG: &str = "ijika@wakakusa.example.co";

fn form(institution: &Institution) -> Vec<(String, String)> {
    let typed = institution.form.as_object().expect("answers").iter();
    let typed = typed.map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()));
    let email = [("email".to_owned(), institution.email.clone()), ("agreed".to_owned(), "yes".to_owned())];
    typed.chain(email).collect()
}

async fn post(officer: &Visitor, fields: &[(String, String)], more: &[(&str, &str)]) -> tests::Answer {
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more);
    officer.submit_form("/review/proxy", &fields).await
}

/// Form, check page, number: as a browser without scripts goes.
async fn file(officer: &Visitor, institution: &Institution) -> String {
    let check = post(officer, &form(institution), &[]).await;
    assert!(check.status == 200 && check.text.contains("まだ申請は完了していません"), "{}", check.text);
    let hidden = check.hidden_fields();
    let filed = post(officer, &hidden, &[("step", "confirm")]).await;
    let again = post(officer, &hidden, &[("step", "confirm")]).await;
    assert_eq!(filed.leads_to(), again.leads_to(), "sent twice, filed once");
    let page = officer.see_html(filed.leads_to()).await;
    let number = filed.leads_to().split('/').nth(2).expect("a number").to_owned();
    assert!(page.text.contains(&format!("<span class=\"number-plate\">{number}</span>")), "{}", page.text);
    number
}

#[tokio::test]
async fn an_officer_files_and_the_advance_notice_proves_the_address() {
    let world = World::start("proxy application", 131).await;
    let officer = world.officer("nara-medical").await;
    let hospital = Institution::nara_hospital();
    let number = file(&officer, &hospital).await;
    assert_eq!(officer.queue("submitted").await.len(), 1, "one application");
    assert!(!world.application(&number).await.address_is_proven());
    world.stack.settle().await;
    assert!(world.stack.mails().expect("a mailbox").is_empty(), "nothing leaves to an address nobody proved");

    officer.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    assert!(world.application(&number).await.address_is_proven(), "by ①");
    assert_eq!(
        officer.see(&format!("/review/{number}/address")).await.status,
        409,
        "no officer changes it alone"
    );
    world.travel_to("2027-01-25T09:30:00+09:00").await;
    world.newest_mail("login-notice", &hospital.email).await;
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_at_once_and_nothing_is_filed_without_its_check_page() {
    let world = World::start("wrong proxy applications", 132).await;
    let officer = world.officer("nara-medical").await;
    let nothing = officer.act("/review/proxy", &json!({ "step": "confirm" })).await;
    let wrong = nothing.wrong_fields();
    assert!(wrong.first() == Some(&"institution_name"), "{wrong:?}");
    assert!(wrong.ends_with(&["email", "agreed"]), "{wrong:?}");
    let osaka = form(&Institution::osaka_pharmacy());
    let foreign = post(&officer, &osaka, &[("step", "confirm")]).await;
    assert_eq!(foreign.status, 422);
    for sentence in ["＊担当する機関区分を選択してください", "＊代理で申請できるのは、奈良県の機関だけです"]
    {
        assert!(foreign.text.contains(sentence), "{sentence} in {}", foreign.text);
    }
    let own = form(&Institution::nara_hospital());
    for (number, seal) in [("", ""), ("API-00000001", ""), ("API-00000001", "0123456789abcdef")] {
        let forged = post(&officer, &own, &[("step", "confirm"), ("number", number), ("seal", seal)]).await;
        assert_eq!(forged.status, 200, "the check page, and nothing filed: {}", forged.text);
    }
    let doubtful = post(&officer, &own, &[("insurance_code", "2910112341"), ("step", "confirm")]).await;
    assert!(doubtful.status == 422 && doubtful.text.contains("ご確認ください："), "{}", doubtful.text);
    let asked =
        post(&officer, &own, &[("postal_code", "630-8213"), ("city", ""), ("address", "asked")]).await;
    assert!(asked.status == 200 && asked.text.contains("郵便番号から住所を入力しました"), "{}", asked.text);

    // What another officer drew is not this one's.
    let check = post(&officer, &own, &[]).await;
    let colleague = world.officer("osaka-medical").await;
    let stolen = post(&colleague, &check.hidden_fields(), &[("step", "confirm")]).await;
    assert_eq!(stolen.status, 422);
    assert!(officer.queue("submitted").await.is_empty(), "nothing was filed");
    world.end().await;
}

#[tokio::test]
async fn after_a_bounce_the_desk_corrects_the_address_and_the_way_goes_on() {
    let world = World::start("corrected proxy", 133).await;
    let officer = world.officer("nara-medical").await;
    let hospital = Institution::nara_hospital();
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(WRONG.to_owned()),
        kind: None,
        events: vec![event(EventKind::Send, None), event(EventKind::Bounce, Some("Permanent"))],
    });
    let number = file(&officer, &hospital.clone().with_email(WRONG)).await;
    officer.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", WRONG).await;
    let case = officer.see_html(&format!("/review/{number}")).await;
    assert!(case.text.contains("メールアドレスを訂正する</a>"), "{}", case.text);

    let path = format!("/review/{number}/address");
    let seen = world.application(&number).await.version;
    let same = officer.act(&path, &json!({ "version": seen, "email": WRONG })).await;
    assert_eq!(same.wrong_fields(), ["email"]);
    let version = seen.to_string();
    let fields = [("version", version.as_str()), ("email", hospital.email.as_str())];
    assert_eq!(officer.submit_form(&path, &fields).await.leads_to(), format!("/review/{number}"));
    world.newest_mail("advance-notice", &hospital.email).await;
    let again = officer.submit_form(&path, &fields).await;
    assert_eq!(again.status, 409, "sent twice, the second changes nothing: {}", again.text);
    let application = world.application(&number).await;
    let corrected = application.history.iter().filter(|entry| entry.event.as_str() == "address-corrected");
    assert_eq!(corrected.count(), 1);
    world.travel_to("2027-01-25T09:30:00+09:00").await;
    world.newest_mail("login-notice", &hospital.email).await;
    assert!(world.mails("login-notice", WRONG).is_empty());
    world.end().await;
}

fn event(kind: EventKind, bounce_type: Option<&str>) -> EventRequest {
    EventRequest {
        kind,
        bounce_type: bounce_type.map(str::to_owned),
        sub_type: None,
        status: None,
        diagnostic: None,
        after: jiff::SignedDuration::ZERO,
    }
}

#[tokio::test]
async fn a_proxy_and_an_own_application_at_once() {
    let world = World::start("proxy and own application at once", 134).await;
    let officer = world.officer("nara-medical").await;
    let hospital = Institution::nara_hospital().with("insurance_code", "2910112347");
    let own = hospital.clone().with_email("soumu@wakakusa.example.jp");
    let applicant = world.visitor();
    own.prove_address(&world, &applicant).await;
    own.fill_in(&applicant).await;
    let submitted = json!({});
    let (by_officer, by_applicant) =
        tokio::join!(file(&officer, &hospital), applicant.act("/application/submit", &submitted));
    by_applicant.leads_to();
    let done = applicant.see("/application/done").await.page();
    let own_number = done["number"].as_str().expect("a number").to_owned();
    assert_ne!(by_officer, own_number, "two applications, and the desk sees both");
    assert_eq!(officer.queue("submitted").await.len(), 2);
    let case = officer.see(&format!("/review/{own_number}")).await.page().to_string();
    assert!(case.contains(&by_officer), "each stands beside the other: {case}");

    officer.approve(&by_officer).await.leads_to();
    officer.approve(&own_number).await.leads_to();
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    let kind = async |number: &str| world.application(number).await.status.kind().as_str();
    let mut kinds = [kind(&by_officer).await, kind(&own_number).await];
    kinds.sort_unstable();
    assert_eq!(kinds, ["already-entitled", "issued"], "one account");
    world.end().await;
}
