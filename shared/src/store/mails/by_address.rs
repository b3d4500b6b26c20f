//! The mails to an address, whatever they are about: also a code mail before there is any application.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;

use super::{Inconsistent, Mail, MailId, Store, StoreError, Table, mail_of, stored_time};
use crate::domain::contact::EmailAddress;

/// A page of the mails to an address, and where the next one begins.
pub struct MailsPage {
    pub mails: Vec<Mail>,
    /// The mail and its time after which the next page begins.
    pub next: Option<(MailId, Timestamp)>,
}

impl Store {
    /// The mails to an address, the newest first. Capital letters make no difference.
    pub async fn list_mails_to(
        &self,
        to: &EmailAddress,
        after: Option<(MailId, Timestamp)>,
        most: i32,
    ) -> Result<MailsPage, StoreError> {
        let to = AttributeValue::S(to.key());
        let start = after.map(|(id, created_at)| {
            HashMap::from([
                ("pk".to_owned(), AttributeValue::S(id.as_str().to_owned())),
                ("to_key".to_owned(), to.clone()),
                ("created_at".to_owned(), AttributeValue::S(stored_time(created_at))),
            ])
        });
        let answer = self
            .client
            .query()
            .table_name(self.tables.name(Table::Mails)?)
            .index_name("by-address")
            .key_condition_expression("#to_key = :to")
            .expression_attribute_names("#to_key", "to_key")
            .expression_attribute_values(":to", to)
            .scan_index_forward(false)
            .set_exclusive_start_key(start)
            .limit(most)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(StoreError::call)?;
        let mails: Vec<Mail> = answer.items().iter().map(mail_of).collect::<Result<_, Inconsistent>>()?;
        let more = answer.last_evaluated_key().is_some();
        let next = mails.last().filter(|_| more).map(|last| (last.id.clone(), last.created_at));
        Ok(MailsPage { mails, next })
    }
}
