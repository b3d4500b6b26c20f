//! The mail within a `SendEmail` request, whether raw or simple.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, date::Date, raw::Raw},
};
use mail_parser::MessageParser;
use serde_json::Value;

/// What is to be sent, to whom, and how it is marked.
#[derive(Clone, Debug, Default)]
pub(super) struct Letter {
    /// As the header has it, perhaps with a name.
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) configuration_set: Option<String>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Raw(Vec<u8>),
    Simple {
        text: Option<String>,
        html: Option<String>,
        headers: Vec<(String, String)>,
        reply_to: Vec<String>,
    },
}

impl Default for Content {
    fn default() -> Self {
        Self::Raw(Vec::new())
    }
}

impl Letter {
    /// Reads the body of `POST /v2/email/outbound-emails`.
    pub(super) fn of_request(body: &Value) -> Result<Self, String> {
        let mut letter = Self {
            from: text(body, "/FromEmailAddress").unwrap_or_default(),
            configuration_set: text(body, "/ConfigurationSetName"),
            tags: named_pairs(body.get("EmailTags")).into_iter().collect(),
            ..Self::default()
        };
        for kind in ["ToAddresses", "CcAddresses", "BccAddresses"] {
            letter
                .to
                .extend(texts(body.pointer(&format!("/Destination/{kind}"))).iter().map(|to| address_of(to)));
        }
        match (body.pointer("/Content/Raw/Data").and_then(Value::as_str), body.pointer("/Content/Simple")) {
            (Some(data), None) => letter.read_raw(data)?,
            (None, Some(simple)) => letter.read_simple(simple, body)?,
            (None, None) | (Some(_), Some(_)) => return Err("Content is either Raw or Simple.".to_owned()),
        }
        if letter.from.is_empty() { Err("Missing required header 'From'.".to_owned()) } else { Ok(letter) }
    }

    fn read_raw(&mut self, data: &str) -> Result<(), String> {
        let raw = BASE64.decode(data).map_err(|_| "Raw.Data is not base64.".to_owned())?;
        let message = MessageParser::default().parse(&raw).ok_or("The message cannot be read.")?;
        let header = |name: &str| message.headers_raw().find(|(header, _)| header.eq_ignore_ascii_case(name));
        if self.from.is_empty() {
            self.from = header("From").map(|(_, value)| unfolded(value)).unwrap_or_default();
        }
        if self.to.is_empty() {
            let lists = [message.to(), message.cc(), message.bcc()];
            let addresses = lists.into_iter().flatten().flat_map(mail_parser::Address::iter);
            self.to = addresses.filter_map(|one| one.address().map(str::to_owned)).collect();
        }
        if self.configuration_set.is_none() {
            self.configuration_set = header("X-SES-CONFIGURATION-SET").map(|(_, value)| unfolded(value));
        }
        if let Some((_, value)) = header("X-SES-MESSAGE-TAGS").filter(|_| self.tags.is_empty()) {
            let pairs = value.split(',').filter_map(|pair| pair.split_once('='));
            self.tags.extend(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())));
        }
        message.subject().unwrap_or_default().clone_into(&mut self.subject);
        self.content = Content::Raw(raw);
        Ok(())
    }

    fn read_simple(&mut self, simple: &Value, body: &Value) -> Result<(), String> {
        self.subject = text(simple, "/Subject/Data").ok_or("Simple.Subject is missing.")?;
        let (text, html) = (text(simple, "/Body/Text/Data"), text(simple, "/Body/Html/Data"));
        if text.is_none() && html.is_none() {
            return Err("Simple.Body is missing.".to_owned());
        }
        let headers = named_pairs(simple.get("Headers"));
        self.content = Content::Simple { text, html, headers, reply_to: texts(body.get("ReplyToAddresses")) };
        Ok(())
    }

    /// The message as it goes out.
    pub(super) fn take_raw(&mut self, message_id: &str, at: Timestamp) -> Result<Vec<u8>, String> {
        match std::mem::take(&mut self.content) {
            Content::Raw(raw) => Ok(raw),
            Content::Simple { text, html, headers, reply_to } => {
                let address = |written: &str| Address::new_address(None::<String>, address_of(written));
                let mut message = MessageBuilder::new()
                    .header("From", Raw::new(self.from.clone()))
                    .to(Address::new_list(self.to.iter().map(|to| address(to)).collect()))
                    .subject(self.subject.clone())
                    .message_id(format!("{message_id}@ap-northeast-1.amazonses.com"))
                    .date(Date::new(at.as_second()));
                if !reply_to.is_empty() {
                    message =
                        message.reply_to(Address::new_list(reply_to.iter().map(|to| address(to)).collect()));
                }
                for (name, value) in headers {
                    message = message.header(name, Raw::new(value));
                }
                message = match text {
                    Some(text) => message.text_body(text),
                    None => message,
                };
                message = match html {
                    Some(html) => message.html_body(html),
                    None => message,
                };
                message.write_to_vec().map_err(|error| error.to_string())
            }
        }
    }
}

/// `Name <a@b>` is `a@b`.
pub(super) fn address_of(written: &str) -> String {
    match (written.rfind('<'), written.rfind('>')) {
        (Some(open), Some(close)) if open < close => written[open + 1..close].trim().to_owned(),
        _ => written.trim().to_owned(),
    }
}

fn unfolded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(body: &Value, pointer: &str) -> Option<String> {
    body.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn texts(list: Option<&Value>) -> Vec<String> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A list of `{"Name": …, "Value": …}`.
fn named_pairs(list: Option<&Value>) -> Vec<(String, String)> {
    let pairs = list.and_then(Value::as_array).into_iter().flatten();
    pairs.filter_map(|pair| Some((text(pair, "/Name")?, text(pair, "/Value")?))).collect()
}
