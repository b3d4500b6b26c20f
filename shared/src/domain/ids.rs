//! Names of things, one type each, so that one cannot stand for another.

use std::fmt;

use jiff::Timestamp;

/// 申請番号, `API-00001750`. It names an application; it authorises nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationNumber(u32);

impl ApplicationNumber {
    const LARGEST: u32 = 99_999_999;

    /// The number with this count; `None` from 100 million on, and for 0.
    pub fn new(count: u64) -> Option<Self> {
        u32::try_from(count).ok().filter(|count| (1..=Self::LARGEST).contains(count)).map(Self)
    }

    /// Reads `API-00001750` and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("API-")?;
        let well_formed = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then(|| digits.parse().ok().and_then(Self::new)).flatten()
    }

    /// Reads a number as people type it: any width and case, with or without `API-` and leading zeros.
    pub fn from_typed(typed: &str) -> Option<Self> {
        let plain: String = super::text::mail(typed)
            .chars()
            .filter(|character| !character.is_whitespace() && !"-ー−‐‑–—―".contains(*character))
            .collect();
        let prefix = plain.get(..3).filter(|prefix| prefix.eq_ignore_ascii_case("api"));
        let digits = prefix.map_or(plain.as_str(), |_| &plain[3..]);
        let well_formed = (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then(|| digits.parse().ok().and_then(Self::new)).flatten()
    }
}

impl fmt::Display for ApplicationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "API-{:08}", self.0)
    }
}

/// Names one mail from its writing to its last delivery event; travels as the SES tag `mail`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(String);

impl MailId {
    /// A ULID: sortable by time, and 80 random bits that nobody can guess.
    pub fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
        Self(ulid_of(at, random).to_string())
    }

    /// Reads the 26 characters of an id; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let id = ulid::Ulid::from_string(text).ok()?;
        (id.to_string() == text).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names one run of issuing that a person asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(String);

impl RunId {
    pub fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
        Self(MailId::from_parts(at, random).0)
    }

    /// Reads the 26 characters of an id; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        MailId::parse(text).map(|id| Self(id.0))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names one import of a list, and so the state of the list that it brings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(String);

impl ImportId {
    pub fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
        Self(MailId::from_parts(at, random).0)
    }

    /// Reads the 26 characters of an id; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        MailId::parse(text).map(|id| Self(id.0))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names one request to change a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(ulid::Ulid);

impl ChangeId {
    pub fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
        Self(ulid_of(at, random))
    }

    /// Reads the 26 characters of an id; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let id = ulid::Ulid::from_string(text).ok()?;
        (id.to_string() == text).then_some(Self(id))
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn ulid_of(at: Timestamp, random: [u8; 10]) -> ulid::Ulid {
    let random = random.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    ulid::Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or_default(), random)
}

/// ログインID: eight letters and digits that cannot be mistaken for each other on paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginId(String);

impl LoginId {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";

    /// A new id from random bytes.
    pub fn from_random(random: [u8; 8]) -> Self {
        Self(random.iter().map(|byte| char::from(Self::ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// Reads a stored id, or one that an account of before has: 7 or 8 ASCII letters and digits.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed =
            (7..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        well_formed.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Reads an id as people type it: any width and case, spaces around it.
    pub fn from_typed(typed: &str) -> Option<Self> {
        Self::parse(&super::text::mail(typed))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names a member of staff: an officer of a prefecture, or the secretariat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(String);

impl StaffId {
    /// 3 to 40 lower-case ASCII letters, digits and hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((3..=40).contains(&text.len()) && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// Reads an id as people type it: any width and case, spaces around it.
    pub fn from_typed(typed: &str) -> Option<Self> {
        Self::parse(&super::text::mail(typed).to_ascii_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_number_reads_back_what_it_shows() {
        let number = ApplicationNumber::new(1750).unwrap();
        assert_eq!(number.to_string(), "API-00001750");
        assert_eq!(ApplicationNumber::parse("API-00001750"), Some(number));
        for wrong in
            ["", "API-1750", "API-000017500", "api-00001750", "API-0000175x", "API-00000000", "00001750"]
        {
            assert_eq!(ApplicationNumber::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ApplicationNumber::new(0), None);
        assert_eq!(ApplicationNumber::new(100_000_000), None);
    }

    #[test]
    fn an_application_number_is_read_as_people_type_it() {
        let number = ApplicationNumber::new(1750);
        for typed in [
            "API-00001750",
            "api-00001750",
            "ＡＰＩ－００００１７５０",
            "ａｐｉー１７５０",
            " 00001750　",
            "1750",
            "API 1750",
        ] {
            assert_eq!(ApplicationNumber::from_typed(typed), number, "{typed}");
        }
        for wrong in ["", "API-", "API-0", "APL-1750", "API-000017500", "17a50", "API-API-1750", "奈良1750"]
        {
            assert_eq!(ApplicationNumber::from_typed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mail_id_is_sortable_by_time_and_fits_an_ses_tag() {
        let early = MailId::from_parts(Timestamp::from_second(1_000).unwrap(), [0xff; 10]);
        let late = MailId::from_parts(Timestamp::from_second(2_000).unwrap(), [0; 10]);
        assert!(early < late);
        assert_eq!(early.as_str().len(), 26);
        assert_eq!(MailId::parse(early.as_str()), Some(early));
        assert_eq!(MailId::parse("short"), None);
    }

    #[test]
    fn a_login_id_has_eight_letters_and_digits() {
        let id = LoginId::from_random([0, 31, 32, 63, 64, 127, 128, 255]);
        assert_eq!(id.as_str().len(), 8);
        assert_eq!(LoginId::parse(id.as_str()), Some(id));
        assert_eq!(LoginId::parse("ABCD123").unwrap().as_str(), "abcd123");
        assert_eq!(LoginId::parse("abc-1234"), None);
        assert_eq!(LoginId::from_typed("　Ａｂｃｄ123 ").unwrap().as_str(), "abcd123");
        assert_eq!(StaffId::from_typed(" Nara-Iryo ").unwrap().as_str(), "nara-iryo");
    }
}
