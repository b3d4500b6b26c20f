//! 依頼: the new address is proven, and the request goes to its desk.

use jiff::Timestamp;

use super::{AddressChange, ChangeDecided, ChangeEvent, ChangeRefused, ChangeStatus};
use crate::domain::{ids::MailId, mail::ChangeStage};

impl AddressChange {
    pub fn prove(self, mail: MailId, now: Timestamp) -> Result<ChangeDecided, ChangeRefused> {
        match &self.status {
            ChangeStatus::Unproven => {
                let received = self.told(mail, self.items.new_email.clone(), ChangeStage::Received);
                Ok(self.moved(ChangeStatus::Requested, ChangeEvent::Requested, vec![received], now))
            }
            ChangeStatus::Requested
            | ChangeStatus::Forwarded { .. }
            | ChangeStatus::Completed { .. }
            | ChangeStatus::Refused => Err(self.not_open()),
        }
    }
}
