//! The journeys: whole ways through the local stack, in hostile mode (messages doubled, delayed, reordered),
//! each printing what was done to its messages and what came of its mails.

#![expect(clippy::expect_used, reason = "in a test, what should be there and is not ends it")]

mod accounts;
mod apply_again;
mod apply_to_sign_in;
mod bad_fields;
mod bad_input;
mod bounced_notice;
mod change_address;
mod code_mail_limits;
mod code_tries;
mod console;
mod dashboard;
mod delivery_events;
mod drafts;
mod existing_account;
mod imports;
mod lists;
mod login_id;
mod look_up;
mod lost_race;
mod notices;
mod operate_attention;
mod operate_find;
mod operate_issuing;
mod operate_mails;
mod operate_resend;
mod operate_staff;
mod other_prefecture;
mod permissions;
mod prove_address;
mod proxy;
mod redrive;
mod reject;
mod resend_notice;
mod resubmit;
mod return_for_correction;
mod robot_check;
mod sharp_edges;
mod stuck;
mod submit_twice;
mod suppressions;
mod two_officers;
mod withdraw;
