//! A list as a table: CSV (UTF-8 with BOM, CRLF) and XLSX, the same cells in both.
//!
//! Invariant: every cell is text, so that a code keeps its leading zeros; and no cell is a formula, whatever was typed
//! (OWASP, CSV Injection).

use csv::{QuoteStyle, Terminator, WriterBuilder};
use jiff::Timestamp;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use shared::{
    domain::{
        application::Application,
        calendar::JAPAN,
        desk::Ageing,
        form::{FIELDS, Field},
    },
    web::Problem,
};

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
const HEAD: [&str; 8] =
    ["申請番号", "状態", "申請日時", "この状態になった日時", "期限", "3週間超過", "不達", "ログインID"];
/// Wide enough for a name or an address.
const WIDTH: f64 = 18.0;

pub(super) fn csv(applications: &[Application], now: Timestamp) -> Result<Vec<u8>, Problem> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Always)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(labels()).map_err(Problem::internal)?;
    for application in applications {
        let cells = cells_of(application, now).into_iter().map(|cell| harmless(&cell));
        writer.write_record(cells.collect::<Vec<_>>()).map_err(Problem::internal)?;
    }
    writer.into_inner().map_err(|error| Problem::internal(error.error()))
}

pub(super) fn xlsx(applications: &[Application], now: Timestamp) -> Result<Vec<u8>, Problem> {
    workbook(applications, now).map_err(Problem::internal)
}

fn workbook(applications: &[Application], now: Timestamp) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("申請一覧")?;
    let bold = Format::new().set_bold();
    // "@": text, also when somebody edits the cell.
    let text = Format::new().set_num_format("@");
    for (column, label) in (0_u16..).zip(labels()) {
        sheet.write_string_with_format(0, column, label, &bold)?;
        sheet.set_column_width(column, WIDTH)?;
    }
    for (row, application) in (1_u32..).zip(applications) {
        for (column, cell) in (0_u16..).zip(cells_of(application, now)) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    workbook.save_to_buffer()
}

fn labels() -> Vec<&'static str> {
    HEAD.into_iter().chain(FIELDS.map(|field: Field| field.label)).collect()
}

fn cells_of(application: &Application, now: Timestamp) -> Vec<String> {
    let mark = |holds: bool| if holds { "該当" } else { "" }.to_owned();
    let deadline = application.ageing(now).ok().flatten().map(Ageing::words);
    let own = [
        application.number.to_string(),
        application.status.kind().label().to_owned(),
        time(application.submitted_at),
        time(application.entered_at),
        deadline.unwrap_or_default(),
        mark(application.flags.is_set()),
        mark(application.is_undeliverable()),
        application.status.login_id().map_or_else(String::new, |id| id.as_str().to_owned()),
    ];
    own.into_iter().chain(application.form.answers().into_iter().map(|answer| answer.text)).collect()
}

/// 「2027-01-22 12:00」 in Japan: sorts as text.
fn time(at: Timestamp) -> String {
    let local = JAPAN.to_datetime(at);
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// What programs take for the beginning of a formula; Japanese ones take the full-width signs too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no program takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use shared::domain::{
        application::samples::{NOON, form_of, nara_hospital_input, submitted},
        form::FormInput,
    };

    use super::*;

    fn formula() -> Application {
        let input = FormInput {
            institution_name: "=HYPERLINK(\"https://example.com\",\"奈良\")".into(),
            institution_code: "001234".into(),
            insurance_code: "0110113719".into(),
            department: "＠医事課".into(),
            ..nara_hospital_input()
        };
        Application { form: form_of(&input), ..submitted() }
    }

    #[test]
    fn the_csv_opens_in_a_spreadsheet_program_and_runs_nothing() {
        let file = String::from_utf8(csv(&[formula()], *NOON).unwrap()).unwrap();
        insta::assert_snapshot!(file.strip_prefix('\u{FEFF}').unwrap().replace("\r\n", "⏎\n"));
        assert_eq!((file.matches("\r\n").count(), file.matches('\n').count()), (2, 2));
    }

    #[test]
    fn the_workbook_is_a_zip_of_texts() {
        let file = xlsx(&[formula()], *NOON).unwrap();
        assert!(file.starts_with(b"PK") && file.len() > 2_000);
        let cells = cells_of(&formula(), *NOON);
        assert_eq!(cells.len(), labels().len());
        assert!(cells.contains(&"001234".to_owned()) && cells.contains(&"0110113719".to_owned()));
    }
}
