//! Mails: what they say, how they are handed to SES, and what SES reports of them.
//!
//! Architecture invariant: only `send` calls SES, once a call; codes and links exist only between
//! `secret` and the rendered mail.

mod mime;
mod moment;
mod notification;
mod render;
mod secret;
mod send;
mod texts;

#[cfg(test)]
mod samples;

pub use crate::domain::outbox::SendOutcome;
pub use mime::{MimeError, mime_message};
pub use moment::{japan_date_text, japan_time_text};
pub use notification::{Notification, NotificationError, parse_notification};
pub use render::{MailParts, RenderContext, RenderError, RenderedMail, render};
pub use secret::{DerivedSecret, LinkToken, VerificationCode, code_for, keyed_hash, link_token_for};
pub use send::send;
