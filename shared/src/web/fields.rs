//! Every macro of `templates/fields.html`, rendered: this test is their contract with the templates.

use askama::Template;

use super::Choice;
use crate::domain::form::{FieldErrors, FieldWarning};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "fields.html" as fields -%}
<title>{{ fields::title("入力", errors) }}</title>
{{ fields::error_summary(errors) }}
{{ fields::warnings(warnings, "/application/form") }}
{{ fields::text("phone", "電話番号", phone, errors, type="tel", inputmode="tel", hint="例：0742-22-1101", width="medium", maxlength=20) }}
{{ fields::text("building", "建物名", "", errors, required=false) }}
{{ fields::text("email", "メールアドレス", "a@b.jp", errors, type="email", autocomplete="email") }}
{{ fields::password("password", "パスワード", errors, autocomplete="new-password", hint="15文字以上") }}
{{ fields::textarea("note", "理由", note, errors, rows=4) }}
{{ fields::select("kind", "機関区分", kind, options, errors) }}
{{ fields::radios("subkind", "機関判別区分", kind, options, errors, hint="一つ") }}
{{ fields::checkbox("agreed", "同意します", agreed, errors) }}
{{ fields::fixed("確認済み", "a@b.jp", hint="変更できません") }}
{% call fields::group("担当者") %}<p>中身</p>{% endcall %}
{% call fields::notice("warning", "お知らせ") %}<p>{{ note }}</p>{% endcall %}
{% call fields::panel("完了しました。") %}<p>番号</p>{% endcall %}
{{ fields::answer("機関名", phone, change="/application/form#institution_name") }}
{{ fields::answer("建物名", "") }}
{{ fields::apply_steps(2) }}
{{ fields::chip("success", "送信完了") }}
{{ fields::pager("", "/review?page=2") }}
"#
)]
struct Everything {
    phone: String,
    note: String,
    kind: String,
    agreed: bool,
    options: Vec<Choice>,
    warnings: Vec<FieldWarning>,
    errors: FieldErrors,
}

fn everything(errors: FieldErrors, warnings: Vec<FieldWarning>) -> String {
    let page = Everything {
        phone: "0742<1>".into(),
        note: "一行目\n二行目".into(),
        kind: "clinic".into(),
        agreed: true,
        options: vec![Choice::new("hospital", "病院"), Choice::new("clinic", "診療所")],
        warnings,
        errors,
    };
    let text = page.render().unwrap();
    text.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_macro_without_errors() {
    insta::assert_snapshot!(everything(FieldErrors::default(), Vec::new()));
}

#[test]
fn every_macro_with_errors() {
    let mut errors = FieldErrors::default();
    for field in ["phone", "building", "password", "note", "kind", "subkind", "agreed"] {
        errors.push(field, format!("＊{field}を直してください"));
    }
    errors.push("", "＊全体の誤り");
    let doubt = FieldWarning {
        field: "insurance_code", message: "＊誤りがある可能性があります".into()
    };
    insta::assert_snapshot!(everything(errors, vec![doubt]));
}
