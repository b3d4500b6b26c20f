//! The copy as CSV: a row of labels, a row of answers. UTF-8 with BOM and CRLF, as spreadsheet programs expect.
//!
//! Invariant: no cell is a formula, whatever was typed (OWASP, CSV Injection), and a number of a code stays text.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use shared::{domain::application::Application, mail::japan_time_text};

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The file's bytes.
pub(super) fn write(application: &Application) -> Result<Vec<u8>, csv::Error> {
    let mut labels = vec!["申請番号", "申請日時"];
    let mut cells = vec![application.number.to_string(), japan_time_text(application.submitted_at)];
    for answer in application.form.answers() {
        labels.push(answer.field.label);
        cells.push(harmless(&answer.text));
    }
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Always)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(&labels)?;
    writer.write_record(&cells)?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// What programs take for the beginning of a formula; Japanese ones take the full-width signs too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no program takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::application::samples::{form_of, nara_hospital_input, submitted};
    use shared::domain::form::FormInput;

    #[test]
    fn the_file_opens_in_a_spreadsheet_program_and_runs_nothing() {
        let input = FormInput {
            institution_name: "=HYPERLINK(\"https://example.com\",\"奈良\")".into(),
            institution_code: "001234".into(),
            insurance_code: "0110113719".into(),
            building: "-1+2".into(),
            department: "@医事課,\"2\"係".into(),
            ..nara_hospital_input()
        };
        let application = Application { form: form_of(&input), ..submitted() };
        let file = String::from_utf8(write(&application).unwrap()).unwrap();
        insta::assert_snapshot!(file.strip_prefix('\u{FEFF}').unwrap().replace("\r\n", "⏎\n"), @r#"
        "申請番号","申請日時","機関名","機関コード","機関区分","機関判別区分","電話番号","保険機関コード","郵便番号","都道府県","市区町村","町名・番地","建物名","担当部署","担当者(姓)","担当者(名)","担当部署電話番号","メールアドレス"⏎
        "API-00001750","令和9年（2027年）1月22日（金曜日）12時00分","'=HYPERLINK(""https://example.com"",""奈良"")","001234","病院","病院","0742-22-1101","0110113719","630-8501","奈良県","奈良市","登大路町30","'-1+2","'@医事課,""2""係","田中","花子","0742-22-1102","ijika@wakakusa.example.jp"⏎
        "#);
        assert_eq!(file.matches("\r\n").count(), 2);
        assert_eq!(file.matches('\n').count(), 2);
    }

    #[test]
    fn every_beginning_of_a_formula_is_made_harmless() {
        for typed in ["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠a"] {
            assert_eq!(harmless(typed), format!("'{typed}"));
        }
        for typed in ["", "0110113719", "1=1", "奈良", "'=1"] {
            assert_eq!(harmless(typed), typed);
        }
    }
}
