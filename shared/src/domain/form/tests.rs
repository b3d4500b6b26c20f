use super::*;
use proptest::prelude::*;

pub(super) fn nara_hospital() -> FormInput {
    FormInput {
        institution_name: "　医療法人　髙﨑会 ﾅﾗ病院 ".to_owned(),
        institution_code: "００１２３４".to_owned(),
        institution_kind: "hospital".to_owned(),
        institution_subkind: "病院".to_owned(),
        phone: "０７４２ー２２ー１１０１".to_owned(),
        insurance_code: String::new(),
        postal_code: "〒630−8501".to_owned(),
        prefecture: "奈良県".to_owned(),
        city: "奈良市".to_owned(),
        street: "登大路町30ー1".to_owned(),
        building: " ".to_owned(),
        department: "総務課".to_owned(),
        contact_family_name: "𠮷田".to_owned(),
        contact_given_name: "花子".to_owned(),
        department_phone: "0742-22-1102".to_owned(),
        email: "somebody-else@example.jp".to_owned(),
        unnumbered: false,
        confirmed_warnings: false,
    }
}

fn verified() -> EmailAddress {
    EmailAddress::parse("soumu@example.jp").expect("an address")
}

fn parse(change: impl FnOnce(&mut FormInput)) -> Result<Parsed, FieldErrors> {
    let mut input = nara_hospital();
    change(&mut input);
    ApplicationForm::parse(&input, verified())
}

/// `field: sentence`, a line each.
fn errors(change: impl FnOnce(&mut FormInput)) -> String {
    let errors = parse(change).expect_err("errors");
    errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("\n")
}

fn warnings(change: impl FnOnce(&mut FormInput)) -> String {
    let warnings = parse(change).expect("no errors").warnings;
    warnings
        .iter()
        .map(|warning| format!("{}: {}", warning.field, warning.message))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_form_typed_in_every_width_reads_as_it_should() {
    let parsed = parse(|_| {}).expect("no errors");
    let answers = parsed.form.answers();
    let rows: Vec<String> = answers.iter().map(|row| format!("{}: {}", row.field.label, row.text)).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    機関名: 医療法人 髙﨑会 ナラ病院
    機関コード: 001234
    機関区分: 病院
    機関判別区分: 病院
    電話番号: 0742-22-1101
    保険機関コード: 
    郵便番号: 630-8501
    都道府県: 奈良県
    市区町村: 奈良市
    町名・番地: 登大路町30-1
    建物名: 
    担当部署: 総務課
    担当者(姓): 𠮷田
    担当者(名): 花子
    担当部署電話番号: 0742-22-1102
    メールアドレス: soumu@example.jp
    ");
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.form.desk().as_key(), "29#medical");
    assert_eq!(parsed.form.contact_name(), "𠮷田 花子");
}

#[test]
fn an_empty_form_says_everything_at_once_in_the_order_of_the_fields() {
    let errors = ApplicationForm::parse(&FormInput::default(), verified()).expect_err("errors");
    let lines: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    institution_name: ＊機関名を入力してください
    institution_kind: ＊機関区分を選択してください
    institution_subkind: ＊機関判別区分を選択してください
    phone: ＊電話番号を入力してください
    postal_code: ＊郵便番号を入力してください
    prefecture: ＊都道府県を選択してください
    city: ＊市区町村を入力してください
    street: ＊町名・番地を入力してください
    contact_family_name: ＊担当者(姓)を入力してください
    contact_given_name: ＊担当者(名)を入力してください
    department_phone: ＊担当部署電話番号を入力してください
    ");
    let required: Vec<_> = FIELDS.iter().filter(|field| field.required).map(|field| field.name).collect();
    let told: Vec<_> = errors.iter().map(|error| error.field).chain(["email"]).collect();
    assert_eq!(told, required);
}

