//! 名簿: what prefectures know already, lists of their institutions (機関一覧) and of accounts that exist.
//!
//! Architecture invariant: a list holds for one desk as a whole. It is replaced by the next one at once, and nothing of
//! a list that is only half there is ever seen.

mod check;
mod clash;
mod columns;
mod import;
mod look_up;
mod row;

use std::collections::BTreeSet;

pub use check::{Checked, Checker, DeskShare};
pub use clash::Claims;
pub use columns::{Column, Columns, HeaderProblem};
pub use import::{Import, ImportRefused, ImportState, MOST_BYTES, MOST_PARTS, Outcome, PART_BYTES, Standing};
pub use look_up::{LookUp, LookUpKey};
pub use row::{Cells, RowProblem, read};

use super::{
    account::{InstitutionKey, Right, keys_of},
    contact::{EmailAddress, PhoneNumber, PostalCode, Street},
    ids::LoginId,
    institution::{InstitutionCode, InstitutionKind, InstitutionName, InsuranceCode},
    prefecture::{Prefecture, PrefectureDesk},
};

/// What a list is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// 報告機関の一覧.
    Institutions,
    /// 既存アカウントの一覧.
    Accounts,
}

/// One institution as a list names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub name: InstitutionName,
    pub kind: InstitutionKind,
    pub prefecture: Prefecture,
    pub institution_code: Option<InstitutionCode>,
    pub insurance_code: Option<InsuranceCode>,
    pub postal_code: Option<PostalCode>,
    /// 所在地 in one line.
    pub address: Option<Street>,
    pub phone: Option<PhoneNumber>,
    pub email: Option<EmailAddress>,
    /// In a list of accounts.
    pub account: Option<RegisteredAccount>,
}

/// The account of an institution, in a list of accounts; its address is the institution's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredAccount {
    pub login_id: LoginId,
    pub rights: BTreeSet<Right>,
}

impl List {
    pub const ALL: [Self; 2] = [Self::Institutions, Self::Accounts];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Institutions => "institutions",
            Self::Accounts => "accounts",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Institutions => "報告機関の一覧",
            Self::Accounts => "既存アカウントの一覧",
        }
    }
}

impl Registered {
    pub fn desk(&self) -> PrefectureDesk {
        PrefectureDesk { prefecture: self.prefecture, desk: self.kind.desk() }
    }

    /// The names under which an application may be for the same institution, the surest first.
    pub fn keys(&self) -> Vec<InstitutionKey> {
        keys_of(
            self.prefecture,
            self.kind,
            self.institution_code.as_ref(),
            self.insurance_code.as_ref(),
            self.postal_code.as_ref().map(|postal_code| (postal_code, &self.name)),
        )
    }
}

#[cfg(any(test, feature = "testing"))]
#[expect(clippy::expect_used, reason = "samples are right, or the tests that use them fail")]
pub mod samples;
