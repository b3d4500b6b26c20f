//! Mail domains that people mistype, and what they probably meant.
//!
//! Invariant: a domain of the list is never doubted, whatever it resembles.

use super::EmailAddress;

/// Providers in Japan and the world. Most have no near neighbour that is somebody's own domain.
const PROVIDERS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.co.jp",
    "ybb.ne.jp",
    "yahoo.com",
    "ymail.ne.jp",
    "icloud.com",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "live.jp",
    "live.com",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "au.com",
    "auone.jp",
    "softbank.ne.jp",
    "softbank.co.jp",
    "i.softbank.jp",
    "vodafone.ne.jp",
    "disney.ne.jp",
    "ymobile.ne.jp",
    "rakumail.jp",
    "uqmobile.jp",
    "ocn.ne.jp",
    "nifty.com",
    "nifty.ne.jp",
    "biglobe.ne.jp",
    "biglobe.jp",
    "so-net.ne.jp",
    "plala.or.jp",
    "dion.ne.jp",
    "infoweb.ne.jp",
    "asahi-net.or.jp",
    "hi-ho.ne.jp",
    "wakwak.com",
    "odn.ne.jp",
    "odn.ad.jp",
    "eonet.ne.jp",
    "zaq.ne.jp",
    "jcom.zaq.ne.jp",
    "jcom.home.ne.jp",
    "commufa.jp",
    "tees.jp",
    "megaegg.ne.jp",
    "bbiq.jp",
    "excite.co.jp",
    "infoseek.jp",
    "goo.jp",
    "kcn.ne.jp",
    "kcn.jp",
    "aol.com",
    "me.com",
    "mac.com",
    "msn.com",
    "mail.com",
    "email.com",
    "ymail.com",
    "gmx.com",
    "proton.me",
    "protonmail.com",
    "fastmail.com",
    "hanmail.net",
    "naver.com",
    "yandex.com",
    "rocketmail.com",
];

/// Mixed-up endings, which are further away than a slip of the finger.
const MIXED_UP: &[(&str, &str)] = &[
    ("gmail.co.jp", "gmail.com"),
    ("gmail.ne.jp", "gmail.com"),
    ("gmail.jp", "gmail.com"),
    ("gmail.or.jp", "gmail.com"),
    ("yahoo.ne.jp", "yahoo.co.jp"),
    ("yahoo.or.jp", "yahoo.co.jp"),
    ("yahoo.jp", "yahoo.co.jp"),
    ("icloud.co.jp", "icloud.com"),
    ("icloud.jp", "icloud.com"),
    ("icloud.ne.jp", "icloud.com"),
    ("outlook.co.jp", "outlook.jp"),
    ("outlook.ne.jp", "outlook.jp"),
    ("hotmail.ne.jp", "hotmail.co.jp"),
    ("docomo.co.jp", "docomo.ne.jp"),
    ("docomo.or.jp", "docomo.ne.jp"),
    ("docomo.jp", "docomo.ne.jp"),
    ("docomo.com", "docomo.ne.jp"),
    ("ezweb.co.jp", "ezweb.ne.jp"),
    ("ezweb.jp", "ezweb.ne.jp"),
    ("i.softbank.ne.jp", "i.softbank.jp"),
    ("i.softbank.co.jp", "i.softbank.jp"),
    ("ocn.co.jp", "ocn.ne.jp"),
    ("nifty.co.jp", "nifty.com"),
];

/// Shorter domains have too many honest neighbours.
const SHORTEST_DOUBTED: usize = 9;
/// From this length of the provider's own name on (without .ne.jp and its like) two slips are still a resemblance.
const LENGTH_FOR_TWO: usize = 8;

