//! The columns of a file, found by the words of its first row, in whatever order.

use super::List;
use crate::domain::text::folded;

/// A column that is read; every other one of a file is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    LoginId,
    Name,
    Kind,
    Prefecture,
    InstitutionCode,
    InsuranceCode,
    PostalCode,
    Address,
    Phone,
    Email,
    Rights,
}

/// Where each column stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    /// The cells of the first row; a row with more or fewer is not one of this file.
    pub width: usize,
    /// The words of the columns that are left out.
    pub left_out: Vec<String>,
}

/// What is wrong with the first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderProblem {
    Missing(Vec<Column>),
    Twice(Column),
}

impl Column {
    pub const ALL: [Self; 11] = [
        Self::LoginId,
        Self::Name,
        Self::Kind,
        Self::Prefecture,
        Self::InstitutionCode,
        Self::InsuranceCode,
        Self::PostalCode,
        Self::Address,
        Self::Phone,
        Self::Email,
        Self::Rights,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::LoginId => "ログインID",
            Self::Name => "機関名",
            Self::Kind => "機関区分",
            Self::Prefecture => "都道府県",
            Self::InstitutionCode => "機関コード",
            Self::InsuranceCode => "保険機関コード",
            Self::PostalCode => "郵便番号",
            Self::Address => "所在地",
            Self::Phone => "電話番号",
            Self::Email => "メールアドレス",
            Self::Rights => "権限",
        }
    }

    /// Whether a list of this kind must have the column, and a value in each of its rows.
    pub fn is_required(self, list: List) -> bool {
        match self {
            Self::Name | Self::Kind | Self::Prefecture => true,
            Self::LoginId | Self::Email | Self::Rights => list == List::Accounts,
            Self::InstitutionCode | Self::InsuranceCode | Self::PostalCode | Self::Address | Self::Phone => {
                false
            }
        }
    }

    /// Whether a list of this kind may have it.
    pub fn belongs_to(self, list: List) -> bool {
        match self {
            Self::LoginId | Self::Rights => list == List::Accounts,
            Self::Name
            | Self::Kind
            | Self::Prefecture
            | Self::InstitutionCode
            | Self::InsuranceCode
            | Self::PostalCode
            | Self::Address
            | Self::Phone
            | Self::Email => true,
        }
    }

    /// The column of this list that a word names: any width, spaces and a note in brackets make no difference.
    fn named(word: &str, list: List) -> Option<Self> {
        let plain = folded(word);
        let plain = plain.split('(').next().unwrap_or_default();
        let is_it = |column: &Self| column.belongs_to(list) && folded(column.label()) == plain;
        Self::ALL.into_iter().find(is_it)
    }
}

impl Columns {
    pub fn read<'a>(header: impl Iterator<Item = &'a str>, list: List) -> Result<Self, HeaderProblem> {
        let mut columns = Self { places: Vec::new(), width: 0, left_out: Vec::new() };
        for word in header {
            match Column::named(word, list) {
                Some(column) if columns.place(column).is_some() => return Err(HeaderProblem::Twice(column)),
                Some(column) => columns.places.push((column, columns.width)),
                None => columns.left_out.push(word.trim().to_owned()),
            }
            columns.width += 1;
        }
        let missing: Vec<Column> = Column::ALL
            .into_iter()
            .filter(|column| column.is_required(list) && columns.place(*column).is_none())
            .collect();
        if missing.is_empty() { Ok(columns) } else { Err(HeaderProblem::Missing(missing)) }
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == column).map(|(_, place)| *place)
    }
}

impl HeaderProblem {
    pub fn sentence(&self) -> String {
        match self {
            Self::Missing(columns) => {
                let names: Vec<String> =
                    columns.iter().map(|column| format!("「{}」", column.label())).collect();
                format!("1行目の見出しに{}がありません。見出しを確認してください", names.join(""))
            }
            Self::Twice(column) => {
                format!("1行目に「{}」の見出しが2つあります。1つにしてください", column.label())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_words_in_any_order() {
        let header = ["備考", "都道府県", "機関区分（必須）", "機関名", " 保険機関コード"];
        let columns = Columns::read(header.into_iter(), List::Institutions).unwrap();
        assert_eq!(columns.place(Column::Name), Some(3));
        assert_eq!(columns.place(Column::Kind), Some(2));
        assert_eq!(columns.place(Column::InsuranceCode), Some(4));
        assert_eq!(columns.place(Column::InstitutionCode), None, "not the 保険機関コード");
        assert_eq!((columns.width, columns.left_out), (5, vec!["備考".to_owned()]));
    }

    #[test]
    fn a_missing_or_doubled_column_is_named() {
        let missing = Columns::read(["機関名", "都道府県"].into_iter(), List::Accounts).unwrap_err();
        assert_eq!(
            missing.sentence(),
            "1行目の見出しに「ログインID」「機関区分」「メールアドレス」「権限」がありません。見出しを確認してください"
        );
        let twice = Columns::read(["機関名", "機関名"].into_iter(), List::Institutions).unwrap_err();
        assert_eq!(twice, HeaderProblem::Twice(Column::Name));
    }
}
