//! Domains that are one slip of a finger away from one that many people have.
//!
//! Invariant: a guess is only ever offered. Domains that exist and look like a slip are on the list themselves.

use super::EmailAddress;

/// Large providers that people in Japan write to, and real domains that differ from one of them by one letter.
const WELL_KNOWN: [&str; 19] = [
    "gmail.com",
    "yahoo.co.jp",
    "yahoo.com",
    "hotmail.com",
    "hotmail.co.jp",
    "outlook.com",
    "outlook.jp",
    "icloud.com",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "softbank.ne.jp",
    "i.softbank.jp",
    "nifty.com",
    "biglobe.ne.jp",
    "ocn.ne.jp",
    "plala.or.jp",
    "ymail.com",
    "email.com",
    "mail.com",
];

impl EmailAddress {
    /// The address that was probably meant, if the domain is one slip away from a well-known one.
    pub fn likely_meant(&self) -> Option<Self> {
        let domain = self.domain();
        if WELL_KNOWN.contains(&domain) {
            return None;
        }
        let meant = WELL_KNOWN.iter().find(|known| is_one_slip_away(domain, known))?;
        let local = self.as_str().strip_suffix(domain)?;
        Self::from_stored(&format!("{local}{meant}"))
    }
}

/// One letter more, less or other, or two neighbours swapped.
fn is_one_slip_away(typed: &str, meant: &str) -> bool {
    let same = typed.bytes().zip(meant.bytes()).take_while(|(one, other)| one == other).count();
    let (_, typed) = typed.as_bytes().split_at(same);
    let (_, meant) = meant.as_bytes().split_at(same);
    if let ([first, second, rest @ ..], [other_first, other_second, other_rest @ ..]) = (typed, meant)
        && (first, second, rest) == (other_second, other_first, other_rest)
    {
        return true;
    }
    let (after_typed, after_meant) = (typed.get(1..), meant.get(1..));
    typed != meant && (after_typed == after_meant || after_typed == Some(meant) || Some(typed) == after_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(typed: &str) -> Option<String> {
        EmailAddress::parse(typed).expect(typed).likely_meant().map(|address| address.as_str().to_owned())
    }

    #[test]
    fn a_slip_leads_to_the_domain_that_was_meant() {
        for typed in [
            "gmial.com",
            "gmail.con",
            "gmai.com",
            "ggmail.com",
            "gmail.comm",
            "gmil.com",
            "gmaul.com",
            "gmail.co",
        ] {
            assert_eq!(meant(&format!("Tanaka@{typed}")).as_deref(), Some("Tanaka@gmail.com"), "{typed}");
        }
        assert_eq!(meant("t@yaho.co.jp").as_deref(), Some("t@yahoo.co.jp"));
        assert_eq!(meant("t@docomo.ne.jo").as_deref(), Some("t@docomo.ne.jp"));
    }

    #[test]
    fn a_domain_of_its_own_is_left_alone() {
        for typed in
            ["gmail.com", "mail.com", "ymail.com", "nara-hospital.jp", "pref.nara.lg.jp", "a.jp", "yahoo.com"]
        {
            assert_eq!(meant(&format!("tanaka@{typed}")), None, "{typed}");
        }
    }
}
