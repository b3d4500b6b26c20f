//! Filling the address in from the place that a postal code stands for.
//!
//! Invariant: a house number that was typed is never lost.

use super::FormInput;
use crate::domain::contact::PostalArea;

impl FormInput {
    /// The answers with prefecture, city and town of the place. Of a street that was typed, the number stays.
    #[must_use]
    pub fn with_area(self, area: &PostalArea) -> Self {
        let street = street_in(area.town, self.street.trim());
        Self { prefecture: area.prefecture.name().to_owned(), city: area.city.to_owned(), street, ..self }
    }
}

/// The street in this town: its number alone gets the town before it; one with a number of another town's is left.
fn street_in(town: &str, typed: &str) -> String {
    let is_digit = |character: char| character.is_ascii_digit() || matches!(character, '０'..='９');
    if typed.starts_with(town) && !typed.is_empty() {
        typed.to_owned()
    } else if typed.starts_with(is_digit) {
        format!("{town}{typed}")
    } else if typed.contains(is_digit) {
        typed.to_owned()
    } else {
        town.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{contact::PostalCode, form::tests::nara_hospital};

    #[test]
    fn the_place_is_filled_in_and_the_number_stays() {
        let street = |typed: &str| street_in("登大路町", typed);
        let cases = [
            ("", "登大路町"),
            ("登大路町", "登大路町"),
            ("登大路町30", "登大路町30"),
            ("30番地", "登大路町30番地"),
            ("３０", "登大路町３０"),
            ("大字登大路30", "大字登大路30"),
            ("法蓮町", "登大路町"),
        ];
        for (typed, filled) in cases {
            assert_eq!(street(typed), filled, "{typed}");
        }
        assert_eq!(street_in("", "30番地"), "30番地");
        assert_eq!(street_in("", ""), "");
    }

    #[test]
    fn prefecture_and_city_are_those_of_the_code() {
        let input = FormInput {
            prefecture: "大阪府".to_owned(),
            city: String::new(),
            street: "30".to_owned(),
            ..nara_hospital()
        };
        let areas = PostalCode::parse("630-8213").expect("a code").areas();
        let filled = input.with_area(&areas[0]);
        assert_eq!(
            [filled.prefecture, filled.city, filled.street],
            ["奈良県", "奈良市", "登大路町30"].map(str::to_owned)
        );
    }
}
