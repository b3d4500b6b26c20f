//! An accepted mail as its reader sees it.

use mail_parser::MessageParser;

use super::AcceptedMail;

/// What a mail program would show.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Letter {
    /// Name and value as they stand in the message, unfolded.
    pub headers: Vec<(String, String)>,
    /// The plain text (made from the HTML if there is none).
    pub text: String,
    pub html: Option<String>,
    /// Every web address in the text, in its order.
    pub links: Vec<String>,
}

impl AcceptedMail {
    /// Reads the message.
    pub fn letter(&self) -> Letter {
        Letter::read(&self.raw)
    }
}

impl Letter {
    /// Reads a message; what cannot be read is empty.
    pub fn read(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw);
        let Some(message) = message else {
            return Self { headers: Vec::new(), text: String::new(), html: None, links: Vec::new() };
        };
        let text = message.body_text(0).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
        let has_html = message.html_part(0).is_some_and(mail_parser::MessagePart::is_text_html);
        Self {
            headers: message
                .headers_raw()
                .map(|(name, value)| {
                    (name.to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" "))
                })
                .collect(),
            links: links(&text),
            html: message.body_html(0).filter(|_| has_html).map(std::borrow::Cow::into_owned),
            text,
        }
    }
}

/// A link ends where white space, a bracket, a quote or any letter that is not ASCII begins.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut rest = text;
    while let Some(start) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let from = &rest[start..];
        let end = from
            .find(|c: char| !c.is_ascii_graphic() || ['<', '>', '"', '(', ')'].contains(&c))
            .unwrap_or(from.len());
        links.push(from[..end].trim_end_matches(['.', ',']).to_owned());
        rest = &from[end..];
    }
    links
}
