//! The button 「住所を自動入力」: a postal code becomes prefecture, city and town.
//!
//! Invariant: the table only suggests. An unknown code is no error, and nothing is filled in that nobody asked for.

use serde::Serialize;

use crate::domain::{
    contact::{PostalArea, PostalCode},
    form::FormInput,
};

/// What the buttons beside the postal code ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    No,
    /// 「住所を自動入力」.
    Asked,
    /// One of several places, as they were listed.
    Chosen(usize),
}

/// What the page says about it afterwards.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AddressHelp {
    sentence: &'static str,
    choices: Vec<AreaChoice>,
}

#[derive(Debug, Clone, Serialize)]
struct AreaChoice {
    number: usize,
    text: String,
}

const UNKNOWN: &str = "この郵便番号の住所は見つかりませんでした。住所を直接入力してください。";
const NO_CODE: &str = "郵便番号を7桁の数字で入力してから、「住所を自動入力」を押してください。";
const FILLED: &str = "郵便番号から住所を入力しました。続けて、番地を入力してください。";
const SEVERAL: &str = "この郵便番号には、複数の住所があります。該当する住所を選択してください。";

impl Fill {
    pub fn parse(pressed: &str) -> Self {
        match (pressed, pressed.parse()) {
            ("", _) => Self::No,
            (_, Ok(number)) => Self::Chosen(number),
            (_, Err(_)) => Self::Asked,
        }
    }

    /// The answers with the place that is meant; as they are where that is not one place.
    pub fn applied(self, input: FormInput) -> FormInput {
        let areas = areas_of(&input);
        let area = match self {
            Self::Asked if areas.len() == 1 => areas.first(),
            Self::Asked | Self::No => None,
            Self::Chosen(number) => areas.get(number),
        };
        match area {
            Some(area) => input.with_area(area),
            None => input,
        }
    }

    /// What [`AddressHelp::of`] is asked for afterwards; nothing if the form was to be saved.
    pub fn asked(self) -> Option<&'static str> {
        match self {
            Self::No => None,
            Self::Asked => Some("asked"),
            Self::Chosen(_) => Some("chosen"),
        }
    }
}

impl AddressHelp {
    /// `address` is what [`Fill::asked`] said.
    pub fn of(address: &str, input: &FormInput) -> Self {
        let sentence = |sentence| Self { sentence, choices: Vec::new() };
        if address.is_empty() {
            return Self::default();
        }
        if PostalCode::parse(&input.postal_code).is_err() {
            return sentence(NO_CODE);
        }
        match (areas_of(input).as_slice(), address) {
            ([], _) => sentence(UNKNOWN),
            ([_], _) | (_, "chosen") => sentence(FILLED),
            (several, _) => {
                let choice = |(number, area): (usize, &PostalArea)| AreaChoice { number, text: area.text() };
                Self { sentence: SEVERAL, choices: several.iter().enumerate().map(choice).collect() }
            }
        }
    }

    pub fn sentence(&self) -> &'static str {
        self.sentence
    }

    /// Number and text of each place to choose from.
    pub fn choices(&self) -> impl Iterator<Item = (usize, &str)> {
        self.choices.iter().map(|choice| (choice.number, choice.text.as_str()))
    }
}

fn areas_of(input: &FormInput) -> Vec<PostalArea> {
    PostalCode::parse(&input.postal_code).map(|code| code.areas()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(postal_code: &str) -> FormInput {
        FormInput { postal_code: postal_code.into(), street: "30".into(), ..FormInput::default() }
    }

    fn address(input: &FormInput) -> String {
        [&*input.prefecture, &input.city, &input.street].join("／")
    }

    #[test]
    fn one_place_is_filled_in_and_several_are_a_choice() {
        let one = Fill::Asked.applied(at("630-8213"));
        assert_eq!(address(&one), "奈良県／奈良市／登大路町30");
        assert_eq!(AddressHelp::of("asked", &one).sentence(), FILLED);

        let several = Fill::Asked.applied(at("６１８００００"));
        assert_eq!(address(&several), "／／30");
        let help = AddressHelp::of("asked", &several);
        assert_eq!(help.sentence(), SEVERAL);
        let texts: Vec<_> = help.choices().collect();
        assert_eq!(texts, [(0, "京都府乙訓郡大山崎町"), (1, "大阪府三島郡島本町")]);
        let chosen = Fill::parse("1").applied(several);
        assert_eq!(address(&chosen), "大阪府／三島郡島本町／30");
        assert_eq!(AddressHelp::of("chosen", &chosen).sentence(), FILLED);
    }

    #[test]
    fn what_cannot_be_filled_in_is_said_and_changes_nothing() {
        for (postal_code, sentence) in [("000-0000", UNKNOWN), ("630", NO_CODE), ("", NO_CODE)] {
            let asked = Fill::Asked.applied(at(postal_code));
            assert_eq!(asked, at(postal_code));
            assert_eq!(AddressHelp::of("asked", &asked).sentence(), sentence, "{postal_code}");
        }
        assert_eq!(Fill::Chosen(9).applied(at("630-8213")), at("630-8213"));
        assert_eq!(Fill::No.applied(at("630-8213")), at("630-8213"));
        assert_eq!(AddressHelp::of("", &at("630-8213")).sentence(), "");
    }
}
