//! お受けできない: the desk or the secretariat refuses, with a reason that the new address is told.

use jiff::Timestamp;

use super::{AddressChange, ChangeDecided, ChangeEvent, ChangeRefused, ChangeStatus};
use crate::domain::{
    account::{Reviewer, Secretary},
    ids::{LoginId, MailId, StaffId},
    mail::ChangeStage,
    settings::PublicText,
};

/// Who refuses: the desk before it forwards, the secretariat afterwards.
#[derive(Debug, Clone, Copy)]
pub enum Decider<'a> {
    Desk(&'a Reviewer),
    Secretariat(&'a Secretary),
}

impl AddressChange {
    pub fn refuse(
        self,
        reason: &PublicText,
        by: Decider<'_>,
        mail: MailId,
        now: Timestamp,
    ) -> Result<ChangeDecided, ChangeRefused> {
        let (by, by_name) = match by {
            Decider::Desk(reviewer) => {
                self.for_desk(reviewer)?;
                (&reviewer.id, &reviewer.name)
            }
            Decider::Secretariat(secretary) => {
                self.for_secretariat(secretary)?;
                (&secretary.id, &secretary.name)
            }
        };
        let reason = reason.as_str().to_owned();
        let event = ChangeEvent::Refused { by: by.clone(), by_name: by_name.clone(), reason: reason.clone() };
        let told = self.told(mail, self.items.new_email.clone(), ChangeStage::Refused { reason });
        Ok(self.moved(ChangeStatus::Refused, event, vec![told], now))
    }

    /// The account that it was forwarded for, if this person may decide on it.
    pub(super) fn for_secretariat(&self, by: &Secretary) -> Result<&LoginId, ChangeRefused> {
        let second = |forwarded_by: &StaffId| forwarded_by != &by.id;
        match &self.status {
            ChangeStatus::Forwarded { login_id, by } if second(by) => Ok(login_id),
            ChangeStatus::Forwarded { .. } => Err(ChangeRefused::SamePerson),
            ChangeStatus::Unproven
            | ChangeStatus::Requested
            | ChangeStatus::Completed { .. }
            | ChangeStatus::Refused => Err(self.not_open()),
        }
    }
}
