use shared::domain::{
    application::samples::{NOON, nara_hospital_input},
    contact::EmailAddress,
    form::FIELDS,
    institution::CodeRule,
    prefecture::Prefecture,
};

use super::*;

fn pepper() -> Key {
    Key::from_base64(&"A".repeat(44)).unwrap()
}

fn begun() -> ApplicantSession {
    ApplicantSession::begin("id".into(), EmailAddress::parse("soumu@example.jp").unwrap(), *NOON)
}

/// The session after the form was sent once more.
fn sent(session: ApplicantSession, input: FormInput, confirmation: &Confirmation) -> ApplicantSession {
    let (input, progress) =
        filled_in(&session, input, confirmation, &pepper(), &CodeRules::default()).unwrap();
    session.moved_on(input, progress)
}

fn page(session: &ApplicantSession) -> String {
    FormPage::of(session, session.input != FormInput::default(), &pepper(), &CodeRules::default())
        .render()
        .unwrap()
}

fn doubtful() -> FormInput {
    FormInput { insurance_code: "2910112341".into(), ..nara_hospital_input() }
}

#[test]
fn the_empty_form_asks_for_everything_in_the_guides_order_and_complains_of_nothing() {
    let page = page(&begun());
    let places: Vec<usize> = FIELDS
        .iter()
        .map(|field| page.find(&format!("id=\"{}\"", field.name)).unwrap_or_else(|| panic!("{}", field.name)))
        .collect();
    assert!(places.is_sorted());
    assert!(!page.contains("エラー：") && !page.contains("aria-invalid") && !page.contains("このまま進む"));
    assert!(!page.contains("name=\"email\""), "the address is not sent");
    assert_eq!(page.matches("<option").count(), 1 + 5 + 1 + 6 + 1 + 47);
    assert_eq!(page.matches("<fieldset").count(), 3);
}

#[test]
fn errors_stand_on_top_and_at_the_field_and_every_answer_stays() {
    let input = FormInput {
        institution_name: "<奈良> & 病院".into(),
        institution_subkind: "pharmacy".into(),
        phone: "22-1101".into(),
        ..nara_hospital_input()
    };
    let session = sent(begun(), input, &Confirmation::None);
    assert_eq!(session.progress, Progress::Filling);
    let page = page(&session);
    let told: Vec<&str> = page.lines().map(str::trim).filter(|line| line.contains('＊')).collect();
    insta::assert_snapshot!(told.join("\n"), @r##"
    <li><a href="#institution_subkind">＊機関判別区分「薬局」は機関区分「病院」に当てはまりません。「病院」を選択してください</a></li>
    <li><a href="#phone">＊電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）</a></li>
    <p class="field__error" id="institution_subkind-error">＊機関判別区分「薬局」は機関区分「病院」に当てはまりません。「病院」を選択してください</p>
    <p class="field__error" id="phone-error">＊電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）</p>
    "##);
    assert!(page.contains("<title>エラー：申請内容の入力"));
    assert!(page.contains("value=\"&#60;奈良&#62; &#38; 病院\"") && page.contains("value=\"22-1101\""));
    assert!(page.contains(r#"<option value="pharmacy" selected>"#));
    assert!(page.contains(r#"<option value="奈良県" selected>"#));
}

#[test]
fn a_warning_asks_once_and_again_when_another_one_comes() {
    let session = sent(begun(), doubtful(), &Confirmation::None);
    assert_eq!(Standing::of(&session, &CodeRules::default()), Standing::Form);
    let first = FormPage::of(&session, true, &pepper(), &CodeRules::default());
    assert_eq!(first.questions.to_mend().len(), 1);
    let rendered = first.render().unwrap();
    assert!(rendered.contains("<title>ご確認ください：申請内容の入力"));
    assert!(rendered.contains(r#"aria-describedby="insurance_code-warning insurance_code-hint""#));
    assert!(rendered.contains(&format!(r#"type="checkbox" value="{}">"#, first.questions.fingerprint)));

    let ticked = Confirmation::These(first.questions.fingerprint);
    let confirmed = sent(session.clone(), doubtful(), &ticked);
    assert_eq!(Standing::of(&confirmed, &CodeRules::default()), Standing::Terms);
    assert!(page(&confirmed).contains(r#"" checked>"#), "coming back, the tick is still there");

    let changed = FormInput { insurance_code: "3648010016".into(), ..nara_hospital_input() };
    let asked_again = sent(confirmed, changed, &ticked);
    assert_eq!(Standing::of(&asked_again, &CodeRules::default()), Standing::Form);
    assert!(!page(&asked_again).contains(" checked"));
}

#[test]
fn an_application_that_was_handed_in_is_not_typed_over() {
    let number = shared::domain::ids::ApplicationNumber::new(1750).unwrap();
    let session = begun().moved_on(FormInput::default(), Progress::Submitted { number });
    assert!(
        filled_in(&session, nara_hospital_input(), &Confirmation::None, &pepper(), &CodeRules::default())
            .is_none()
    );
}

#[test]
fn a_script_reads_the_answers_and_what_can_be_chosen() {
    let session = sent(begun(), FormInput { prefecture: "29".into(), ..doubtful() }, &Confirmation::None);
    let json = serde_json::to_value(FormPage::of(&session, true, &pepper(), &CodeRules::default())).unwrap();
    assert_eq!(json["answers"]["prefecture"], "奈良県");
    assert_eq!(json["email"], "soumu@example.jp");
    assert_eq!(json["warnings"][0]["field"], "insurance_code");
    assert_eq!(json["institution_subkinds"][1]["options"][1]["value"], "clinic-without-beds");
    assert!(json["answers"].get("email").is_none() && json.get("fingerprint").is_none());
}

#[test]
fn without_a_code_there_is_a_choice_for_it_and_not_for_both() {
    let unnumbered = FormInput { unnumbered: true, ..nara_hospital_input() };
    let session = sent(begun(), unnumbered.clone(), &Confirmation::None);
    assert_eq!(Standing::of(&session, &CodeRules::default()), Standing::Terms);
    assert!(page(&session).contains(r#"name="unnumbered" type="checkbox" value="yes" checked"#));
    let both = FormInput { institution_code: "0012".into(), ..unnumbered };
    let session = sent(begun(), both, &Confirmation::None);
    assert_eq!(Standing::of(&session, &CodeRules::default()), Standing::Form);
    assert!(page(&session).contains("「未付番」の両方が指定されています"));
}

#[test]
fn a_prefectures_own_rule_and_hint_hold() {
    let rule = CodeRule {
        characters: shared::domain::institution::CodeCharacters::Digits,
        shortest: 7,
        longest: 7,
        hint: "大阪府の番号です。".into(),
    };
    let mut rules = CodeRules::default();
    rules.by_prefecture.insert(Prefecture::Osaka, rule);
    let input =
        FormInput {
            prefecture: "大阪府".into(), institution_code: "012345".into(), ..nara_hospital_input()
        };
    let (input, progress) = filled_in(&begun(), input, &Confirmation::None, &pepper(), &rules).unwrap();
    let session = begun().moved_on(input, progress);
    assert_eq!(Standing::of(&session, &rules), Standing::Form);
    let page = FormPage::of(&session, true, &pepper(), &rules).render().unwrap();
    assert!(page.contains("大阪府の番号です。（数字7桁）"));
    assert!(page.contains("先頭の0が抜けていないかご確認ください"));
    assert!(
        page.contains(r#"<template data-hint-for="奈良県">"#),
        "a script shows the hint of the chosen one"
    );
}
