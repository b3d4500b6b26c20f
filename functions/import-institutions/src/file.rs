//! The bytes of a file as rows: UTF-8 with or without a mark at its beginning, or `Shift_JIS` as Excel saves it.

use csv::StringRecord;
use encoding_rs::SHIFT_JIS;
use shared::domain::{
    institution::CodeRules,
    registry::{Cells, Columns, List, Registered, read},
};

/// A file whose headings are understood.
pub(crate) struct File {
    text: String,
    columns: Columns,
    list: List,
}

/// One row and its line in the file; `Err` holds everything that is wrong with it.
pub(crate) type Row = (u32, Result<Registered, Vec<String>>);

struct Record(StringRecord);

const OTHER_ENCODING: &str =
    "文字コードを判別できません。「CSV UTF-8」又は「CSV（Shift_JIS）」の形式で保存し直してください";
const NO_ROWS: &str = "2行目以降に行がありません。ファイルの内容を確認してください";

impl File {
    /// The sentence says why the file as a whole cannot be read.
    pub(crate) fn open(bytes: &[u8], list: List) -> Result<Self, String> {
        // The reader counts a line at its `\n`, which it leaves for the next record where `\r` stands before it.
        let text = decode(bytes).ok_or(OTHER_ENCODING)?.replace("\r\n", "\n");
        let mut records = reader(&text).into_records();
        let header = records.next().and_then(Result::ok).ok_or(NO_ROWS)?;
        let columns = Columns::read(header.iter(), list).map_err(|problem| problem.sentence())?;
        if records.next().is_none() {
            return Err(NO_ROWS.to_owned());
        }
        Ok(Self { text, columns, list })
    }

    /// The words of the columns that are left out.
    pub(crate) fn left_out(&self) -> Vec<String> {
        self.columns.left_out.clone()
    }

    /// Every row below the headings that is not empty.
    pub(crate) fn rows(&self, rules: &CodeRules) -> impl Iterator<Item = Row> {
        let records = reader(&self.text).into_records().skip(1).filter_map(Result::ok);
        let filled = records.filter(|record| record.iter().any(|cell| !cell.trim().is_empty()));
        filled.map(move |record| {
            let line = record.position().map_or(0, csv::Position::line);
            let row = u32::try_from(line).unwrap_or(u32::MAX);
            (row, read(&Record(record), &self.columns, self.list, rules))
        })
    }
}

impl Cells for Record {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn cell(&self, place: usize) -> &str {
        self.0.get(place).unwrap_or_default()
    }
}

/// Text in UTF-8 is never text in `Shift_JIS` by accident, but the other way round it happens: so UTF-8 first.
fn decode(bytes: &[u8]) -> Option<String> {
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Some(text.to_owned());
    }
    let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "機関名,機関区分,都道府県,機関コード\r\n髙﨑医院,診療所,奈良県,00123\r\n,,,\r\n\"甲,乙病院\",病院,奈良県,00124\r\n";

    fn names(bytes: &[u8]) -> Vec<(u32, String)> {
        let file = File::open(bytes, List::Institutions).unwrap();
        let rules = CodeRules::default();
        let rows = file.rows(&rules);
        rows.map(|(row, read)| (row, read.unwrap().name.as_str().to_owned())).collect()
    }

    #[test]
    fn one_text_in_three_encodings_is_one_list() {
        let expected = vec![(2, "髙﨑医院".to_owned()), (4, "甲,乙病院".to_owned())];
        assert_eq!(names(TEXT.as_bytes()), expected);
        assert_eq!(names(&[b"\xEF\xBB\xBF", TEXT.as_bytes()].concat()), expected);
        let (shift_jis, _, unmappable) = SHIFT_JIS.encode(TEXT);
        assert!(!unmappable && shift_jis.as_ref() != TEXT.as_bytes());
        assert_eq!(names(&shift_jis), expected);
    }

    #[test]
    fn what_cannot_be_read_as_a_whole_is_said_in_one_sentence() {
        let refused = |bytes: &[u8]| File::open(bytes, List::Institutions).err().unwrap_or_default();
        assert_eq!(refused(b"\xFF\xFE\x41\x00"), OTHER_ENCODING);
        assert_eq!(refused(b""), NO_ROWS);
        assert_eq!(refused("機関名,機関区分,都道府県\n".as_bytes()), NO_ROWS);
        assert!(refused("名前,住所\nA,B\n".as_bytes()).contains("「機関名」「機関区分」「都道府県」"));
    }

    #[test]
    fn a_row_with_a_comma_too_many_is_a_bad_row() {
        let file =
            File::open("機関名,機関区分,都道府県\n甲,病院,奈良県,余り\n".as_bytes(), List::Institutions)
                .unwrap();
        let rows: Vec<Row> = file.rows(&CodeRules::default()).collect();
        let reasons = rows[0].1.as_ref().unwrap_err();
        assert!(reasons[0].contains("見出しは3列、この行は4列"), "{reasons:?}");
    }
}
