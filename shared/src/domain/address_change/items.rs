//! The items of a request: those that the guide names, and those that lead to the desk.
//!
//! Invariant: an item tells nobody whether it fits an account; only the desk compares.

use crate::domain::{
    contact::EmailAddress,
    form::{Field, FieldErrors, INSTITUTION_CODE, INSTITUTION_KIND, INSTITUTION_NAME, PREFECTURE},
    ids::ApplicationNumber,
    institution::{InstitutionCode, InstitutionKind, InstitutionName},
    prefecture::{Prefecture, PrefectureDesk},
};

/// What an institution asks with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeItems {
    pub institution_name: InstitutionName,
    /// The desk looks it up where it is not known.
    pub institution_code: Option<InstitutionCode>,
    pub institution_kind: InstitutionKind,
    pub prefecture: Prefecture,
    pub number: Option<ApplicationNumber>,
    pub old_email: EmailAddress,
    pub new_email: EmailAddress,
}

/// The same as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ChangeInput {
    pub institution_name: String,
    pub institution_code: String,
    pub institution_kind: String,
    pub prefecture: String,
    pub number: String,
    pub old_email: String,
    pub new_email: String,
}

const NUMBER: Field = Field { name: "number", label: "申請番号", required: false };
const OLD_EMAIL: Field = Field { name: "old_email", label: "変更前メールアドレス", required: true };
const NEW_EMAIL: Field = Field { name: "new_email", label: "変更後メールアドレス", required: true };

/// The fields, in the order of the page.
pub const CHANGE_FIELDS: [Field; 7] =
    [PREFECTURE, INSTITUTION_KIND, INSTITUTION_NAME, INSTITUTION_CODE, NUMBER, OLD_EMAIL, NEW_EMAIL];

impl ChangeItems {
    /// Everything that is wrong at once, in the order of the page.
    pub fn parse(input: &ChangeInput) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let prefecture = Prefecture::parse(&input.prefecture);
        if prefecture.is_none() {
            errors.push(PREFECTURE.name, "＊都道府県を選択してください");
        }
        let kind = InstitutionKind::parse(&input.institution_kind);
        if kind.is_none() {
            errors.push(INSTITUTION_KIND.name, "＊機関区分を選択してください");
        }
        let name = InstitutionName::parse(&input.institution_name)
            .map_err(|error| errors.push(INSTITUTION_NAME.name, error.sentence("報告機関名")));
        let code = optional(&input.institution_code, InstitutionCode::from_typed)
            .map_err(|()| errors.push(INSTITUTION_CODE.name, CODE_SENTENCE));
        let number = optional(&input.number, ApplicationNumber::from_typed)
            .map_err(|()| errors.push(NUMBER.name, NUMBER_SENTENCE));
        let old = EmailAddress::parse(&input.old_email)
            .map_err(|error| errors.push(OLD_EMAIL.name, error.sentence(OLD_EMAIL.label)));
        let new = EmailAddress::parse(&input.new_email)
            .map_err(|error| errors.push(NEW_EMAIL.name, error.sentence(NEW_EMAIL.label)));
        if let (Ok(old), Ok(new)) = (&old, &new)
            && old.key() == new.key()
        {
            errors.push(NEW_EMAIL.name, "＊変更後メールアドレスは、変更前とは別のものを入力してください");
        }
        let items = (|| {
            Some(Self {
                institution_name: name.ok()?,
                institution_code: code.ok()?,
                institution_kind: kind?,
                prefecture: prefecture?,
                number: number.ok()?,
                old_email: old.ok()?,
                new_email: new.ok()?,
            })
        })();
        items.filter(|_| errors.is_empty()).ok_or(errors)
    }

    pub fn desk(&self) -> PrefectureDesk {
        PrefectureDesk { prefecture: self.prefecture, desk: self.institution_kind.desk() }
    }
}

const CODE_SENTENCE: &str =
    "＊機関コードは半角英数字で入力してください。分からない場合は空欄のままにしてください";
const NUMBER_SENTENCE: &str =
    "＊申請番号は「API-00001750」の形で入力してください。分からない場合は空欄のままにしてください";

/// What may be left out.
fn optional<T>(typed: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
    if typed.trim().is_empty() { Ok(None) } else { parse(typed).map(Some).ok_or(()) }
}
