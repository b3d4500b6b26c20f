//! A line that a campaign prints: what it is about, a colon, and numbers with their names.
//!
//! `kill -9: 30 kills, acknowledged 90, lost 0`; `flag: 12 states, mutants caught 4/4`.

/// One such line.
pub(super) struct Line {
    pub(super) text: String,
    counts: Vec<Count>,
}

struct Count {
    name: String,
    value: u64,
    /// Of how many, where the number is written `4/4`.
    of: Option<u64>,
}

impl Line {
    /// `None` for a line without a colon, or without a number behind it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (_, numbers) = text.split_once(": ")?;
        let counts: Vec<Count> = numbers.split([',', ';']).filter_map(Count::parse).collect();
        if counts.is_empty() { None } else { Some(Self { text: text.trim().to_owned(), counts }) }
    }

    /// The number of this name.
    pub(super) fn count(&self, name: &str) -> Option<u64> {
        self.counts.iter().find(|count| count.name == name).map(|count| count.value)
    }

    /// How many mutants were caught, and of how many.
    pub(super) fn mutants(&self) -> Option<(u64, u64)> {
        let count = self.counts.iter().find(|count| count.name == "mutants caught")?;
        Some((count.value, count.of.unwrap_or_default()))
    }

    /// Each of these numbers that is missing or not 0, and mutants that are not caught.
    pub(super) fn wrong(&self, never: &[&str]) -> Vec<String> {
        let mut wrong = Vec::new();
        for name in never {
            match self.count(name) {
                Some(0) => {}
                Some(value) => wrong.push(format!("\"{name}\" is {value} in: {}", self.text)),
                None => wrong.push(format!("\"{name}\" is missing in: {}", self.text)),
            }
        }
        if self.mutants().is_some_and(|(caught, all)| caught != all) {
            wrong.push(format!("a mutant is not caught in: {}", self.text));
        }
        wrong
    }
}

impl Count {
    /// `30 kills` or `lost 0` or `mutants caught 4/4`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((number, name)) = text.split_once(' ')
            && let Ok(value) = number.parse()
        {
            return Some(Self { name: name.to_owned(), value, of: None });
        }
        let (name, number) = text.rsplit_once(' ')?;
        let (value, of) = match number.split_once('/') {
            Some((value, of)) => (value.parse().ok()?, Some(of.parse().ok()?)),
            None => (number.parse().ok()?, None),
        };
        Some(Self { name: name.to_owned(), value, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_before_or_behind_their_names() {
        let line = Line::parse("kill -9: 30 kills, acknowledged 90; lost 0, mutants caught 7/8").unwrap();
        assert_eq!(line.count("kills"), Some(30));
        assert_eq!(line.count("acknowledged"), Some(90));
        assert_eq!(line.count("lost"), Some(0));
        assert_eq!(line.count("doubled"), None);
        assert_eq!(line.mutants(), Some((7, 8)));
        let line = Line::parse("races on one code: 200 rounds of 64, compared too often 0").unwrap();
        assert_eq!((line.count("rounds of 64"), line.count("compared too often")), (Some(200), Some(0)));
    }

    #[test]
    fn other_lines_are_none() {
        for text in ["test faults ... ok", "running 1 test", "leg: none", ""] {
            assert!(Line::parse(text).is_none(), "{text}");
        }
    }
}
