//! ログインIDの問い合わせ: by what an institution is called and where it is. The answer goes to the registered address,
//! and nowhere else.
//!
//! Architecture invariant: what is asked says nothing about whether there is an account; only the mail does.

use super::{Account, InstitutionKey, keys_of};
use crate::domain::{
    contact::PostalCode,
    form::{FieldErrors, INSTITUTION_CODE, INSTITUTION_KIND, INSTITUTION_NAME, POSTAL_CODE, PREFECTURE},
    ids::MailId,
    institution::{InstitutionCode, InstitutionKind, InstitutionName},
    mail::{MailContent, NewMail},
    prefecture::{Prefecture, PrefectureDesk},
};

/// The institution whose login ID is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enquiry {
    pub desk: PrefectureDesk,
    /// The names under which its account may be known, the surest first; at least one.
    pub keys: Vec<InstitutionKey>,
}

/// The same as it was typed.
#[derive(Debug, Clone, Default)]
pub struct EnquiryInput {
    pub prefecture: String,
    pub institution_kind: String,
    pub institution_name: String,
    pub postal_code: String,
    pub institution_code: String,
}

impl Enquiry {
    /// Everything that is wrong at once, in the order of the page.
    pub fn parse(input: &EnquiryInput) -> Result<Self, FieldErrors> {
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
        let postal = PostalCode::parse(&input.postal_code)
            .map_err(|error| errors.push(POSTAL_CODE.name, error.sentence(POSTAL_CODE.label)));
        let code = if input.institution_code.trim().is_empty() {
            None
        } else {
            let code = InstitutionCode::from_typed(&input.institution_code);
            if code.is_none() {
                errors.push(
                    INSTITUTION_CODE.name,
                    "＊機関コードは半角英数字で入力してください。分からない場合は空欄のままにしてください",
                );
            }
            code
        };
        match (prefecture, kind, name, postal) {
            (Some(prefecture), Some(kind), Ok(name), Ok(postal)) if errors.is_empty() => Ok(Self {
                desk: PrefectureDesk { prefecture, desk: kind.desk() },
                keys: keys_of(prefecture, kind, code.as_ref(), None, Some((&postal, &name))),
            }),
            (Some(_) | None, Some(_) | None, Ok(_) | Err(()), Ok(_) | Err(())) => Err(errors),
        }
    }

    /// What the enquiries of an institution without an account are counted under.
    pub fn counted_as(&self) -> String {
        self.keys.iter().map(InstitutionKey::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl Account {
    /// The mail that tells the login ID.
    pub fn reminder(&self, id: MailId) -> NewMail {
        let content = MailContent::LoginIdReminder {
            institution_name: self.institution_name.clone(),
            login_id: self.login_id.clone(),
        };
        NewMail { id, application: None, to: self.email.clone(), content }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::{account, mail_id};

    fn input() -> EnquiryInput {
        EnquiryInput {
            prefecture: "奈良県".into(),
            institution_kind: "hospital".into(),
            institution_name: "医療法人社団　大和会 若草山病院".into(),
            postal_code: "６３０－８５０１".into(),
            institution_code: String::new(),
        }
    }

    #[test]
    fn an_institution_is_named_by_its_code_or_by_its_name_at_its_place() {
        let keys = |input: &EnquiryInput| {
            let enquiry = Enquiry::parse(input).unwrap();
            enquiry.keys.iter().map(|key| key.as_str().to_owned()).collect::<Vec<_>>()
        };
        let place = "place:6308501:hospital:医療法人社団大和会若草山病院";
        assert_eq!(keys(&input()), [place]);
        let with_code = EnquiryInput { institution_code: "１２３-４５６７".into(), ..input() };
        assert_eq!(keys(&with_code), ["code:29:medical:1234567", place]);
    }

    #[test]
    fn every_error_is_told_at_once() {
        let wrong = EnquiryInput { institution_code: "奈良".into(), ..EnquiryInput::default() };
        let errors = Enquiry::parse(&wrong).unwrap_err();
        let named: Vec<&str> = errors.iter().map(|error| error.field).collect();
        let all = [PREFECTURE, INSTITUTION_KIND, INSTITUTION_NAME, POSTAL_CODE, INSTITUTION_CODE];
        assert_eq!(named, all.map(|field| field.name));
    }

    #[test]
    fn the_reminder_goes_to_the_registered_address() {
        let mail = account().reminder(mail_id(9));
        assert_eq!(mail.to.as_str(), "ijika@wakakusa.example.jp");
    }
}
