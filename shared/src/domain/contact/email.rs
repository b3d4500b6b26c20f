//! Mail addresses that SES can send to.
//!
//! Invariant: an address is 7-bit ASCII, at most 254 characters, one `@`, a dot-atom before it and a host name in
//! lower case after it; so it can stand in a header without being quoted or escaped.

use crate::domain::text;
use std::fmt;

/// A mail address. `Debug` masks it: `t***@example.jp`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    #[error("nothing was typed")]
    Missing,
    #[error("not of the form name@example.jp")]
    Malformed,
    #[error("two dots in a row, or a dot at an end of the part before @")]
    MisplacedDot,
    #[error("the part before @ is not ASCII")]
    LocalPartNotAscii,
    #[error("longer than an address may be")]
    TooLong,
}

/// RFC 5321 §4.5.3.1: a path of 256 octets includes its two brackets.
const LIMIT: usize = 254;
const LOCAL_PART_LIMIT: usize = 64;
const LABEL_LIMIT: usize = 63;

impl EmailError {
    pub fn sentence(self, label: &str) -> String {
        match self {
            Self::Missing => format!("＊{label}を入力してください"),
            Self::Malformed => format!("＊{label}は「name@example.jp」の形で入力してください"),
            Self::MisplacedDot => format!(
                "＊{label}の「@」より前に、続いた「.」又は端の「.」があります。以前の携帯電話会社で使われていたこの形のアドレスには送信できないため、別のメールアドレスを入力してください"
            ),
            Self::LocalPartNotAscii => {
                format!(
                    "＊{label}の「@」より前は半角の英数字と記号で入力してください（日本語などの文字を含むメールアドレスには、送信できません）"
                )
            }
            Self::TooLong => format!(
                "＊{label}は{LIMIT}文字以内（「@」より前は{LOCAL_PART_LIMIT}文字以内）で入力してください"
            ),
        }
    }
}

