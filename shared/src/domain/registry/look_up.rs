//! By what an institution is looked up in the lists: one box for a code, a login ID, a number, an address or a name.

use crate::domain::{
    contact::{EmailAddress, PhoneNumber},
    ids::LoginId,
    institution::InsuranceCode,
    prefecture::PrefectureDesk,
    text::{self, folded},
};

/// What was typed into the box.
#[derive(Clone, PartialEq, Eq)]
pub struct LookUp {
    typed: String,
    /// Without the signs that stand between digits.
    code: String,
}

/// A key of the lists, and the part of it that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUpKey {
    InstitutionCode(String),
    InsuranceCode(String),
    LoginId(String),
    Phone(String),
    Email(String),
    /// The beginning of a folded name.
    Name(String),
}

impl LookUp {
    /// `None` where nothing was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim().to_owned();
        let code = folded(&typed)
            .chars()
            .filter(|character| {
                !matches!(character, '-' | 'ー' | '−' | '‐' | '‑' | '–' | '—' | '―' | '(' | ')')
            })
            .collect();
        (!folded(&typed).is_empty()).then_some(Self { typed, code })
    }

    /// Every key that it may be; within a desk the last seven digits of a 保険機関コード are enough.
    pub fn keys(&self, desk: Option<PrefectureDesk>) -> Vec<LookUpKey> {
        if self.typed.contains(['@', '＠']) {
            let email = EmailAddress::parse(&self.typed).ok();
            return email.map(|email| LookUpKey::Email(email.key())).into_iter().collect();
        }
        let is_code = !self.code.is_empty() && self.code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_code {
            return vec![LookUpKey::Name(folded(&self.typed))];
        }
        let mut keys = vec![LookUpKey::InstitutionCode(self.code.clone())];
        keys.extend(self.insurance_codes(desk).into_iter().map(LookUpKey::InsuranceCode));
        keys.extend(LoginId::parse(&self.code).map(|id| LookUpKey::LoginId(id.as_str().to_owned())));
        let phone = PhoneNumber::parse(&self.typed).ok();
        keys.extend(phone.map(|phone| LookUpKey::Phone(phone.as_str().to_owned())));
        if self.code.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            keys.push(LookUpKey::Name(folded(&self.typed)));
        }
        keys
    }

    fn insurance_codes(&self, desk: Option<PrefectureDesk>) -> Vec<String> {
        let digits = text::digits(&self.code);
        if digits.len() != self.code.len() {
            return Vec::new();
        }
        if digits.len() == 10 {
            return vec![digits];
        }
        let Some(desk) = desk else { return Vec::new() };
        let kinds = crate::domain::institution::InstitutionKind::all().iter().copied();
        let composed = kinds
            .filter(|kind| kind.desk() == desk.desk)
            .filter_map(|kind| InsuranceCode::compose(desk.prefecture, kind, &digits));
        let mut codes: Vec<String> = composed.map(|code| code.as_str().to_owned()).collect();
        codes.dedup();
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::prefecture::{Desk, Prefecture};

    #[test]
    fn the_box_takes_what_people_say_on_the_telephone() {
        let nara = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };
        let keys = |typed: &str| LookUp::parse(typed).map(|look_up| look_up.keys(Some(nara)));
        let lines: Vec<String> = [
            "若草山",
            "髙﨑",
            "ＮＡＲＡ０００１",
            "2910107016",
            "0107016",
            "0742-22-1101",
            "A@Example.jp",
            "ABC",
        ]
        .iter()
        .map(|typed| format!("{typed} → {:?}", keys(typed).unwrap_or_default()))
        .collect();
        insta::assert_snapshot!(lines.join("\n"), @"");
        assert!(LookUp::parse(" 　").is_none());
        let anywhere = LookUp::parse("0107016").map(|look_up| look_up.keys(None)).unwrap_or_default();
        assert!(!anywhere.iter().any(|key| matches!(key, LookUpKey::InsuranceCode(_))));
    }
}
