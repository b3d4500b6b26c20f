//! 代理申請: an officer files for an institution of the own desk that cannot do it itself.
//!
//! Architecture invariant: the address was proven by nobody, so no mail leaves for it before ① (M8).

use jiff::Timestamp;

use super::{Application, AuditEvent, ReviewError, submit::filed};
use crate::domain::{account::Reviewer, form::ApplicationForm, ids::ApplicationNumber};

/// The command: the form as the institution gave it (its terms are agreed to by the institution on paper or by
/// telephone: the officer says so), and the number drawn.
#[derive(Debug, Clone)]
pub struct SubmitOnBehalf {
    pub number: ApplicationNumber,
    pub form: ApplicationForm,
    pub terms_version: String,
}

/// The new application; [`ReviewError::NotOfThisDesk`] if it belongs to another desk.
pub fn submit_on_behalf(
    command: SubmitOnBehalf,
    by: &Reviewer,
    now: Timestamp,
) -> Result<Application, ReviewError> {
    let SubmitOnBehalf { number, form, terms_version } = command;
    if form.desk() != by.desk {
        return Err(ReviewError::NotOfThisDesk);
    }
    let event = AuditEvent::SubmittedOnBehalf { by: by.id.clone(), by_name: by.name.clone() };
    Ok(filed(number, form, (terms_version, now), event, now))
}
