//! Counters of the hour: one item an hour, counted by single updates.
//!
//! Such an item is hot, so it stands in no transaction: an update waits for nobody and makes nobody wait. What is
//! counted and then not sent (a lost race) only makes the cap a little lower.

use aws_sdk_dynamodb::{
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue},
};
use jiff::{SignedDuration, Timestamp};

use super::{Inconsistent, Item, Store, StoreError, Table};
use crate::domain::code_traffic::{CodeTraffic, hour_of};

const SENT: &str = "sent";
const BOUNCED: &str = "bounced";
const UNCHECKED: &str = "unchecked";
/// An hour's counters are looked at within the hour.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(48);

impl Store {
    /// Counts one more code mail of this hour; `None` when `most` have been counted.
    pub async fn count_code_mail(
        &self,
        most: u64,
        now: Timestamp,
    ) -> Result<Option<CodeTraffic>, StoreError> {
        let Some(item) = self.count_in_hour(SENT, Some(most), now).await? else { return Ok(None) };
        Ok(Some(CodeTraffic { sent: counted(&item, SENT)?, bounced: counted(&item, BOUNCED)? }))
    }

    /// Counts one more code mail that could not arrive.
    pub async fn count_code_bounce(&self, now: Timestamp) -> Result<(), StoreError> {
        self.count_in_hour(BOUNCED, None, now).await.map(|_| ())
    }

    /// Counts one more verification that begins without the robot check; false when `most` have been counted.
    pub async fn count_unchecked(&self, most: u64, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.count_in_hour(UNCHECKED, Some(most), now).await?.is_some())
    }

    async fn count_in_hour(
        &self,
        counter: &'static str,
        most: Option<u64>,
        now: Timestamp,
    ) -> Result<Option<Item>, StoreError> {
        let hour = hour_of(now);
        let mut update = self
            .client
            .update_item()
            .table_name(self.tables.name(Table::Verifications)?)
            .key("pk", AttributeValue::S(format!("hour#{hour}")))
            .update_expression("ADD #counter :one SET #expires = :expires")
            .expression_attribute_names("#counter", counter)
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(
                ":expires",
                AttributeValue::N((hour + KEPT_FOR).as_second().to_string()),
            )
            .return_values(ReturnValue::AllNew);
        if let Some(most) = most {
            update = update
                .condition_expression("attribute_not_exists(#counter) OR #counter < :most")
                .expression_attribute_values(":most", AttributeValue::N(most.to_string()));
        }
        match update.send().await {
            Ok(answer) => Ok(answer.attributes),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(StoreError::call(error)),
        }
    }
}

/// A counter that nobody has counted in yet is not there.
fn counted(item: &Item, counter: &'static str) -> Result<u64, Inconsistent> {
    let Some(value) = item.get(counter) else { return Ok(0) };
    let count = value.as_n().ok().and_then(|digits| digits.parse().ok());
    count.ok_or_else(|| Inconsistent { kind: "hour", key: "of code mails".to_owned(), attribute: counter })
}
