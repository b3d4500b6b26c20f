//! A file as a whole: rows that exclude each other, codes that look as if Excel had taken their zeros, and what each
//! desk's list comes to.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use super::{Registered, RowProblem};
use crate::domain::{
    institution::{InstitutionCode, InsuranceCodeWarning},
    prefecture::PrefectureDesk,
};

/// Takes in row after row.
#[derive(Default)]
pub struct Checker {
    desks: BTreeMap<PrefectureDesk, Desk>,
    /// The row that each key was first seen in.
    seen: HashMap<String, u32>,
    problems: Vec<RowProblem>,
    warnings: Vec<RowProblem>,
    rows: u32,
}

/// What a file comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub rows: u32,
    pub problems: Vec<RowProblem>,
    /// What may be wrong; whoever takes the file in has looked at it.
    pub warnings: Vec<RowProblem>,
    pub desks: Vec<DeskShare>,
}

/// What one desk's list comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskShare {
    pub desk: PrefectureDesk,
    pub rows: u32,
    /// Of all its rows, in no order: the same list in another encoding or another order has the same.
    pub digest: String,
}

#[derive(Default)]
struct Desk {
    rows: u32,
    /// The sum of the rows' digests: order makes no difference.
    sum: [u8; 32],
    /// 機関コード of digits only: the row and the length.
    numbers: Vec<(u32, usize)>,
}

/// So large a part of a desk's 機関コード must have one length, before a shorter one is doubted.
const MOST_OF_TEN: usize = 8;

impl Checker {
    /// A row that cannot be taken in, with everything that is wrong with it.
    pub fn refuse(&mut self, row: u32, reasons: Vec<String>) {
        self.rows += 1;
        self.problems.extend(reasons.into_iter().map(|reason| RowProblem { row, reason }));
    }

    pub fn take(&mut self, row: u32, registered: &Registered) {
        self.rows += 1;
        for (key, what) in unique_keys(registered) {
            if let Some(first) = self.seen.get(&key) {
                let reason = format!("{what}が{first}行目と同じです。どちらかを削除するか、修正してください");
                self.problems.push(RowProblem { row, reason });
            } else {
                self.seen.insert(key, row);
            }
        }
        if let Some(code) = &registered.insurance_code {
            let warnings = code.warnings(registered.prefecture, registered.kind);
            self.warnings.extend(
                warnings.into_iter().map(|warning| RowProblem { row, reason: doubt(warning).to_owned() }),
            );
        }
        let desk = self.desks.entry(registered.desk()).or_default();
        desk.rows += 1;
        add(&mut desk.sum, &digest_of(registered));
        let code = registered.institution_code.as_ref().map(InstitutionCode::as_str);
        if let Some(code) = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit())) {
            desk.numbers.push((row, code.len()));
        }
    }

    /// What may be wrong with a row that is taken.
    pub fn doubt(&mut self, row: u32, reasons: Vec<String>) {
        self.warnings.extend(reasons.into_iter().map(|reason| RowProblem { row, reason }));
    }

    pub fn finish(mut self) -> Checked {
        for desk in self.desks.values() {
            self.warnings.extend(desk.lost_zeros());
        }
        self.problems.sort_by_key(|problem| problem.row);
        self.warnings.sort_by_key(|warning| warning.row);
        let desks = self.desks.into_iter().map(|(desk, share)| DeskShare {
            desk,
            rows: share.rows,
            digest: hex::encode(share.sum),
        });
        Checked { rows: self.rows, problems: self.problems, warnings: self.warnings, desks: desks.collect() }
    }
}

impl Desk {
    /// Codes of digits that are shorter than nearly all others of the desk.
    fn lost_zeros(&self) -> Vec<RowProblem> {
        let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, length) in &self.numbers {
            *lengths.entry(*length).or_default() += 1;
        }
        let Some((usual, count)) = lengths.into_iter().max_by_key(|(_, count)| *count) else {
            return Vec::new();
        };
        if count * 10 < self.numbers.len() * MOST_OF_TEN || count < 5 {
            return Vec::new();
        }
        let short = self.numbers.iter().filter(|(_, length)| *length < usual);
        let doubt = |(row, length): &(u32, usize)| RowProblem {
            row: *row,
            reason: format!(
                "機関コードが{length}桁です（この都道府県の多くは{usual}桁です）。Excelで先頭の0が失われていないか確認してください"
            ),
        };
        short.map(doubt).collect()
    }
}

/// What no two rows of a file may have in common.
fn unique_keys(registered: &Registered) -> Vec<(String, &'static str)> {
    let desk = registered.desk().as_key();
    let mut keys = Vec::new();
    if let Some(account) = &registered.account {
        keys.push((format!("login:{}", account.login_id.as_str()), "ログインID"));
    }
    if let Some(code) = &registered.institution_code {
        keys.push((format!("code:{desk}:{}", code.as_str()), "機関コード"));
    }
    if let Some(code) = &registered.insurance_code {
        keys.push((format!("insurance:{}", code.as_str()), "保険機関コード"));
    }
    if keys.is_empty()
        && let Some(place) = registered.keys().first()
    {
        keys.push((place.as_str().to_owned(), "機関名と郵便番号"));
    }
    keys
}

