//! The sharp edges of the form, each by its name: what is rare, and what people do all the time.

use jiff::SignedDuration;
use local::wire::{DeliveryRule, EventKind, EventRequest};
use serde_json::{Value, json};
use tests::{Answer, Institution, Mailbox, Visitor, World};

/// A world, and an applicant who has proven the address of the hospital in Nara.
async fn at_the_form(name: &'static str, seed: u64) -> (World, Visitor) {
    let world = World::start(name, seed).await;
    let applicant = world.visitor();
    Institution::nara_hospital().prove_address(&world, &applicant).await;
    (world, applicant)
}

async fn send(applicant: &Visitor, institution: &Institution) -> Answer {
    applicant.act("/application/form", &institution.form).await
}

/// What a 422 says of a field.
fn sentence(answer: &Answer, field: &str) -> String {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = answer.body["errors"].as_array().expect("errors");
    let of_field = errors.iter().filter(|error| error["field"] == field);
    of_field.filter_map(|error| error["message"].as_str()).collect::<Vec<_>>().join("\n")
}

/// What the check page shows for a field.
async fn checked(applicant: &Visitor, field: &str) -> String {
    let terms = json!({ "agree_terms": "yes", "agree_privacy": "yes" });
    applicant.act("/application/terms", &terms).await.leads_to();
    let check = applicant.see("/application/check").await.page();
    let rows = check["answers"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["field"] == field).expect("the field's row");
    row["text"].as_str().expect("a text").to_owned()
}

fn dental_clinic() -> Institution {
    Institution::nara_hospital()
        .with("institution_kind", "dental-clinic")
        .with("institution_subkind", "dental-clinic")
}

#[tokio::test]
async fn a_hospital_with_a_medical_and_a_dental_code() {
    let (world, applicant) = at_the_form("hospital with two codes", 201).await;
    let hospital = Institution::nara_hospital();
    for code in ["2910112347", "2930112343"] {
        send(&applicant, &hospital.clone().with("insurance_code", code)).await.leads_to();
        assert_eq!(checked(&applicant, "insurance_code").await, code);
    }
    let clinic = send(&applicant, &dental_clinic().with("insurance_code", "2910112347")).await;
    assert!(
        sentence(&clinic, "insurance_code").contains("3桁目が機関区分「歯科診療所」の番号（3）と異なります")
    );
    world.end().await;
}

#[tokio::test]
async fn a_midwifery_home_without_a_code() {
    let (world, applicant) = at_the_form("midwifery home without code", 202).await;
    let home = Institution::nara_hospital()
        .with("institution_kind", "midwifery-home")
        .with("institution_subkind", "midwifery-home");
    let coded = send(&applicant, &home.clone().with("insurance_code", "2910112347")).await;
    assert!(sentence(&coded, "insurance_code").contains("「助産所」には通常保険機関コードがありません"));
    let seven = send(&applicant, &home.clone().with("insurance_code", "0112340")).await;
    assert!(
        sentence(&seven, "insurance_code").contains("現在7桁です"),
        "there is nothing to make ten digits of"
    );
    send(&applicant, &home).await.leads_to();
    assert_eq!(checked(&applicant, "insurance_code").await, "");
    world.end().await;
}

#[tokio::test]
async fn an_institution_opened_after_june_2023() {
    let (world, applicant) = at_the_form("unnumbered institution", 203).await;
    let mut new = Institution::nara_hospital();
    new.form["unnumbered"] = true.into();
    let both = send(&applicant, &new.clone().with("institution_code", "0012")).await;
    assert!(sentence(&both, "institution_code").contains("「未付番」の両方が指定されています"));
    send(&applicant, &new).await.leads_to();
    assert_eq!(checked(&applicant, "institution_code").await, "未付番（機関コードがない）");
    applicant.act("/application/submit", &json!({})).await.leads_to();
    let done = applicant.see("/application/done").await.page();
    let application = world.application(done["number"].as_str().expect("a number")).await;
    assert!(application.form.unnumbered && application.form.institution_code.is_none());
    world.end().await;
}