impl EmailAddress {
    /// A domain of another script is accepted as people read it and kept as Punycode.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let plain = text::mail(typed);
        if plain.is_empty() {
            return Err(EmailError::Missing);
        }
        if plain.len() > 4 * LIMIT {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = plain.rsplit_once('@').ok_or(EmailError::Malformed)?;
        check_local_part(local)?;
        let domain = host_name(domain)?;
        if local.len() + 1 + domain.len() > LIMIT {
            return Err(EmailError::TooLong);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// Reads back what [`Self::as_str`] gave.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::parse(stored).ok().filter(|address| address.as_str() == stored)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// For comparing only: mail servers almost never tell Info@ from info@, and people never do.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn check_local_part(local: &str) -> Result<(), EmailError> {
    if local.is_empty() || local.chars().any(|character| character.is_control() || character.is_whitespace())
    {
        return Err(EmailError::Malformed);
    }
    if !local.is_ascii() {
        return Err(EmailError::LocalPartNotAscii);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(EmailError::MisplacedDot);
    }
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_punycode = local.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    if is_punycode || !local.bytes().all(is_atom) {
        return Err(EmailError::Malformed);
    }
    if local.len() > LOCAL_PART_LIMIT { Err(EmailError::TooLong) } else { Ok(()) }
}

/// Lower case, Punycode, at least two labels, the last one not a number.
fn host_name(typed: &str) -> Result<String, EmailError> {
    let domain = if typed.is_ascii() {
        typed.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii_strict(typed).map_err(|_| EmailError::Malformed)?
    };
    let (_, last) = domain.rsplit_once('.').ok_or(EmailError::Malformed)?;
    if !domain.split('.').all(is_label) || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailError::Malformed);
    }
    Ok(domain)
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_LIMIT).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.chars().next().unwrap_or('*');
        write!(f, "{first}***@{}", self.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_kept_as_typed_but_for_the_domain() {
        let cases = [
            ("tanaka@example.jp", "tanaka@example.jp"),
            ("　Tanaka.Taro@Example.JP ", "Tanaka.Taro@example.jp"),
            ("ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ", "info@example.jp"),
            ("a+b!#$%&'*/=?^_`{|}~-c@sub.example.co.jp", "a+b!#$%&'*/=?^_`{|}~-c@sub.example.co.jp"),
            ("info@なら病院.jp", "info@xn--q9j2c311zgj1a.jp"),
            ("info@xn--wgv71a.jp", "info@xn--wgv71a.jp"),
        ];
        for (typed, stored) in cases {
            let address = EmailAddress::parse(typed).expect(typed);
            assert_eq!(address.as_str(), stored);
            assert_eq!(EmailAddress::from_stored(stored), Some(address));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let malformed = [
            "tanaka",
            "@example.jp",
            "tanaka@",
            "tanaka@example",
            "tanaka@example..jp",
            "tanaka@.jp",
            "tanaka@example.jp.",
            "tanaka@-example.jp",
            "tanaka@192.168.0.1",
            "tanaka@[192.168.0.1]",
            "tan aka@example.jp",
            "a@b@example.jp",
            "\"a b\"@example.jp",
            "tanaka<t@example.jp>",
            "a@example.jp,b@example.jp",
            "xn--abc@example.jp",
            "tanaka@exa_mple.jp",
            "tanaka@example.jp\r\nBcc: x@example.jp",
            "tan\naka@example.jp",
            "tanaka\u{0}@example.jp",
            "tanaka@example\u{0}.jp",
            "tanaka@例え\u{202E}.jp",
        ];
        for typed in malformed {
            assert_eq!(EmailAddress::parse(typed), Err(EmailError::Malformed), "{typed:?}");
        }
        assert_eq!(EmailAddress::parse("　"), Err(EmailError::Missing));
        assert_eq!(EmailAddress::parse("田中@example.jp"), Err(EmailError::LocalPartNotAscii));
    }

    #[test]
    fn the_dots_of_old_carrier_addresses_have_their_own_sentence() {
        for typed in ["ta..naka@docomo.example.jp", "tanaka.@ezweb.example.jp", ".tanaka@example.jp"] {
            assert_eq!(EmailAddress::parse(typed), Err(EmailError::MisplacedDot), "{typed}");
        }
    }

    #[test]
    fn lengths_end_where_smtp_ends() {
        let address = |local: usize, label: usize| {
            format!("{}@{}.{}.{}.jp", "a".repeat(local), "b".repeat(63), "c".repeat(63), "d".repeat(label))
        };
        assert!(EmailAddress::parse(&address(64, 58)).is_ok_and(|longest| longest.as_str().len() == 254));
        assert_eq!(EmailAddress::parse(&address(64, 59)), Err(EmailError::TooLong));
        assert_eq!(EmailAddress::parse(&address(65, 3)), Err(EmailError::TooLong));
        assert_eq!(EmailAddress::parse(&"a".repeat(100_000)), Err(EmailError::TooLong));
        assert_eq!(EmailAddress::parse(&format!("a@{}.jp", "b".repeat(64))), Err(EmailError::Malformed));
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let refusals = [
            EmailError::Missing,
            EmailError::Malformed,
            EmailError::MisplacedDot,
            EmailError::LocalPartNotAscii,
            EmailError::TooLong,
        ];
        insta::assert_snapshot!(refusals.map(|error| error.sentence("メールアドレス")).join("\n"), @r"
        ＊メールアドレスを入力してください
        ＊メールアドレスは「name@example.jp」の形で入力してください
        ＊メールアドレスの「@」より前に、続いた「.」又は端の「.」があります。以前の携帯電話会社で使われていたこの形のアドレスには送信できないため、別のメールアドレスを入力してください
        ＊メールアドレスの「@」より前は半角の英数字と記号で入力してください（日本語などの文字を含むメールアドレスには、送信できません）
        ＊メールアドレスは254文字以内（「@」より前は64文字以内）で入力してください
        ");
    }

    #[test]
    fn debug_masks_the_person() {
        let address = EmailAddress::parse("tanaka@example.jp").expect("an address");
        assert_eq!(format!("{address:?}"), "t***@example.jp");
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_reads_back(typed in prop_oneof![any::<String>(), "[a-zA-Zぁ-ん.＠@\\-．。\r\n 0]{0,24}@[a-zぁ-ん漢.．\\-]{1,20}\\.jp"]) {
            if let Ok(address) = EmailAddress::parse(&typed) {
                let text = address.as_str();
                prop_assert!(text.is_ascii() && text.len() <= 254 && !text.contains(char::is_whitespace));
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert_eq!(EmailAddress::from_stored(text), Some(address));
            }
        }

        #[test]
        fn full_width_is_the_same_address(local in "[a-z0-9]{1,12}", host in "[a-z]{1,12}") {
            let plain = format!("{local}@{host}.example.jp");
            let wide: String = plain.bytes().filter_map(|byte| char::from_u32(u32::from(byte) + 0xFEE0)).collect();
            prop_assert_eq!(EmailAddress::parse(&wide), EmailAddress::parse(&plain));
        }
    }
}