fn doubt(warning: InsuranceCodeWarning) -> &'static str {
    match warning {
        InsuranceCodeWarning::CheckDigit => "保険機関コードの検証番号が合いません。番号を確認してください",
        InsuranceCodeWarning::OtherPrefecture => {
            "保険機関コードの先頭2桁が都道府県の番号と異なります。番号と都道府県を確認してください"
        }
        InsuranceCodeWarning::OtherKind => {
            "保険機関コードの3桁目が機関区分の番号と異なります。番号と機関区分を確認してください"
        }
    }
}

/// Over every value of the row, whatever it was written like in the file.
fn digest_of(registered: &Registered) -> [u8; 32] {
    let mut digest = Sha256::new();
    let mut put = |text: &str| {
        digest.update(text.len().to_be_bytes());
        digest.update(text);
    };
    put(registered.name.as_str());
    put(registered.kind.as_str());
    put(registered.institution_code.as_ref().map_or("", |code| code.as_str()));
    put(registered.insurance_code.as_ref().map_or("", |code| code.as_str()));
    put(registered.postal_code.as_ref().map_or("", |code| code.as_str()));
    put(registered.address.as_ref().map_or("", |address| address.as_str()));
    put(registered.phone.as_ref().map_or("", |phone| phone.as_str()));
    put(registered.email.as_ref().map_or("", |email| email.as_str()));
    if let Some(account) = &registered.account {
        put(account.login_id.as_str());
        account.rights.iter().for_each(|right| put(right.as_str()));
    }
    digest.finalize().into()
}

/// A sum of numbers of 256 bits, beyond which it begins anew.
fn add(sum: &mut [u8; 32], more: &[u8; 32]) {
    let mut carry = 0_u16;
    for (byte, more) in sum.iter_mut().zip(more).rev() {
        let added = u16::from(*byte) + u16::from(*more) + carry;
        *byte = u8::try_from(added % 256).unwrap_or_default();
        carry = added / 256;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        institution::{InstitutionKind, InsuranceCode},
        registry::samples::clinic,
    };

    fn checked(rows: &[Registered]) -> Checked {
        let mut checker = Checker::default();
        for (row, registered) in (2..).zip(rows) {
            checker.take(row, registered);
        }
        checker.finish()
    }

    fn told(problems: &[RowProblem]) -> Vec<(u32, &str)> {
        problems.iter().map(|problem| (problem.row, problem.reason.as_str())).collect()
    }

    #[test]
    fn two_rows_of_one_code_exclude_each_other() {
        let checked = checked(&[clinic("甲", "001"), clinic("乙", "002"), clinic("丙", "001")]);
        assert_eq!(
            told(&checked.problems),
            [(4, "機関コードが2行目と同じです。どちらかを削除するか、修正してください")]
        );
        let pharmacy = Registered { kind: InstitutionKind::Pharmacy, ..clinic("丁", "001") };
        let two_desks = self::checked(&[clinic("甲", "001"), pharmacy]);
        assert_eq!(
            (two_desks.problems.len(), two_desks.desks.len()),
            (0, 2),
            "each desk has numbers of its own"
        );
    }

    #[test]
    fn a_code_that_is_shorter_than_nearly_all_is_doubted() {
        let mut rows: Vec<Registered> = (0..20)
            .map(|count| clinic(&format!("医院{count}"), &format!("{:06}", 100_000 + count)))
            .collect();
        rows.push(clinic("北医院", "12345"));
        let checked = checked(&rows);
        assert_eq!(
            told(&checked.warnings),
            [(
                22,
                "機関コードが5桁です（この都道府県の多くは6桁です）。Excelで先頭の0が失われていないか確認してください"
            )]
        );
        let mixed = [clinic("甲", "1"), clinic("乙", "22"), clinic("丙", "333")];
        assert_eq!(self::checked(&mixed).warnings, []);
    }

    #[test]
    fn an_insurance_code_that_does_not_fit_is_doubted_and_not_refused() {
        let wrong =
            Registered { insurance_code: InsuranceCode::from_stored("0110113719"), ..clinic("甲", "001") };
        let checked = checked(&[wrong]);
        assert_eq!(checked.problems, []);
        assert_eq!(checked.warnings.len(), 1, "another prefecture's");
    }

    #[test]
    fn the_same_list_has_the_same_digest_in_any_order() {
        let (one, other) = (clinic("甲", "001"), clinic("乙", "002"));
        let digest = |rows: &[Registered]| checked(rows).desks[0].digest.clone();
        assert_eq!(digest(&[one.clone(), other.clone()]), digest(&[other.clone(), one.clone()]));
        assert_ne!(digest(&[one.clone(), other.clone()]), digest(&[one.clone(), clinic("乙", "003")]));
        assert_ne!(digest(std::slice::from_ref(&one)), digest(&[one.clone(), other]));
    }
}
