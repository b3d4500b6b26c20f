//! The store against the embedded DynamoDB: what is written reads back, what lost a race writes nothing.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]

mod address_changes;
mod applications;
mod bench;
mod desks;
mod duplicates;
mod mails;
mod races;
mod sessions;
mod settings;
mod verbs;