/// The domain that was probably meant instead of `domain` (in lower case); `None` where nothing is odd.
fn likely_meant(domain: &str) -> Option<&'static str> {
    if PROVIDERS.contains(&domain) {
        return None;
    }
    if let Some((_, meant)) = MIXED_UP.iter().find(|(mixed_up, _)| *mixed_up == domain) {
        return Some(meant);
    }
    PROVIDERS
        .iter()
        .filter(|provider| provider.len() >= SHORTEST_DOUBTED)
        .map(|provider| (slips(domain, provider), *provider))
        .filter(|(slips, provider)| *slips <= 1 + usize::from(longest_label(provider) >= LENGTH_FOR_TWO))
        .min()
        .map(|(_, provider)| provider)
}

fn longest_label(domain: &str) -> usize {
    domain.split('.').map(str::len).max().unwrap_or_default()
}

impl EmailAddress {
    /// The domain that was probably meant; whoever typed it decides.
    pub fn likely_domain(&self) -> Option<&'static str> {
        likely_meant(self.domain())
    }
}

/// How many letters were left out, added, mistaken or swapped with their neighbour (optimal string
/// alignment).
fn slips(typed: &str, meant: &str) -> usize {
    let (typed, meant) = (typed.as_bytes(), meant.as_bytes());
    if typed.len().abs_diff(meant.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = [vec![0; meant.len() + 1], (0..=meant.len()).collect(), vec![0; meant.len() + 1]];
    for (row, letter) in typed.iter().enumerate() {
        rows[2][0] = row + 1;
        for (column, other) in meant.iter().enumerate() {
            let mistaken = rows[1][column] + usize::from(letter != other);
            let mut fewest = mistaken.min(rows[1][column + 1] + 1).min(rows[2][column] + 1);
            if row > 0 && column > 0 && *letter == meant[column - 1] && typed[row - 1] == *other {
                fewest = fewest.min(rows[0][column - 1] + 1);
            }
            rows[2][column + 1] = fewest;
        }
        rows.rotate_left(1);
    }
    rows[1][meant.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_noticed() {
        for (typed, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmai.com", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co.jp", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("yahoo.co.jo", "yahoo.co.jp"),
            ("yaho.co.jp", "yahoo.co.jp"),
            ("yahooo.co.jp", "yahoo.co.jp"),
            ("yahoo.ne.jp", "yahoo.co.jp"),
            ("docomo.ne.jo", "docomo.ne.jp"),
            ("docmo.ne.jp", "docomo.ne.jp"),
            ("dokomo.ne.jp", "docomo.ne.jp"),
            ("docomo.co.jp", "docomo.ne.jp"),
            ("ezwe.ne.jp", "ezweb.ne.jp"),
            ("i.sofbank.jp", "i.softbank.jp"),
            ("iclod.com", "icloud.com"),
            ("hotmial.com", "hotmail.com"),
            ("outlok.jp", "outlook.jp"),
            ("biglobe.ne.jo", "biglobe.ne.jp"),
        ] {
            assert_eq!(likely_meant(typed), Some(meant), "{typed}");
        }
    }

    #[test]
    fn honest_domains_are_left_alone() {
        for domain in PROVIDERS {
            assert_eq!(likely_meant(domain), None, "{domain}");
        }
        for domain in [
            "example.jp",
            "wakakusa.example.jp",
            "nara-hospital.or.jp",
            "pref.nara.lg.jp",
            "softbank.co.jp",
            "cocoro.ne.jp",
            "nmu-gw.naramed-u.ac.jp",
            "yahoo-clinic.jp",
            "mail.hospital.jp",
            "a.jp",
            "",
        ] {
            assert_eq!(likely_meant(domain), None, "{domain}");
        }
    }

    #[test]
    fn slips_are_counted() {
        for (one, other, expected) in
            [("abc", "abc", 0), ("acb", "abc", 1), ("ab", "abc", 1), ("xabc", "abc", 1), ("xyz", "abc", 3)]
        {
            assert_eq!(slips(one, other), expected, "{one} {other}");
        }
        assert_eq!(slips("a", "abcdef"), usize::MAX);
    }
}
