//! 変更: the secretariat gives the account its new address. What was opened by the old one is void.
//!
//! | the account | what leaves, to the new address |
//! |---|---|
//! | never had a password, and its application waits for one | ② again, with a new link |
//! | any other | the login ID, and the way to a new password |

use jiff::Timestamp;

use super::{AddressChange, ChangeDecided, ChangeEvent, ChangeRefused, ChangeStatus, ChangeTarget};
use crate::domain::{
    account::{Account, NewLink, Secretary},
    application::{AddressBy, Also, Application, Decided, ProveAddress, called_off},
    mail::{ChangeStage, Mail},
};

/// What was read for it, and what was drawn.
#[derive(Debug, Clone)]
pub struct Complete {
    pub account: Account,
    /// What was written about the account alone, as far as it may not have left yet.
    pub mails: Vec<Mail>,
    /// The application that the account came from, with its mails.
    pub application: Option<(Application, Vec<Mail>)>,
    /// The id of the mail, and the keyed hash of the link's token if it is ②.
    pub new: NewLink,
}

impl AddressChange {
    pub fn complete(
        self,
        command: Complete,
        by: &Secretary,
        now: Timestamp,
    ) -> Result<ChangeDecided, ChangeRefused> {
        let login_id = self.for_secretariat(by)?.clone();
        let Complete { account, mails: of_account, application, new } = command;
        if account.login_id != login_id {
            return Err(ChangeRefused::AnotherAccount);
        }
        let target = ChangeTarget::Account(login_id.clone());
        let event =
            ChangeEvent::Completed { by: by.id.clone(), by_name: by.name.clone(), target: target.clone() };
        let status = ChangeStatus::Completed { target };
        let email = self.items.new_email.clone();
        let (application, mails) = application.unzip();
        let mails = mails.unwrap_or_default();
        let called_off = called_off(of_account, "address changed", now);
        if let Some(application) = application.clone().filter(|_| account.password.is_none())
            && application.can_prove_address().is_ok()
        {
            let by = AddressBy::Staff { id: by.id.clone(), name: by.name.clone() };
            let prove = ProveAddress { email, by, account: Some(account), new, mails };
            let application: Decided = application.prove_address(prove, now)?;
            let decided = self.moved(status, event, Vec::new(), now);
            return Ok(ChangeDecided {
                application: Some(application),
                also: called_off.collect(),
                ..decided
            });
        }
        let told = self.told(new.mail, email.clone(), ChangeStage::Completed { login_id });
        let mut decided = self.moved(status, event, vec![told], now);
        decided.application =
            application.map(|application| application.follow_account(email.clone(), by, mails, now));
        decided.also.extend(called_off);
        decided.also.push(Also::ReplaceAccount { account: account.moved_to(email) });
        Ok(decided)
    }
}
