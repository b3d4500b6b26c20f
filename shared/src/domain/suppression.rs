//! 配信停止リスト: SES refuses to send to an address that bounced hard or complained, without an end. The secretariat asks
//! to let a repaired one go.
//!
//! Architecture invariant: a request is concluded once, by what SES said to it; who asked, why and what came of it stays.

use jiff::Timestamp;

use super::{
    account::Secretary,
    contact::EmailAddress,
    ids::{MailId, StaffId},
    text::{self, line_type},
};

line_type! {
    /// Why the address is believed to be good again.
    #[derive(Debug)]
    RemovalReason, 200, text::name
}

/// One request to take an address off the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub id: RemovalId,
    pub address: EmailAddress,
    pub reason: RemovalReason,
    pub by: StaffId,
    pub by_name: String,
    pub asked_at: Timestamp,
    /// What came of it, and when; `None` while it waits.
    pub outcome: Option<(RemovalOutcome, Timestamp)>,
    pub version: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalOutcome {
    /// It is off the list.
    Removed,
    /// It was not on the list (any more).
    NotListed,
    /// SES does not do it, whoever asks how often.
    Refused,
}

/// Names one request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemovalId(String);

impl RemovalId {
    pub fn from_parts(at: Timestamp, random: [u8; 10]) -> Self {
        Self(MailId::from_parts(at, random).as_str().to_owned())
    }

    /// Reads the 26 characters of an id; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        MailId::parse(text).map(|id| Self(id.as_str().to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RemovalOutcome {
    const ALL: [Self; 3] = [Self::Removed, Self::NotListed, Self::Refused];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::NotListed => "not-listed",
            Self::Refused => "refused",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Removed => "解除しました",
            Self::NotListed => "リストにありませんでした",
            Self::Refused => "解除できませんでした",
        }
    }
}

impl Removal {
    pub fn ask(
        id: RemovalId,
        address: EmailAddress,
        reason: RemovalReason,
        by: &Secretary,
        now: Timestamp,
    ) -> Self {
        let (by, by_name) = (by.id.clone(), by.name.clone());
        Self { id, address, reason, by, by_name, asked_at: now, outcome: None, version: 1 }
    }

    /// What SES said to it; `None` if it is concluded already.
    pub fn conclude(self, outcome: RemovalOutcome, now: Timestamp) -> Option<Self> {
        let waits = self.outcome.is_none();
        waits.then(|| Self { outcome: Some((outcome, now)), version: self.version + 1, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::{at, secretary};

    #[test]
    fn a_request_is_concluded_once() {
        let id = RemovalId::from_parts(at(0), [1; 10]);
        assert_eq!(RemovalId::parse(id.as_str()), Some(id.clone()));
        let address = EmailAddress::parse("jimu@example.jp").unwrap();
        let reason = RemovalReason::parse("受信箱を空けたとの電話").unwrap();
        let waiting = Removal::ask(id, address, reason, &secretary(), at(0));
        let done = waiting.conclude(RemovalOutcome::Removed, at(1)).unwrap();
        assert_eq!((done.outcome, done.version), (Some((RemovalOutcome::Removed, at(1))), 2));
        assert_eq!(done.conclude(RemovalOutcome::NotListed, at(2)), None, "what came first stands");
    }
}
