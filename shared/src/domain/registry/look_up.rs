//! By what an institution is looked up in the lists: one box for a code, a login ID, a number, an address or a name.

use crate::domain::{
    account::InstitutionKey,
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

impl LookUpKey {
    /// How the lists are asked for an institution's key; `None` if it is none of theirs.
    pub fn of(key: &InstitutionKey) -> Option<Self> {
        let (kind, rest) = key.as_str().split_once(':')?;
        match kind {
            "code" => rest.rsplit(':').next().map(|code| Self::InstitutionCode(folded(code))),
            "insurance" => Some(Self::InsuranceCode(rest.to_owned())),
            "place" => rest.splitn(3, ':').nth(2).map(|name| Self::Name(name.to_owned())),
            _ => None,
        }
    }
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
        insta::assert_snapshot!(lines.join("\n"), @r#"
        若草山 → [Name("若草山")]
        髙﨑 → [Name("高崎")]
        ＮＡＲＡ０００１ → [InstitutionCode("nara0001"), LoginId("nara0001"), Name("nara0001")]
        2910107016 → [InstitutionCode("2910107016"), InsuranceCode("2910107016")]
        0107016 → [InstitutionCode("0107016"), InsuranceCode("2910107016"), InsuranceCode("2930107016"), LoginId("0107016")]
        0742-22-1101 → [InstitutionCode("0742221101"), InsuranceCode("0742221101"), Phone("+81742221101")]
        A@Example.jp → [Email("a@example.jp")]
        ABC → [InstitutionCode("abc"), Name("abc")]
        "#);
        assert!(LookUp::parse(" 　").is_none());
        let anywhere = LookUp::parse("0107016").map(|look_up| look_up.keys(None)).unwrap_or_default();
        assert!(!anywhere.iter().any(|key| matches!(key, LookUpKey::InsuranceCode(_))));
    }
}
