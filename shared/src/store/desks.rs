//! A desk's lists: every filter is a condition on the keys of a sparse index, so that a page costs what it shows.
//!
//! Architecture invariant: the partition of each list begins with prefecture and desk; a cursor holds no partition.
//! Whatever an address says, no query reaches another desk.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;

use super::{
    Store, StoreError, Table,
    applications::application_of,
    item::{Writer, stored_time},
};
use crate::domain::{
    application::Application,
    desk::{Listing, Tab},
    ids::ApplicationNumber,
    institution::InstitutionKind,
    prefecture::PrefectureDesk,
};

/// One tab of one desk, narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskList {
    pub desk: PrefectureDesk,
    pub tab: Tab,
    pub kind: Option<InstitutionKind>,
    /// Entered their state at this time or later.
    pub from: Option<Timestamp>,
    /// Entered their state before this time.
    pub until: Option<Timestamp>,
}

/// A page of a list, and where the next one begins.
pub struct DeskPage {
    pub applications: Vec<Application>,
    /// The number and time after which the next page begins.
    pub next: Option<(ApplicationNumber, Timestamp)>,
}

impl DeskList {
    pub fn of(desk: PrefectureDesk, tab: Tab) -> Self {
        Self { desk, tab, kind: None, from: None, until: None }
    }

    /// The index, and the attributes of its keys.
    fn index(&self) -> (&'static str, &'static str, &'static str) {
        let (index, by_kind, partition) = match self.tab {
            Tab::Submitted
            | Tab::Returned
            | Tab::Approved
            | Tab::Issuing
            | Tab::Done
            | Tab::Rejected
            | Tab::Withdrawn => ("by-desk", "by-desk-kind", "desk"),
            Tab::Stuck => ("stuck", "stuck-kind", "stuck"),
            Tab::Undeliverable => ("undeliverable", "undeliverable-kind", "undeliverable"),
        };
        match self.kind {
            None => (index, partition, "queued"),
            Some(_) => (by_kind, partition, "queued_kind"),
        }
    }

    fn sort_key(&self, entered_at: Timestamp, number: ApplicationNumber) -> String {
        let queued = queued(entered_at, number);
        self.kind.map_or(queued.clone(), |kind| queued_kind(kind, &queued))
    }

    /// The first and the last sort key that may be in it: a time stands before every key that begins with it.
    fn range(&self) -> (String, String) {
        let kind = self.kind.map(|kind| format!("{}#", kind.as_str())).unwrap_or_default();
        let from = self.from.map_or_else(|| "0".to_owned(), stored_time);
        let until = self.until.map_or_else(|| "~".to_owned(), stored_time);
        (format!("{kind}{from}"), format!("{kind}{until}"))
    }
}

impl Store {
    /// A page of a list: what waits longest first, of what is over the newest.
    pub async fn list_desk(
        &self,
        list: &DeskList,
        after: Option<(ApplicationNumber, Timestamp)>,
        most: i32,
    ) -> Result<DeskPage, StoreError> {
        let (index, partition, sort) = list.index();
        let (from, until) = list.range();
        let desk = AttributeValue::S(partition_of(list.desk, list.tab));
        let start = after.map(|(number, entered_at)| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(number.to_string())),
                (partition.to_owned(), desk.clone()),
                (sort.to_owned(), AttributeValue::S(list.sort_key(entered_at, number))),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Applications)?)
            .index_name(index)
            .key_condition_expression("#desk = :desk AND #sort BETWEEN :from AND :until")
            .expression_attribute_names("#desk", partition)
            .expression_attribute_names("#sort", sort)
            .expression_attribute_values(":desk", desk)
            .expression_attribute_values(":from", AttributeValue::S(from))
            .expression_attribute_values(":until", AttributeValue::S(until))
            .scan_index_forward(list.tab.is_open())
            .set_exclusive_start_key(start)
            .limit(most)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::call)?;
        let applications: Vec<Application> =
            answer.items().iter().map(application_of).collect::<Result<_, _>>()?;
        let more = answer.last_evaluated_key().is_some();
        let next = applications.last().filter(|_| more).map(|last| (last.number, last.entered_at));
        Ok(DeskPage { applications, next })
    }
}

/// Puts an application into its lists.
pub(super) fn listed(item: Writer, application: &Application) -> Writer {
    let Listing { desk, kind, status, is_stuck, is_undeliverable } = application.listing();
    let queued = queued(application.entered_at, application.number);
    let partition = |tab, holds: bool| holds.then(|| partition_of(desk, tab));
    item.text("desk", partition_of(desk, Tab::of(status)))
        .optional_text("stuck", partition(Tab::Stuck, is_stuck))
        .optional_text("undeliverable", partition(Tab::Undeliverable, is_undeliverable))
        .text("queued_kind", queued_kind(kind, &queued))
        .text("queued", queued)
}

/// "29#medical#submitted".
fn partition_of(desk: PrefectureDesk, tab: Tab) -> String {
    format!("{}#{}", desk.as_key(), tab.as_str())
}

fn queued(entered_at: Timestamp, number: ApplicationNumber) -> String {
    format!("{}#{number}", stored_time(entered_at))
}

fn queued_kind(kind: InstitutionKind, queued: &str) -> String {
    format!("{}#{queued}", kind.as_str())
}
