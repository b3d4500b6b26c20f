//! One row of a file: every cell is parsed whatever became of the others, so that a row is mended once.

use std::collections::BTreeSet;

use super::{Column, Columns, List, Registered, RegisteredAccount};
use crate::domain::{
    account::Right,
    contact::{EmailAddress, PhoneNumber, PostalCode, Street},
    ids::LoginId,
    institution::{CodeRules, InstitutionCode, InstitutionKind, InstitutionName, InsuranceCode},
    prefecture::Prefecture,
    text::TextError,
};

/// The cells of a row.
pub trait Cells {
    fn count(&self) -> usize;
    fn cell(&self, place: usize) -> &str;
}

/// A row that cannot be taken in, or one that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Its line in the file: the first one below the headings is 2.
    pub row: u32,
    /// What is wrong and what to do, without the 「＊」 of a form's field.
    pub reason: String,
}

/// What the row says, or everything that is wrong with it.
pub fn read(
    cells: &impl Cells,
    columns: &Columns,
    list: List,
    rules: &CodeRules,
) -> Result<Registered, Vec<String>> {
    if cells.count() != columns.width {
        return Err(vec![format!(
            "列の数が見出しと異なります（見出しは{}列、この行は{}列です）。セルの中の「,」や改行を確認してください",
            columns.width,
            cells.count()
        )]);
    }
    let mut row = Row { cells, columns, list, reasons: Vec::new() };
    let kind =
        row.chosen(Column::Kind, InstitutionKind::parse, "病院・診療所・歯科診療所・助産所・薬局のいずれか");
    let prefecture = row.chosen(Column::Prefecture, Prefecture::parse, "「奈良県」の形");
    let name = row.line(Column::Name, InstitutionName::parse);
    let rule = rules.rule_for(prefecture);
    let institution_code = row.optional(Column::InstitutionCode, |typed, label| {
        InstitutionCode::parse(typed, rule).map_err(|error| error.sentence(label))
    });
    let insurance_code = row.optional(Column::InsuranceCode, |typed, label| {
        InsuranceCode::parse(typed).map_err(|error| error.sentence(label))
    });
    let postal_code = row.optional(Column::PostalCode, |typed, label| {
        PostalCode::parse(typed).map_err(|error| error.sentence(label))
    });
    let address = row.optional(Column::Address, |typed, label| {
        Street::parse(typed).map_err(|error| error.sentence(label))
    });
    let phone = row.optional(Column::Phone, |typed, label| {
        PhoneNumber::parse(typed).map_err(|error| error.sentence(label))
    });
    let email = row.email();
    let account = row.account();
    let joins = institution_code.is_some() || insurance_code.is_some() || postal_code.is_some();
    if !joins && row.reasons.is_empty() {
        row.reasons.push(NOTHING_TO_JOIN_BY.to_owned());
    }
    match (row.reasons.is_empty(), name, kind, prefecture) {
        (true, Some(name), Some(kind), Some(prefecture)) => Ok(Registered {
            name,
            kind,
            prefecture,
            institution_code,
            insurance_code,
            postal_code,
            address,
            phone,
            email,
            account,
        }),
        _ => Err(row.reasons),
    }
}

const NOTHING_TO_JOIN_BY: &str =
    "機関コード、保険機関コード、郵便番号のいずれも空欄です。機関を特定するため、いずれかを入力してください";

struct Row<'a, C> {
    cells: &'a C,
    columns: &'a Columns,
    list: List,
    reasons: Vec<String>,
}

impl<C: Cells> Row<'_, C> {
    fn text(&self, column: Column) -> &str {
        self.columns.place(column).map_or("", |place| self.cells.cell(place)).trim()
    }

    fn refuse(&mut self, sentence: &str) {
        self.reasons.push(sentence.trim_start_matches('＊').to_owned());
    }

    fn keep<T>(&mut self, read: Result<T, String>) -> Option<T> {
        read.map_err(|sentence| self.refuse(&sentence)).ok()
    }

    fn chosen<T>(&mut self, column: Column, parse: fn(&str) -> Option<T>, wanted: &str) -> Option<T> {
        let read = parse(self.text(column));
        let sentence = || format!("{}は{wanted}で入力してください", column.label());
        self.keep(read.ok_or_else(sentence))
    }

    fn line<T>(&mut self, column: Column, parse: fn(&str) -> Result<T, TextError>) -> Option<T> {
        let read = parse(self.text(column)).map_err(|error| error.sentence(column.label()));
        self.keep(read)
    }

    /// A cell that may be empty; what Excel made of a long number is named as that.
    fn optional<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str, &str) -> Result<T, String>,
    ) -> Option<T> {
        let typed = self.text(column);
        if typed.is_empty() {
            return None;
        }
        let read = if is_scientific(typed) {
            Err(format!(
                "{}がExcelの指数表示（{typed}）になっています。セルの表示形式を「文字列」にして入力し直してください",
                column.label()
            ))
        } else {
            parse(typed, column.label())
        };
        self.keep(read)
    }

    fn email(&mut self) -> Option<EmailAddress> {
        if self.text(Column::Email).is_empty() && !Column::Email.is_required(self.list) {
            return None;
        }
        let read = EmailAddress::parse(self.text(Column::Email));
        self.keep(read.map_err(|error| error.sentence(Column::Email.label())))
    }

    fn account(&mut self) -> Option<RegisteredAccount> {
        if self.list != List::Accounts {
            return None;
        }
        let login_id = LoginId::from_typed(self.text(Column::LoginId));
        let login_id = self.keep(
            login_id
                .ok_or_else(|| format!("{}は半角英数字7～8文字で入力してください", Column::LoginId.label())),
        );
        let rights = rights_of(self.text(Column::Rights));
        let rights = self.keep(rights.ok_or_else(|| {
            format!(
                "{}は「医療機能情報提供制度」「薬局機能情報提供制度」「なし」のいずれかで入力してください",
                Column::Rights.label()
            )
        }));
        Some(RegisteredAccount { login_id: login_id?, rights: rights? })
    }
}

