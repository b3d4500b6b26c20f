//! By what an application is found: one key space of folded texts, and one prefix of it a search.
//!
//! A name is found by any part of it, so each of its tails is a key (「若草山病院」「草山病院」…): a part of a name is the
//! beginning of a tail. Codes, telephone numbers and addresses are keys of their own among them.
//!
//! Invariant: a key leads to an application, it proves nothing. Whoever follows one looks whether the application still
//! has it.

use std::collections::BTreeSet;

use crate::domain::{application::Application, contact::PhoneNumber, ids::ApplicationNumber, text::folded};

/// The characters of a key. What is typed beyond them is compared with the whole texts.
pub const LONGEST_KEY: usize = 32;
/// Tails of one name: the names that are longer are few, and found by their beginnings.
const MOST_TAILS: usize = 40;
/// 「院」 alone tells nothing.
const SHORTEST_TAIL: usize = 2;

/// What was typed into the search box.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    text: String,
    number: Option<ApplicationNumber>,
    is_exact: bool,
}

/// Every key of an application.
pub fn search_keys(application: &Application) -> BTreeSet<String> {
    let texts = texts_of(application);
    let name = texts.name.chars().count();
    let tails = texts.name.char_indices().take(MOST_TAILS).enumerate();
    let tails = tails
        .filter(|(index, _)| *index == 0 || name - index >= SHORTEST_TAIL)
        .map(|(_, (at, _))| key_of(&texts.name[at..]));
    tails.chain(texts.others.iter().map(|text| key_of(text))).collect()
}

impl SearchQuery {
    /// `None` where nothing was typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let text = folded(typed);
        if text.is_empty() {
            return None;
        }
        let number = ApplicationNumber::from_typed(typed);
        let is_exact = number.is_some() && text.starts_with("api");
        // A telephone number or a code, whatever stands between its digits.
        let is_code = text.contains(|character: char| character.is_ascii_digit())
            && text.chars().all(|character| character.is_ascii_alphanumeric() || is_separator(character));
        let text = if is_code { text.replace(is_separator, "") } else { text };
        Some(Self { text, number, is_exact })
    }

    /// The beginning of the keys that are wanted.
    pub fn prefix(&self) -> String {
        key_of(&self.text)
    }

    /// The application that is named by its number, if it may be one.
    pub fn number(&self) -> Option<ApplicationNumber> {
        self.number
    }

    /// Whether it can be nothing but an application number: 「API-00001750」.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether the application, as it stands, has what was searched.
    pub fn matches(&self, application: &Application) -> bool {
        let texts = texts_of(application);
        texts.name.contains(&self.text) || texts.others.iter().any(|text| text.starts_with(&self.text))
    }
}

struct Texts {
    name: String,
    others: Vec<String>,
}

fn texts_of(application: &Application) -> Texts {
    let form = &application.form;
    let mut others = vec![form.email.key(), form.email.domain().to_owned()];
    others.extend([&form.phone, &form.department_phone].map(phone_digits));
    others.extend(form.institution_code.as_ref().map(|code| folded(code.as_str())));
    // People know the last seven digits.
    let insurance = form.insurance_code.as_ref().map(crate::domain::institution::InsuranceCode::as_str);
    others.extend(insurance.into_iter().flat_map(|code| [code.to_owned(), code[3..].to_owned()]));
    others.extend(application.status.login_id().map(|id| id.as_str().to_owned()));
    Texts { name: form.institution_name.folded(), others }
}

/// "0742221101".
fn phone_digits(phone: &PhoneNumber) -> String {
    format!("0{}", phone.as_str().trim_start_matches("+81"))
}

fn key_of(text: &str) -> String {
    text.chars().take(LONGEST_KEY).collect()
}

fn is_separator(character: char) -> bool {
    matches!(character, '-' | 'ー' | '−' | '‐' | '‑' | '–' | '—' | '―' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        application::samples::{form_of, in_every_status, nara_hospital_input, submitted},
        form::FormInput,
    };

    fn takahashi() -> Application {
        let input = FormInput {
            institution_name: "医療法人 髙橋会 たかはしクリニック".into(),
            institution_code: "A-0123".into(),
            insurance_code: "2910123450".into(),
            ..nara_hospital_input()
        };
        Application { form: form_of(&input), ..submitted() }
    }

    #[test]
    fn the_keys_of_an_application() {
        let keys: Vec<String> = search_keys(&takahashi()).into_iter().collect();
        insta::assert_snapshot!(keys.join("\n"));
    }

    #[test]
    fn whatever_people_type_finds_it() {
        let (application, keys) = (takahashi(), search_keys(&takahashi()));
        for typed in [
            "高橋",
            "髙橋",
            "高橋会",
            " たかはし　くりにっく",
            "ﾀｶﾊｼ",
            "医療法人髙橋会タカハシクリニック",
            "0742-22-1101",
            "０７４２（２２）１１",
            "2910123450",
            "0123450",
            "a0123",
            "Ａ－０１２３",
            "IJIKA@wakakusa.example.jp",
            "wakakusa.example",
        ] {
            let query = SearchQuery::parse(typed).unwrap();
            assert!(keys.iter().any(|key| key.starts_with(&query.prefix())), "{typed}: {}", query.prefix());
            assert!(query.matches(&application), "{typed}");
        }
        for typed in ["高崎", "橋本", "0742-22-1103", "9101234", "example.jp", "若草山"] {
            let query = SearchQuery::parse(typed).unwrap();
            assert!(!keys.iter().any(|key| key.starts_with(&query.prefix())), "{typed}");
            assert!(!query.matches(&application), "{typed}");
        }
    }

    #[test]
    fn a_number_may_be_an_application_or_a_code() {
        let number = ApplicationNumber::new(1750);
        let exact = SearchQuery::parse("ＡＰＩ－00001750").unwrap();
        assert_eq!((exact.number(), exact.is_exact()), (number, true));
        let either = SearchQuery::parse("1750").unwrap();
        assert_eq!((either.number(), either.is_exact()), (number, false));
        let name = SearchQuery::parse("apiクリニック").unwrap();
        assert_eq!((name.number(), name.is_exact()), (None, false));
        assert!(SearchQuery::parse(" 　").is_none());
    }

    #[test]
    fn a_login_id_leads_to_the_application_that_it_came_from() {
        let found = in_every_status()
            .into_iter()
            .filter(|application| SearchQuery::parse("NARA1234").unwrap().matches(application))
            .map(|application| application.status.kind().as_str());
        assert_eq!(found.collect::<Vec<_>>(), ["issued", "already-entitled"]);
    }

    #[test]
    fn a_long_name_has_forty_tails_and_is_found_by_more_than_a_key_holds() {
        let name: String = ('一'..).take(255).collect();
        let input = FormInput { institution_name: name.clone(), ..nara_hospital_input() };
        let application = Application { form: form_of(&input), ..submitted() };
        assert!(search_keys(&application).len() <= MOST_TAILS + 8);
        let query = SearchQuery::parse(&name).unwrap();
        assert_eq!(query.prefix().chars().count(), LONGEST_KEY);
        assert!(query.matches(&application));
        assert!(!SearchQuery::parse(&format!("{name}々")).unwrap().matches(&application));
    }
}
