//! 差戻し: the prefecture's desk asks the applicant to correct named fields, by a day.
//!
//! Architecture invariant: only what nobody has decided on is returned, and only to an address that somebody
//! has proven to read (M8).

use jiff::{Timestamp, civil::Date};

use super::{Application, AuditEvent, Decided, ReviewError, Status};
use crate::domain::{
    account::Reviewer,
    calendar::{CalendarError, add_business_days, japan_date},
    form::Field,
    ids::MailId,
    mail::{MailContent, NewMail},
};

/// How many business days an officer may give. The days on offer are ours.
pub const CORRECTION_DAYS: [u32; 4] = [3, 5, 10, 15];

/// The command. `fields` are named in the order of the form, at least one; `note` are the officer's words
/// (at most `NOTE_LIMIT` characters); `due_on` comes from [`correction_due_on`]; `mail` is the id drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnForCorrection {
    pub fields: Vec<Field>,
    pub note: String,
    pub due_on: Date,
    pub mail: MailId,
}

/// The last day for a correction: so many business days after today in Japan.
pub fn correction_due_on(business_days: u32, now: Timestamp) -> Result<Date, CalendarError> {
    add_business_days(japan_date(now), business_days)
}

impl Application {
    pub fn return_for_correction(
        self,
        command: ReturnForCorrection,
        by: &Reviewer,
        now: Timestamp,
    ) -> Result<Decided, ReviewError> {
        self.for_review_by(by)?;
        if !self.address_is_proven() {
            return Err(ReviewError::AddressNotProven);
        }
        let ReturnForCorrection { fields, note, due_on, mail } = command;
        let notice = NewMail {
            id: mail.clone(),
            application: Some(self.number),
            to: self.form.email.clone(),
            content: MailContent::Returned {
                institution_name: self.form.institution_name.as_str().to_owned(),
                contact_name: self.form.contact_name(),
                fields: fields.clone(),
                note: note.clone(),
                due_on,
            },
        };
        let event = AuditEvent::Returned {
            by: by.id.clone(),
            by_name: by.name.clone(),
            fields: fields.clone(),
            note: note.clone(),
            due_on,
        };
        Ok(self.moved(Status::Returned { fields, note, due_on, notice: mail }, event, now).mailing(notice))
    }
}
