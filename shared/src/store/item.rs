//! Items: written by name, read back strictly.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::Timestamp;

use super::{Inconsistent, Item};
use crate::domain::{form::Field, ids::MailId};

/// Builds an item or a map inside one.
#[derive(Default)]
pub(super) struct Writer(Item);

/// Reads an item or a map inside one; every miss names the item and the attribute.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    kind: &'static str,
    key: &'a str,
    item: &'a Item,
}

/// An instant as it is stored: UTC, milliseconds, so that order of text is order of time.
pub(super) fn stored_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

impl Writer {
    /// An item with its partition key.
    pub(super) fn keyed(key: impl Into<String>) -> Self {
        Self::default().text("pk", key)
    }

    pub(super) fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub(super) fn optional_text(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(super) fn time(self, name: &str, at: Timestamp) -> Self {
        self.text(name, stored_time(at))
    }

    pub(super) fn optional_time(self, name: &str, at: Option<Timestamp>) -> Self {
        self.optional_text(name, at.map(stored_time))
    }

    pub(super) fn number(mut self, name: &str, value: u64) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::N(value.to_string()));
        self
    }

    pub(super) fn flag(mut self, name: &str, value: bool) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::Bool(value));
        self
    }

    pub(super) fn bytes(mut self, name: &str, value: Vec<u8>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::B(Blob::new(value)));
        self
    }

    pub(super) fn map(mut self, name: &str, value: Self) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::M(value.0));
        self
    }

    pub(super) fn maps(mut self, name: &str, values: impl Iterator<Item = Self>) -> Self {
        self.0.insert(
            name.to_owned(),
            AttributeValue::L(values.map(|value| AttributeValue::M(value.0)).collect()),
        );
        self
    }

    pub(super) fn texts(mut self, name: &str, values: impl Iterator<Item = String>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::L(values.map(AttributeValue::S).collect()));
        self
    }

    /// When DynamoDB may delete the item, in epoch seconds. Reads compare the time themselves.
    pub(super) fn expires(self, at: Timestamp) -> Self {
        self.number("expires", u64::try_from(at.as_second()).unwrap_or_default())
    }

    pub(super) fn finish(self) -> Item {
        self.0
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(kind: &'static str, item: &'a Item) -> Result<Self, Inconsistent> {
        let key = item.get("pk").and_then(|value| value.as_s().ok()).map_or("", String::as_str);
        let reader = Self { kind, key, item };
        if key.is_empty() { Err(reader.unreadable("pk")) } else { Ok(reader) }
    }

    /// The partition key.
    pub(super) fn key(&self) -> &'a str {
        self.key
    }

    pub(super) fn unreadable(&self, attribute: &'static str) -> Inconsistent {
        Inconsistent { kind: self.kind, key: self.key.to_owned(), attribute }
    }

    pub(super) fn optional_text(&self, name: &'static str) -> Result<Option<&'a str>, Inconsistent> {
        match self.item.get(name) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(self.unreadable(name)),
        }
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&'a str, Inconsistent> {
        self.optional_text(name)?.ok_or_else(|| self.unreadable(name))
    }

    /// A text that `parse` understands.
    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, Inconsistent> {
        parse(self.text(name)?).ok_or_else(|| self.unreadable(name))
    }

    pub(super) fn optional_parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<Option<T>, Inconsistent> {
        self.optional_text(name)?.map(|text| parse(text).ok_or_else(|| self.unreadable(name))).transpose()
    }

    pub(super) fn time(&self, name: &'static str) -> Result<Timestamp, Inconsistent> {
        self.parsed(name, |text| text.parse().ok())
    }

    pub(super) fn optional_time(&self, name: &'static str) -> Result<Option<Timestamp>, Inconsistent> {
        self.optional_parsed(name, |text| text.parse().ok())
    }

    pub(super) fn number<T: TryFrom<u64>>(&self, name: &'static str) -> Result<T, Inconsistent> {
        let number =
            self.item.get(name).and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok());
        number.and_then(|number: u64| T::try_from(number).ok()).ok_or_else(|| self.unreadable(name))
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<&'a [u8], Inconsistent> {
        let bytes = self.item.get(name).and_then(|value| value.as_b().ok());
        bytes.map(AsRef::as_ref).ok_or_else(|| self.unreadable(name))
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Inconsistent> {
        self.item
            .get(name)
            .and_then(|value| value.as_bool().ok())
            .copied()
            .ok_or_else(|| self.unreadable(name))
    }

    /// A flag that is not there is not set.
    pub(super) fn optional_flag(&self, name: &'static str) -> Result<bool, Inconsistent> {
        if self.item.contains_key(name) { self.flag(name) } else { Ok(false) }
    }

    pub(super) fn map(&self, name: &'static str) -> Result<Reader<'a>, Inconsistent> {
        self.inside(self.item.get(name).ok_or_else(|| self.unreadable(name))?, name)
    }

    pub(super) fn optional_map(&self, name: &'static str) -> Result<Option<Reader<'a>>, Inconsistent> {
        self.item.get(name).map(|value| self.inside(value, name)).transpose()
    }

    fn inside(&self, value: &'a AttributeValue, name: &'static str) -> Result<Reader<'a>, Inconsistent> {
        let map = value.as_m().map_err(|_| self.unreadable(name))?;
        Ok(Reader { item: map, ..*self })
    }

    pub(super) fn maps(&self, name: &'static str) -> Result<Vec<Reader<'a>>, Inconsistent> {
        let list =
            self.item.get(name).and_then(|value| value.as_l().ok()).ok_or_else(|| self.unreadable(name))?;
        list.iter().map(|value| self.inside(value, name)).collect()
    }

    /// The maps of a list that may be missing.
    pub(super) fn optional_maps(&self, name: &'static str) -> Result<Vec<Reader<'a>>, Inconsistent> {
        if self.item.contains_key(name) { self.maps(name) } else { Ok(Vec::new()) }
    }

    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<&'a str>, Inconsistent> {
        let list =
            self.item.get(name).and_then(|value| value.as_l().ok()).ok_or_else(|| self.unreadable(name))?;
        list.iter().map(|value| value.as_s().map(String::as_str).map_err(|_| self.unreadable(name))).collect()
    }

    /// Ids of mails; none where the item is older than this list.
    pub(super) fn mail_ids(&self, name: &'static str) -> Result<Vec<MailId>, Inconsistent> {
        if !self.item.contains_key(name) {
            return Ok(Vec::new());
        }
        let ids = self.texts(name)?.into_iter().map(MailId::parse);
        ids.collect::<Option<_>>().ok_or_else(|| self.unreadable(name))
    }

    /// Fields of the form, by their names.
    pub(super) fn fields(&self, name: &'static str) -> Result<Vec<Field>, Inconsistent> {
        let names = self.texts(name)?.into_iter();
        names.map(Field::named).collect::<Option<_>>().ok_or_else(|| self.unreadable(name))
    }

    /// The maps inside a map, in no order.
    pub(super) fn entries(&self) -> Result<Vec<Reader<'a>>, Inconsistent> {
        self.item.values().map(|value| self.inside(value, "entries")).collect()
    }

    /// A look-up of texts by any name, for formats that are described elsewhere.
    pub(super) fn lookup(&self) -> impl Fn(&str) -> Option<&'a str> + use<'a> {
        let item: &'a HashMap<String, AttributeValue> = self.item;
        move |name| item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_attribute_is_named_with_its_item() {
        let item = Writer::keyed("API-00000001").text("status", "submitted").finish();
        let reader = Reader::new("application", &item).unwrap();
        assert_eq!(reader.text("status"), Ok("submitted"));
        let missing = Inconsistent { kind: "application", key: "API-00000001".into(), attribute: "version" };
        assert_eq!(reader.number::<u64>("version"), Err(missing));
    }

    #[test]
    fn stored_times_sort_as_text() {
        let early = stored_time(Timestamp::from_millisecond(1_800_000_000_000).unwrap());
        let late = stored_time(Timestamp::from_millisecond(1_800_000_000_005).unwrap());
        assert_eq!(early, "2027-01-15T08:00:00.000Z");
        assert!(early < late);
    }
}
