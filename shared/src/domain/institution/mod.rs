//! What an institution (報告機関) is and which numbers it has.
//!
//! Invariant: 機関コード ([`InstitutionCode`], given by the prefecture's former system) and 保険機関コード
//! ([`InsuranceCode`], given by the insurance authorities) are two types; only a form that was typed in can swap them.

mod code_rule;
mod institution_code;
mod insurance_code;
mod kind;
mod name;

pub use self::code_rule::{CodeCharacters, CodeRule, CodeRules};
pub use self::institution_code::{InstitutionCode, InstitutionCodeError};
pub use self::insurance_code::{FeeTable, InsuranceCode, InsuranceCodeError, InsuranceCodeWarning};
pub use self::kind::{InstitutionKind, InstitutionSubkind};
pub use self::name::{InstitutionName, first_letter};