/// 「なし」, or rights with something between them.
fn rights_of(typed: &str) -> Option<BTreeSet<Right>> {
    if typed == "なし" {
        return Some(BTreeSet::new());
    }
    let named = |word: &str| Right::ALL.into_iter().find(|right| right.label() == word);
    let words = typed.split(['、', '・', ';', '／', '/', ',']).map(str::trim);
    words.map(named).collect()
}

/// 「2.91E+09」.
fn is_scientific(typed: &str) -> bool {
    let upper = typed.to_ascii_uppercase();
    upper.split_once("E+").is_some_and(|(mantissa, exponent)| {
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        is_number(mantissa) && is_number(exponent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Cells for Vec<&str> {
        fn count(&self) -> usize {
            self.len()
        }

        fn cell(&self, place: usize) -> &str {
            self[place]
        }
    }

    fn row(list: List, cells: &[(&'static str, &'static str)]) -> Result<Registered, Vec<String>> {
        let columns = Columns::read(cells.iter().map(|(word, _)| *word), list).unwrap();
        let cells: Vec<&str> = cells.iter().map(|(_, text)| *text).collect();
        read(&cells, &columns, list, &CodeRules::default())
    }

    fn hospital(
        name: &'static str,
        more: &[(&'static str, &'static str)],
    ) -> Result<Registered, Vec<String>> {
        let cells = [("機関名", name), ("機関区分", "病院"), ("都道府県", "奈良県")];
        row(List::Institutions, &[&cells, more].concat())
    }

    #[test]
    fn a_row_reads_as_a_form_does() {
        let read =
            hospital("若草 山病院", &[("機関コード", "００１２３"), ("電話番号", "0742-22-1101")]).unwrap();
        assert_eq!(read.name.as_str(), "若草 山病院");
        assert_eq!(read.institution_code.unwrap().as_str(), "00123");
        assert_eq!(read.phone.unwrap().as_str(), "+81742221101");
        assert_eq!(read.account, None);
    }

    #[test]
    fn every_reason_of_a_row_is_told_at_once() {
        let cells = [("機関名", ""), ("機関区分", "獣医"), ("都道府県", "奈良")];
        let codes = [("保険機関コード", "110113719"), ("電話番号", "742221101"), ("郵便番号", "608213")];
        let reasons = row(List::Institutions, &[&cells[..], &codes].concat()).unwrap_err();
        insta::assert_snapshot!(reasons.join("\n"), @r"
        機関区分は病院・診療所・歯科診療所・助産所・薬局のいずれかで入力してください
        都道府県は「奈良県」の形で入力してください
        機関名を入力してください
        保険機関コードは10桁の数字で入力してください（現在9桁です）。先頭の0が抜けていないかご確認ください（「0110113719」ではありませんか）
        郵便番号は7桁の数字で入力してください（現在6桁です）。先頭の0が抜けていないかご確認ください
        電話番号は0で始まる市外局番から入力してください（例：0742-22-1101）
        ");
    }

    #[test]
    fn what_excel_made_of_a_number_is_named() {
        let reasons = hospital("病院", &[("保険機関コード", "2.91E+09")]).unwrap_err();
        assert!(reasons[0].contains("Excelの指数表示（2.91E+09）"), "{reasons:?}");
        assert!(hospital("病院", &[("機関コード", "E12")]).is_ok());
    }

    #[test]
    fn a_row_that_joins_with_nothing_is_refused() {
        let reasons = hospital("病院", &[("電話番号", "0742-22-1101"), ("機関コード", "")]).unwrap_err();
        assert_eq!(reasons, [NOTHING_TO_JOIN_BY]);
    }

    #[test]
    fn an_account_has_its_login_id_address_and_rights() {
        let account = |login_id, rights| {
            let cells =
                [("機関名", "病院"), ("機関区分", "病院"), ("都道府県", "29"), ("郵便番号", "630-8213")];
            let more = [("ログインID", login_id), ("メールアドレス", "a@example.jp"), ("権限", rights)];
            row(List::Accounts, &[&cells[..], &more].concat())
        };
        let none = account("nara0001", "なし").unwrap().account.unwrap();
        assert_eq!((none.login_id.as_str(), none.rights.len()), ("nara0001", 0));
        let both =
            account("NARA0001", "医療機能情報提供制度、薬局機能情報提供制度").unwrap().account.unwrap();
        assert_eq!(both.rights.len(), 2);
        assert_eq!(account("nara 1", "").unwrap_err().len(), 2);
    }
}
