//! The numbering plan of Japan: which numbers there are and how they are grouped, asked of the crate `phonenumber` for
//! every beginning. The format is described where it is read, in `shared/src/domain/contact/phone`.

use std::fmt::Write;

use phonenumber::{Mode, country};

use super::write_file;
use crate::run::Failure;

const TABLE: &str = "shared/src/domain/contact/phone/plan.rs";
/// The library looks at no more than the first six digits after the 0.
const DIGITS: u32 = 6;
/// What follows them; each must be answered alike.
const ENDINGS: [&str; 3] = ["0000", "1234", "9999"];

const HEAD: &str = "\
//! The numbering plan of Japan.
//!
//! Made by `cargo xtask data-phone` out of the crate `phonenumber` 0.3.10+9.0.33, which holds the metadata of libphonenumber
//! 9.0.33 (Google, Apache-2.0). A test compares every row with the crate.

/// First six digits after the 0 from which on a grouping holds, up to the next row; no digits: there is no such number.
pub(super) type Row = (u32, [u8; 3]);

";

pub(crate) fn write() -> Result<(), Failure> {
    let mut text = HEAD.to_owned();
    for (name, length) in [("NINE_DIGITS", 9), ("TEN_DIGITS", 10)] {
        let rows = rows(length)?;
        let about = format!("Numbers of {length} digits after the 0.");
        let _ = writeln!(text, "/// {about}\npub(super) const {name}: [Row; {}] = [", rows.len());
        for (first, [one, two, three]) in rows {
            let first =
                if first == 0 { "0".to_owned() } else { format!("{}_{:03}", first / 1000, first % 1000) };
            let _ = writeln!(text, "    ({first}, [{one}, {two}, {three}]),");
        }
        text.push_str("];\n");
    }
    write_file(TABLE, text.as_bytes())
}

fn rows(length: usize) -> Result<Vec<(u32, [u8; 3])>, Failure> {
    let mut rows: Vec<(u32, [u8; 3])> = vec![(0, [0; 3])];
    for first in 10_u32.pow(DIGITS - 1)..10_u32.pow(DIGITS) {
        let mut groupings =
            ENDINGS.iter().map(|ending| grouping(&format!("0{first}{}", &ending[..length - 6])));
        let grouping = groupings.next().unwrap_or_default();
        if groupings.any(|other| other != grouping) {
            return Err(Failure(format!("0{first}… does not depend on its first {DIGITS} digits alone")));
        }
        if rows.last().is_none_or(|(_, last)| *last != grouping) {
            rows.push((first, grouping));
        }
    }
    Ok(rows)
}

/// The lengths of the three groups after the 0; nothing where there is no such number.
fn grouping(typed: &str) -> [u8; 3] {
    let Ok(number) = phonenumber::parse(Some(country::Id::JP), typed) else { return [0; 3] };
    let national = number.format().mode(Mode::National).to_string();
    let e164 = number.format().mode(Mode::E164).to_string();
    if !number.is_valid() || e164 != format!("+81{}", &typed[1..]) {
        return [0; 3];
    }
    let groups: Vec<u8> = national.split('-').map(|group| u8::try_from(group.len()).unwrap_or(0)).collect();
    match groups.as_slice() {
        [first, second, third] => [first - 1, *second, *third],
        _ => [u8::try_from(typed.len() - 1).unwrap_or(0), 0, 0],
    }
}
