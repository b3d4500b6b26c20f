//! A rendered mail as an Internet message (RFC 5322, MIME): one text part, encoded for any relay.
//!
//! Architecture invariant: no header value holds CR, LF, NUL, another control character or a bidi control;
//! a mail whose sender, recipient or subject has one is refused, never repaired.

use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{Header, address::Address, date::Date, message_id::MessageId, raw::Raw, text::Text},
};

use super::{RenderedMail, texts::is_format_control};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MimeError {
    #[error("the header {header} holds a control character")]
    UnsafeHeader { header: &'static str },
    #[error("the address in {header} is not one plain ASCII address")]
    UnsafeAddress { header: &'static str },
}

/// The message, with CRLF line ends and no line over 998 octets. SES puts its own `Message-ID` and `Date`
/// in their place; ours say the same of it: which mail, which try, when.
pub fn mime_message(mail: &RenderedMail, try_number: u32, at: Timestamp) -> Result<Vec<u8>, MimeError> {
    let from = from_mailbox(mail)?;
    let to = address("To", mail.to.as_str())?;
    let subject = text("Subject", mail.subject)?;
    let domain = mail.from_address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let message = MessageBuilder::new()
        .from(from)
        .to(Address::new_address(None::<&str>, to))
        .subject(Text::new(subject))
        .message_id(MessageId::new(format!("{}.{try_number}@{domain}", mail.id.as_str())))
        .date(Date::new(at.as_second()))
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .text_body(mail.text.replace("\r\n", "\n").replace('\n', "\r\n"));
    let mut output = Vec::new();
    message.serialize(&mut output);
    Ok(output)
}

/// `=?utf-8?B?…?= <info@g-mis.net>` on one line, as the API field wants it.
pub(super) fn from_header(mail: &RenderedMail) -> Result<String, MimeError> {
    let mut output = Vec::new();
    from_mailbox(mail)?.write_header(&mut output, "From: ".len());
    let folded = String::from_utf8_lossy(&output).into_owned();
    Ok(folded.replace("\r\n ", " ").trim_end().to_owned())
}

fn from_mailbox(mail: &RenderedMail) -> Result<Address<'_>, MimeError> {
    let name = text("From", mail.from_name)?;
    Ok(Address::new_address(Some(name), address("From", &mail.from_address)?))
}

fn text<'a>(header: &'static str, value: &'a str) -> Result<&'a str, MimeError> {
    if value.chars().any(is_format_control) { Err(MimeError::UnsafeHeader { header }) } else { Ok(value) }
}

fn address<'a>(header: &'static str, value: &'a str) -> Result<&'a str, MimeError> {
    let text = text(header, value)?;
    let is_plain = text.is_ascii()
        && text.matches('@').count() == 1
        && !text.contains([' ', ',', ';', ':', '<', '>', '(', ')', '[', ']', '"', '\\']);
    if is_plain { Ok(text) } else { Err(MimeError::UnsafeAddress { header }) }
}

#[cfg(test)]
mod tests {
    use mail_parser::{HeaderValue, MessageParser};

    use super::super::samples::{contents, noon, rendered};
    use super::*;
    use crate::domain::contact::EmailAddress;

    fn receipt() -> RenderedMail {
        let content = contents().into_iter().find(|(name, _)| *name == "receipt").unwrap().1;
        rendered(content)
    }

    #[test]
    fn the_headers_of_a_mail() {
        let message = String::from_utf8(mime_message(&receipt(), 2, noon()).unwrap()).unwrap();
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        insta::assert_snapshot!(head.replace("\r\n", "\n"), @r#"
        From: =?utf-8?B?5Y6a55Sf5Yq05YON55yBRy1NSVPkuovli5nlsYA=?= <info@g-mis.net>
        To: <jimu@clinic.example.jp>
        Subject: =?utf-8?B?44CQ5Y6a55Sf5Yq05YON55yBRy1NSVPkuovli5nlsYDjgJHjg6Y=?=
         =?utf-8?B?44O844K255m76Yyy55Sz6KuL5a6M5LqG44Gu44GK55+l44KJ44Gb?=
        Message-ID: <01MBHWM3W0040G2081040G2081.2@g-mis.net>
        Date: Tue, 5 Jan 2027 03:00:00 +0000
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset="utf-8"
        Content-Transfer-Encoding: base64
        "#);
    }

    #[test]
    fn every_mail_decodes_to_what_was_written() {
        for (name, content) in contents() {
            let mail = rendered(content);
            let message = mime_message(&mail, 1, noon()).unwrap();
            let parsed = MessageParser::default().parse(&message).unwrap();
            assert_eq!(parsed.subject(), Some(mail.subject), "{name}");
            let from = parsed.from().and_then(|from| from.first()).unwrap();
            assert_eq!(
                (from.name(), from.address()),
                (Some(mail.from_name), Some("info@g-mis.net")),
                "{name}"
            );
            let to = parsed.to().and_then(|to| to.first()).unwrap();
            assert_eq!((to.name(), to.address()), (None, Some(mail.to.as_str())), "{name}");
            let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(text.trim_end(), mail.text.trim_end(), "{name}");
            assert_eq!(parsed.parts.len(), 1, "{name}: text only");
            assert!(
                matches!(parsed.header("Auto-Submitted"), Some(HeaderValue::Text(value)) if value == "auto-generated")
            );
            assert!(
                matches!(parsed.date(), Some(date) if date.to_timestamp() == noon().as_second()),
                "{name}"
            );
        }
    }

    #[test]
    fn lines_are_short_and_plain() {
        for (name, content) in contents() {
            let message = mime_message(&rendered(content), 1, noon()).unwrap();
            assert!(message.is_ascii(), "{name}");
            let text = String::from_utf8(message).unwrap();
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{name}: bare CR or LF");
            assert!(text.split("\r\n").all(|line| line.len() <= 78), "{name}");
        }
    }

    #[test]
    fn a_name_of_4000_letters_stays_within_the_line_limit() {
        let content = crate::domain::mail::MailContent::AdvanceNotice {
            institution_name: "a".repeat(4_000),
            contact_name: "b".into(),
        };
        let message = mime_message(&rendered(content), 1, noon()).unwrap();
        assert!(message.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    }

    #[test]
    fn control_and_bidi_characters_never_reach_a_header() {
        for evil in
            ["\r\nBcc: a@b.jp", "\n", "\r", "\0", "\u{7f}", "\u{202E}", "\u{2066}", "\u{200F}", "\u{85}"]
        {
            let address = RenderedMail { from_address: format!("info{evil}@g-mis.net"), ..receipt() };
            assert!(mime_message(&address, 1, noon()).is_err(), "{evil:?}");
            assert!(from_header(&address).is_err(), "{evil:?}");
            let subject = RenderedMail { subject: format!("件名{evil}").leak(), ..receipt() };
            let unsafe_subject = MimeError::UnsafeHeader { header: "Subject" };
            assert_eq!(mime_message(&subject, 1, noon()), Err(unsafe_subject), "{evil:?}");
            let name = RenderedMail { from_name: format!("事務局{evil}").leak(), ..receipt() };
            assert_eq!(
                mime_message(&name, 1, noon()),
                Err(MimeError::UnsafeHeader { header: "From" }),
                "{evil:?}"
            );
        }
        for two in ["a@b.jp,c@d.jp", "a@b.jp c@d.jp", "<a@b.jp>", "a@b@c.jp", "あ@b.jp", "a"] {
            let address = RenderedMail { from_address: two.into(), ..receipt() };
            assert_eq!(
                mime_message(&address, 1, noon()),
                Err(MimeError::UnsafeAddress { header: "From" }),
                "{two}"
            );
        }
    }

    #[test]
    fn an_address_with_every_allowed_character_is_written_as_it_is() {
        let to = EmailAddress::parse("a!#$%&'*+/=?^_`{|}~-.z@xn--eckwd4c7c.example").unwrap();
        let mail = RenderedMail { to: to.clone(), ..receipt() };
        let message = String::from_utf8(mime_message(&mail, 1, noon()).unwrap()).unwrap();
        assert!(message.contains(&format!("To: <{}>\r\n", to.as_str())), "{message}");
    }

    #[test]
    fn the_sender_of_the_api_call_is_the_sender_of_the_header() {
        assert_eq!(
            from_header(&receipt()).unwrap(),
            "=?utf-8?B?5Y6a55Sf5Yq05YON55yBRy1NSVPkuovli5nlsYA=?= <info@g-mis.net>"
        );
    }
}
