//! The templates of the texts (`templates/mail/*.txt`) with what each of them is given.
//!
//! Architecture invariant: a value that somebody typed comes as a `Line` or through `paragraphs`.

use std::fmt;

use askama::Template;

use super::moment::japan_date_text;
use crate::domain::{
    desk::StuckCase,
    ids::ApplicationNumber,
    mail::{ChangeStage, CodePurpose},
};

/// What every mail can point to.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) origin: &'a str,
    pub(super) from_address: &'a str,
    pub(super) number: Option<ApplicationNumber>,
}

/// Whom the mail addresses: the institution and the person in charge.
pub(super) struct Addressee<'a> {
    institution_name: Line<'a>,
    contact_name: Line<'a>,
}

pub(super) fn addressee<'a>(institution_name: &'a str, contact_name: &'a str) -> Addressee<'a> {
    Addressee { institution_name: Line(institution_name), contact_name: Line(contact_name) }
}

#[derive(Template)]
#[template(path = "mail/code.txt")]
pub(super) struct CodeText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) purpose: CodePurpose,
    pub(super) code: &'a str,
    pub(super) valid_until: String,
}

#[derive(Template)]
#[template(path = "mail/login-id-reminder.txt")]
pub(super) struct LoginIdReminderText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) institution_name: Line<'a>,
    pub(super) login_id: &'a str,
}

#[derive(Template)]
#[template(path = "mail/change-request.txt")]
pub(super) struct ChangeRequestText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) institution_name: Line<'a>,
    pub(super) stage: &'a ChangeStage,
    /// The words of a refusal, for sending.
    pub(super) reason: String,
}

#[derive(Template)]
#[template(path = "mail/receipt.txt")]
pub(super) struct ReceiptText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
}

#[derive(Template)]
#[template(path = "mail/rejection.txt")]
pub(super) struct RejectionText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
    pub(super) reason: &'a str,
    pub(super) note: String,
}

#[derive(Template)]
#[template(path = "mail/returned.txt")]
pub(super) struct ReturnedText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
    pub(super) fields: Vec<&'static str>,
    pub(super) note: String,
    pub(super) due_on: String,
}

#[derive(Template)]
#[template(path = "mail/withdrawn.txt")]
pub(super) struct WithdrawnText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
}

#[derive(Template)]
#[template(path = "mail/address-changed.txt")]
pub(super) struct AddressChangedText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
}

#[derive(Template)]
#[template(path = "mail/advance-notice.txt")]
pub(super) struct AdvanceNoticeText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
}

#[derive(Template)]
#[template(path = "mail/login-notice.txt")]
pub(super) struct LoginNoticeText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
    pub(super) login_id: &'a str,
    pub(super) token: &'a str,
    pub(super) link_valid_until: String,
}

#[derive(Template)]
#[template(path = "mail/existing-account-notice.txt")]
pub(super) struct ExistingAccountNoticeText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) to: Addressee<'a>,
    pub(super) login_id: &'a str,
    pub(super) right: &'a str,
}

#[derive(Template)]
#[template(path = "mail/already-entitled-note.txt")]
pub(super) struct AlreadyEntitledNoteText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) institution_name: Line<'a>,
    pub(super) login_id: &'a str,
    pub(super) right: &'a str,
}

#[derive(Template)]
#[template(path = "mail/password-reset.txt")]
pub(super) struct PasswordResetText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) login_id: &'a str,
    pub(super) token: &'a str,
    pub(super) link_valid_until: String,
}

#[derive(Template)]
#[template(path = "mail/staff-invitation.txt")]
pub(super) struct StaffInvitationText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) name: Line<'a>,
    pub(super) staff_id: &'a str,
    pub(super) role: &'a str,
    pub(super) token: &'a str,
    pub(super) link_valid_until: String,
}

#[derive(Template)]
#[template(path = "mail/staff-password-reset.txt")]
pub(super) struct StaffPasswordResetText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) name: Line<'a>,
    pub(super) staff_id: &'a str,
    pub(super) token: &'a str,
    pub(super) link_valid_until: String,
}

#[derive(Template)]
#[template(path = "mail/stuck-digest.txt")]
pub(super) struct StuckDigestText<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) desk: String,
    pub(super) total: usize,
    pub(super) is_all: bool,
    pub(super) new: usize,
    pub(super) cases: &'a [StuckCase],
}

impl StuckDigestText<'_> {
    fn since(case: &StuckCase) -> String {
        japan_date_text(case.since)
    }
}

/// A typed value that stays on its line, without characters that turn the reading direction.
pub(super) struct Line<'a>(pub(super) &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().filter(|c| !is_format_control(*c)).try_for_each(|c| fmt::Write::write_char(f, c))
    }
}

/// The officer's words: their lines, and nothing that is not text.
pub(super) fn paragraphs(note: &str) -> String {
    let lines = note.lines().map(|line| Line(line.trim_end()).to_string());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Control characters, line separators and bidi controls.
pub(super) fn is_format_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
