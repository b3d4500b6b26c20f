//! The places that a postal code stands for.
//!
//! The table (its README says where it is from) is looked up by bisection, as it lies in the binary; all numbers are
//! big-endian:
//!
//! ```text
//! cities: u32   rows: u32
//! a city:  prefecture (text), city (text)         8 bytes, sorted
//! a row:   code u24, city u16, town (text)        9 bytes, sorted by code
//! texts:   UTF-8, one after the other             a text is: start u24, length u8
//! ```
//!
//! Invariant: a place is a suggestion. An address that the table does not know is as good as any.

use std::ops::Range;

use super::PostalCode;
use crate::domain::prefecture::Prefecture;

const TABLE: &[u8] = include_bytes!("table.bin");
const HEAD: usize = 8;
const CITY: usize = 8;
const ROW: usize = 9;

/// One place: a town (町名) of a city, or the whole address of a large office. The town may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostalArea {
    pub prefecture: Prefecture,
    pub city: &'static str,
    pub town: &'static str,
}

impl PostalCode {
    /// The places of this code: none if the table does not know it, several to choose from for one code in a hundred.
    pub fn areas(&self) -> Vec<PostalArea> {
        let code = self.as_str().parse().unwrap_or_default();
        let first = bisected(row_count(), |row| code_of(row) < code);
        let rows = (first..row_count()).take_while(|row| code_of(*row) == code);
        rows.filter_map(area_of).collect()
    }
}

impl PostalArea {
    /// 「奈良県奈良市登大路町」.
    pub fn text(&self) -> String {
        format!("{}{}{}", self.prefecture.name(), self.city, self.town)
    }
}

/// The first of so many rows that is not `before`.
fn bisected(rows: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

fn city_count() -> usize {
    number(0..4)
}

fn row_count() -> usize {
    number(4..8)
}

fn code_of(row: usize) -> usize {
    let start = row_start(row);
    number(start..start + 3)
}

fn area_of(row: usize) -> Option<PostalArea> {
    let start = row_start(row);
    let city = HEAD + CITY * number(start + 3..start + 5);
    Some(PostalArea {
        prefecture: Prefecture::parse(text(city)?)?,
        city: text(city + 4)?,
        town: text(start + 5)?,
    })
}

fn row_start(row: usize) -> usize {
    HEAD + CITY * city_count() + ROW * row
}

/// The text whose start and length stand at `at`.
fn text(at: usize) -> Option<&'static str> {
    let start = row_start(row_count()) + number(at..at + 3);
    std::str::from_utf8(TABLE.get(start..start + number(at + 3..at + 4))?).ok()
}

fn number(bytes: Range<usize>) -> usize {
    TABLE.get(bytes).unwrap_or_default().iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Instant};

    use sha2::{Digest, Sha256};

    use super::*;
    use Prefecture::{Aichi, Fukuoka, Kyoto, Mie, Oita, Osaka};

    fn texts(code: &str) -> Vec<String> {
        let code = PostalCode::parse(code).unwrap();
        code.areas().iter().map(PostalArea::text).collect()
    }

    #[test]
    fn the_table_is_the_one_that_its_readme_names() {
        assert!(include_str!("README.md").contains(&hex::encode(Sha256::digest(TABLE))));
        assert!(TABLE.len() < 4_000_000, "{} bytes", TABLE.len());
    }

    #[test]
    fn a_code_is_a_town_an_office_a_choice_or_unknown() {
        assert_eq!(texts("630-8213"), ["奈良県奈良市登大路町"]);
        assert_eq!(texts("634-8522"), ["奈良県橿原市四条町840"]);
        assert_eq!(texts("060-0000"), ["北海道札幌市中央区"]);
        assert_eq!(texts("441-1324"), ["愛知県新城市井道", "愛知県新城市内井道", "愛知県新城市奥井道"]);
        assert_eq!(texts("029-5503").first().map(String::as_str), Some("岩手県和賀郡西和賀町清水ケ野"));
        for unknown in ["000-0000", "999-9999", "630-8688"] {
            assert!(texts(unknown).is_empty(), "{unknown}: a post-office box is no place");
        }
    }

    #[test]
    fn three_codes_lie_in_two_prefectures() {
        let prefectures = |code: &str| -> BTreeSet<Prefecture> {
            let code = PostalCode::parse(code).unwrap();
            code.areas().iter().map(|area| area.prefecture).collect()
        };
        assert_eq!(prefectures("4980000"), BTreeSet::from([Aichi, Mie]));
        assert_eq!(prefectures("6180000"), BTreeSet::from([Kyoto, Osaka]));
        assert_eq!(prefectures("8710000"), BTreeSet::from([Fukuoka, Oita]));
    }

    #[test]
    fn every_row_reads_and_every_prefecture_is_there() {
        let mut prefectures = BTreeSet::new();
        let mut last = 0;
        for row in 0..row_count() {
            let area = area_of(row).unwrap_or_else(|| panic!("row {row}"));
            assert!(!area.city.is_empty() && code_of(row) >= last, "row {row}");
            assert!(!area.town.contains(['（', '〜']) && area.town.trim() == area.town, "{}", area.town);
            last = code_of(row);
            prefectures.insert(area.prefecture);
        }
        assert_eq!((row_count() > 140_000, prefectures.len()), (true, 47));
    }

    #[test]
    fn a_look_up_takes_well_under_a_millisecond() {
        let codes: Vec<_> =
            (0..1000).map(|n| PostalCode::parse(&format!("{:07}", n * 9973)).unwrap()).collect();
        let began = Instant::now();
        let found: usize = codes.iter().map(|code| code.areas().len()).sum();
        let each = began.elapsed() / 1000;
        println!("postal look-up: {each:?} each, {} bytes of table, {found} places", TABLE.len());
        assert!(each.as_micros() < 1000, "{each:?}");
    }
}