#[tokio::test]
async fn twenty_pharmacies_on_one_mail_address() {
    let world = World::start("twenty pharmacies, one address", 204).await;
    let mut numbers = std::collections::BTreeSet::new();
    for shop in 1..=20 {
        let pharmacy = Institution::osaka_pharmacy()
            .with("institution_name", &format!("堂島薬局{shop}号店"))
            .with("insurance_code", &format!("27400{shop:02}000"));
        let mut pharmacy = pharmacy;
        pharmacy.form["confirmed_warnings"] = true.into();
        let applicant = world.visitor();
        pharmacy.prove_address(&world, &applicant).await;
        let begun = applicant.see("/application/form").await.page();
        assert_eq!(begun["answers"]["institution_name"], "", "the answers of the shop before are not shown");
        pharmacy.fill_in(&applicant).await;
        let check = applicant.see("/application/check").await.page();
        assert_eq!(check["possibly_applied_for"], false, "one address may serve several institutions");
        applicant.act("/application/submit", &json!({})).await.leads_to();
        numbers.insert(applicant.see("/application/done").await.page()["number"].to_string());
        world.pass(SignedDuration::from_mins(21)).await;
    }
    assert_eq!(numbers.len(), 20);
    assert_eq!(world.mails("receipt", "yakkyoku@dojima.example.jp").len(), 20);
    world.end().await;
}

#[tokio::test]
async fn the_same_institution_twice_in_one_day() {
    let world = World::start("same institution twice", 205).await;
    let first = Institution::nara_hospital().with("insurance_code", "2910112347");
    let number = first.apply(&world, &world.visitor()).await;
    let colleague = first.clone().with_email("soumu@wakakusa.example.jp").with("contact_family_name", "鈴木");
    let second = world.visitor();
    colleague.prove_address(&world, &second).await;
    colleague.fill_in(&second).await;
    let check = second.see("/application/check").await.page();
    assert_eq!(check["possibly_applied_for"], true);
    let html = second.see_html("/application/check").await.text;
    assert!(html.contains("同じ機関からの申請が既に受け付けられている可能性があります"));
    for of_the_first in [number.as_str(), "田中", "ijika@"] {
        assert!(!html.contains(of_the_first), "{of_the_first} is told to somebody else");
    }
    second.act("/application/submit", &json!({})).await.leads_to();
    let queue = world.officer("nara-medical").await.queue("submitted").await;
    assert_eq!(queue.len(), 2, "the desk decides");
    world.end().await;
}

#[tokio::test]
async fn the_wrong_prefecture_chosen() {
    let (world, applicant) = at_the_form("wrong prefecture", 206).await;
    let nara = Institution::nara_hospital().with("insurance_code", "2910112347");
    let astray = nara.clone().with("prefecture", "大阪府");
    let warned = send(&applicant, &astray).await;
    assert!(sentence(&warned, "insurance_code").contains("大阪府の番号（27）と異なります"));
    let mut sure = astray;
    sure.form["confirmed_warnings"] = true.into();
    sure.fill_in(&applicant).await;
    applicant.act("/application/submit", &json!({})).await.leads_to();
    assert_eq!(world.officer("nara-medical").await.queue("submitted").await, Vec::<Value>::new());

    let again = world.visitor();
    let nara = nara.with_email("soumu@wakakusa.example.jp");
    nara.prove_address(&world, &again).await;
    nara.fill_in(&again).await;
    let check = again.see("/application/check").await.page();
    assert_eq!(check["possibly_applied_for"], true, "told across prefectures");
    world.end().await;
}

#[tokio::test]
async fn the_code_typed_in_full_width() {
    let world = World::start("code in full width", 207).await;
    let applicant = world.visitor();
    let hospital = Institution::nara_hospital();
    hospital.ask_for_code(&applicant).await;
    let code = world.newest_code(&hospital.email).await;
    let wide: String = code.chars().filter_map(|digit| char::from_u32(u32::from(digit) + 0xFEE0)).collect();
    let (first, last) = wide.split_at(wide.len() / 2);
    let typed = json!({ "code": format!("　{first}－{last} ") });
    let verified = applicant.act("/user-Registration-Form/verify", &typed).await;
    assert_eq!(verified.leads_to(), "/application/form", "{}", verified.text);
    world.end().await;
}

#[tokio::test]
async fn hokkaidos_leading_zero_lost_in_excel() {
    let (world, applicant) = at_the_form("leading zero lost", 208).await;
    let clinic = Institution::nara_hospital()
        .with("institution_kind", "clinic")
        .with("institution_subkind", "clinic-with-beds")
        .with("prefecture", "北海道");
    let lost = send(&applicant, &clinic.clone().with("insurance_code", "110113719")).await;
    assert!(sentence(&lost, "insurance_code").ends_with("（「0110113719」ではありませんか）"));
    let postal = send(&applicant, &clinic.clone().with("postal_code", "600042")).await;
    assert!(sentence(&postal, "postal_code").contains("先頭の0が抜けていないか"));
    for typed in ["0110113719", "０１１０１１３７１９", "0113719"] {
        send(&applicant, &clinic.clone().with("insurance_code", typed)).await.leads_to();
        assert_eq!(checked(&applicant, "insurance_code").await, "0110113719", "{typed}");
    }
    world.end().await;
}

