//! 事務局への送付: the officer has asked the institution, knows whose account it is, and hands the request on.

use jiff::Timestamp;

use super::{AddressChange, ChangeDecided, ChangeEvent, ChangeRefused, ChangeStatus, is_of_desk};
use crate::domain::{
    account::{Account, Reviewer},
    application::Also,
    ids::MailId,
    mail::ChangeStage,
};

impl AddressChange {
    /// Whoever still reads the registered address is told, by `warning`, and may object.
    pub fn forward(
        self,
        account: &Account,
        by: &Reviewer,
        warning: MailId,
        now: Timestamp,
    ) -> Result<ChangeDecided, ChangeRefused> {
        self.for_desk(by)?;
        if !is_of_desk(account, by.desk) {
            return Err(ChangeRefused::AccountOfAnotherDesk);
        }
        if account.email.key() == self.items.new_email.key() {
            return Err(ChangeRefused::SameAddress);
        }
        let login_id = account.login_id.clone();
        let warning = self.told(warning, account.email.clone(), ChangeStage::Warning);
        let event = ChangeEvent::Forwarded {
            by: by.id.clone(),
            by_name: by.name.clone(),
            login_id: login_id.clone(),
        };
        let status = ChangeStatus::Forwarded { login_id: login_id.clone(), by: by.id.clone() };
        let mut decided = self.moved(status, event, vec![warning], now);
        decided.also.push(Also::RequireAccount { login_id, version: account.version });
        Ok(decided)
    }
}
