//! The mails that SES accepted, as their reader would see them.

use jiff::Timestamp;
use mail_parser::{Addr, MessageParser, PartType};
use serde::Serialize;

use crate::ledger::AcceptedMail;

/// One accepted mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailboxMail {
    /// The SES message id.
    pub message_id: String,
    /// The tag `mail`: the id of the outbox mail.
    pub mail_id: Option<String>,
    /// The tag `kind`, such as `login-notice`.
    pub kind: Option<String>,
    /// The tag `try`.
    #[serde(rename = "try")]
    pub attempt: Option<u32>,
    pub accepted_at: Timestamp,
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// Every address in the text, in order.
    pub links: Vec<String>,
    /// The six digits of a code mail.
    pub code: Option<String>,
    pub configuration_set: Option<String>,
    /// Name and value as they stand in the message.
    pub headers: Vec<(String, String)>,
}

impl MailboxMail {
    pub(crate) fn of(accepted: &AcceptedMail) -> Self {
        let parsed = MessageParser::default().parse(&accepted.raw);
        let text = parsed.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default().into_owned();
        let html = parsed.as_ref().and_then(|mail| match &mail.html_part(0)?.body {
            PartType::Html(html) => Some(html.clone().into_owned()),
            PartType::Text(_)
            | PartType::Binary(_)
            | PartType::InlineBinary(_)
            | PartType::Message(_)
            | PartType::Multipart(_) => None,
        });
        let headers = parsed.iter().flat_map(mail_parser::Message::headers_raw);
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        let from = parsed.as_ref().and_then(|mail| sender(mail.from()?.first()?));
        let kind = accepted.tags.get("kind").cloned();
        Self {
            message_id: accepted.message_id.clone(),
            mail_id: accepted.tags.get("mail").cloned(),
            attempt: accepted.tags.get("try").and_then(|attempt| attempt.parse().ok()),
            accepted_at: accepted.accepted_at,
            from: from.unwrap_or_else(|| accepted.from.clone()),
            to: accepted.to.clone(),
            subject: accepted.subject.clone(),
            links: links(&text),
            code: kind.as_deref().filter(|kind| *kind == "code").and_then(|_| code(&text)),
            kind,
            text,
            html,
            configuration_set: accepted.configuration_set.clone(),
            headers,
        }
    }
}

/// `名前 <address>`, or the address alone.
fn sender(from: &Addr<'_>) -> Option<String> {
    let address = from.address()?;
    Some(from.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>")))
}

/// Every http and https address in `text`.
pub(crate) fn links(text: &str) -> Vec<String> {
    let starts = text.match_indices("http").map(|(at, _)| text.get(at..).unwrap_or_default());
    let addresses = starts.filter(|rest| rest.starts_with("http://") || rest.starts_with("https://"));
    let belongs = |letter: char| letter.is_ascii_graphic() && !"\"<>()[]{}|\\^`".contains(letter);
    addresses
        .map(|rest| rest.split(|letter: char| !belongs(letter)).next().unwrap_or_default())
        .map(|address| address.trim_end_matches(['.', ',', ';', ':']).to_owned())
        .collect()
}

/// The first run of exactly six ASCII digits.
fn code(text: &str) -> Option<String> {
    let runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.into_iter()
        .find(|run| run.len() == 6 && run.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_mail_is_read_as_its_reader_sees_it() {
        let raw = concat!(
            "From: =?utf-8?B?5Y6a55Sf?= <info@g-mis.net>\r\n",
            "Subject: =?utf-8?B?6KqN6Ki8?=\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Transfer-Encoding: base64\r\n\r\n",
            // 認証コード 012345 http://127.0.0.1:3000/track?a=1&b=2。電話 0312345678
            "6KqN6Ki844Kz44O844OJIDAxMjM0NSBodHRwOi8vMTI3LjAuMC4xOjMwMDAvdHJhY2s/YT0xJmI9MuOAgumbu+ipsSAwMzEyMzQ1Njc4\r\n",
        );
        let accepted = AcceptedMail {
            message_id: "m-1".into(),
            caller: "send-mail".into(),
            configuration_set: Some("code-mail".into()),
            from: "=?utf-8?B?5Y6a55Sf?= <info@g-mis.net>".into(),
            to: vec!["a@example.jp".into()],
            subject: "認証".into(),
            tags: BTreeMap::from([
                ("mail".into(), "MAIL1".into()),
                ("try".into(), "2".into()),
                ("kind".into(), "code".into()),
            ]),
            raw: raw.into(),
            accepted_at: Timestamp::UNIX_EPOCH,
        };
        let mail = MailboxMail::of(&accepted);
        assert_eq!(mail.code.as_deref(), Some("012345"));
        assert_eq!(mail.links, ["http://127.0.0.1:3000/track?a=1&b=2"]);
        assert_eq!((mail.attempt, mail.mail_id.as_deref(), &mail.html), (Some(2), Some("MAIL1"), &None));
        assert_eq!(mail.from, "厚生 <info@g-mis.net>");
        assert!(mail.text.starts_with("認証コード"));
        assert_eq!(mail.headers[2], ("Content-Type".into(), "text/plain; charset=utf-8".into()));
    }

    #[test]
    fn links_end_where_prose_begins() {
        assert_eq!(
            links("次の https://a.example/b/c_d-e。及び<https://x.example>."),
            ["https://a.example/b/c_d-e", "https://x.example"]
        );
        assert_eq!(links("http only, and httpx://no"), Vec::<String>::new());
    }
}