#[tokio::test]
async fn variant_kanji_private_use_and_half_width_kana_in_names() {
    let (world, applicant) = at_the_form("rare characters in names", 209).await;
    let hospital = Institution::nara_hospital();
    for (typed, kept) in [
        ("髙﨑𠮷田病院", "髙﨑𠮷田病院"),
        ("ﾅﾗｸﾘﾆｯｸ", "ナラクリニック"),
        ("葛\u{E0100}城病院", "葛\u{E0100}城病院"),
        ("\u{FA19}戸病院①", "\u{FA19}戸病院①"),
        ("㈱奈良　　病院", "㈱奈良 病院"),
    ] {
        send(&applicant, &hospital.clone().with("institution_name", typed)).await.leads_to();
        assert_eq!(checked(&applicant, "institution_name").await, kept);
    }
    let private = send(&applicant, &hospital.with("contact_family_name", "\u{E001}田")).await;
    assert!(sentence(&private, "contact_family_name").contains("外字"));
    world.end().await;
}

#[tokio::test]
async fn phone_numbers_with_five_kinds_of_hyphen() {
    let (world, applicant) = at_the_form("five hyphens", 210).await;
    for hyphen in ["-", "ー", "−", "‐", "–", "—"] {
        let phone = ["０７４２", "22", "1101"].join(hyphen);
        let typed = Institution::nara_hospital()
            .with("phone", &phone)
            .with("postal_code", &["630", "8501"].join(hyphen))
            .with("street", &["登大路町30", "1"].join(hyphen));
        send(&applicant, &typed).await.leads_to();
        assert_eq!(checked(&applicant, "phone").await, "0742-22-1101");
        assert_eq!(checked(&applicant, "postal_code").await, "630-8501");
        assert_eq!(checked(&applicant, "street").await, "登大路町30-1");
    }
    world.end().await;
}

#[tokio::test]
async fn a_link_fetched_and_sent_by_a_scanner() {
    let world = World::start("scanner of links", 211).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.travel_to("2027-01-25T10:00:00+09:00").await;
    let link = world.newest_password_link(&hospital.email).await;
    let scanner = world.visitor();
    for _ in 0..3 {
        assert_eq!(scanner.see_html(&link).await.status, 200);
        for typed in [&[][..], &[("password", "")], &[("username", "x"), ("password", "test")]] {
            assert_eq!(scanner.submit_form(&link, typed).await.status, 422, "{typed:?}");
        }
    }
    let typed = json!({ "password": "若草山のふもとの鹿はとても朝が早い" });
    assert_eq!(world.visitor().act(&link, &typed).await.leads_to(), "/menu", "the person comes after it");
    world.end().await;
}

#[tokio::test]
async fn an_advance_notice_that_a_full_mailbox_puts_off_and_then_takes() {
    let world = World::start("advance notice put off", 212).await;
    let hospital = Institution::nara_hospital();
    let number = hospital.apply(&world, &world.visitor()).await;
    let event = |kind, sub_type: Option<&str>, after| EventRequest {
        kind,
        bounce_type: None,
        sub_type: sub_type.map(str::to_owned),
        status: None,
        diagnostic: None,
        after: SignedDuration::from_hours(after),
    };
    world.stack.add_delivery_rule(DeliveryRule {
        to: Some(hospital.email.clone()),
        kind: Some("advance-notice".into()),
        events: vec![
            event(EventKind::Send, None, 0),
            event(EventKind::DeliveryDelay, Some("MailboxFull"), 1),
            event(EventKind::Delivery, None, 6),
        ],
    });
    world.officer("nara-medical").await.approve(&number).await.leads_to();
    world.newest_mail("advance-notice", &hospital.email).await;
    world.pass(SignedDuration::from_hours(2)).await;
    let state = hospital.look_up(&world, &number).await.to_string();
    assert!(state.contains("一時的に受け取れないため、送信を繰り返しています"), "{state}");
    assert!(!state.contains("不達"), "{state}");

    world.pass(SignedDuration::from_hours(5)).await;
    assert!(
        hospital
            .look_up(&world, &number)
            .await
            .to_string()
            .contains("①事前確認メールが届いたことを確認しました")
    );
    world.travel_to("2027-01-26T10:00:00+09:00").await;
    assert_eq!(world.mails("login-notice", &hospital.email).len(), 1);
    world.end().await;
}
