//! Bad input field by field: what is put right, and what is refused with a sentence that says what to do.

use serde_json::{Value, json};
use tests::{Institution, Mailbox, World};

/// What becomes of a typed value.
enum Outcome {
    /// It is accepted and reads so.
    Reads(&'static str),
    /// 422, and the field's sentence holds these words.
    Refused(&'static str),
    /// 400, with these words.
    Unreadable(&'static str),
}
use Outcome::{Reads, Refused, Unreadable};

const TABLE: [(&str, &str, &str, Outcome); 29] = [
    ("half-width kana", "institution_name", "ﾅﾗﾋﾞｮｳｲﾝ", Reads("ナラビョウイン")),
    ("full-width letters stay", "institution_name", "ＮＡＲＡ病院", Reads("ＮＡＲＡ病院")),
    ("spaces around and within", "institution_name", "　奈良 　 病院 ", Reads("奈良 病院")),
    ("markup is text", "institution_name", "<b>奈良</b>&病院", Reads("<b>奈良</b>&病院")),
    ("private use", "institution_name", "奈\u{E000}良", Refused("外字")),
    ("private use of a higher plane", "institution_name", "奈\u{F0000}良", Refused("外字")),
    ("bidi override", "institution_name", "奈良\u{202E}院病", Refused("文字の向きを変える")),
    ("bidi isolate", "street", "登大路町\u{2067}30", Refused("文字の向きを変える")),
    ("replacement character", "city", "奈\u{FFFD}市", Refused("文字化け")),
    ("line break", "department", "医事\r\nBcc: x@example.jp", Refused("制御文字")),
    ("escape character", "building", "奈良\u{1B}ビル", Refused("制御文字")),
    (
        "a name too long",
        "contact_family_name",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
        Refused("50文字以内"),
    ),
    ("only spaces", "contact_given_name", "　 　", Refused("入力してください")),
    ("NUL", "institution_name", "奈良\u{0}病院", Unreadable("使用できない文字")),
    ("five hyphens in a telephone number", "phone", "0742ー22−1101", Reads("0742-22-1101")),
    ("telephone in full width", "phone", "０７４２（２２）１１０１", Reads("0742-22-1101")),
    ("telephone without its zero", "phone", "742-22-1101", Refused("0で始まる市外局番から")),
    ("telephone with an extension", "department_phone", "0742-22-1101 内線12", Refused("内線番号を除いて")),
    ("no telephone number", "phone", "なし", Refused("数字で入力してください")),
    ("postal code in full width", "postal_code", "〒６３０－８５０１", Reads("630-8501")),
    ("postal code without its zero", "postal_code", "600042", Refused("先頭の0が抜けていないか")),
    ("postal code too long", "postal_code", "630-85011", Refused("現在8桁です")),
    ("insurance code without its zero", "insurance_code", "110113719", Refused("先頭の0が抜けていないか")),
    (
        "insurance code of eleven digits",
        "insurance_code",
        "29101123470",
        Refused("10桁の数字で入力してください"),
    ),
    ("no insurance code", "insurance_code", "なし", Refused("空欄のままにしてください")),
    ("institution code with hyphens", "institution_code", "００－１２", Reads("0012")),
    ("institution code of kana", "institution_code", "なし", Refused("空欄のままにしてください")),
    ("a prefecture that is none", "prefecture", "奈良", Refused("選択してください")),
    ("a kind of another list", "institution_kind", "school", Refused("選択してください")),
];

#[tokio::test]
async fn each_value_is_put_right_or_refused_with_a_sentence() {
    let world = World::start("bad fields", 221).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;
    let mut wrong = Vec::new();
    for (name, field, typed, outcome) in TABLE {
        let answer = applicant.act("/application/form", &hospital.clone().with(field, typed).form).await;
        let found = match (answer.status, &outcome) {
            (303, Reads(_)) => read(&applicant, field).await,
            (422, _) => sentence(&answer.body, field),
            (status, _) => format!("{status}: {}", answer.text),
        };
        let is_right = match outcome {
            Reads(text) => found == text,
            Refused(words) => answer.status == 422 && found.starts_with('＊') && found.contains(words),
            Unreadable(words) => answer.status == 400 && found.contains(words),
        };
        if !is_right {
            wrong.push(format!("{name}: {found}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    world.end().await;
}

/// The answer as the check page shows it.
async fn read(applicant: &tests::Visitor, field: &str) -> String {
    let terms = json!({ "agree_terms": "yes", "agree_privacy": "yes" });
    applicant.act("/application/terms", &terms).await.leads_to();
    let check = applicant.see("/application/check").await.page();
    let rows = check["answers"].as_array().cloned().unwrap_or_default();
    let row = rows.into_iter().find(|row| row["field"] == field).unwrap_or_default();
    row["text"].as_str().unwrap_or_default().to_owned()
}

fn sentence(problem: &Value, field: &str) -> String {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let error = errors.into_iter().find(|error| error["field"] == field).unwrap_or_default();
    error["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn bodies_that_no_form_sends_are_refused_and_lose_nothing() {
    let world = World::start("bad bodies", 222).await;
    let hospital = Institution::nara_hospital();
    let applicant = world.visitor();
    hospital.prove_address(&world, &applicant).await;
    applicant.act("/application/form", &hospital.form).await.leads_to();

    let huge = hospital.clone().with("institution_name", &"奈".repeat(700_000));
    assert_eq!(applicant.act("/application/form", &huge.form).await.status, 413, "a field of two megabytes");
    let long = hospital.clone().with("institution_name", &"奈".repeat(20_000));
    let long = applicant.act("/application/form", &long.form).await;
    assert!(
        sentence(&long.body, "institution_name")
            .contains("255文字以内で入力してください（現在20000文字です）")
    );

    let raw = |body: &'static str| applicant.act_raw("/application/form", body);
    let surrogate = raw(r#"{"institution_name":"奈\ud800良"}"#).await;
    assert_eq!(surrogate.status, 400, "a lone surrogate: {}", surrogate.text);
    assert!(surrogate.text.contains("文字"), "{}", surrogate.text);
    let wrong_kind = raw(r#"{"institution_name":["奈良"]}"#).await;
    assert_eq!(wrong_kind.status, 400, "{}", wrong_kind.text);

    applicant.act("/application/form", &hospital.form).await.leads_to();
    let form = applicant.see("/application/form").await.page();
    assert_eq!(form["answers"]["institution_name"], "医療法人社団大和会 若草山病院");
    world.end().await;
}