#[test]
fn every_field_that_is_wrong_has_its_sentence() {
    insta::assert_snapshot!(errors(|input| {
        input.institution_name = "奈\u{E001}良".to_owned();
        input.institution_code = "123456789012345678901".to_owned();
        input.institution_kind = "clinic".to_owned();
        input.insurance_code = "011011371".to_owned();
        input.phone = "22-1101".to_owned();
        input.postal_code = "630-850".to_owned();
        input.city = "奈良\u{0}市".to_owned();
        input.street = "登\u{202E}大路町".to_owned();
        input.building = "あ".repeat(256);
        input.department = "総務\n課".to_owned();
        input.contact_family_name = "あ".repeat(51);
        input.contact_given_name = "\u{FFFD}子".to_owned();
        input.department_phone = "内線12".to_owned();
    }), @r"
    institution_name: ＊機関名に外字（ほかのパソコンでは表示できない文字）が含まれています。別の漢字又はカナに置き換えてください
    institution_code: ＊機関コードは半角英数字20文字以内で入力してください（現在21文字です）
    institution_subkind: ＊機関判別区分「病院」は機関区分「診療所」に当てはまりません。「有床診療所」又は「無床診療所」を選択してください
    phone: ＊電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）
    insurance_code: ＊保険機関コードは10桁の数字で入力してください（現在9桁です）。先頭の0が抜けていないかご確認ください
    postal_code: ＊郵便番号は7桁の数字で入力してください（現在6桁です）。先頭の0が抜けていないかご確認ください
    city: ＊市区町村に改行などの制御文字が含まれています。取り除いて入力してください
    street: ＊町名・番地に文字の向きを変える目に見えない文字が含まれています。貼り付けずに、直接入力してください
    building: ＊建物名は255文字以内で入力してください（現在256文字です）
    department: ＊担当部署に改行などの制御文字が含まれています。取り除いて入力してください
    contact_family_name: ＊担当者(姓)は50文字以内で入力してください（現在51文字です）
    contact_given_name: ＊担当者(名)に文字化けした文字が含まれています。入力し直してください
    department_phone: ＊担当部署電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）
    ");
}

#[test]
fn a_choice_that_is_not_on_the_list_has_to_be_made_again() {
    insta::assert_snapshot!(errors(|input| {
        input.institution_kind = "school".to_owned();
        input.institution_subkind = "x".to_owned();
        input.prefecture = "48".to_owned();
    }), @r"
    institution_kind: ＊機関区分を選択してください
    institution_subkind: ＊機関判別区分を選択してください
    prefecture: ＊都道府県を選択してください
    ");
}

#[test]
fn a_clinic_chooses_between_its_two_subkinds() {
    let told = errors(|input| {
        input.institution_kind = "clinic".to_owned();
        input.institution_subkind = "pharmacy".to_owned();
    });
    insta::assert_snapshot!(told, @r"
    institution_subkind: ＊機関判別区分「薬局」は機関区分「診療所」に当てはまりません。「有床診療所」又は「無床診療所」を選択してください
    ");
    let clinic = parse(|input| {
        input.institution_kind = "診療所".to_owned();
        input.institution_subkind = "clinic-without-beds".to_owned();
    });
    assert!(clinic.is_ok());
}

#[test]
fn a_midwifery_home_and_a_new_institution_have_no_codes() {
    let parsed = parse(|input| {
        input.institution_kind = "midwifery-home".to_owned();
        input.institution_subkind = "midwifery-home".to_owned();
        input.institution_code = "　".to_owned();
        input.insurance_code = String::new();
    })
    .expect("no errors");
    assert_eq!((parsed.form.institution_code, parsed.form.insurance_code), (None, None));
    assert_eq!(parsed.warnings, []);
}

#[test]
fn the_code_of_hokkaido_without_its_zero_is_recognised() {
    let told = errors(|input| {
        input.prefecture = "北海道".to_owned();
        input.insurance_code = "110113719".to_owned();
    });
    insta::assert_snapshot!(told, @r"
    insurance_code: ＊保険機関コードは10桁の数字で入力してください（現在9桁です）。先頭の0が抜けていないかご確認ください（「0110113719」ではありませんか）
    ");
}

#[test]
fn the_last_seven_digits_are_completed_from_prefecture_and_kind() {
    let seven = |kind: &'static str| {
        parse(move |input| {
            input.prefecture = "01".to_owned();
            input.institution_kind = kind.to_owned();
            input.institution_subkind = kind.to_owned();
            input.insurance_code = "011-3719".to_owned();
        })
    };
    let parsed = seven("hospital").expect("no errors");
    assert_eq!(
        parsed.form.insurance_code.map(|code| code.as_str().to_owned()).as_deref(),
        Some("0110113719")
    );
    assert_eq!(parsed.warnings, []);
    let errors = seven("midwifery-home").expect_err("nothing to complete them with");
    assert!(errors.message_for("insurance_code").is_some_and(|told| told.contains("現在7桁です")));
}

#[test]
fn swapped_codes_are_told_at_both_fields() {
    let told = errors(|input| {
        input.institution_code = "0110113719".to_owned();
        input.insurance_code = "001234".to_owned();
    });
    insta::assert_snapshot!(told, @r"
    insurance_code: ＊保険機関コードは10桁の数字で入力してください（現在6桁です）。機関コードと入れ違っていないかご確認ください
    ");
    insta::assert_snapshot!(warnings(|input| input.institution_code = "0110113719".to_owned()), @r"
    institution_code: ＊機関コードに保険機関コードが入力されている可能性があります。機関コードは保険機関コードとは別の番号です。お持ちでない場合は空欄にしてください（このまま進むこともできます）
    ");
    insta::assert_snapshot!(warnings(|input| {
        input.institution_code = "3618010015".to_owned();
        input.insurance_code = "3618010015".to_owned();
        input.prefecture = "36".to_owned();
    }), @r"
    institution_code: ＊機関コードと保険機関コードに同じ番号が入力されています。機関コードは保険機関コードとは別の番号です。お持ちでない場合は空欄にしてください（このまま進むこともできます）
    ");
}

#[test]
fn an_insurance_code_that_does_not_fit_is_a_warning_and_can_be_overruled() {
    insta::assert_snapshot!(warnings(|input| input.insurance_code = "3648010016".to_owned()), @r"
    insurance_code: ＊保険機関コードに誤りがある可能性があります。保険医療機関指定通知書でご確認ください（このまま進むこともできます）
    insurance_code: ＊保険機関コードの先頭2桁が奈良県の番号（29）と異なります。保険機関コードと都道府県をご確認ください（このまま進むこともできます）
    insurance_code: ＊保険機関コードの3桁目が機関区分「病院」の番号（1）と異なります。保険機関コードと機関区分をご確認ください（このまま進むこともできます）
    ");
    let mut input = FormInput { insurance_code: "0110113718".to_owned(), ..nara_hospital() };
    let parsed = ApplicationForm::parse(&input, verified()).expect("no errors");
    assert!(parsed.must_be_confirmed(&input));
    input.confirmed_warnings = true;
    assert!(!parsed.must_be_confirmed(&input));
    assert!(!parse(|_| {}).expect("no errors").must_be_confirmed(&nara_hospital()));
}

#[test]
fn the_address_is_the_verified_one_whatever_was_typed() {
    assert_eq!(parse(|_| {}).expect("no errors").form.email, verified());
}

#[test]
fn a_form_shown_again_reads_the_same() {
    let form = parse(|input| input.insurance_code = "2910112340".to_owned()).expect("no errors").form;
    let again = ApplicationForm::parse(&form.to_input(), form.email.clone()).expect("no errors").form;
    assert_eq!(again, form);
}

#[test]
fn debug_shows_no_person() {
    let shown = format!("{:?}", parse(|_| {}).expect("no errors").form);
    for hidden in ["𠮷田", "花子", "soumu", "221101"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_input_is_a_form_or_errors_that_speak(
        strings in proptest::collection::vec(any::<String>(), 15),
        at in 0usize..16,
        typed in any::<String>(),
    ) {
        let wild = FormInput {
            institution_name: strings[0].clone(),
            institution_code: strings[1].clone(),
            institution_kind: strings[2].clone(),
            institution_subkind: strings[3].clone(),
            phone: strings[4].clone(),
            insurance_code: strings[5].clone(),
            postal_code: strings[6].clone(),
            prefecture: strings[7].clone(),
            city: strings[8].clone(),
            street: strings[9].clone(),
            building: strings[10].clone(),
            department: strings[11].clone(),
            contact_family_name: strings[12].clone(),
            contact_given_name: strings[13].clone(),
            department_phone: strings[14].clone(),
            ..FormInput::default()
        };
        let told = ApplicationForm::parse(&wild, verified()).expect_err("no such kind");
        prop_assert!(told.iter().all(|error| error.message.starts_with('＊')));

        let mut nearly = nara_hospital();
        match at {
            0 => nearly.institution_name = typed,
            1 => nearly.institution_code = typed,
            2 => nearly.city = typed,
            3 => nearly.street = typed,
            4 => nearly.building = typed,
            5 => nearly.department = typed,
            6 => nearly.contact_family_name = typed,
            _ => nearly.contact_given_name = typed,
        }
        if let Ok(parsed) = ApplicationForm::parse(&nearly, verified()) {
            let again = ApplicationForm::parse(&parsed.form.to_input(), verified()).expect("no errors").form;
            prop_assert_eq!(again, parsed.form);
        }
    }
}
